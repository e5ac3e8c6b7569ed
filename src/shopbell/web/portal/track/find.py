"""Where is my order? Found by its number and the e-mail address or postcode that belongs to it; without an account."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from shopbell.channels.operations import count_use
from shopbell.commerce.keys import key
from shopbell.core import crypto
from shopbell.shops.models import Shop
from shopbell.watching import queries, texts
from shopbell.web import visitors
from shopbell.web.desk.page import go
from shopbell.web.portal.page import choose_language, show, ways

TRIES, PER_SECONDS = 20, 600  # from one network
TRIES_OF_ONE = 6  # of one number, in an hour, from wherever: a postcode can be guessed


class FindForm(forms.Form):
    """What is on every order confirmation."""

    number = forms.CharField(
        label=gettext_lazy("Order number"), max_length=60, widget=forms.TextInput({"autocomplete": "off"})
    )
    proof = forms.CharField(
        label=gettext_lazy("E-mail address or postcode"),
        max_length=320,
        help_text=gettext_lazy("As given with the order."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )


@csrf_exempt  # nobody is signed in here, and nothing is changed
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask, and lead to the order. What is wrong is never said: a stranger learns nothing from it."""
    shop = get_object_or_404(Shop, slug=slug)
    with translation.override(choose_language(request, shop)):
        if request.method != "POST":
            known = {"number": request.GET.get("order", "")[:60]}
            return ask(request, shop, FindForm(initial=known))
        return _answer(request, shop, FindForm(request.POST))


def _answer(request: HttpRequest, shop: Shop, form: FindForm) -> HttpResponse:
    if not form.is_valid():
        return ask(request, shop, form, 422)
    number, proof = form.cleaned_data["number"], form.cleaned_data["proof"]
    if _is_too_often(request, shop, number):
        form.add_error(None, _("Too many tries. Please try again in an hour, or use the link in one of our e-mails."))
        return ask(request, shop, form, 429)
    found = queries.find_order(shop.id, number, proof)
    if found is None:
        form.add_error(None, _("We found no order with this number and this e-mail address or postcode."))
        return ask(request, shop, form, 404)
    token = crypto.sign_token(texts.TRACK, found.id)
    language = translation.get_language()
    return go(f"{reverse('track_order', args=[shop.slug, token])}?lang={language}")


def _is_too_often(request: HttpRequest, shop: Shop, number: str) -> bool:
    place = f"track:{shop.id}:{visitors.network(request)}"
    one = f"track-order:{shop.id}:{visitors.pseudonym(key(number))}"
    here, there = count_use(place, per_seconds=PER_SECONDS), count_use(one, per_seconds=3600)
    return here > TRIES or there > TRIES_OF_ONE


def ask(request: HttpRequest, shop: Shop, form: FindForm, status: int = 200, problem: str = "") -> HttpResponse:
    """The page with the two questions."""
    return show(request, shop, "track/find", {"form": form, "problem": problem, "ways": ways(shop)}, status=status)
