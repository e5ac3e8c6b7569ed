"""The hub's ear: one connection that LISTENs. Lost, it is made again; what was missed is read from the log."""

from __future__ import annotations

import asyncio
import json
import logging
import random
from typing import Any

import psycopg
from django.db import DatabaseError

from shopbell.conversations.operations.orders import CHANNEL as ORDERS_CHANNEL
from shopbell.events import bus
from shopbell.notifications.operations import CHANNEL as NOTICES_CHANNEL
from shopbell.web.live.guests import CHANNEL as GUESTS_CHANNEL
from shopbell.web.live.hub import Hub
from shopbell.web.live.presence import CHANNEL as PRESENCE_CHANNEL

log = logging.getLogger(__name__)
CHANNELS = (PRESENCE_CHANNEL, NOTICES_CHANNEL, GUESTS_CHANNEL, ORDERS_CHANNEL)
BEAT_SECONDS = 15.0
CHECK_SECONDS = 10.0
TOGETHER_SECONDS = 0.05  # what happens within it is read and sent together
LONGEST_PAUSE_SECONDS = 10.0
CONNECTION: dict[str, Any] = {
    "autocommit": True,
    "application_name": "shopbell live",
    "connect_timeout": 5,
    "keepalives_idle": 30,  # a far side that went without a word is noticed within a minute
    "keepalives_interval": 10,
    "keepalives_count": 3,
}
LOST = (psycopg.Error, DatabaseError, OSError)


async def listen(hub: Hub) -> None:
    """Hear and tell, for ever. Pages are told when the first try to connect again fails, and when one succeeds."""
    pause = 0.0
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(
                bus.listening_address("shopbell live"), **CONNECTION
            ) as ear:
                for channel in (bus.LIVE_CHANNEL, *CHANNELS):
                    await ear.execute(f"LISTEN {channel}")
                await hub.start_reading()
                await hub.read()
                hub.visitors.look_again()
                _say_up(hub)
                pause = 0.0
                await _hear(ear, hub)
        except Exception as error:
            if not isinstance(error, LOST):
                log.exception("the hub's ear failed")
            if pause:
                _say_down(hub, error)
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))
            pause = min(pause * 2 or 0.25, LONGEST_PAUSE_SECONDS)


def _say_up(hub: Hub) -> None:
    if hub.is_down:
        hub.is_down = False
        hub.announce("up")


def _say_down(hub: Hub, error: BaseException) -> None:
    if not hub.is_down:
        log.warning("live updates pause: %s", error)
        hub.is_down = True
        hub.announce("down")


async def _hear(ear: psycopg.AsyncConnection[Any], hub: Hub) -> None:
    """Until the connection breaks. A quiet one is tried now and then: the far side may have gone without a word."""
    while True:
        is_quiet = True
        async for notice in ear.notifies(timeout=BEAT_SECONDS, stop_after=1):
            is_quiet = False
            if notice.channel == PRESENCE_CHANNEL:
                await _hear_presence(hub, notice.payload)
            elif notice.channel == GUESTS_CHANNEL:
                await hub.hear_guest(json.loads(notice.payload))
            elif notice.channel == NOTICES_CHANNEL:
                hub.nudge(json.loads(notice.payload))
            elif notice.channel == ORDERS_CHANNEL:
                await hub.tell_orders(json.loads(notice.payload))
        if is_quiet:
            await asyncio.wait_for(ear.execute("SELECT 1"), timeout=5)
        await hub.read()
        await asyncio.sleep(TOGETHER_SECONDS)


async def _hear_presence(hub: Hub, payload: str) -> None:
    said = json.loads(payload)
    await hub.hear(said["conversation"], said["agent"], said["name"], said["state"])


async def tick(hub: Hub) -> None:
    """The hub's clock: beats, forgotten people, ended sessions."""
    loop = asyncio.get_running_loop()
    beat_at, check_at = loop.time() + BEAT_SECONDS, loop.time() + CHECK_SECONDS
    while True:
        await asyncio.sleep(1)
        try:
            await hub.tell_presence(hub.presence.expire(loop.time()))
            await hub.tell_guests(hub.guests.expire(loop.time()))
            if loop.time() >= beat_at:
                beat_at += BEAT_SECONDS
                hub.announce("beat")
            if loop.time() >= check_at:
                check_at += CHECK_SECONDS
                await hub.check()
        except Exception:
            log.exception("the hub could not look after its streams")
