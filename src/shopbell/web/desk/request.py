"""Who may ask: every view of the desk is behind one of these doors."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, connection
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails
from psycopg.errors import ForeignKeyViolation

from shopbell.agents import permissions
from shopbell.agents.models import Agent
from shopbell.conversations import locking, queries
from shopbell.conversations.models import Conversation, Message
from shopbell.lists import queries as lists
from shopbell.lists.models import View as SavedView
from shopbell.web.guards import SAFE, View, allow

log = logging.getLogger(__name__)
GONE = (ObjectDoesNotExist, IntegrityError)


class AgentRequest(HttpRequest):
    """A request of somebody who is signed in and may be here."""

    user: Agent
    htmx: HtmxDetails
    saved_view: SavedView | None
    log_position: int  # the newest event when the page began to be made: live updates go on from there


def reading(view: View) -> View:
    """A page to look at."""
    return door(permissions.may_read, SAFE)(view)


def writing(view: View) -> View:
    """Something done to a conversation: POST only, by those who may answer."""
    return door(permissions.may_answer, ("POST",))(view)


def asking(view: View) -> View:
    """A form that does something to a conversation, and what it sends."""
    return door(permissions.may_answer, (*SAFE, "POST"))(view)


def passing_on(view: View) -> View:
    """A form that sends what a customer wrote to somebody else."""
    return door(permissions.may_pass_on, (*SAFE, "POST"))(view)


def own(view: View) -> View:
    """Something about the agent who asks."""
    return door(permissions.may_read, (*SAFE, "POST"))(view)


def blocking(view: View) -> View:
    """Shutting addresses out."""
    return door(permissions.may_block, (*SAFE, "POST"))(view)


def redacting(view: View) -> View:
    """Removing passages and files for good."""
    return door(permissions.may_redact, (*SAFE, "POST"))(view)


def deleting(view: View) -> View:
    """Removing whole conversations for good."""
    return door(permissions.may_delete, (*SAFE, "POST"))(view)


def serving(view: View) -> View:
    """The desk of a store."""
    return door(permissions.may_serve_in_store, (*SAFE, "POST"))(view)


def approving(view: View) -> View:
    """Being the second person for what is done in a shop."""
    return door(permissions.may_approve_actions, ("POST",))(view)


def failures(view: View) -> View:
    """Raw mail that could not be understood."""
    return door(permissions.may_handle_failures, (*SAFE, "POST"))(view)


def door(may: Callable[[Agent], bool], methods: tuple[str, ...] = ()) -> Callable[[View], View]:
    """`guards.allow` for a page that goes on living: it knows how far the log was when it began to be made.

    What somebody merges or deletes while another agent does something to it is not there any more: no error.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def dated(request: AgentRequest, *args: Any, **values: Any) -> HttpResponseBase:
            request.log_position = 0 if is_part(request) else _log_position()
            try:
                return view(request, *args, **values)
            except locking.Merged as merged:
                return _where_it_went(request, merged)
            except GONE as gone:
                if isinstance(gone, IntegrityError) and not isinstance(gone.__cause__, ForeignKeyViolation):
                    raise
                log.warning("gone meanwhile: %s", request.path, exc_info=gone)
                raise Http404 from gone

        return allow(may, methods)(dated)

    return decorate


def _where_it_went(request: AgentRequest, merged: locking.Merged) -> HttpResponseBase:
    """Somebody merged it while this agent looked at it: say so, and show it where it is now."""
    told = _("#{number} was merged into #{into} meanwhile, so this was not done.")
    messages.error(request, told.format(number=merged.conversation_id, into=merged.into_id))
    is_seen = queries.visible(request.user).filter(id=merged.into_id).exists()
    number = merged.into_id if is_seen else merged.conversation_id
    response = HttpResponseRedirect(f"{reverse('desk:conversation', args=[number])}?view={view_name(request)}")
    response.status_code = 303
    return response


def _log_position() -> int:
    with connection.cursor() as cursor:  # on every page
        cursor.execute("SELECT max(id) FROM events_event")
        return cursor.fetchone()[0] or 0


def is_part(request: AgentRequest) -> bool:
    """Asked by a script for a part of the page, rather than by the browser for all of it."""
    return bool(request.htmx) and request.headers.get("HX-Request-Type") != "full"


def is_renewal(request: AgentRequest) -> bool:
    """Asked by our own scripts in the background; what somebody pressed comes from htmx, which says more."""
    return bool(request.htmx) and "HX-Request-Type" not in request.headers


def find_conversation(request: AgentRequest, number: int) -> Conversation:
    """The conversation, if it exists and the agent may see it; else 404."""
    found = queries.conversation(request.user, number)
    if found is None:
        raise Http404
    return found


def find_message(request: AgentRequest, number: int) -> Message:
    """The message, if it exists and the agent may see its conversation; else 404."""
    found = queries.message(request.user, number)
    if found is None:
        raise Http404
    return found


def view_name(request: AgentRequest) -> str:
    """The view the agent works in, standard or saved: it decides which list is shown and what comes next."""
    name = request.GET.get("view", "")
    return name if name in queries.VIEWS or saved_view(request) else "open"


def saved_view(request: AgentRequest) -> SavedView | None:
    """The view somebody made that the agent works in; asked for once."""
    if not hasattr(request, "saved_view"):
        name = request.GET.get("view", "")
        request.saved_view = None if name in queries.VIEWS else lists.find_view(request.user, name)
    return request.saved_view
