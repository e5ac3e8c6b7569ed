"""Who is signed in at the portal: a cookie of its own, which is never an agent's session, and the other way round."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.debug import sensitive_post_parameters

from shopbell.conversations import outside
from shopbell.conversations.models import Conversation
from shopbell.core import zones
from shopbell.customers import operations as customers
from shopbell.customers import queries
from shopbell.customers.models import Identity, SignIn
from shopbell.customers.operations.signing_in import LASTS
from shopbell.shops.models import Shop
from shopbell.web.portal.page import LANGUAGE_COOKIE, choose_language, show, ways

COOKIE = "shopbell_customer"
ASKED = "shopbell_asked"  # which address a code was sent to, until it is typed in
PATH = "/my/"
ASKED_SECONDS = 900
_SALT = "portal"


@dataclass(frozen=True)
class Place:
    """A page of a shop's portal and who asked for it; `sign_in` is None for a stranger."""

    request: HttpRequest
    shop: Shop
    sign_in: SignIn | None

    @property
    def only(self) -> int | None:
        """The shop whose requests alone are shown: on a host name of its own other shops are not there."""
        here: Shop | None = getattr(self.request, "shop_here", None)
        return here.id if here is not None else None

    def show(self, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        """A page in the shop's look."""
        context = {"place": self, "is_signed_in": self.sign_in is not None, **context}
        return show(self.request, self.shop, f"my/{template}", context, status=status)


View = Callable[..., HttpResponseBase]


def opened(view: View) -> View:
    """A page of the portal that anybody may open: `view(place, …)`, in the reader's language and the shop's zone."""

    @wraps(view)
    @sensitive_post_parameters()
    def entered(request: HttpRequest, slug: str, **values: Any) -> HttpResponseBase:
        shop = get_object_or_404(Shop, slug=slug)
        with translation.override(choose_language(request, shop)), timezone.override(zones.named(shop.time_zone)):
            place = Place(request, shop, current(request))
            try:
                response = view(place, **values)
            except Http404:
                response = place.show("missing", {"ways": ways(shop)}, 404)
        _remember_language(request, shop, response)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return entered


def signed_in(view: View) -> View:
    """A page for customers who proved who they are: `view(place, who, …)`. Others are asked to, and led back."""

    @wraps(view)
    def entered(place: Place, **values: Any) -> HttpResponseBase:
        if place.sign_in is None:
            return _ask(place, values.get("number", 0))
        return view(place, outside.viewer(place.sign_in.identity.customer), **values)

    guarded = opened(entered)
    guarded.is_for_customers = True  # type: ignore[attr-defined]  # the tests hold every address of the portal to it
    return guarded


def _ask(place: Place, number: int) -> HttpResponse:
    """To the sign-in; what a customer wrote in a page whose sign-in has ended meanwhile is given back to them."""
    request = place.request
    address = reverse("my", args=[place.shop.slug])
    if written := request.POST.get("message") or request.POST.get("comment"):
        return place.show("signed_out", {"written": written, "address": f"{address}?to={number}"}, 403)
    is_page = request.method in ("GET", "HEAD") and number and "/files/" not in request.path
    return redirect(f"{address}?to={number}" if is_page else address)


def find(place: Place, who: outside.Viewer, number: int) -> Conversation:
    """The request of this number, or where it went. Raises Http404."""
    found = outside.find(who, number, place.only)
    if found is None:
        raise Http404
    return found


def current(request: HttpRequest) -> SignIn | None:
    """Whose sign-in the request carries, if it has not ended."""
    secret = request.get_signed_cookie(COOKIE, default="", salt=_SALT, max_age=int(LASTS.total_seconds()))
    return queries.signed_in(secret) if secret else None


def let_in(place: Place, identity: Identity, to: int = 0) -> HttpResponse:
    """Sign a customer in and lead to a clean address: a request of theirs, or all of them."""
    if place.sign_in is not None:
        customers.sign_out(place.sign_in.id)
    secret = customers.sign_in(identity, place.shop)
    slug = place.shop.slug
    response = redirect(reverse("my_request", args=[slug, to]) if to else reverse("my", args=[slug]))
    _set(response, COOKIE, secret, int(LASTS.total_seconds()))
    response.delete_cookie(ASKED, path=PATH)
    return response


def let_out(place: Place) -> HttpResponse:
    """To the start, without a sign-in."""
    response = redirect("my", place.shop.slug)
    response.delete_cookie(COOKIE, path=PATH)
    return response


def remember_asked(response: HttpResponse, address: str, to: int) -> None:
    """Keep, for some minutes, which address a code was sent to and where its owner wanted to go."""
    _set(response, ASKED, signing.dumps([address, to], salt=_SALT), ASKED_SECONDS)


def asked(request: HttpRequest) -> tuple[str, int]:
    """("", 0) when no code was asked for from here."""
    kept = request.get_signed_cookie(ASKED, default="", salt=_SALT, max_age=ASKED_SECONDS)
    address, to = signing.loads(kept, salt=_SALT) if kept else ("", 0)
    return address, to


def _set(response: HttpResponse, name: str, value: str, seconds: int) -> None:
    response.set_signed_cookie(
        name, value, salt=_SALT, max_age=seconds, path=PATH, secure=settings.HTTPS, httponly=True, samesite="Lax"
    )


def _remember_language(request: HttpRequest, shop: Shop, response: HttpResponseBase) -> None:
    """The one somebody chose, for the pages after this one."""
    chosen = request.GET.get("lang") or request.GET.get("language")
    if chosen in shop.offered_languages():
        response.set_cookie(LANGUAGE_COOKIE, chosen, path=PATH, secure=settings.HTTPS, httponly=True, samesite="Lax")
