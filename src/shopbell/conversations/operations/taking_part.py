"""Keep who takes part in a conversation from outside (see `participants` for the rules)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models.functions import Lower

from shopbell.channels import contract
from shopbell.conversations import events, participants
from shopbell.conversations.locking import lock
from shopbell.conversations.models import Conversation, Draft, Message, Participant
from shopbell.core import text
from shopbell.core.transactions import retried
from shopbell.events import bus

People = Iterable[contract.Sender]


class CannotTakePart(ValueError):
    """These are mailboxes of ours or colleagues: a copy would come back as mail."""

    def __init__(self, addresses: Iterable[str]) -> None:
        self.addresses = list(addresses)
        super().__init__(", ".join(self.addresses))


def note_message(conversation: Conversation, stored: Message, message: contract.InboundMessage) -> None:
    """Somebody outside wrote: they and whom they copied take part, in the caller's transaction.

    Nothing is written while there is nobody but the customer. Machines, lists and forged senders bring nobody in.
    """
    if message.auto != "none" or message.authentication == "fail" or not stored.sender_address:
        return
    sender = contract.Sender(address=stored.sender_address, name=stored.sender_name)
    known = {stored.sender_address.lower(), stored.channel.address.lower()}
    others = [who for who in (*message.to, *message.cc) if who.address.lower() not in known]
    is_customer = stored.customer_id == conversation.customer_id
    people = participants.outsiders([sender, *others]) if others or not is_customer else [sender]
    if len(people) > 1 or not is_customer:
        _bring_in(conversation, [*_earlier(conversation), *people])
    elif not participants.is_unreachable(sender.address):
        _wake(conversation, people)


def _earlier(conversation: Conversation) -> list[contract.Sender]:
    """Who wrote before anybody was written down."""
    if Participant.objects.filter(conversation=conversation).exists():
        return []
    rows = Message.objects.filter(conversation=conversation, kind=Message.Kind.CUSTOMER).order_by("id")
    wrote = rows.exclude(about__contains={"authentication": "fail"}).values_list("sender_address", "sender_name")[
        : participants.MOST
    ]
    return [
        contract.Sender(address=address, name=name)
        for address, name in wrote
        if address and not participants.is_unreachable(address)
    ]


def _bring_in(conversation: Conversation, people: People) -> list[int]:
    """Write down who is not yet, and wake who is left out; returns the ids of the new ones."""
    people = list(people)
    _wake(conversation, people)
    known = {row.address.lower() for row in Participant.objects.filter(conversation=conversation)}
    fresh: dict[str, Participant] = {}
    for who in people:
        if who.address.lower() not in known:
            name = text.truncate(text.clean(who.name), 200)
            row = Participant(conversation=conversation, name=name, address=who.address[:320])
            fresh.setdefault(who.address.lower(), row)
    rows = Participant.objects.bulk_create(list(fresh.values())[: max(participants.MOST - len(known), 0)])
    return [row.id for row in rows]


def _wake(conversation: Conversation, people: People) -> list[int]:
    rows = Participant.objects.filter(conversation=conversation, is_active=False).annotate(small=Lower("address"))
    found = list(rows.filter(small__in=[who.address.lower() for who in people]).values_list("id", flat=True))
    if found:
        Participant.objects.filter(id__in=found).update(is_active=True)
    return found


def note_answer(
    conversation: Conversation, stored: Message, public: People, blind: People, known: Iterable[int]
) -> None:
    """An answer went to `public` and, unseen, to `blind`: whom it names takes part, whom it leaves out does not.

    Left out is only whom the writer knew of (`known`, ids of participants): who came meanwhile stays. What changed is
    kept on the message, so that taking it back takes that back too.
    """
    people = participants.outsiders(public)
    rows = list(Participant.objects.filter(conversation=conversation))
    if not rows and len(people) < 2:
        return
    reached = {who.address.lower() for who in (*people, *blind)}
    seen = set(known)
    left = [row.id for row in rows if row.is_active and row.id in seen and row.address.lower() not in reached]
    if left:
        Participant.objects.filter(id__in=left).update(is_active=False)
    woken = _wake(conversation, people)
    added = _bring_in(conversation, people)
    if left or woken or added:
        stored.about = {**stored.about, "taking_part": {"left": left, "woken": woken, "added": added}}
        stored.save(update_fields=["about"])


def undo_answer(message: Message) -> None:
    """As it was before an answer that is taken back."""
    changed = message.about.get("taking_part") or {}
    Participant.objects.filter(id__in=changed.get("left", ())).update(is_active=True)
    Participant.objects.filter(id__in=changed.get("woken", ())).update(is_active=False)
    Participant.objects.filter(id__in=changed.get("added", ())).delete()


@retried
def add_participants(conversation_id: int, people: People, *, actor: int | None) -> None:
    """Let answers go to them too. Raises CannotTakePart for our own mailboxes and colleagues."""
    conversation = lock(conversation_id)
    people = list(people)
    addresses = [who.address for who in people]
    ours = participants.own_mailboxes(addresses) | participants.colleagues(addresses)
    if ours:
        raise CannotTakePart([address for address in addresses if address.lower() in ours])
    if not people:
        return
    _bring_in(conversation, [*_earlier(conversation), *people])
    _change_drafts(conversation, add=people)
    bus.publish(events.ParticipantsChanged(conversation_id=conversation.id), actor=actor)


@retried
def leave_out(conversation_id: int, participant_id: int, *, actor: int | None) -> bool:
    """Answers go to them no longer, until they write or are added again; False when they did not."""
    return _switch(conversation_id, participant_id, actor, to=False)


@retried
def take_in(conversation_id: int, participant_id: int, *, actor: int | None) -> bool:
    """Answers go to them again; False when they did."""
    return _switch(conversation_id, participant_id, actor, to=True)


def _switch(conversation_id: int, participant_id: int, actor: int | None, *, to: bool) -> bool:
    conversation = lock(conversation_id)
    rows = Participant.objects.filter(conversation=conversation, id=participant_id, is_active=not to)
    found = rows.first()
    if found is None:
        return False
    rows.update(is_active=to)
    who = [contract.Sender(address=found.address, name=found.name)]
    _change_drafts(conversation, add=who if to else (), remove=() if to else who)
    bus.publish(events.ParticipantsChanged(conversation_id=conversation.id), actor=actor)
    return True


def _change_drafts(conversation: Conversation, *, add: People = (), remove: People = ()) -> None:
    """Answers that are begun follow what was decided by hand meanwhile."""
    gone = {who.address.lower() for who in remove}
    for draft in Draft.objects.select_for_update().filter(conversation=conversation).exclude(recipients={}):
        people = {
            name: [one for one in group if one[1].lower() not in gone] for name, group in draft.recipients.items()
        }
        known = {address.lower() for group in people.values() for _name, address in group}
        fresh = [[who.name, who.address] for who in add if who.address.lower() not in known]
        people["cc"] = [*people.get("cc", ()), *fresh]
        if people.get("to") and people != draft.recipients:
            Draft.objects.filter(id=draft.id).update(recipients=people)
