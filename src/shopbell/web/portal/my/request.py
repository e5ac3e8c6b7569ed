"""One request as its customer may see it: what was written, files, an answer of theirs, closed and opened again."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from shopbell.conversations import operations, outside
from shopbell.conversations.counters import DONE
from shopbell.conversations.locking import Merged
from shopbell.conversations.models import Attachment, Conversation, Message
from shopbell.conversations.operations.receiving import REOPENS_FOR
from shopbell.core import html, rich
from shopbell.core.ids import as_id
from shopbell.customers.models import Identity
from shopbell.selfservice import operations as selfservice
from shopbell.web import times, visitors
from shopbell.web.portal import privacy, readers
from shopbell.web.portal.contact_form import TOO_LONG, FilesField
from shopbell.web.portal.my import rate as ratings
from shopbell.web.portal.my.door import Place, find, signed_in
from shopbell.web.portal.my.requests import state_words, title

PER_HOUR = 30
LONG_HTML = 40_000
_IMAGE = re.compile(r"!\[([^\]\n]{1,255})\]")


class AnswerForm(forms.Form):
    """What the customer writes. `key` names one filling-in, so that sending twice is one message."""

    message = forms.CharField(
        label=gettext_lazy("Your answer"),
        max_length=20_000,
        widget=forms.Textarea({"rows": 5}),
        error_messages={"required": gettext_lazy("Write something first."), "max_length": TOO_LONG},
    )
    uploads = FilesField(
        label=gettext_lazy("Pictures or documents"),
        required=False,
        help_text=gettext_lazy("Up to 5 files, 5 MB each."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)


@dataclass(slots=True)
class File:
    """A file under a message."""

    name: str
    url: str
    thumbnail: str
    size: str


@dataclass(slots=True)
class Shown:
    """A message, ready to print."""

    id: int
    is_ours: bool
    who: str
    body: SafeString
    when: str
    when_exact: str
    at: str
    files: list[File] = field(default_factory=list)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def request(place: Place, who: outside.Viewer, number: int) -> HttpResponse:
    """The request; a POST is an answer."""
    found = find(place, who, number)
    if found.id != number and place.request.method != "POST":
        return redirect("my_request", place.shop.slug, found.id)
    if place.request.method == "POST":
        return _answer(place, who, found)
    return _show(place, who, found, AnswerForm(initial={"key": uuid.uuid4()}))


def _show(place: Place, who: outside.Viewer, found: Conversation, form: AnswerForm, status: int = 200) -> HttpResponse:
    rows = outside.timeline(who, found, as_id(place.request.GET.get("before", "")))
    more, rows = rows[: len(rows) - outside.TIMELINE], rows[-outside.TIMELINE :]
    first, newest = outside.ends(who, found)
    is_answered = newest is not None and newest.kind == Message.Kind.AGENT
    context: dict[str, Any] = {
        "conversation": found,
        "title": title(first.subject, first.text, found.id) if first else title("", "", found.id),
        "state": state_words(found, is_answered),
        "is_done": found.state in DONE,
        "goes_on": _goes_on(found),
        "messages": [_shown(place, who, row, found.shop.name) for row in rows],
        "older_url": f"?before={rows[0].id}" if more else "",
        "form": form,
        "privacy": privacy.notice(found.shop),
        "shop_of_it": found.shop.name if found.shop_id != place.shop.id else "",
        "is_sent": place.request.GET.get("sent") == "1",
        "is_moved": place.request.GET.get("moved") == "1",
    }
    rated = ratings.shown(found, place.request.GET.get("unrated") == "1")
    return place.show("request", {**context, **rated}, status)


def _goes_on(found: Conversation) -> bool:
    """Whether an answer joins it; else it begins a new one that says what it follows."""
    if found.state not in DONE:
        return True
    recently = found.resolved_at is not None and found.resolved_at > timezone.now() - REOPENS_FOR
    return outside.may_reopen(found) and recently


def _shown(place: Place, viewer: outside.Viewer, row: Message, shop: str) -> Shown:
    is_ours = row.kind != Message.Kind.CUSTOMER
    files = list(row.attachments.all())
    return Shown(
        id=row.id,
        is_ours=is_ours,
        who=_who(viewer, row, shop),
        body=_body(place, row, files),
        when=times.moment(row.occurred_at, timezone.now()),
        when_exact=times.exact(row.occurred_at),
        at=row.occurred_at.isoformat(),
        files=[_file(place, one) for one in files if f"cid:{one.content_id}" not in row.html or not one.content_id],
    )


def _who(viewer: outside.Viewer, row: Message, shop: str) -> str:
    """Ours is the shop, as it stands on our mails: who of us wrote is said by what they wrote themselves. Theirs is
    what came from any address they proved, whoever they were taken for when they wrote.
    """
    if row.kind != Message.Kind.CUSTOMER:
        return shop
    is_own = row.customer_id == viewer.customer.id or row.sender_address.lower() in viewer.addresses
    return _("You") if is_own else row.sender_name or row.sender_address


def _body(place: Place, row: Message, files: Sequence[Attachment]) -> SafeString:
    """What was written, as safe HTML; of an answer its formatting, too."""
    is_formatted = row.kind == Message.Kind.AGENT and row.inbound_id is None and 0 < len(row.html) <= LONG_HTML
    if is_formatted:
        addresses = {one.content_id: _address(place, one) for one in files if one.content_id}
        return mark_safe(rich.shown(html.sanitise_outgoing(row.html), addresses))
    return mark_safe(html.from_text(_IMAGE.sub(r"[\1]", row.text)))


def _file(place: Place, one: Attachment) -> File:
    address = _address(place, one)
    thumbnail = f"{address}thumbnail/" if one.blob.has_thumbnail else ""
    return File(one.name, address, thumbnail, filesizeformat(one.blob.size))


def _address(place: Place, one: Attachment) -> str:
    return reverse("my_file", args=[place.shop.slug, one.id])


def _answer(place: Place, who: outside.Viewer, found: Conversation) -> HttpResponse:
    form = AnswerForm(place.request.POST, _all_files(place.request))
    if not form.is_valid():
        return _show(place, who, found, form, 422)
    if visitors.is_too_often(f"portal:answer:{who.customer.id}", limit=PER_HOUR, per_seconds=3600):
        form.add_error(None, _("Too many messages within an hour. Please try again later."))
        return _show(place, who, found, form, 429)
    stored = operations.write_by_customer(
        found,
        _sender(place, who),
        key=str(form.cleaned_data["key"]),
        text=form.cleaned_data["message"],
        files=[(upload.name or "", upload.read()) for upload in _uploads(form)],
        subject=title(getattr(outside.ends(who, found)[0], "subject", ""), "", found.id),
        language=get_language() or "",
        read=selfservice.contacted(readers.of(place.request, found.shop, get_language() or found.shop.language)),
    )
    shown = outside.find(who, stored.conversation_id, place.only) or found  # who is blocked does not learn of it
    return redirect(f"{reverse('my_request', args=[place.shop.slug, shown.id])}?sent=1#m{stored.id}")


def _all_files(request: HttpRequest) -> Any:
    """All of them: a form by itself takes the last one of a field."""
    return {"uploads": request.FILES.getlist("uploads")}


def _uploads(form: AnswerForm) -> list[UploadedFile[Any]]:
    files: list[UploadedFile[Any]] = form.cleaned_data["uploads"]
    return files


def _sender(place: Place, who: outside.Viewer) -> Identity:
    """The address answers are to go to: the one signed in with, else one of theirs that takes mail."""
    assert place.sign_in is not None
    signed = place.sign_in.identity
    if signed.kind == "email":
        return signed
    mails = Identity.objects.select_related("customer").filter(customer=who.customer, kind="email")
    return mails.filter(verified_at__isnull=False).order_by("id").first() or signed


@require_POST
@signed_in
def close(place: Place, who: outside.Viewer, number: int) -> HttpResponse:
    """It is settled."""
    found = find(place, who, number)
    try:
        if found.state not in DONE:
            operations.close_by_customer(found.id, customer_id=who.customer.id)
    except Merged as merged:
        return redirect("my_request", place.shop.slug, merged.into_id)
    return _moved(place, found)


def _moved(place: Place, found: Conversation) -> HttpResponse:
    """To the request, which says how it stands now."""
    return redirect(f"{reverse('my_request', args=[place.shop.slug, found.id])}?moved=1")


@require_POST
@signed_in
def reopen(place: Place, who: outside.Viewer, number: int) -> HttpResponse:
    """It is not settled after all."""
    found = find(place, who, number)
    try:
        if _goes_on(found) and found.state in DONE:
            operations.reopen_by_customer(found.id, customer_id=who.customer.id)
    except Merged as merged:
        return redirect("my_request", place.shop.slug, merged.into_id)
    return _moved(place, found)
