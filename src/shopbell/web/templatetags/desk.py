"""Icons: each is defined once a page and used by its name, so that a list of a hundred rows stays light."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache, lru_cache

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from lucide.templatetags.lucide import lucide

from shopbell.agents.models import Agent
from shopbell.core import numbers
from shopbell.web import times

register = template.Library()
register.filter(numbers.percent)

ICONS = [
    "arrow-down-up",
    "arrow-right",
    "at-sign",
    "ban",
    "bell",
    "bell-off",
    "bold",
    "book-open",
    "calendar",
    "calendar-clock",
    "check",
    "check-check",
    "chevron-down",
    "chevron-left",
    "chevron-up",
    "circle",
    "circle-alert",
    "circle-check",
    "clock",
    "code",
    "concierge-bell",
    "corner-up-left",
    "door-open",
    "download",
    "ellipsis",
    "eraser",
    "external-link",
    "eye",
    "eye-off",
    "file",
    "file-text",
    "flag",
    "forward",
    "globe",
    "hash",
    "heading",
    "image",
    "inbox",
    "info",
    "italic",
    "keyboard",
    "languages",
    "link",
    "list",
    "list-checks",
    "list-ordered",
    "log-out",
    "mail",
    "mail-warning",
    "merge",
    "message-square",
    "message-square-text",
    "messages-square",
    "moon-star",
    "package",
    "panel-right",
    "paperclip",
    "pencil",
    "phone",
    "plus",
    "printer",
    "refresh-cw",
    "remove-formatting",
    "rotate-ccw",
    "search",
    "send",
    "settings",
    "shield-alert",
    "shield-check",
    "signature",
    "siren",
    "smile",
    "split",
    "square-check",
    "square-pen",
    "sticky-note",
    "store",
    "tag",
    "text-quote",
    "trash-2",
    "triangle-alert",
    "undo-2",
    "upload",
    "user",
    "user-plus",
    "user-round-check",
    "users",
    "wifi-off",
    "x",
    "zap",
]


@register.simple_tag
@cache
def sprite() -> SafeString:
    """The definitions of all icons, once at the head of a page."""
    symbols = "".join(_symbol(name) for name in ICONS)
    return mark_safe(f'<svg class="sprite" width="0" height="0" aria-hidden="true" focusable="false">{symbols}</svg>')


def _symbol(name: str) -> str:
    """Only the drawing is taken over: how it is stroked is said once, in the style sheet."""
    drawn = str(lucide(name, size=None))
    inside = drawn[drawn.index(">") + 1 : drawn.rindex("</svg>")]
    return f'<symbol id="i-{name}" viewBox="0 0 24 24">{inside}</symbol>'


@register.simple_tag
def fixed(template_name: str) -> SafeString:
    """A template that says the same to everybody, rendered once for each language."""
    return _rendered(template_name, get_language() or "")


@cache
def _rendered(template_name: str, language: str) -> SafeString:
    return mark_safe(render_to_string(template_name))


@register.simple_tag
def row_of_list(row: object, may_answer: bool) -> SafeString:
    """A row of the list. Of thirty, all but one or two are as they were the last time anybody looked."""
    return _row(row, may_answer, get_language() or "")


@lru_cache(4096)
def _row(row: object, may_answer: bool, language: str) -> SafeString:
    """By all that it shows, the words for times included: another value is another row."""
    return mark_safe(render_to_string("desk/row.html", {"row": row, "may_answer": may_answer}))


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """One icon of ICONS, as decoration beside a word."""
    if name not in ICONS:
        raise template.TemplateSyntaxError(f"the icon {name!r} is not in the list of icons")
    return format_html('<svg class="icon" aria-hidden="true"><use href="#i-{}"/></svg>', name)


@register.simple_tag
def face(agent: Agent, size: str = "small") -> SafeString:
    """An agent's picture, or their initials; decoration beside the name."""
    if not agent.face:
        return format_html('<span class="face {}" aria-hidden="true">{}</span>', size, agent.initials)
    source = reverse("desk:face", args=[agent.pk, agent.face])
    return format_html('<span class="face {}"><img src="{}" alt="" loading="lazy"></span>', size, source)


@register.filter
def breakable(address: str) -> SafeString:
    """An address goes on in the next line before its @ or a point, rather than within a word."""
    return mark_safe(re.sub("(?=[@.])", "<wbr>", escape(address)))


@register.filter
def moment(at: datetime) -> str:
    """An instant near today in words, such as today, 14:00; never "0 minutes ago"."""
    return times.moment(at, timezone.now())
