"""Versions of an article: what changed from one to another, and bringing an earlier one back."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from shopbell.core.ids import as_id
from shopbell.knowledge import comparing, operations
from shopbell.knowledge.models import ArticleText, Version
from shopbell.web import times
from shopbell.web.desk import page
from shopbell.web.desk.article import address, find_text, writing_articles
from shopbell.web.desk.request import AgentRequest, reading

SHOWN = 200  # versions listed


@reading
def history(request: AgentRequest, number: int, code: str) -> HttpResponse:
    """The versions, newest first; `?from=` and `?to=` say which two are compared, else the last two."""
    row = find_text(request, number, code)
    versions = list(row.versions.select_related("author").defer("body").order_by("-number")[:SHOWN])
    new = _chosen(row, request.GET.get("to", ""), versions[0].number)
    old = _chosen(row, request.GET.get("from", ""), new.number - 1) if new.number > 1 else None
    context = {
        "place": "articles",
        "article": row.article,
        "text": row,
        "back": address(row),
        "versions": [_line(row, one) for one in versions],
        "old": old,
        "new": new,
        "title": comparing.compare(old.title, new.title) if old else [],
        "summary": comparing.compare(old.summary, new.summary) if old else [],
        "body": comparing.compare(old.body, new.body) if old else [],
        "restore_url": reverse("desk:article_restore", args=[number, code]),
    }
    return page.show(request, "desk/article_history.html", context)


def _chosen(row: ArticleText, given: str, otherwise: int) -> Version:
    number = as_id(given)
    found = row.versions.filter(number=otherwise if number is None else number).first()
    if found is None:
        raise Http404
    return found


def _line(row: ArticleText, version: Version) -> dict[str, Any]:
    return {
        "number": version.number,
        "title": version.title,
        "author": str(version.author or "Shopbell"),
        "when": times.moment(version.created_at, timezone.now()),
        "when_exact": times.exact(version.created_at),
        "is_published": version.pk == row.published_id,
    }


@writing_articles
def restore(request: AgentRequest, number: int, code: str) -> HttpResponse:
    """Write an earlier version once more."""
    row = find_text(request, number, code)
    if request.method == "POST":
        version = _chosen(row, request.POST.get("version", ""), 0)
        version.text = row
        operations.restore(version, actor=request.user.pk)
        page.tell(request, _("Version {n} is the newest again.").format(n=version.number))
    return page.go(address(row))
