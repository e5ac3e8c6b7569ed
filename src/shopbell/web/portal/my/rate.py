"""How it was: one to five, and a few words if the customer likes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from shopbell.conversations import operations, outside
from shopbell.conversations.locking import Merged
from shopbell.conversations.models import Conversation, Rating, Score
from shopbell.web.portal.my.door import Place, find, signed_in


class RatingForm(forms.Form):
    """The score, and words."""

    score = forms.TypedChoiceField(choices=Score.choices, coerce=int)
    comment = forms.CharField(
        label=gettext_lazy("Anything you want to add"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )


@require_POST
@signed_in
def rate(place: Place, who: outside.Viewer, number: int) -> HttpResponse:
    """Keep it. A form without a score changes nothing, and says so where it stands."""
    found = find(place, who, number)
    form = RatingForm(place.request.POST)
    address = redirect("my_request", place.shop.slug, found.id)
    if not form.is_valid():
        address.headers["Location"] += "?unrated=1#rating"
        return address
    try:
        operations.rate_by_customer(found.id, customer_id=who.customer.id, **form.cleaned_data)
    except (operations.CannotRate, Merged):
        return address
    address.headers["Location"] += "#rating"
    return address


def shown(found: Conversation, is_unrated: bool) -> dict[str, Any]:
    """What a request's page says of its rating: the form, what was given, or nothing."""
    rating = Rating.objects.filter(conversation=found).first()
    may = operations.may_rate(found, rating)
    initial = {"score": rating.score, "comment": rating.comment} if rating else {}
    words = Score(rating.score).label if rating else ""
    scores = [(score.value, score.label, bool(rating and rating.score == score.value)) for score in Score]
    return {
        "rating": words,
        "may_rate": may,
        "scores": scores if may else (),
        "rating_form": RatingForm(initial=initial),
        "is_unrated": is_unrated,
    }
