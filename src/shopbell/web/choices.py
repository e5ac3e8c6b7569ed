"""Fields of forms that several pages ask."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from shopbell.shops.models import Shop


def any_shop(**options: Any) -> forms.ModelChoiceField:  # type: ignore[type-arg]  # not subscriptable when it runs
    """One shop, or none for every shop."""
    return forms.ModelChoiceField(
        Shop.objects.order_by("name"),
        label=gettext_lazy("Shop"),
        empty_label=gettext_lazy("every shop"),
        required=False,
        **options,
    )
