"""Visits: begun with the first message, never before."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpResponse
from django.utils.translation import gettext as _

from shopbell.chats import operations, tokens
from shopbell.chats.models import Visit
from shopbell.customers import vouching
from shopbell.web.chat import floods
from shopbell.web.chat.door import ChatRequest, Refusal, body, chat, say, visit_of, words


@chat("POST", visit=False)
def visits(request: ChatRequest) -> HttpResponse:
    """Begin a visit; the same `client_id` again is the same one. With a visit's token that visit is vouched for."""
    said = body(request)
    client_id = read_id(said, "client_id")
    email = read_email(said)
    token = words(said, "vouch", vouching.MOST_CHARACTERS + 1)
    floods.begins(request)
    vouched = _vouched(request, token) if token else None
    known = request.headers.get("Authorization", "")
    visit = visit_of(request.chat.address, known) if known else _begun(request, client_id, said, email)
    if vouched is not None:
        _prove(visit, vouched)
    return say(shown(visit), 200 if known else 201)


def _begun(request: ChatRequest, client_id: uuid.UUID, said: dict[str, Any], email: str) -> Visit:
    language = words(said, "language", 5)[:2].lower()
    if language not in request.chat.shop.offered_languages():
        language = request.chat.shop.language
    try:
        return operations.begin(request.chat, client_id, language=language, name=words(said, "name", 100), email=email)
    except operations.VisitKnown:
        raise Refusal(409, "visit_known", _("This chat began long ago. Please begin a new one.")) from None


def _vouched(request: ChatRequest, token: str) -> vouching.Vouched:
    """What the shop says of somebody, before anything is begun for them. Raises Refusal."""
    try:
        return vouching.read(request.chat.shop, token)
    except vouching.Forged:
        raise Refusal(403, "forged", _("The shop could not be recognised. Please load the page again.")) from None


def _prove(visit: Visit, vouched: vouching.Vouched) -> None:
    """Take the shop's word for who somebody is. Raises Refusal."""
    try:
        operations.prove_by_vouching(visit, vouched)
    except operations.OtherCustomer:
        raise Refusal(409, "other_customer", _("This chat was somebody else's. Please begin a new one.")) from None
    visit.refresh_from_db()


def shown(visit: Visit) -> dict[str, Any]:
    """{token, level, customer}."""
    customer = {"customer": {"name": visit.name, "email": visit.email}} if visit.name or visit.email else {}
    return {"token": tokens.make(visit), "level": visit.level, **customer}


def read_id(said: dict[str, Any], name: str) -> uuid.UUID:
    """A UUID of a request. Raises Refusal."""
    try:
        return uuid.UUID(words(said, name, 50))
    except ValueError:
        raise Refusal(422, name, _("That could not be understood.")) from None


def read_email(said: dict[str, Any]) -> str:
    """An address of a request, "" for none. Raises Refusal."""
    email = words(said, "email", 300).strip().lower()
    try:
        if email:
            validate_email(email)
    except ValidationError:
        raise Refusal(422, "email", _("This is no e-mail address.")) from None
    if len(email) > 254 or email.endswith(".invalid"):
        raise Refusal(422, "email", _("This is no e-mail address."))
    return email
