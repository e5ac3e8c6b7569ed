"""Macros, tags and templates of checklists are made, changed and taken away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from django.http import HttpResponse
from pydantic import Field

from shopbell.agents import permissions
from shopbell.conversations.models import Tag
from shopbell.integrations.models import Scope
from shopbell.knowledge import operations
from shopbell.knowledge.models import Macro
from shopbell.lists.operations import tags
from shopbell.web.api import find
from shopbell.web.api.desk import TAG, MacroShape, TagShape, macro_shape, tag_shape
from shopbell.web.api.door import ApiRequest, done, operation, shown
from shopbell.web.api.fields import Body, Id, Line, Number, Prose, Word
from shopbell.web.api.problems import Problem, wrong

WRITE = Scope.DESK_WRITE
Language = Literal["", "en", "de", "da", "et"]
Colour = Literal["", "red", "amber", "green", "blue", "violet"]


class NewMacro(Body):
    """A prepared answer as plain text."""

    name: Line = Field(min_length=1, max_length=100, examples=["Parcel is late"])
    body: Prose = Field(min_length=1, examples=["Dear {customer.first_name}, …"])
    language: Language = Field(default="", description="Empty: any.", examples=["en"])
    shop_id: Id | None = Field(default=None, description="null: every shop.", examples=[None])


@operation(TAG, "POST", "/macros", scope=WRITE, may=permissions.may_edit_macros, shape=MacroShape, status=201)
def create_macro(request: ApiRequest, body: NewMacro) -> HttpResponse:
    """Make a macro."""
    return shown(macro_shape(_save(request, Macro(), body)), 201)


@operation(TAG, "PUT", "/macros/{number}", scope=WRITE, may=permissions.may_edit_macros, shape=MacroShape)
def change_macro(request: ApiRequest, number: Number, body: NewMacro) -> HttpResponse:
    """Change a macro; what it had of formatting is given up for the new text."""
    return shown(macro_shape(_save(request, _macro(request, number), body)))


@operation(TAG, "DELETE", "/macros/{number}", scope=WRITE, may=permissions.may_edit_macros, shape=None, status=204)
def delete_macro(request: ApiRequest, number: Number) -> HttpResponse:
    """Delete a macro. Messages written with it stay as they are."""
    operations.delete_macro(_macro(request, number), actor=request.agent.pk)
    return done()


def _macro(request: ApiRequest, number: int) -> Macro:
    row = Macro.objects.filter(id=number).first()
    if row is None or not permissions.scope(request.agent).has_shop(row.shop_id):
        raise Problem(404)
    return row


def _save(request: ApiRequest, row: Macro, body: NewMacro) -> Macro:
    shop = find.named_shop(request, body.shop_id) if body.shop_id else None
    if not body.name.strip() or not body.body.strip():
        raise wrong("/name" if body.body.strip() else "/body", "It is empty.")
    words = {"name": body.name.strip(), "body": body.body, "html": "", "language": body.language, "shop": shop}
    return operations.save_macro(row, actor=request.agent.pk, **words)


class TagLook(Body):
    """How a tag looks, and what it is for."""

    colour: Colour = Field(default="", description="Empty: none.", examples=["blue"])
    description: Line = Field(default="", max_length=200, examples=["Parcels that are late"])


class NewTag(TagLook):
    """A word conversations are to be sorted by."""

    name: Word = Field(min_length=1, examples=["delivery"])


@operation(TAG, "POST", "/tags", scope=WRITE, may=permissions.may_edit_tags, shape=TagShape, status=201)
def create_tag(request: ApiRequest, body: NewTag) -> HttpResponse:
    """Make a tag."""
    return shown(_save_tag(request, Tag(), body, body.name), 201)


@operation(TAG, "PATCH", "/tags/{number}", scope=WRITE, may=permissions.may_edit_tags, shape=TagShape)
def change_tag(request: ApiRequest, number: Number, body: TagLook) -> HttpResponse:
    """Change how a tag looks. For another name there is `rename`: that changes every conversation with it."""
    row = _tag(number)
    return shown(_save_tag(request, row, body, row.name))


class OtherName(Body):
    """What it is called from now on."""

    name: Word = Field(min_length=1, examples=["shipping"])


class Stays(Body):
    """Which tag stays."""

    into_id: Id = Field(examples=[12])


@operation(TAG, "POST", "/tags/{number}/rename", scope=WRITE, may=permissions.may_edit_tags, shape=TagShape, status=202)
def rename_tag(request: ApiRequest, number: Number, body: OtherName) -> HttpResponse:
    """Call it otherwise everywhere; conversations follow in the background."""
    row = _tag(number)
    return _leaving(row, lambda: tags.rename_tag(row, actor=request.agent, name=body.name))


@operation(TAG, "POST", "/tags/{number}/merge", scope=WRITE, may=permissions.may_edit_tags, shape=TagShape, status=202)
def merge_tag(request: ApiRequest, number: Number, body: Stays) -> HttpResponse:
    """Put another tag in its place everywhere; conversations follow in the background."""
    row, stays = _tag(number), Tag.objects.filter(id=body.into_id).first()
    if stays is None:
        raise wrong("/into_id", "There is no such tag.")
    return _leaving(row, lambda: tags.merge_tag(row, into=stays, actor=request.agent))


@operation(TAG, "DELETE", "/tags/{number}", scope=WRITE, may=permissions.may_edit_tags, shape=None, status=204)
def delete_tag(request: ApiRequest, number: Number) -> HttpResponse:
    """Take a tag away wherever it is; conversations follow in the background."""
    row = _tag(number)
    _leaving(row, lambda: tags.delete_tag(row, actor=request.agent))
    return done()


def _leaving(row: Tag, leave: Callable[[], object]) -> HttpResponse:
    try:
        leave()
    except tags.Busy:
        raise Problem(409, "The tag is being taken away already.") from None
    except tags.Exists:
        raise Problem(409, "There is a tag of this name already: merge them.") from None
    except ValueError:
        raise Problem(409, "It would be the same tag.") from None
    row.refresh_from_db()
    return shown(tag_shape(row), 202)


def _tag(number: int) -> Tag:
    row = Tag.objects.filter(id=number).first()
    if row is None:
        raise Problem(404)
    return row


def _save_tag(request: ApiRequest, row: Tag, body: TagLook, name: str) -> TagShape:
    try:
        look = {"colour": body.colour, "description": body.description}
        saved = tags.save_tag(row, actor=request.agent, name=name, **look)
    except tags.Exists:
        raise Problem(409, "There is a tag of this name already.") from None
    except ValueError:
        raise wrong("/name", "A tag needs a letter.") from None
    saved.refresh_from_db()
    return tag_shape(saved)
