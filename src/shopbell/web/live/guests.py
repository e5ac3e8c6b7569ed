"""Visitors of chats as the desk sees them: whether their page is there, whether they write, what they look at.

Kept in memory, told between processes by `NOTIFY`, forgotten by itself. Payloads (JSON), each about conversations:
{"here": [ids]} every HERE_SECONDS, {"gone": [ids]}, {"typing": id}, {"read": id, "seq": n},
{"page": id, "url": …, "title": …}.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

CHANNEL = "shopbell_guests"
HERE_SECONDS = 20.0
FADES_SECONDS = 50.0  # a process that died says nothing of its visitors
TYPING_SECONDS = 7.0  # widgets say it again every four


@dataclass
class Guest:
    seen_at: float = 0.0  # monotonic seconds; 0: not there
    typed_at: float = 0.0
    page: dict[str, str] = field(default_factory=dict)
    read_seq: int = 0


class Guests:
    """By conversation."""

    def __init__(self) -> None:
        self._guests: dict[int, Guest] = {}

    def hear(self, said: Mapping[str, Any], now: float) -> list[int]:
        """Note what was said; returns the conversations for which it is news."""
        if "here" in said:
            return [number for number in said["here"] if self._note_here(number, now)]
        if "gone" in said:
            return [number for number in said["gone"] if self._guests.pop(number, None) is not None]
        if "typing" in said:
            guest = self._guests.setdefault(said["typing"], Guest(now))
            was, guest.typed_at = guest.typed_at, now
            return [] if was else [said["typing"]]
        return self._note(said, now)

    def _note_here(self, number: int, now: float) -> bool:
        guest = self._guests.setdefault(number, Guest())
        was, guest.seen_at = guest.seen_at, now
        return not was

    def _note(self, said: Mapping[str, Any], now: float) -> list[int]:
        number = said.get("page") or said["read"]
        guest = self._guests.setdefault(number, Guest(now))
        if "page" in said:
            guest.page = {"url": said["url"], "title": said["title"]}
        else:
            guest.read_seq = max(guest.read_seq, said["seq"])
        return [number]

    def expire(self, now: float) -> list[int]:
        """Forget who has not been heard of and who writes no more; returns their conversations."""
        gone = [number for number, guest in self._guests.items() if now - guest.seen_at > FADES_SECONDS]
        for number in gone:
            del self._guests[number]
        calm = [n for n, guest in self._guests.items() if guest.typed_at and now - guest.typed_at > TYPING_SECONDS]
        for number in calm:
            self._guests[number].typed_at = 0.0
        return [*gone, *calm]

    def conversations(self) -> list[int]:
        return list(self._guests)

    def about(self, number: int) -> dict[str, Any]:
        """What the desk is told of a conversation's visitor."""
        guest = self._guests.get(number)
        if guest is None:
            return {"conversation": number, "is_here": False, "is_typing": False, "page": None, "read_seq": 0}
        about = {"conversation": number, "is_here": bool(guest.seen_at), "is_typing": bool(guest.typed_at)}
        return {**about, "page": guest.page or None, "read_seq": guest.read_seq}
