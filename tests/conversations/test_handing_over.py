"""What somebody who leaves had open goes to others, but for what was taken meanwhile."""

from __future__ import annotations

import pytest

from shopbell.conversations import operations
from shopbell.conversations.models import Conversation
from shopbell.conversations.operations import handing_over
from tests import factories, racing


@pytest.mark.django_db(transaction=True)
def test_what_a_colleague_takes_meanwhile_stays_theirs():
    box, (leaver, taker, other) = factories.mailbox(), [factories.agent(name) for name in ("Lea", "Tiit", "Otto")]
    rows = [factories.conversation(box) for _ in range(2)]
    for row in rows:
        operations.assign(row.id, agent=leaver, team=None, actor=None)
    with racing.waiting(lambda: handing_over.hand_over(leaver.pk, taker.pk)) as raised:
        operations.assign(rows[1].id, agent=other, team=None, actor=other.pk)
    assert raised == []
    assert list(Conversation.objects.order_by("id").values_list("assignee", flat=True)) == [taker.pk, other.pk]
