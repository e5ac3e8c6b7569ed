"""`POST /presence/`: an agent looks at a conversation, types in it, or has left it. Told on at once, kept nowhere."""

from __future__ import annotations

import json

from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.views.decorators.http import require_POST

from shopbell.agents.permissions import may_read
from shopbell.conversations import queries
from shopbell.core.ids import as_id
from shopbell.web.guards import agent_of, allow
from shopbell.web.live.presence import CHANNEL, STATES


@require_POST
@allow(may_read)
def presence(request: HttpRequest) -> HttpResponse:
    """`conversation` and `state` (`presence.STATES`); to be repeated every 15 seconds, for it fades after 30."""
    agent = agent_of(request)
    number, state = as_id(request.POST.get("conversation", "")), request.POST.get("state", "")
    if number is None or state not in STATES:
        return HttpResponseBadRequest()
    if not queries.visible(agent).filter(id=number).exists():
        raise Http404
    said = {"conversation": number, "agent": agent.pk, "name": agent.name, "state": state}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps(said, ensure_ascii=False)])
    return HttpResponse(status=204)
