"""Every line of the log as a sentence, in the reader's language; colleagues are named, customers never."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shopbell.agents.models import Agent, Team
from shopbell.events.models import Event
from shopbell.web.admin import audit_objects, audit_values

SENTENCES: dict[str, str | Promise] = {
    "agents.created": _("{actor} added {agent}"),
    "agents.changed": _("{actor} changed {agent}"),
    "agents.deactivated": _("{actor} ended the access of {agent}"),
    "agents.reactivated": _("{actor} gave {agent} access again"),
    "agents.password_changed": _("{agent} has a new password, set by {actor}"),
    "agents.signed_in": _("{actor} signed in"),
    "agents.signed_out": _("{actor} signed out"),
    "agents.sign_in_failed": _("Somebody gave a wrong password for {agent}"),
    "agents.team_changed": _("{actor} changed the team {team}"),
    "agents.password_link_made": _("{actor} made a link for a new password of {agent}"),
    "agents.invited": _("{actor} invited {agent}"),
    "agents.invitation_revoked": _("{actor} took the invitation of {agent} back"),
    "agents.invitation_accepted": _("{agent} came in by the invitation"),
    "agents.status_changed": _("{actor} is {value} now"),
    "agents.factor_changed": _("{actor} changed the second step of {agent} ({value})"),
    "agents.session_ended": _("{actor} signed {agent} out elsewhere ({value})"),
    "agents.rules_changed": _("{actor} changed the rules of signing in ({value})"),
    "agents.linked": _("{agent} signs in by the company sign-on now"),
    "agents.log_exported": _("{actor} saved lines of the log"),
    "agents.customer_revealed": _("{actor} looked behind the mask of customer {customer} ({value})"),
    "agents.handed_over": _("{actor} handed over what {agent} had open"),
    "channels.channel_changed": _("{actor} changed mailbox or form {object}"),
    "channels.channel_failing": _("Mailbox {object} cannot be read"),
    "channels.inbound_dismissed": _("{actor} dismissed a raw mail"),
    "channels.inbound_failed": _("A mail could not be understood"),
    "chats.ended": _("The visitor ended the chat"),
    "chats.missed_mailed": _("A visitor who had left was mailed what they missed"),
    "chats.transcript_mailed": _("The visitor was mailed what was said"),
    "chats.verified": _("A visitor proved to be customer {customer}"),
    "conversations.agent_replied": _("{actor} answered"),
    "conversations.assigned": _("{actor} assigned it to {target}"),
    "conversations.automatic_received": _("An automatic message came in"),
    "conversations.blocked_received": _("A message of a blocked sender came in"),
    "conversations.changed": _("{actor} changed subject, tags or priority"),
    "conversations.checklist_changed": _("{actor} changed the checklist"),
    "conversations.checklist_ticked": _("{actor} ticked or unticked the checklist"),
    "conversations.customer_replaced": _("{actor} gave it to customer {customer}"),
    "conversations.customer_closed": _("The customer closed it"),
    "conversations.customer_rated": _("The customer rated it ({value})"),
    "conversations.customer_reopened": _("The customer opened it again"),
    "conversations.customer_replied": _("The customer wrote"),
    "conversations.deleted": _("{actor} deleted conversation {conversation} ({value})"),
    "conversations.draft_shared": _("{actor} shared a draft, or took it back"),
    "conversations.followed": _("{agent} follows it"),
    "conversations.unfollowed": _("{agent} does not follow it any more"),
    "conversations.linked": _("{actor} linked it with #{other}"),
    "conversations.unlinked": _("{actor} took the link with #{other} away"),
    "conversations.merge_undone": _("{actor} undid the merge with #{other}"),
    "conversations.merged": _("{actor} merged it into #{other}"),
    "conversations.took_in": _("#{other} was merged into it"),
    "conversations.message_state_changed": _("A message of ours: {value}"),
    "conversations.noted": _("{actor} left a note"),
    "conversations.opened": _("A customer wrote for the first time"),
    "conversations.participants_changed": _("{actor} changed who takes part"),
    "conversations.redacted": _("{actor} removed a passage or a file ({value})"),
    "conversations.reply_scheduled": _("{actor} set an answer to leave later"),
    "conversations.reply_unscheduled": _("An answer that was to leave later does not ({value})"),
    "conversations.reply_undone": _("{actor} took an answer back"),
    "conversations.resolved": _("{actor} resolved it"),
    "conversations.side_answered": _("Somebody outside answered on the side"),
    "conversations.side_opened": _("{actor} asked somebody outside"),
    "conversations.side_replied": _("{actor} wrote on the side"),
    "conversations.snoozed": _("{actor} snoozed it until {value}"),
    "conversations.split": _("{actor} split #{other} off"),
    "conversations.split_off": _("{actor} split it off #{other}"),
    "conversations.started": _("{actor} began it"),
    "conversations.state_changed": _("{actor} set it to: {value}"),
    "conversations.woken": _("The snooze ended"),
    "customers.changed": _("{actor} changed customer {customer}"),
    "customers.double_dismissed": _("{actor}: customers {customer} and {other} are two people"),
    "customers.double_suggested": _("{actor}: customers {customer} and {other} look like one"),
    "customers.exported": _("{actor} saved customers as a file"),
    "customers.identity_added": _("{actor} added an address to customer {customer}"),
    "commerce.order_moved": _("Order {object}: {value}"),
    "commerce.order_given": _("{actor} said whose order {object} is"),
    "commerce.shipment_moved": _("A parcel of order {object}: {value}"),
    "commerce.order_collected": _("{actor} noted at the store whether order {object} was collected"),
    "commerce.allowance_changed": _("{actor} changed up to which amount a role gives money back alone"),
    "commerce.connection_changed": _("{actor} changed shop system {object}"),
    "commerce.carrier_account_changed": _("{actor} changed carrier account {object}"),
    "commerce.connection_failing": _("Shop system {object} cannot be read"),
    "commerce.action_asked": _("{actor} asked for something to be done in a shop ({object})"),
    "commerce.action_settled": _("What was asked for in a shop ended ({object}): {value}"),
    "customers.identity_proved": _("An address of customer {customer} was proved"),
    "customers.signed_in": _("Customer {customer} signed in"),
    "customers.signed_out_everywhere": _("Customer {customer} signed out everywhere"),
    "customers.vouching_renewed": _("{actor} changed the secret with which shop {object} vouches"),
    "customers.identity_removed": _("{actor} removed an address of customer {customer}"),
    "customers.identity_blocked": _("{actor} blocked an address of customer {customer}"),
    "customers.identity_unblocked": _("{actor} unblocked an address of customer {customer}"),
    "customers.import_started": _("{actor} began to read in a file of customers"),
    "customers.import_ended": _("A file of customers was read in ({value})"),
    "customers.linked": _("{actor} linked customers {customer} and {other}"),
    "customers.unlinked": _("{actor} took the link of customers {customer} and {other} away"),
    "customers.merged": _("{actor} merged customers {other} into {customer}"),
    "customers.unmerged": _("{actor} took customers {customer} and {other} apart"),
    "customers.noted": _("{actor} left a note about customer {customer}"),
    "customers.note_deleted": _("{actor} deleted a note about customer {customer}"),
    "customers.segment_changed": _("{actor} changed a segment"),
    "events.parked_retried": _("{actor} had stuck work tried again"),
    "integrations.token_made": _("{actor} made an API token for {agent}"),
    "integrations.token_revoked": _("{actor} revoked an API token of {agent}"),
    "integrations.webhook_broken": _("Webhook {object} was switched off: it kept failing"),
    "integrations.webhook_changed": _("{actor} changed webhook {object}"),
    "integrations.webhook_deleted": _("{actor} deleted webhook {object}"),
    "integrations.webhook_replayed": _("{actor} had webhook {object} send again"),
    "integrations.webhook_secret_changed": _("{actor} changed the secret of webhook {object}"),
    "conversations.order_linked": _("{conversation} speaks of order {object} ({value})"),
    "conversations.order_unlinked": _("{actor}: {conversation} is not about order {object}"),
    "conversations.checklist_template_changed": _("{actor} changed a checklist"),
    "knowledge.article_written": _("{actor} wrote an article"),
    "knowledge.article_changed": _("{actor} changed an article"),
    "knowledge.article_state_changed": _("{actor} set an article to: {value}"),
    "knowledge.article_deleted": _("{actor} deleted an article ({value})"),
    "knowledge.review_asked": _("{actor} asked {agent} to review an article"),
    "knowledge.policy_changed": _("{actor} changed a policy of shop {object}: {value}"),
    "knowledge.topic_deleted": _("{actor} deleted a topic"),
    "knowledge.topic_changed": _("{actor} changed a topic"),
    "knowledge.macro_changed": _("{actor} changed a macro"),
    "knowledge.macro_deleted": _("{actor} deleted a macro"),
    "knowledge.signature_changed": _("{actor} changed a signature"),
    "lists.bulk_started": _("{actor} began to change many conversations ({value})"),
    "lists.bulk_ended": _("A change of many conversations ended ({value})"),
    "lists.tag_changed": _("{actor} changed a tag"),
    "lists.tag_leaves": _("{actor} had a tag removed or merged everywhere"),
    "lists.tag_rules_changed": _("{actor} changed who makes tags"),
    "lists.view_deleted": _("{actor} deleted a view"),
    "lists.view_saved": _("{actor} saved a view"),
    "shops.changed": _("{actor} changed shop {object}"),
    "fields.changed": _("{actor} changed the fields"),
    "watching.case_opened": _("The watch found something wrong with order {object}: {value}"),
    "watching.case_resolved": _("Case {case} is settled ({value})"),
    "watching.case_reopened": _("{actor} opened case {case} again"),
    "watching.case_changed": _("{actor} changed case {case}"),
    "watching.choice_made": _("The customer chose in case {case}: {value}"),
    "watching.notice_sent": _("The customer was written to first, about order {object}"),
    "watching.settings_changed": _("{actor} changed the watch of shop {object}"),
    "watching.incident_changed": _("{actor} changed incident {object} ({value})"),
}
AREAS: dict[str, str | Promise] = {
    "agents": _("All about people and signing in"),
    "channels": _("All about mailboxes and forms"),
    "chats": _("All about visitors of chats"),
    "commerce": _("All about orders, parcels and shop systems"),
    "conversations": _("All about conversations"),
    "customers": _("All about customers"),
    "integrations": _("All about tokens and webhooks"),
    "knowledge": _("All about articles, policies and macros"),
    "lists": _("All about views, tags and changes to many"),
    "watching": _("All about cases, incidents and notices"),
}
TILL_REPLY = _("{actor} snoozed it until the customer replies")
OTHERS = ("other_id", "into_id", "from_id", "new_id", "gone_id")


@dataclass(frozen=True)
class Names:
    """Who is who among some lines."""

    agents: Mapping[int, str]
    teams: Mapping[int, str]
    objects: Mapping[audit_objects.Key, str]


def names(rows: Iterable[Event]) -> Names:
    """The names some lines need, in a query for each kind of thing they name."""
    rows = list(rows)
    agent_ids = {number for row in rows for number in (row.actor_id, row.data.get("agent_id")) if number}
    team_ids = {number for row in rows if (number := row.data.get("team_id"))}
    agents = {agent.pk: str(agent) for agent in Agent.objects.filter(id__in=agent_ids)} if agent_ids else {}
    teams = dict(Team.objects.filter(id__in=team_ids).values_list("id", "name")) if team_ids else {}
    return Names(agents, teams, audit_objects.names(rows))


def sentence(row: Event, known: Names) -> str:
    """What happened. A kind without a sentence is shown by its own name."""
    words = TILL_REPLY if row.data.get("until") == "" else SENTENCES.get(row.name)
    actor = known.agents.get(row.actor_id or 0, "Shopbell")
    if words is None:
        return f"{actor}: {row.name}"
    data: Mapping[str, Any] = row.data
    agent, team = known.agents.get(data.get("agent_id") or 0), known.teams.get(data.get("team_id") or 0)
    return str(words).format(
        actor=actor,
        agent=agent or gettext("nobody"),
        team=team or data.get("team_id") or "",
        target=", ".join(name for name in (agent, team) if name) or gettext("everybody"),
        customer=data.get("customer_id", ""),
        conversation=f"#{row.conversation_id or ''}",
        case=data.get("case_id", ""),
        other=_first(data, OTHERS),
        object=_object(row, known),
        value=audit_values.shown(row),
    )


def _object(row: Event, known: Names) -> str:
    """What it is about by its name; by its number once it is gone."""
    key = audit_objects.key(row)
    return known.objects.get(key) or str(key[1]) if key else ""


def number(row: Event, known: Names) -> str:
    """The number of what a line calls by its name; "" where it names nothing."""
    key = audit_objects.key(row)
    return f"#{key[1]}" if key and known.objects.get(key) and "{object}" in str(SENTENCES.get(row.name, "")) else ""


def _first(data: Mapping[str, Any], keys: Iterable[str]) -> Any:
    return next((data[key] for key in keys if data.get(key) not in (None, "")), "")


def kinds() -> list[tuple[str, str]]:
    """What can be looked for: a whole area, or one kind, said with an ellipsis for whoever it may be."""
    blanks = dict.fromkeys(
        ("actor", "agent", "team", "target", "customer", "conversation", "case", "other", "object", "value"), "…"
    )
    areas = [(name, str(label)) for name, label in AREAS.items()]
    return areas + sorted(
        ((name, str(words).format(**blanks)) for name, words in SENTENCES.items()),
        key=lambda pair: pair[1].lstrip("… "),
    )
