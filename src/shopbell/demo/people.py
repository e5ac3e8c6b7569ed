"""The demo's shops, mailboxes, teams, agents and macros."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from shopbell.agents.models import Agent, Role, Team
from shopbell.channels import operations as channels
from shopbell.channels.models import Channel
from shopbell.demo import danish, english, estonian, german, mails
from shopbell.demo.scenes import Cast
from shopbell.knowledge.models import Macro
from shopbell.shops.models import Shop

PASSWORD = "ring-the-bell"
CASTS = (german.CAST, danish.CAST, estonian.CAST, english.CAST)


@dataclass(frozen=True, kw_only=True)
class House:
    """Everybody and everything there is before the first customer writes."""

    mari: Agent
    jonas: Agent
    freja: Agent
    lead: Agent
    admin: Agent
    partner: Agent
    first_line: Team
    returns: Team
    night: Team
    mailboxes: dict[str, Channel]  # by language
    forms: dict[str, Channel]

    @property
    def agents(self) -> list[Agent]:
        return [self.mari, self.jonas, self.freja, self.lead, self.admin, self.partner]

    def author(self, language: str, number: int) -> Agent:
        """Who answers: the one who knows the language best, now and then the lead."""
        if number % 7 == 0:
            return self.lead
        return {"de": self.jonas, "da": self.freja}.get(language, self.mari)

    def sign_ins(self) -> list[tuple[str, str, str]]:
        """Role, address, password of those whom a visitor may be."""
        shown = [("agent", self.mari), ("lead", self.lead), ("admin", self.admin), ("partner agent", self.partner)]
        return [(role, agent.email, PASSWORD) for role, agent in shown]


def build() -> House:
    """Make them all."""
    first_line = Team.objects.create(name="First line")
    returns = Team.objects.create(name="Returns & repairs")
    night = Team.objects.create(name="Nightline", is_partner=True)
    channels_of = {cast.language: _open_shop(cast) for cast in CASTS}
    house = House(
        mari=_agent("Mari Mägi", Role.AGENT, "Europe/Tallinn", [first_line, returns]),
        jonas=_agent("Jonas Weber", Role.AGENT, "Europe/Berlin", [first_line], "de"),
        freja=_agent("Freja Lund", Role.AGENT, "Europe/Copenhagen", [first_line], "da"),
        lead=_agent("Siobhán Kelly", Role.LEAD, "Europe/Dublin", [first_line, returns]),
        admin=_agent("Kadri Oja", Role.ADMIN, "Europe/Tallinn", [], also_answers=True),
        partner=_agent("Ravi Menon", Role.PARTNER, "Europe/London", [night]),
        first_line=first_line,
        returns=returns,
        night=night,
        mailboxes={language: mailbox for language, (mailbox, _form) in channels_of.items()},
        forms={language: form for language, (_mailbox, form) in channels_of.items()},
    )
    Agent.objects.update(password=make_password(PASSWORD))  # once for all: hashing is slow by design
    return house


def _agent(
    name: str, role: Role, time_zone: str, teams: list[Team], language: str = "en", also_answers: bool = False
) -> Agent:
    address = f"{name.split()[0].lower().replace('á', 'a')}@hallik.example"
    agent = Agent.objects.create_user(
        address, name=name, role=role, time_zone=time_zone, language=language, also_answers=also_answers
    )
    agent.teams.set(teams)
    return agent


def _open_shop(cast: Cast) -> tuple[Channel, Channel]:
    shop = Shop.objects.create(
        name=cast.shop,
        slug=cast.slug,
        language=cast.language,
        time_zone=cast.time_zone,
        website=cast.website,
        controller="Hallik OÜ, Sadama 5, 10111 Tallinn",
        privacy_contact="privacy@hallik.example",
        privacy_url=f"{cast.website}/privacy",
    )
    settings = {
        "address": cast.address,
        "name": cast.shop,
        "reading": "none",
        "sending": "nowhere",
        "authserv_ids": [mails.RECEIVER],
        "quote_history": True,
    }
    mailbox = channels.create_channel(
        shop, type="email", name=cast.shop, address=cast.address, settings=settings, signature=cast.signature
    )
    form = channels.create_channel(shop, type="contact_form", name=f"{cast.shop}: form", replies_through=mailbox)
    channels.create_channel(
        shop, type="chat", name=f"{cast.shop}: chat", address=f"demo-{cast.language}", replies_through=mailbox
    )
    Macro.objects.bulk_create(
        [Macro(shop=shop, name=name, language=cast.language, body=body) for name, body in cast.macros]
    )
    return mailbox, form
