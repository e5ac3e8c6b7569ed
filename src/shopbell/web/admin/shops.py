"""Shops: their language and zone, what their privacy notice says, and their contact form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shopbell.channels import operations as channels
from shopbell.channels.models import Channel
from shopbell.shops import operations
from shopbell.shops.models import Shop
from shopbell.web.admin.mailboxes import FORM_TYPE, TYPE
from shopbell.web.admin.page import administering, done, show
from shopbell.web.guards import agent_of
from shopbell.web.setup.first_visit import zone_choices

ROW = ("name", "language", "time_zone", "website", "controller", "privacy_contact", "privacy_url", "retention_months")


class ShopForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=zone_choices)
    website = forms.URLField(
        label=gettext_lazy("Website"),
        required=False,
        assume_scheme="https",
        help_text=gettext_lazy("The contact form may be shown inside this site."),
    )
    privacy_url = forms.URLField(label=gettext_lazy("Privacy policy"), required=False, assume_scheme="https")

    class Meta:
        model = Shop
        fields = ROW
        widgets = {"controller": forms.Textarea({"rows": 4})}
        help_texts = {
            "privacy_contact": gettext_lazy("Where customers write about their data."),
            "retention_months": gettext_lazy("Stands in the privacy notice of the contact form."),
        }


class ContactChannelForm(forms.Form):
    """Whether the contact form is there, and which mailbox answers."""

    is_active = forms.BooleanField(label=gettext_lazy("The contact form is open"), required=False)
    replies_through = forms.ModelChoiceField(
        Channel.objects.none(), label=gettext_lazy("Answers leave by"), empty_label=None
    )

    def __init__(self, shop: Shop, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        field = self.fields["replies_through"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Channel.objects.filter(type=TYPE, shop=shop).order_by("name")


@require_safe
@administering
def shops(request: HttpRequest) -> HttpResponse:
    """All shops."""
    return show(request, "shops", "shops", {"shops": Shop.objects.order_by("name")})


@require_http_methods(["GET", "HEAD", "POST"])
@administering
def shop(request: HttpRequest, number: int = 0) -> HttpResponse:
    """Add a shop, or change one."""
    form = ShopForm(request.POST or None, instance=get_object_or_404(Shop, id=number) if number else None)
    if not form.is_valid():
        return _show(request, form, number)
    if number:
        operations.change_shop(Shop.objects.get(id=number), actor=agent_of(request).pk, **form.cleaned_data)
    else:
        operations.create_shop(actor=agent_of(request).pk, **form.cleaned_data)
    return done(request, _("Saved."), "admin_shops")


def _show(request: HttpRequest, form: ShopForm, number: int) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "shop": form.instance if number else None}
    if number:
        context |= _contact(request, Shop.objects.get(id=number))
    return show(request, "shops", "shop", context, 422 if form.errors else 200)


def _contact(request: HttpRequest, row: Shop) -> dict[str, Any]:
    """The contact form's settings, address and the lines for the shop's own pages."""
    channel = Channel.objects.filter(shop=row, type=FORM_TYPE).order_by("id").first()
    initial = {"is_active": channel.is_active, "replies_through": channel.replies_through} if channel else {}
    script = request.build_absolute_uri(static("js/contact-form-embed.js"))
    return {
        "contact": channel,
        "contact_form": ContactChannelForm(row, initial=initial),
        "contact_address": request.build_absolute_uri(reverse("contact", args=[row.slug])),
        "embed": f'<script src="{script}" data-shop="{row.slug}" async></script>',
    }


@require_POST
@administering
def shop_contact(request: HttpRequest, number: int) -> HttpResponse:
    """Open, close or redirect a shop's contact form."""
    row, actor = get_object_or_404(Shop, id=number), agent_of(request).pk
    form = ContactChannelForm(row, request.POST)
    if not form.is_valid():
        return done(request, _("Add a mailbox to this shop first: the form answers through it."), "admin_shop", number)
    channel = Channel.objects.filter(shop=row, type=FORM_TYPE).order_by("id").first()
    if channel is None:
        channels.create_channel(row, type=FORM_TYPE, name=_("Contact form"), actor=actor, **form.cleaned_data)
    else:
        channels.change_channel(channel, actor=actor, **form.cleaned_data)
    return done(request, _("Saved."), "admin_shop", number)
