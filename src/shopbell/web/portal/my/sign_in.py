"""Into the portal without a password: by a six-digit code or a link in a mail, or on the shop's word."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from shopbell.channels import notices
from shopbell.core.ids import as_id
from shopbell.customers import operations as customers
from shopbell.customers import vouching
from shopbell.customers.models import Evidence
from shopbell.web import visitors
from shopbell.web.portal import privacy
from shopbell.web.portal.my.door import Place, asked, let_in, let_out, opened, remember_asked, signed_in
from shopbell.web.portal.page import ways

TRIES_PER_HOUR = 30  # of codes, links and tokens from one network


class AddressForm(forms.Form):
    """Where the code goes to."""

    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email"}),
        help_text=gettext_lazy("The one you write to us from, or ordered with."),
    )
    to = forms.IntegerField(min_value=0, max_value=2**53, required=False, widget=forms.HiddenInput)


class CodeForm(forms.Form):
    """The six digits; letters and spaces between them do not matter."""

    code = forms.CharField(
        label=gettext_lazy("The code from the mail"),
        max_length=100,
        widget=forms.TextInput(
            {
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "spellcheck": "false",
                "size": 9,
                "class": "code",
                "autofocus": True,
            }
        ),
    )


def ask(place: Place, form: AddressForm | None = None, status: int = 200) -> HttpResponse:
    """The page that asks for the address."""
    form = form or AddressForm(initial={"to": as_id(place.request.GET.get("to", "")) or 0})
    context = {"form": form, "can_mail": notices.of_shop(place.shop) is not None, "ways": ways(place.shop)}
    return place.show("sign_in", {**context, "privacy": privacy.notice(place.shop)}, status)


@require_http_methods(["GET", "HEAD", "POST"])
@opened
def code(place: Place) -> HttpResponse:
    """Send a code (a POST from the start page), then ask for it. What is said is the same whoever the address is of."""
    request = place.request
    if request.method == "POST":
        return _send(place, AddressForm(request.POST))
    address, _to = asked(request)
    return _ask_code(place, CodeForm(), address) if address else redirect("my", place.shop.slug)


def _send(place: Place, form: AddressForm) -> HttpResponse:
    if not form.is_valid():
        return ask(place, form, 422)
    address, language = form.cleaned_data["email"], get_language() or place.shop.language
    try:
        customers.send_code(place.shop, address, language, visitor=visitors.network(place.request))
    except customers.Malformed:
        form.add_error("email", _("This is no e-mail address."))
        return ask(place, form, 422)
    except customers.TooOften as refused:
        minutes = refused.seconds // 60 + 1
        words = ngettext(
            "Too many codes were asked for. Please try again in {n} minute.",
            "Too many codes were asked for. Please try again in {n} minutes.",
            minutes,
        )
        form.add_error(None, words.format(n=minutes))
        response = ask(place, form, 429)
        response.headers["Retry-After"] = str(refused.seconds)
        return response
    response = redirect("my_code", place.shop.slug)
    remember_asked(response, address, form.cleaned_data["to"] or 0)
    return response


def _ask_code(place: Place, form: CodeForm, address: str, status: int = 200) -> HttpResponse:
    return place.show("code", {"form": form, "address": address, "to": asked(place.request)[1]}, status)


@require_POST
@opened
def enter(place: Place) -> HttpResponse:
    """The code was typed in."""
    address, to = asked(place.request)
    form = CodeForm(place.request.POST)
    if not address:
        return redirect("my", place.shop.slug)
    if not form.is_valid():
        return _ask_code(place, form, address, 422)
    if _is_guessing(place.request):
        form.add_error("code", _("Too many tries from here. Please wait an hour."))
        return _ask_code(place, form, address, 429)
    if not customers.redeem(place.shop, address, form.cleaned_data["code"]):
        words = _("This is not the newest code, or its ten minutes are over. Look again, or get a new one.")
        form.add_error("code", words)
        return _ask_code(place, form, address, 422)
    identity = customers.prove(address, evidence=Evidence.CODE, language=get_language() or "")
    return let_in(place, identity, to)


@require_http_methods(["GET", "HEAD", "POST"])
@opened
def link(place: Place, token: str) -> HttpResponse:
    """A link from a mail. Looking at it does nothing, for mail servers do; the button on it signs in."""
    if place.request.method == "POST" and not _is_guessing(place.request):
        address = customers.redeem_link(place.shop, token)
        if address is not None:
            to = asked(place.request)[1]
            identity = customers.prove(address, evidence=Evidence.LINK, language=get_language() or "")
            return let_in(place, identity, to)
    elif (address := customers.linked_address(place.shop, token)) is not None:
        return place.show("link", {"address": address})
    return place.show("refused", {"by_shop": False}, 410)


@csrf_exempt  # the shop's own site sends it; the token says itself who made it
@require_http_methods(["GET", "HEAD", "POST"])
@opened
def vouch(place: Place) -> HttpResponse:
    """The shop's site says who somebody is, and leads to a clean address. An address may hold a token that ends and
    counts once; what never ends has to come in a form."""
    request = place.request
    sent = request.POST if request.method == "POST" else request.GET
    if request.method == "HEAD":
        return HttpResponse()
    response = _vouch(place, sent.get("token", ""), is_form=request.method == "POST")
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _vouch(place: Place, token: str, *, is_form: bool) -> HttpResponse:
    try:
        vouched = vouching.read(place.shop, token)
    except vouching.Forged:
        return place.show("refused", {"by_shop": True}, 403)
    if vouched.expires_at is None and not is_form:
        return place.show("refused", {"by_shop": True}, 403)
    if not customers.use_token(token, vouched):
        return _again(place, vouched)
    identity = customers.accept_vouched(place.shop, vouched, language=get_language() or "")
    return let_in(place, identity)


def _again(place: Place, vouched: vouching.Vouched) -> HttpResponse:
    """The button was pressed twice, or the way back taken: who is signed in stays so, everybody else is refused."""
    account = vouching.account(place.shop, vouched.customer_id)
    if place.sign_in is not None and place.sign_in.identity.value == account:
        return redirect("my", place.shop.slug)
    return place.show("refused", {"by_shop": True}, 403)


def _is_guessing(request: HttpRequest) -> bool:
    name = f"portal:{visitors.network(request)}"
    return visitors.is_too_often(name, limit=TRIES_PER_HOUR, per_seconds=3600)


@require_POST
@signed_in
def sign_out(place: Place, who: object) -> HttpResponse:
    """Leave, here or everywhere."""
    assert place.sign_in is not None
    if "everywhere" in place.request.POST:
        customers.sign_out_everywhere(place.sign_in.identity.customer_id)
    else:
        customers.sign_out(place.sign_in.id)
    return let_out(place)
