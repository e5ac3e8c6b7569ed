"""What became of actions by a person's word: a second one approves, somebody withdraws, a lead looked in the shop."""

from __future__ import annotations

from shopbell.agents import permissions
from shopbell.agents.models import Agent
from shopbell.commerce.contract import Ability
from shopbell.commerce.models import Action
from shopbell.commerce.operations import acting
from shopbell.core.transactions import retried


@retried
def approve(action_id: int, agent: Agent) -> bool:
    """The second person says yes; False when it waits no more. Raises NotAllowed: who asked, who may not, or whose own
    limit is lower; TooMuch: since it was asked for, the shop gave back so much that this is not left; and
    Action.DoesNotExist.
    """
    order = acting.held(Action.objects.values_list("order_id", flat=True).get(id=action_id))
    row = Action.objects.select_for_update().get(id=action_id)
    if row.actor_id == agent.pk or not permissions.may_approve_actions(agent):
        raise acting.NotAllowed("a second person is needed")
    most = acting.limit(agent, order.currency)
    if row.ability in acting.COSTS and most is not None and row.amount > most:
        raise acting.NotAllowed("more than their own limit")
    if row.state != Action.State.WAITING:
        return False
    if row.ability == Ability.REFUND and row.amount > (rest := acting.left(order, besides=row)):
        raise acting.TooMuch(rest)
    row.state, row.approver = Action.State.REQUESTED, agent
    row.save(update_fields=["state", "approver"])
    acting.tell(row, agent.pk)
    return True


@retried
def withdraw(action_id: int, agent: Agent) -> bool:
    """What waits for a second person is not done; by who asked for it or who might approve. False when it waits no
    more. Raises NotAllowed, Action.DoesNotExist.
    """
    row = Action.objects.select_for_update().get(id=action_id)
    if row.actor_id != agent.pk and not permissions.may_approve_actions(agent):
        raise acting.NotAllowed("not theirs")
    if row.state != Action.State.WAITING:
        return False
    acting.settle(row, Action.State.WITHDRAWN, actor=agent.pk)
    return True


@retried
def say(action_id: int, agent: Agent, *, was_done: bool) -> bool:
    """Somebody looked in the shop whether something of unknown outcome was done. False when that is known meanwhile.

    Raises NotAllowed, Action.DoesNotExist.
    """
    row = Action.objects.select_for_update().get(id=action_id)
    if not permissions.may_approve_actions(agent):
        raise acting.NotAllowed("a lead looks")
    if row.state != Action.State.UNKNOWN:
        return False
    acting.settle(row, Action.State.DONE if was_done else Action.State.FAILED, actor=agent.pk)
    return True
