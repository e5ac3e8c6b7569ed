"""A shop's public contact form, on a page of its own and inside the shop's pages."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from shopbell.channels import ingress
from shopbell.channels.models import Channel
from shopbell.selfservice import operations as selfservice
from shopbell.shops.models import Shop
from shopbell.web import policy, visitors
from shopbell.web.portal import privacy, readers
from shopbell.web.portal.contact_form import ContactForm, is_flood, new_key, payload
from shopbell.web.portal.page import choose_language, frame, point, show, ways


@csrf_exempt  # nobody is signed in here; in a frame of another site there is no cookie; the form has a key of its own
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """The form on a page of its own; where it is closed, the other ways to a person."""
    channel = _open_form(slug)
    if channel is None:
        shop = get_object_or_404(Shop, slug=slug)
        was_sent = request.method == "POST"  # written while the form was being closed
        return show(request, shop, "contact_ways", {"ways": ways(shop)}, status=410 if was_sent else 200)
    return _answer(request, channel, embedded=False)


@require_safe
def notice(request: HttpRequest, slug: str) -> HttpResponse:
    """What happens to the data of who writes to the shop."""
    shop = get_object_or_404(Shop, slug=slug)
    with translation.override(choose_language(request, shop)):
        return show(request, shop, "privacy", {"privacy": privacy.notice(shop)})


@csrf_exempt
@xframe_options_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def embed(request: HttpRequest, slug: str) -> HttpResponse:
    """The same for a frame inside the shop's own site, and no other's (see static/js/contact-form-embed.js)."""
    channel = _open_form(slug)
    if channel is None:
        raise Http404
    response = _answer(request, channel, embedded=True)
    policy.changed(response, {"frame-ancestors": ["'self'", *site_origins(channel.shop)]})
    return response


def _open_form(slug: str) -> Channel | None:
    rows = Channel.objects.select_related("shop", "replies_through").filter(type="contact_form", is_active=True)
    return rows.filter(shop__slug=slug).order_by("id").first()


def site_origins(shop: Shop) -> list[str]:
    """Where the form may be framed: the shop's website, with and without www."""
    parts = urlsplit(shop.website)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return []
    bare = parts.netloc.removeprefix("www.")
    return [f"{parts.scheme}://{bare}", f"{parts.scheme}://www.{bare}"]


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
    point(form)
    context = {
        "form": form,
        "key": new_key(),
        "privacy": privacy.notice(channel.shop),
        "suggest": reverse("help_suggest", args=[channel.shop.slug, translation.get_language()]),
        "ways": replace(ways(channel.shop), address=channel.outgoing.address),
        "must_choose_files_again": form.is_bound and bool(form.files.get("uploads")),
    }
    return render(
        request, "portal/contact.html", {**frame(request, channel.shop, embedded=embedded), **context}, status=status
    )


def _confirm(request: HttpRequest, channel: Channel, embedded: bool, email: str) -> HttpResponse:
    return render(
        request, "portal/contact_sent.html", {**frame(request, channel.shop, embedded=embedded), "email": email}
    )
