"""Shops: their language and zone, what their privacy notice says, and their contact form."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shopbell.channels import operations as channels
from shopbell.channels.models import Channel
from shopbell.core import languages
from shopbell.core.transactions import retried
from shopbell.customers.models import VouchingKey
from shopbell.shops import operations
from shopbell.shops.models import Shop
from shopbell.shops.queries import origin
from shopbell.web.admin.mailboxes import FORM_TYPE, TYPE
from shopbell.web.admin.page import administering, done, show
from shopbell.web.guards import agent_of
from shopbell.web.portal import look
from shopbell.web.setup.first_visit import zone_choices

LOOK = ("website", "accent")
REACH = ("phone", "phone_hours")
PRIVACY = ("controller", "privacy_contact", "privacy_url", "retention_months")
ACCENT = "#8a5a00"  # where choosing begins
MOST_LOGO_BYTES = 5_000_000


class ShopForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=zone_choices)
    website = forms.URLField(
        label=gettext_lazy("Website"),
        required=False,
        assume_scheme="https",
        help_text=gettext_lazy("The contact form may be shown inside this site."),
    )
    privacy_url = forms.URLField(label=gettext_lazy("Privacy policy"), required=False, assume_scheme="https")
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages customers may choose"),
        choices=list(languages.NAMES.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None marked: all of them. The shop's own language is always among them."),
    )
    has_accent = forms.BooleanField(label=gettext_lazy("Pages for customers have their own colour"), required=False)
    logo = forms.FileField(
        label=gettext_lazy("Logo"),
        required=False,
        widget=forms.FileInput({"accept": "image/png,image/jpeg,image/webp,image/gif"}),
        help_text=gettext_lazy("A picture (PNG, JPEG, WebP), best wider than high. It stands on top of every page."),
    )
    hosts = forms.CharField(
        label=gettext_lazy("Own host names"),
        required=False,
        widget=forms.Textarea({"rows": 2, "spellcheck": "false", "autocapitalize": "none"}),
        help_text=gettext_lazy(
            "Like help.yourshop.com, one a line, the first is the one links lead to. "
            "Their DNS must lead to this server."
        ),
    )
    drop_logo = forms.BooleanField(label=gettext_lazy("Show no logo any more"), required=False)

    class Meta:
        model = Shop
        fields = ("name", "language", "languages", "time_zone", *LOOK, *REACH, *PRIVACY)
        widgets = {"controller": forms.Textarea({"rows": 4}), "accent": forms.TextInput({"type": "color"})}
        help_texts = {
            "phone": gettext_lazy("Stands on the contact page, where customers find a person."),
            "phone_hours": gettext_lazy("In words, like Mon–Fri 9–17."),
            "privacy_contact": gettext_lazy("Where customers write about their data."),
            "retention_months": gettext_lazy("Stands in the privacy notice of the contact form."),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial["has_accent"] = bool(self.instance.accent)
        self.initial["accent"] = self.instance.accent or ACCENT
        if self.instance.pk:
            self.initial["hosts"] = "\n".join(self.instance.domains.order_by("id").values_list("host", flat=True))
        elif first := Shop.objects.order_by("id").first():
            self.initial["time_zone"] = first.time_zone

    def clean_hosts(self) -> list[str]:
        """The host names as browsers send them. Not the desk's own: its start would be gone."""
        try:
            hosts = [operations.host_name(line) for line in self.cleaned_data["hosts"].split()]
        except operations.NoHost as refused:
            raise forms.ValidationError(_("“{host}” is no host name.").format(host=refused)) from None
        if urlsplit(settings.BASE_URL).hostname in hosts:
            raise forms.ValidationError(_("The desk itself is reached by this name; a shop needs another one."))
        return hosts

    def clean_logo(self) -> bytes | None:
        """What was uploaded, unless it is too large to be a logo."""
        file = self.cleaned_data["logo"]
        if file is not None and file.size > MOST_LOGO_BYTES:
            raise forms.ValidationError(_("Larger than 5 MB: please choose a smaller picture."))
        return file.read() if file is not None else None

    def clean(self) -> dict[str, Any]:
        """A field for colours always has one: whether it counts is said beside it."""
        values: dict[str, Any] = super().clean() or {}
        if not values.get("has_accent"):
            values["accent"] = ""
        return values

    def row(self) -> dict[str, Any]:
        """The values that are columns of the shop."""
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}


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
    row = get_object_or_404(Shop, id=number) if number else None
    form = ShopForm(request.POST or None, request.FILES or None, instance=row)
    if not form.is_valid() or not _save(request, form, number):
        return _show(request, form, number)
    return done(request, _("Saved."), "admin_shops")


@retried
def _save(request: HttpRequest, form: ShopForm, number: int) -> bool:
    """All of it or, when the logo is no picture or a host name another shop's, nothing."""
    actor, mark = agent_of(request).pk, transaction.savepoint()
    if number:
        row = Shop.objects.get(id=number)
        operations.change_shop(row, actor=actor, **form.row())
    else:
        row = operations.create_shop(actor=actor, **form.row())
    logo, dropped = form.cleaned_data["logo"], form.cleaned_data["drop_logo"]
    try:
        operations.set_hosts(row, form.cleaned_data["hosts"], actor=actor)
        if logo or dropped:
            operations.set_logo(row, logo, actor=actor)
    except operations.NoHost as refused:
        transaction.savepoint_rollback(mark)
        form.add_error("hosts", _("“{host}” is another shop's.").format(host=refused))
        return False
    except operations.NoPicture:
        transaction.savepoint_rollback(mark)
        form.add_error("logo", _("This is no picture that can be read. Please choose a PNG, JPEG or WebP."))
        return False
    return True


def _show(request: HttpRequest, form: ShopForm, number: int) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "shop": form.instance if number else None}
    if number:
        row = Shop.objects.get(id=number)
        context |= _contact(request, row) | _portal(row) | {"look": look.of(row)}
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


def _portal(row: Shop) -> dict[str, Any]:
    """Where customers see their requests, and since when the shop vouches for them."""
    key = VouchingKey.objects.defer("secrets").filter(shop=row).first()
    is_former_good = key is not None and key.former_until is not None and key.former_until > timezone.now()
    return {"portal_address": origin(row) + reverse("my", args=[row.slug]), "key": key, "former": is_former_good}


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
