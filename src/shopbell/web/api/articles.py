"""Articles and their topics: what the help centre shows, and what is being written."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from django.http import HttpResponse
from ninja import Path, Query
from pydantic import BaseModel, Field

from shopbell.agents import permissions
from shopbell.integrations.models import Scope
from shopbell.knowledge import operations, queries, states
from shopbell.knowledge.models import Article, ArticleText, Topic, Version
from shopbell.knowledge.operations.articles import Conflict, Reason, Unfit
from shopbell.knowledge.states import Step
from shopbell.shops.models import Shop
from shopbell.web.api import paging
from shopbell.web.api.door import ApiRequest, done, operation, shown
from shopbell.web.api.fields import Body, Day, Id, Line, Prose
from shopbell.web.api.paging import After, Limit, Page
from shopbell.web.api.problems import Problem, wrong

TAG = "Articles"
READ, WRITE = Scope.ARTICLES_READ, Scope.ARTICLES_WRITE
Number = Annotated[int, Path(ge=1, le=2**63 - 1, examples=[12])]
Code = Literal["en", "de", "da", "et"]
Language = Annotated[Code, Path(examples=["de"])]
State = Literal["draft", "review", "published", "stale", "archived"]
MARKDOWN = "Send it back within {policy.return.window} days."


class TopicShape(BaseModel):
    """What articles of a shop are sorted under."""

    id: int = Field(examples=[3])
    shop_id: int = Field(examples=[1])
    names: dict[str, str] = Field(examples=[{"en": "Returns", "de": "Retouren"}])
    position: int = Field(description="Among the topics of the shop.", examples=[0])


class Topics(BaseModel):
    items: list[TopicShape]


class TextShape(BaseModel):
    """An article in one language. `published_version`: what customers read; null: nothing yet, or no more."""

    language: str = Field(examples=["de"])
    state: str = Field(examples=["published"])
    title: str = Field(examples=["Rückgabe"])
    slug: str = Field(description="Its address in the help centre.", examples=["rueckgabe"])
    version: int = Field(description="The newest.", examples=[4])
    published_version: int | None = Field(examples=[4])
    written_at: datetime = Field(examples=["2026-11-22T09:00:00Z"])


class ArticleShape(BaseModel):
    """An article in every language it is written in, without its words."""

    id: int = Field(examples=[12])
    shop_id: int = Field(examples=[1])
    key: str = Field(description="Its own id; of an imported one the id it had there.", examples=["returns"])
    topic_id: int | None = Field(examples=[3])
    is_internal: bool = Field(description="For the team only.", examples=[False])
    owner_id: int | None = Field(examples=[5])
    review_on: date | None = Field(examples=["2027-05-01"])
    changed_at: datetime = Field(examples=["2026-11-22T09:00:00Z"])
    texts: list[TextShape]


class VersionShape(BaseModel):
    """The newest version of an article in one language, as Markdown."""

    article_id: int = Field(examples=[12])
    language: str = Field(examples=["de"])
    state: str = Field(examples=["draft"])
    version: int = Field(examples=[4])
    title: str = Field(examples=["Rückgabe"])
    summary: str = Field(examples=["Wie lange und wohin."])
    body: str = Field(examples=[MARKDOWN])
    author_id: int | None = Field(examples=[5])
    written_at: datetime = Field(examples=["2026-11-22T09:00:00Z"])


@operation(TAG, "GET", "/topics", scope=READ, may=permissions.may_read, shape=Topics)
def list_topics(request: ApiRequest) -> HttpResponse:
    """The topics of every shop the agent works for, in their order."""
    rows = Topic.objects.filter(shop__in=queries.shops(request.agent)).order_by("shop", "position", "id")
    return shown(Topics(items=[_topic_shape(row) for row in rows]))


def _topic_shape(row: Topic) -> TopicShape:
    return TopicShape(id=row.pk, shop_id=row.shop_id, names=row.names, position=row.position)


class NewTopic(Body):
    """A topic with its name in one or several languages."""

    shop_id: Id = Field(examples=[1])
    names: dict[Code, Line] = Field(min_length=1, examples=[{"en": "Returns", "de": "Retouren"}])


@operation(TAG, "POST", "/topics", scope=WRITE, may=permissions.may_publish_articles, shape=TopicShape, status=201)
def create_topic(request: ApiRequest, body: NewTopic) -> HttpResponse:
    """Make a topic, the last of its shop."""
    shop = _shop(request, body.shop_id)
    row = operations.save_topic(Topic(), actor=request.agent.pk, shop=shop, names=_names(body.names))
    return shown(_topic_shape(row), 201)


class TopicChange(Body):
    """New names instead of all it had."""

    names: dict[Code, Line] = Field(min_length=1, examples=[{"en": "Returns", "de": "Rückgabe"}])


@operation(TAG, "PUT", "/topics/{number}", scope=WRITE, may=permissions.may_publish_articles, shape=TopicShape)
def replace_topic(request: ApiRequest, number: Number, body: TopicChange) -> HttpResponse:
    """Rename a topic."""
    row = operations.save_topic(_topic(request, number), actor=request.agent.pk, names=_names(body.names))
    return shown(_topic_shape(row))


@operation(TAG, "DELETE", "/topics/{number}", scope=WRITE, may=permissions.may_publish_articles, shape=None, status=204)
def delete_topic(request: ApiRequest, number: Number) -> HttpResponse:
    """Take a topic away; its articles stay, without one."""
    operations.delete_topic(_topic(request, number), actor=request.agent.pk)
    return done()


def _names(given: dict[Code, str]) -> dict[str, str]:
    names = {code: name.strip()[:100] for code, name in given.items() if name.strip()}
    if not names:
        raise wrong("/names", "A topic needs a name.")
    return {str(code): name for code, name in names.items()}


def _shop(request: ApiRequest, number: int) -> Shop:
    found = queries.shops(request.agent).filter(id=number).first()
    if found is None:
        raise wrong("/shop_id", "There is no such shop.")
    return found


def _topic(request: ApiRequest, number: int) -> Topic:
    found = Topic.objects.filter(id=number, shop__in=queries.shops(request.agent)).first()
    if found is None:
        raise Problem(404)
    return found


@operation(TAG, "GET", "/articles", scope=READ, may=permissions.may_read, shape=Page[ArticleShape])
def list_articles(
    request: ApiRequest,
    shop: Annotated[int | None, Query(ge=1, le=2**63 - 1, examples=[1])] = None,
    topic: Annotated[int | None, Query(ge=1, le=2**63 - 1, examples=[3])] = None,
    language: Annotated[Code | None, Query(examples=["de"])] = None,
    state: Annotated[State | None, Query(examples=["published"])] = None,
    limit: Limit = 50,
    after: After = "",
) -> HttpResponse:
    """Articles of the shops the agent works for, internal ones among them, newest first."""
    wanted = {"shop": shop, "topic": topic, "texts__language": language, "texts__state": state}
    rows = queries.visible(request.agent).filter(**{name: value for name, value in wanted.items() if value is not None})
    behind = paging.number(after)
    rows = rows.filter(id__lt=behind) if behind is not None else rows
    found, more = paging.cut(rows.distinct().prefetch_related("texts__published").order_by("-id"), limit)
    newest = _newest([text.pk for row in found for text in row.texts.all()])
    items = [_shape(row, newest) for row in found]
    return paging.shown(request, Page(items=items, next=paging.cursor(found[-1].pk) if more else None))


def _newest(text_ids: list[int]) -> dict[int, int]:
    """The number of the newest version of each text."""
    rows = Version.objects.filter(text__in=text_ids).order_by("text", "-number").distinct("text")
    return dict(rows.values_list("text", "number"))


def _shape(row: Article, newest: dict[int, int]) -> ArticleShape:
    return ArticleShape(
        id=row.pk,
        shop_id=row.shop_id,
        key=row.key,
        topic_id=row.topic_id,
        is_internal=row.is_internal,
        owner_id=row.owner_id,
        review_on=row.review_on,
        changed_at=row.changed_at,
        texts=[_text_shape(text, newest[text.pk]) for text in sorted(row.texts.all(), key=lambda text: text.language)],
    )


def _text_shape(text: ArticleText, newest: int) -> TextShape:
    return TextShape(
        language=text.language,
        state=text.state,
        title=text.title,
        slug=text.slug,
        version=newest,
        published_version=text.published.number if text.published else None,
        written_at=text.written_at,
    )


@operation(TAG, "GET", "/articles/{number}", scope=READ, may=permissions.may_read, shape=ArticleShape)
def get_article(request: ApiRequest, number: Number) -> HttpResponse:
    """One article with its languages and states."""
    return shown(_whole(_article(request, number)))


def _article(request: ApiRequest, number: int) -> Article:
    found = queries.visible(request.agent).select_related("shop").filter(id=number).first()
    if found is None:
        raise Problem(404)
    return found


def _whole(row: Article) -> ArticleShape:
    row = Article.objects.prefetch_related("texts__published").get(pk=row.pk)
    return _shape(row, _newest([text.pk for text in row.texts.all()]))


@operation(TAG, "GET", "/articles/{number}/{language}", scope=READ, may=permissions.may_read, shape=VersionShape)
def get_article_text(request: ApiRequest, number: Number, language: Language) -> HttpResponse:
    """The newest version in a language, published or not."""
    return shown(_version_shape(_text(request, number, language)))


def _text(request: ApiRequest, number: int, language: str) -> ArticleText:
    row = _article(request, number).texts.select_related("article").filter(language=language).first()
    if row is None:
        raise Problem(404)
    return row


def _version_shape(row: ArticleText) -> VersionShape:
    newest = row.versions.order_by("-number")[0]
    return VersionShape(
        article_id=row.article_id,
        language=row.language,
        state=row.state,
        version=newest.number,
        title=newest.title,
        summary=newest.summary,
        body=newest.body,
        author_id=newest.author_id,
        written_at=newest.created_at,
    )


class NewArticle(Body):
    """An article with its first text. The same `key` of the shop again is the same article."""

    shop_id: Id = Field(examples=[1])
    language: Code = Field(examples=["de"])
    key: Line = Field(default="", max_length=200, examples=["returns"])
    title: Line = Field(min_length=1, max_length=250, examples=["Rückgabe"])
    summary: Line = Field(default="", max_length=300, examples=["Wie lange und wohin."])
    body: Prose = Field(min_length=1, max_length=200_000, examples=[MARKDOWN])


@operation(TAG, "POST", "/articles", scope=WRITE, may=permissions.may_write_articles, shape=ArticleShape, status=201)
def create_article(request: ApiRequest, body: NewArticle) -> HttpResponse:
    """Begin an article: a draft, owned by the token's agent."""
    values = body.model_dump(exclude={"shop_id", "language"})
    try:
        row = operations.begin(_shop(request, body.shop_id), body.language, actor=request.agent.pk, **values)
    except Unfit as unfit:
        raise wrong("/body", str(unfit)) from None
    return shown(_whole(row.article), 201)


class ArticleChange(Body):
    """What holds in every language; what is left out stays."""

    topic_id: Id | None = Field(default=None, examples=[3])
    is_internal: bool = Field(default=False, examples=[False])
    review_on: Day | None = Field(default=None, examples=["2027-05-01"])


@operation(TAG, "PATCH", "/articles/{number}", scope=WRITE, may=permissions.may_publish_articles, shape=ArticleShape)
def change_article(request: ApiRequest, number: Number, body: ArticleChange) -> HttpResponse:
    """Topic, audience, the day to look at it again."""
    row, values = _article(request, number), body.model_dump(exclude_unset=True)
    if values.get("topic_id") and not Topic.objects.filter(id=values["topic_id"], shop=row.shop_id).exists():
        raise wrong("/topic_id", "This shop has no such topic.")
    operations.save_article(row, actor=request.agent.pk, **values)
    return shown(_whole(row))


class NewText(Body):
    """What is written. `based_on`: the version the writer had before them; a newer one makes it a conflict."""

    title: Line = Field(min_length=1, max_length=250, examples=["Rückgabe"])
    summary: Line | None = Field(default=None, max_length=300, examples=["Wie lange und wohin."])
    body: Prose = Field(min_length=1, max_length=200_000, examples=[MARKDOWN])
    slug: Line = Field(default="", max_length=100, examples=["rueckgabe"])
    based_on: int | None = Field(default=None, ge=0, le=2**31 - 1, examples=[4])


@operation(
    TAG, "PUT", "/articles/{number}/{language}", scope=WRITE, may=permissions.may_write_articles, shape=VersionShape
)
def write_article(request: ApiRequest, number: Number, language: Language, body: NewText) -> HttpResponse:
    """Write a new version in a language. What customers read stays until it is published."""
    article = _article(request, number)
    try:
        row = operations.write(article, language, actor=request.agent.pk, **body.model_dump())
    except Unfit as unfit:
        raise wrong("/body", str(unfit)) from None
    except Conflict as conflict:
        raise Problem(409, f"Somebody wrote version {conflict.newest.number} meanwhile.") from None
    return shown(_version_shape(row))


class Move(Body):
    """A step of its life; `review_on` with publish."""

    step: Literal["submit", "return", "publish", "archive", "revive"] = Field(examples=["publish"])
    review_on: Day | None = Field(default=None, examples=["2027-05-01"])


@operation(
    TAG,
    "POST",
    "/articles/{number}/{language}/steps",
    scope=WRITE,
    may=permissions.may_write_articles,
    shape=VersionShape,
)
def move_article(request: ApiRequest, number: Number, language: Language, body: Move) -> HttpResponse:
    """Send it to review, publish it, take it off the pages. Publishing and archiving are for leads and admins."""
    row, step, actor = _text(request, number, language), Step(body.step), request.agent.pk
    may = states.MOVES[step].may
    if may is None or not may(request.agent):
        raise Problem(403, "The agent this token acts as may not do that.")
    try:
        if step is Step.PUBLISH:
            operations.publish(row, actor=actor, review_on=body.review_on)
        else:
            _STEPS[step](row, actor=actor)
    except states.Impossible:
        raise Problem(409, f"From {row.state} there is no such step.") from None
    return shown(_version_shape(row))


_STEPS = {
    Step.SUBMIT: operations.submit,
    Step.RETURN: operations.send_back,
    Step.ARCHIVE: operations.archive,
    Step.REVIVE: operations.revive,
}


@operation(
    TAG, "DELETE", "/articles/{number}", scope=WRITE, may=permissions.may_publish_articles, shape=None, status=204
)
def delete_article(
    request: ApiRequest,
    number: Number,
    reason: Annotated[Literal["outdated", "wrong", "double", "personal", "other"], Query(examples=["outdated"])],
) -> HttpResponse:
    """Remove an article for good, in every language, with its versions and addresses."""
    operations.delete_article(_article(request, number), reason=Reason(reason), actor=request.agent.pk)
    return done()
