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
VISITS_PER_SHOP_AND_HOUR = 3_000
MESSAGES_PER_VISIT_AND_MINUTE = 30
MESSAGES_PER_NETWORK_AND_MINUTE = 120
MESSAGES_PER_SHOP_AND_MINUTE = 6_000
FILES_PER_VISIT_AND_HOUR = 40
FILES_PER_NETWORK_AND_HOUR = 200
CODES_PER_VISIT_AND_HOUR = 6
CODES_PER_NETWORK_AND_HOUR = 30
TRIES_PER_VISIT_AND_HOUR = 20
TRANSCRIPTS_PER_VISIT_AND_DAY = 5
POLLS_PER_VISIT_AND_MINUTE = 120
POLLS_PER_NETWORK_AND_MINUTE = 1_200


def begins(request: ChatRequest) -> None:
    """A new visit. Raises Refusal."""
    rate = settings.CHAT_RATE
    limit(
        ("visits", visitors.network(request), VISITS_PER_NETWORK_AND_HOUR * rate),
        ("visits-of", request.chat.shop_id, VISITS_PER_SHOP_AND_HOUR * rate),
        seconds=HOUR,
    )


def writes(request: ChatRequest) -> None:
    """A message. Raises Refusal."""
    rate = settings.CHAT_RATE
    limit(
        ("messages", request.visit.id, MESSAGES_PER_VISIT_AND_MINUTE * rate),
        ("messages-from", visitors.network(request), MESSAGES_PER_NETWORK_AND_MINUTE * rate),
        ("messages-of", request.chat.shop_id, MESSAGES_PER_SHOP_AND_MINUTE * rate),
        seconds=MINUTE,
    )


def polls(request: ChatRequest) -> None:
    """A question for lines. Raises Refusal."""
    limit(
        ("polls", request.visit.id, POLLS_PER_VISIT_AND_MINUTE),
        ("polls-from", visitors.network(request), POLLS_PER_NETWORK_AND_MINUTE * settings.CHAT_RATE),
        seconds=MINUTE,
    )


def uploads(request: ChatRequest) -> None:
    """A file. Raises Refusal."""
    limit(
        ("files", request.visit.id, FILES_PER_VISIT_AND_HOUR),
        ("files-from", visitors.network(request), FILES_PER_NETWORK_AND_HOUR),
        seconds=HOUR,
    )


def asks_code(request: ChatRequest) -> None:
    """A code by mail. Raises Refusal."""
    limit(
        ("codes", request.visit.id, CODES_PER_VISIT_AND_HOUR),
        ("codes-from", visitors.network(request), CODES_PER_NETWORK_AND_HOUR),
        seconds=HOUR,
    )


def tries_code(request: ChatRequest) -> None:
    """A code typed in. Raises Refusal."""
    limit(("tries", request.visit.id, TRIES_PER_VISIT_AND_HOUR), seconds=HOUR)


def asks_transcript(request: ChatRequest) -> None:
    """A transcript by mail. Raises Refusal."""
    limit(
        ("transcripts", request.visit.id, TRANSCRIPTS_PER_VISIT_AND_DAY),
        ("transcripts-to", visitors.pseudonym(request.visit.email), TRANSCRIPTS_PER_VISIT_AND_DAY),
        seconds=24 * HOUR,
    )
