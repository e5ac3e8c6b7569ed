"""The right article comes first."""

from __future__ import annotations

import pytest

from tests import factories
from tests.knowledge import ranking

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ranking.LANGUAGES)
def test_rank(language: str) -> None:
    shop = factories.shop(language=language)
    ranking.build(shop, language)
    for kind, query, place, found in ranking.ranks(shop, language):
        if place != 1:
            print(f"{language} {kind:10} {place} {query} -> {found}")
    print(language, ranking.figures(shop, language))
