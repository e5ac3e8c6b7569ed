"""A shop's public contact form, on a page of its own and inside the shop's pages."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from shopbell.channels import ingress
from shopbell.channels.models import Channel
from shopbell.selfservice import operations as selfservice
from shopbell.shops.models import Shop
from shopbell.web import policy, visitors
from shopbell.web.portal import look, privacy, readers
from shopbell.web.portal.contact_form import ContactForm, is_flood, new_key, payload


@csrf_exempt  # nobody is signed in here; in a frame of another site there is no cookie; the form has a key of its own
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """The form on a page of its own."""
    return _answer(request, _channel(slug), embedded=False)


@csrf_exempt
@xframe_options_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def embed(request: HttpRequest, slug: str) -> HttpResponse:
    """The same for a frame inside the shop's own site, and no other's (see static/js/contact-form-embed.js)."""
    channel = _channel(slug)
    response = _answer(request, channel, embedded=True)
    policy.changed(response, {"frame-ancestors": ["'self'", *site_origins(channel.shop)]})
    return response


def _channel(slug: str) -> Channel:
    rows = Channel.objects.select_related("shop", "replies_through").filter(type="contact_form", is_active=True)
    found = rows.filter(shop__slug=slug).order_by("id").first()
    if found is None:
        raise Http404
    return found


def site_origins(shop: Shop) -> list[str]:
    """Where the form may be framed: the shop's website, with and without www."""
    parts = urlsplit(shop.website)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return []
    bare = parts.netloc.removeprefix("www.")
    return [f"{parts.scheme}://{bare}", f"{parts.scheme}://www.{bare}"]


def choose_language(request: HttpRequest, shop: Shop) -> str:
    """What the page that links here asks for (`?lang=`), else the browser, else the shop's own."""
    wanted = [request.GET.get("lang", "")]
    wanted += [code for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", ""))]
    known = (code[:2].lower() for code in wanted)
    offered = shop.offered_languages()
    return next((code for code in known if code in offered), shop.language)


def _answer(request: HttpRequest, channel: Channel, *, embedded: bool) -> HttpResponse:
    language = choose_language(request, channel.shop)
    with translation.override(language):
        response = (
            _receive(request, channel, embedded) if request.method == "POST" else _ask(request, channel, embedded)
        )
    response.headers["Content-Language"] = language
    response.headers["Cache-Control"] = "no-store"
    return response


def _ask(request: HttpRequest, channel: Channel, embedded: bool) -> HttpResponse:
    known = {name: request.GET.get(name, "")[:150] for name in ("subject", "order")}
    return _show(request, channel, embedded, ContactForm(initial=known))


def _receive(request: HttpRequest, channel: Channel, embedded: bool) -> HttpResponse:
    form = ContactForm(request.POST, {"uploads": request.FILES.getlist("uploads")})
    if not form.is_valid():
        return _show(request, channel, embedded, form, status=422)
    if form.is_hasty():
        form.add_error(None, _("Please look at it and send it once more: this is how we keep robots out."))
        return _show(request, channel, embedded, form, status=422)
    if is_flood(channel.shop, form.cleaned_data["email"], visitors.network(request)):
        form.add_error(None, _("Too many messages came from here within an hour. Please try again later."))
        return _show(request, channel, embedded, form, status=429)
    language = translation.get_language() or channel.shop.language
    read = selfservice.contacted(readers.of(request, channel.shop, language))
    key, body = payload(form, language, read)
    ingress.accept(channel, body, external_id=key)
    return _confirm(request, channel, embedded, form.cleaned_data["email"])


def _show(request: HttpRequest, channel: Channel, embedded: bool, form: ContactForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "key": new_key(),
        "privacy": privacy.notice(channel.shop),
        "address": channel.outgoing.address,
        "suggest": reverse("help_suggest", args=[channel.shop.slug, translation.get_language()]),
        "must_choose_files_again": form.is_bound and bool(form.files.get("uploads")),
    }
    return render(request, "portal/contact.html", {**_frame(request, channel, embedded), **context}, status=status)


def _confirm(request: HttpRequest, channel: Channel, embedded: bool, email: str) -> HttpResponse:
    return render(request, "portal/contact_sent.html", {**_frame(request, channel, embedded), "email": email})


def _frame(request: HttpRequest, channel: Channel, embedded: bool) -> dict[str, object]:
    names = {code: translation.get_language_info(code)["name_local"] for code in channel.shop.offered_languages()}
    theme = request.GET.get("theme", "")
    return {
        "shop": channel.shop,
        "look": look.of(channel.shop),
        "embedded": embedded,
        "theme": theme if theme in ("light", "dark") else "",
        "languages": names,
        "is_written": request.method == "POST",
    }
