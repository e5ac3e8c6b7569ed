"""Who a visitor is: an address and a code; and what is mailed to them."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _

from shopbell.chats import operations
from shopbell.customers import operations as customers
from shopbell.web import visitors
from shopbell.web.chat import floods
from shopbell.web.chat.door import ChatRequest, Refusal, body, chat, say, words
from shopbell.web.chat.visits import read_email, shown


@chat("POST")
def address(request: ChatRequest) -> HttpResponse:
    """They type an address: a code goes there, the same whether anybody of it is known or not."""
    said = body(request)
    email = _needed(read_email(said))
    floods.asks_code(request)
    visit = request.visit
    try:
        customers.send_code(request.chat.shop, email, visit.language, visitor=visitors.network(request))
    except customers.TooOften as error:
        words_ = _("That was too much at once. Please wait a moment.")
        raise Refusal(429, "too_often", words_, retry_after=error.seconds) from None
    operations.introduce(visit, email=email, name=words(said, "name", 100))
    return say({"level": visit.level}, 202)


def _needed(email: str) -> str:
    if not email:
        raise Refusal(422, "email", _("This is no e-mail address."))
    return email


@chat("POST")
def code(request: ChatRequest) -> HttpResponse:
    """They type the code: the address is theirs, and what they wrote is that customer's."""
    said = body(request)
    email = _needed(read_email(said))
    floods.tries_code(request)
    if not customers.redeem(request.chat.shop, email, words(said, "code", 40)):
        raise Refusal(422, "wrong_code", _("This code is wrong or too old."))
    try:
        operations.prove_by_code(request.visit, email)
    except operations.OtherCustomer:
        raise Refusal(409, "other_customer", _("This chat was somebody else's. Please begin a new one.")) from None
    request.visit.refresh_from_db()
    return say(shown(request.visit))


@chat("POST")
def transcript(request: ChatRequest) -> HttpResponse:
    """What was said goes to their address."""
    floods.asks_transcript(request)
    try:
        operations.send_transcript(request.visit)
    except operations.NoAddress:
        raise Refusal(422, "no_address", _("Say where to send it first.")) from None
    except operations.NoMailbox:
        raise Refusal(422, "no_mail", _("This chat cannot send mail.")) from None
    return say({}, 202)
