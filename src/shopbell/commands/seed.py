"""`./shopbell seed`: made-up conversations in bulk, to see how an installation behaves when it is full."""

from __future__ import annotations

import argparse
import sys

from shopbell.agents.models import Agent, Role
from shopbell.channels import operations as channels
from shopbell.channels.models import Channel
from shopbell.commands import migrate
from shopbell.commands.progress import Progress
from shopbell.conversations.models import Conversation
from shopbell.seeding import load, writing
from shopbell.shops.models import Shop

SLUG = "load-test"
AGENTS = 8


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--conversations", type=int, required=True, help="how many to make")
    parser.add_argument("--messages-per", type=int, default=3, help="messages in each (default %(default)s)")
    parser.add_argument("--languages", default=",".join(writing.LANGUAGES), help="default %(default)s")
    parser.add_argument("--shop", default=SLUG, help="the shop's slug; made when there is none (default %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="the same number gives the same texts (default 1)")
    parser.add_argument("--open", type=float, default=0.01, help="share that is open (default %(default)s)")
    parser.add_argument("--days", type=int, default=730, help="spread over this time (default %(default)s)")
    parser.add_argument("--yes", action="store_true", help="also into a database with other people's conversations")


def run(options: argparse.Namespace) -> int:
    """0 when all was written; 2, with nothing written, for options that make no sense."""
    migrate.bring_up_to_date()
    problem = _problem(options)
    if problem:
        print(f"shopbell: {problem}", file=sys.stderr)
        return 2
    progress = Progress("conversations")
    load.load(_plan(options), progress)
    seconds = progress.end()
    messages = options.conversations * options.messages_per
    made = f"{options.conversations:,} conversations, {messages:,} messages"
    print(f"{made} in {seconds:.1f} s ({messages / seconds:,.0f} messages a second)")
    return 0


def _problem(options: argparse.Namespace) -> str:
    unknown = set(options.languages.split(",")) - set(writing.LANGUAGES)
    if unknown:
        return f"no texts in {', '.join(sorted(unknown))}; there are {', '.join(writing.LANGUAGES)}"
    if options.conversations < 1 or options.messages_per < 1 or options.days < 1 or not 0 <= options.open <= 0.5:
        return "at least one conversation of one message within one day, and at most half of them open"
    if not options.yes and Conversation.objects.exclude(shop__slug=options.shop).exists():
        return "other shops of this database have conversations; --yes if the made-up ones shall be added to them"
    return ""


def _plan(options: argparse.Namespace) -> load.Plan:
    shop, _ = Shop.objects.get_or_create(slug=options.shop, defaults={"name": "Load test"})
    address = f"help@{options.shop}.example"
    channel = Channel.objects.filter(shop=shop, type="email").first() or channels.create_channel(
        shop, type="email", name="Support", address=address, settings={"address": address, "sending": "nowhere"}
    )
    return load.Plan(
        conversations=options.conversations,
        messages_per=options.messages_per,
        channel=channel,
        agents=tuple(_agents()),
        languages=tuple(options.languages.split(",")),
        seed=options.seed,
        open_share=options.open,
        days=options.days,
    )


def _agents() -> list[int]:
    """Those who answer customers here; without any, some with whom nobody can sign in."""
    found = list(Agent.objects.filter(role__in=[Role.AGENT, Role.LEAD]).order_by("id").values_list("id", flat=True))
    return found or [
        Agent.objects.create_user(f"agent{number}@load-test.example", None, name=f"Agent {number}").pk
        for number in range(1, AGENTS + 1)
    ]
