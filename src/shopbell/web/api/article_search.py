"""Search in published articles, as the desk and the help centre do."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpResponse
from ninja import Query
from pydantic import BaseModel, Field

from shopbell.agents import permissions
from shopbell.core import text
from shopbell.integrations.models import Scope
from shopbell.knowledge import queries
from shopbell.knowledge.queries import FoundArticle
from shopbell.web.api.door import ApiRequest, operation, shown
from shopbell.web.api.problems import wrong

TAG = "Articles"


class FoundArticleShape(BaseModel):
    """An article that fits, the best first."""

    article_id: int = Field(examples=[12])
    language: str = Field(description="Another one where there is none in the language asked for.", examples=["de"])
    title: str = Field(examples=["Rückgabe"])
    slug: str = Field(examples=["rueckgabe"])
    is_internal: bool = Field(description="For the team only.", examples=[False])
    snippet: str = Field(description="The words around what was found.", examples=["… innerhalb von 14 Tagen …"])


class FoundArticles(BaseModel):
    items: list[FoundArticleShape]


@operation(TAG, "GET", "/article-search", scope=Scope.ARTICLES_READ, may=permissions.may_read, shape=FoundArticles)
def search_articles(
    request: ApiRequest,
    q: Annotated[str, Query(min_length=1, max_length=200, examples=["return shoes"])],
    shop: Annotated[int, Query(ge=1, le=2**63 - 1, examples=[1])],
    language: Annotated[Literal["en", "de", "da", "et"], Query(examples=["de"])] = "en",
    internal: Annotated[bool, Query(description="Those for the team, too.")] = False,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> HttpResponse:
    """Published articles of a shop that fit the words; slips of the finger are forgiven."""
    row = queries.shops(request.agent).filter(id=shop).first()
    if row is None:
        raise wrong("shop", "There is no such shop.")
    found = queries.find_articles(row, text.clean(q), language, internal=internal, limit=limit)
    return shown(FoundArticles(items=[_shape(one) for one in found]))


def _shape(one: FoundArticle) -> FoundArticleShape:
    return FoundArticleShape(
        article_id=one.text.article_id,
        language=one.text.language,
        title=one.title,
        slug=one.text.slug,
        is_internal=one.text.article.is_internal,
        snippet="".join(part for part, _is_hit in one.snippet),
    )
