"""How much a visitor, a network and a whole shop may send. Named per window, so that a limit is one line.

The narrowest limit is asked first: what is refused to one visitor is not counted against the others of their network,
nor what is refused to a network against the shop.
"""

from __future__ import annotations

from django.conf import settings

from shopbell.web import visitors
from shopbell.web.chat.door import ChatRequest, limit

MINUTE, HOUR = 60, 3600
VISITS_PER_NETWORK_AND_HOUR = 60
MESSAGES_PER_VISIT_AND_MINUTE = 30
MESSAGES_PER_NETWORK_AND_MINUTE = 120
MESSAGES_PER_SHOP_AND_MINUTE = 6_000
FILES_PER_VISIT_AND_HOUR = 40
CODES_PER_VISIT_AND_HOUR = 6
TRIES_PER_VISIT_AND_HOUR = 20
TRANSCRIPTS_PER_VISIT_AND_DAY = 5
POLLS_PER_VISIT_AND_MINUTE = 120
POLLS_PER_NETWORK_AND_MINUTE = 1_200


def begins(request: ChatRequest) -> None:
    """A new visit. Raises Refusal."""
    rate = settings.CHAT_RATE
    network = visitors.network(request)
    limit("visits", network, most=VISITS_PER_NETWORK_AND_HOUR * rate, seconds=HOUR)
    limit("visits-of", request.chat.shop_id, most=3_000 * rate, seconds=HOUR)


def writes(request: ChatRequest) -> None:
    """A message. Raises Refusal."""
    rate = settings.CHAT_RATE
    limit("messages", request.visit.id, most=MESSAGES_PER_VISIT_AND_MINUTE * rate, seconds=MINUTE)
    network = visitors.network(request)
    limit("messages-from", network, most=MESSAGES_PER_NETWORK_AND_MINUTE * rate, seconds=MINUTE)
    limit("messages-of", request.chat.shop_id, most=MESSAGES_PER_SHOP_AND_MINUTE * rate, seconds=MINUTE)


def polls(request: ChatRequest) -> None:
    """A question for lines. Raises Refusal."""
    rate = settings.CHAT_RATE
    limit("polls", request.visit.id, most=POLLS_PER_VISIT_AND_MINUTE, seconds=MINUTE)
    limit("polls-from", visitors.network(request), most=POLLS_PER_NETWORK_AND_MINUTE * rate, seconds=MINUTE)


def uploads(request: ChatRequest) -> None:
    """A file. Raises Refusal."""
    limit("files", request.visit.id, most=FILES_PER_VISIT_AND_HOUR, seconds=HOUR)
    limit("files-from", visitors.network(request), most=200, seconds=HOUR)


def asks_code(request: ChatRequest) -> None:
    """A code by mail. Raises Refusal."""
    limit("codes", request.visit.id, most=CODES_PER_VISIT_AND_HOUR, seconds=HOUR)
    limit("codes-from", visitors.network(request), most=30, seconds=HOUR)


def tries_code(request: ChatRequest) -> None:
    """A code typed in. Raises Refusal."""
    limit("tries", request.visit.id, most=TRIES_PER_VISIT_AND_HOUR, seconds=HOUR)


def asks_transcript(request: ChatRequest) -> None:
    """A transcript by mail. Raises Refusal."""
    limit("transcripts", request.visit.id, most=TRANSCRIPTS_PER_VISIT_AND_DAY, seconds=24 * HOUR)
    address = visitors.pseudonym(request.visit.email)
    limit("transcripts-to", address, most=TRANSCRIPTS_PER_VISIT_AND_DAY, seconds=24 * HOUR)
