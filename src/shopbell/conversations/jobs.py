"""Periodic work of conversations."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from shopbell.conversations import operations, traits
from shopbell.conversations.models import Conversation, State
from shopbell.conversations.operations import recent, scheduling
from shopbell.conversations.operations.receiving import REOPENS_FOR
from shopbell.customers import operations as customers
from shopbell.customers.models import Customer
from shopbell.events import schedule

log = logging.getLogger(__name__)
BATCH = 500
COMPARED_AT_ONCE, COMPARED = 500, 50  # customers in one run of the job, and in one transaction


@schedule.every(seconds=5)
def wake_snoozed() -> None:
    """End the snoozes whose time has come."""
    now = timezone.now()
    due = Conversation.objects.filter(snoozed_until__lte=now)
    for number in due.order_by("snoozed_until").values_list("id", flat=True)[:BATCH]:
        operations.wake(number, due_by=now)


@schedule.every(seconds=5)
def send_due() -> None:
    """Send the answers whose time has come; one that fails does not hold the others up."""
    now = timezone.now()
    for number in scheduling.due(now):
        try:
            operations.send_scheduled(number, due_by=now)
        except (ValueError, LookupError):
            log.exception("the scheduled answer %s could not be sent", number)
            operations.unschedule(number, actor=None, reason="failed")


@schedule.every(seconds=3600)
def close_resolved() -> None:
    """Resolved for 14 days: closed (domain.md 5.1). A bounded number at a time; what is left is next."""
    before = timezone.now() - REOPENS_FOR
    while _close_some(before) == BATCH:
        pass


def _close_some(before: datetime) -> int:
    """The oldest; the condition is asked again when they are changed, for a customer may be quicker."""
    old = Conversation.objects.filter(state=State.RESOLVED, resolved_at__lt=before)
    some = list(old.order_by("resolved_at").values_list("id", flat=True)[:BATCH])
    old.filter(id__in=some).update(state=State.CLOSED)
    return len(some)


_FOLD = """
WITH gone AS (DELETE FROM conversations_countchange WHERE id <= %s RETURNING view, shop_id, team_id, change)
INSERT INTO conversations_countchange (view, shop_id, team_id, change)
SELECT view, shop_id, team_id, sum(change) FROM gone GROUP BY view, shop_id, team_id HAVING sum(change) <> 0
"""


@schedule.every(seconds=10)
def fold_counts() -> None:
    """Sum the changes of each view up into one row, so that reading a count stays cheap."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM conversations_countchange")
        cursor.execute(_FOLD, [cursor.fetchone()[0]])


_RECOUNT = """
WITH rows AS (
    SELECT folder, assignee_id, shop_id, team_id, has_failure FROM conversations_conversation
    WHERE folder NOT IN ('resolved', 'merged') OR has_failure
), views AS (
    SELECT folder AS view, shop_id, team_id FROM rows WHERE folder NOT IN ('resolved', 'merged')
    UNION ALL SELECT coalesce('mine:' || assignee_id, 'unassigned'), shop_id, team_id FROM rows WHERE folder = 'open'
    UNION ALL SELECT 'failure', shop_id, team_id FROM rows WHERE has_failure
)
INSERT INTO conversations_countchange (view, shop_id, team_id, change)
SELECT view, shop_id, team_id, count(*) FROM views GROUP BY view, shop_id, team_id
"""


@schedule.every(seconds=24 * 3600)
def recount() -> None:
    """Repair the counters from the rows themselves. Writers wait meanwhile, so nothing is counted twice or missed."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE conversations_countchange IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("DELETE FROM conversations_countchange")
        cursor.execute(_RECOUNT)


_LEARN_CONTACT = """
UPDATE customers_customer AS customer SET last_contact_at = talk.at
FROM (
    SELECT customer_id, max(last_message_at) AS at FROM conversations_conversation
    WHERE customer_id = ANY(%s) GROUP BY customer_id
) talk
WHERE customer.id = talk.customer_id AND customer.last_contact_at IS NULL
"""


@schedule.every(seconds=20)
def compare_customers() -> None:
    """Look for doubles of customers about whom something new is known, a bounded number at a time."""
    for _chunk in range(COMPARED_AT_ONCE // COMPARED):
        waiting = Customer.objects.filter(compared_at=None).order_by("id")
        numbers = list(waiting.values_list("id", flat=True)[:COMPARED])
        if not numbers:
            return
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_LEARN_CONTACT, [numbers])
        customers.compare(numbers, traits.seen(numbers))


@schedule.every(seconds=24 * 3600)
def forget_recent() -> None:
    """What agents looked for and opened long ago."""
    recent.forget_old()
