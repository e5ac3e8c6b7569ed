"""Up to which amount each role gives money back without a second person."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from shopbell.agents.models import Role
from shopbell.commerce.models import Allowance
from shopbell.commerce.operations import limiting
from shopbell.core import money, numbers
from shopbell.web import order_words
from shopbell.web.admin.page import administering, done, show
from shopbell.web.guards import agent_of

ROLES = [(role.value, role.label) for role in Role if role != Role.PRIVACY]


class AllowanceForm(forms.Form):
    """A role, a currency, an amount."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=ROLES)
    currency = forms.CharField(label=gettext_lazy("Currency"), max_length=3, help_text=gettext_lazy("EUR, DKK, GBP …"))
    amount = forms.CharField(label=gettext_lazy("Alone up to"), max_length=20)

    def clean_currency(self) -> str:
        """ISO 4217. Raises ValidationError."""
        try:
            return money.code(self.cleaned_data["currency"])
        except money.NotMoney:
            raise ValidationError(_("A currency has three letters, such as EUR.")) from None

    def clean_amount(self) -> int:
        """In the smallest unit. Raises ValidationError."""
        try:
            given = numbers.read(self.cleaned_data["amount"])
            value = money.minor(given, self.cleaned_data.get("currency", "EUR"))
        except money.NotMoney:
            value = -1
        except numbers.NotNumber as error:
            raise ValidationError(str(error)) from None
        if value < 0:
            raise ValidationError(_("This is no amount."))
        return value


@require_http_methods(["GET", "HEAD", "POST"])
@administering
def allowances(request: HttpRequest) -> HttpResponse:
    """The limits there are; `remove` (role and currency) takes one away, else one is set."""
    actor = agent_of(request).pk
    role, _dash, currency = request.POST.get("remove", "").partition("-")
    if role in Role.values:
        limiting.allow(role, currency, None, actor=actor)
        return done(request, _("Saved."), "admin_allowances")
    form = AllowanceForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        limiting.allow(given["role"], given["currency"], given["amount"], actor=actor)
        return done(request, _("Saved."), "admin_allowances")
    rows = [
        (f"{row.role}-{row.currency}", row.get_role_display(), order_words.amount(row.amount, row.currency))
        for row in Allowance.objects.order_by("role", "currency")
    ]
    return show(request, "allowances", "allowances", {"form": form, "rows": rows}, 422 if form.errors else 200)
