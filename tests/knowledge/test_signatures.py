"""Which signature stands below an answer."""

import pytest

from shopbell.conversations import operations
from shopbell.knowledge import operations as wording
from shopbell.knowledge import queries
from shopbell.knowledge.models import Signature
from tests import factories

pytestmark = pytest.mark.django_db


def add(html, agent=None, shop=None, language=""):
    return wording.save_signature(Signature(agent=agent, shop=shop, language=language), actor=1, html=html)


def test_the_nearest_one_wins():
    mari, shop = factories.agent(), factories.shop()
    found = [add("<p>all</p>")]
    found.append(add("<p>all de</p>", language="de"))
    found.append(add("<p>shop</p>", shop=shop))
    found.append(add("<p>mari</p>", agent=mari))
    found.append(add("<p>mari at the shop, de</p>", agent=mari, shop=shop, language="de"))
    for number in range(len(found), 0, -1):
        assert queries.signature(mari.pk, shop.id, "de") == found[number - 1]
        found[number - 1].delete()
    assert queries.signature(mari.pk, shop.id, "de") is None


def test_another_language_or_agent_is_none_of_ours():
    mari, shop = factories.agent(), factories.shop()
    add("<p>et</p>", language="et")
    add("<p>siobhan</p>", agent=factories.agent("Siobhan Byrne"))
    assert queries.signature(mari.pk, shop.id, "de") is None


def test_one_for_each_place_only():
    add("<p>a</p>")
    with pytest.raises(ValueError):
        add("<p>b</p>")


def test_it_is_sent_with_the_names_filled_in_and_escaped():
    mari = factories.agent("Mari <b>M</b>")
    row = factories.conversation(language="de")
    add("<p><strong>{agent.name}</strong><br>{shop.name}</p>", language="de")
    add("<p>wrong language</p>")
    content = operations.reply(row.id, mari, factories.answer("Hi")).outbound.content
    assert content["text"] == f"Hi\n\n-- \nMari <b>M</b>\n{row.shop.name}"
    assert f"<strong>Mari &lt;b&gt;M&lt;/b&gt;</strong><br>{row.shop.name}" in content["html"]
