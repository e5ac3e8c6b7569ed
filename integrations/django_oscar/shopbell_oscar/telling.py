"""Tell the desk what changed: a signed hint (Standard Webhooks 1.0), never the data. What it needs it fetches."""

import hashlib
import json
import logging
import threading
import urllib.error
import urllib.request
from datetime import UTC, datetime

from django.db import close_old_connections
from standardwebhooks import Webhook

from shopbell_oscar import conf
from shopbell_oscar.models import Change

AT_ONCE = 100
TIMEOUT_SECONDS = 10
GATHER_SECONDS = 0.2  # a checkout writes a dozen rows
PAUSES_SECONDS = (1, 5, 25)

logger = logging.getLogger("shopbell")
_news = threading.Event()
_starting = threading.Lock()
_threads = []


def wake():
    """Let this process's thread tell what is untold; the request does not wait for it."""
    with _starting:
        if not (_threads and _threads[0].is_alive()):  # also after a fork: threads do not come along
            _threads[:] = [threading.Thread(target=_run, name="shopbell", daemon=True)]
            _threads[0].start()
    _news.set()


def _run():
    quiet = threading.Event()
    while _news.wait():
        quiet.wait(GATHER_SECONDS)
        _news.clear()
        for pause in (*PAUSES_SECONDS, 0):
            try:
                tell()
                break
            except Exception as error:  # whatever it is, the shop goes on; the desk asks by itself later
                logger.warning("Shopbell was not told: %s", error)
                quiet.wait(pause)
            finally:
                close_old_connections()


def tell():
    """Send all hints that were not sent. Returns how many. Raises OSError when the desk does not take them."""
    sent = 0
    while pending := list(Change.objects.filter(is_told=False).order_by("id")[:AT_ONCE]):
        _post([{"kind": row.kind, "id": str(row.object_id), "gone": row.is_gone} for row in pending], pending)
        for row in pending:  # what changed again in the meantime stays untold
            Change.objects.filter(id=row.id, changed_at=row.changed_at).update(is_told=True)
        sent += len(pending)
    return sent


def _post(hints, pending):
    stamps = [f"{row.kind} {row.object_id} {row.changed_at.isoformat()}" for row in pending]
    number = "msg_" + hashlib.sha256("\n".join(stamps).encode()).hexdigest()[:32]
    at = datetime.now(UTC)
    body = json.dumps({"type": "shop.changed", "timestamp": at.isoformat(), "data": {"changed": hints}})
    request = urllib.request.Request(
        conf.get("ADDRESS"),
        data=body.encode(),
        headers={
            "Content-Type": "application/json",
            "User-Agent": "shopbell-oscar",
            "Webhook-Id": number,
            "Webhook-Timestamp": str(int(at.timestamp())),
            "Webhook-Signature": Webhook(conf.get("SECRET")).sign(number, at, body),
        },
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS):
        pass
