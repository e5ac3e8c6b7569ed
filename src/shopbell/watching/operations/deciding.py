"""What a shop decides about its watch: rules, hours, messages, and its own words."""

from __future__ import annotations

from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

from shopbell.channels.models import Channel
from shopbell.core.transactions import retried
from shopbell.core.worktime import Worktime
from shopbell.events import bus
from shopbell.shops.models import Shop
from shopbell.watching import events, texts
from shopbell.watching.models import Calendar, Choice, Kind, Rule, StatusMessage, Wording
from shopbell.watching.terms import DEFAULTS


class UnknownNames(ValueError):
    """A text names in braces what there is not; `names` are these."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


@retried
def save_rule(
    shop: Shop,
    kind: Kind,
    *,
    actor: int,
    is_active: bool,
    writes: bool,
    after: int,
    horizon_days: int,
    choices: list[str],
) -> None:
    """What holds for one kind. What cannot be offered or told is left out."""
    default = DEFAULTS[kind]
    values = {
        "is_active": is_active,
        "writes": writes and default.may_write,
        "after": after,
        "horizon_days": horizon_days,
        "choices": [str(choice) for choice in default.choices if Choice(choice) in map(Choice, choices)],
    }
    Rule.objects.update_or_create(shop=shop, kind=kind, defaults=values)
    _tell(shop, actor)


@retried
def save_calendar(
    shop: Shop,
    *,
    actor: int,
    hours: dict[str, str],
    holidays: str,
    night: tuple[time, time],
    mailbox: Channel | None = None,
) -> None:
    """Business hours by weekday, holidays, and the night. Raises ValueError for what cannot be read."""
    Worktime.read(ZoneInfo("UTC"), hours, holidays)
    values: dict[str, Any] = {"hours": hours, "holidays": holidays, "quiet_from": night[0], "quiet_to": night[1]}
    values["mailbox"] = mailbox
    Calendar.objects.update_or_create(shop=shop, defaults=values)
    _tell(shop, actor)


@retried
def switch_message(shop: Shop, step: str, *, on: bool, actor: int) -> None:
    """Whether customers are told of a step by mail."""
    rows = StatusMessage.objects.filter(shop=shop, step=step, channel_type="email")
    if on:
        StatusMessage.objects.bulk_create([StatusMessage(shop=shop, step=step)], ignore_conflicts=True)
    else:
        rows.delete()
    _tell(shop, actor)


@retried
def save_wording(shop: Shop, name: str, language: str, subject: str, text: str, *, actor: int) -> None:
    """The shop's own words; ours, or none, take them away again. Raises UnknownNames."""
    subject, text = " ".join(subject.split())[:200], text.replace("\r\n", "\n").strip()
    wrong = [*texts.unknown(subject), *texts.unknown(text)]
    if wrong:
        raise UnknownNames(wrong)
    rows = Wording.objects.filter(shop=shop, name=name, language=language)
    if not subject or not text or (subject, text) == texts.PHRASES[language].letter(name):
        rows.delete()
    else:
        values = {"subject": subject, "text": text}
        Wording.objects.update_or_create(shop=shop, name=name, language=language, defaults=values)
    _tell(shop, actor)


def _tell(shop: Shop, actor: int) -> None:
    bus.publish(events.WatchSettingsChanged(shop_id=shop.id), actor=actor)
