"""Articles in the composer, and articles made of answers."""

from __future__ import annotations

import pytest

from shopbell.agents.models import Agent
from shopbell.conversations import operations as conversations
from shopbell.conversations.models import Conversation, Draft, Message
from shopbell.knowledge import operations, policies
from shopbell.knowledge.models import Article, ArticleText, Macro
from shopbell.knowledge.terms import Terms
from shopbell.shops.models import Shop
from tests import factories
from tests.web.entering import entering

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}


@pytest.fixture
def shop() -> Shop:
    return factories.shop(language="en")


@pytest.fixture
def talk(shop: Shop) -> Conversation:
    return factories.conversation(factories.mailbox(shop), subject="Re: Where is my ring, Anna?")


@pytest.fixture
def mari() -> Agent:
    return factories.agent()


def published(shop: Shop, title: str, body: str = "Words.", *, is_internal: bool = False) -> ArticleText:
    actor = factories.agent(role="lead").pk
    row = operations.begin(shop, "en", title=title, body=body, actor=actor)
    operations.save_article(row.article, actor=actor, is_internal=is_internal)
    operations.publish(row, actor=actor)
    return row


def answered(talk: Conversation, agent: Agent, text: str, html: str = "") -> Message:
    conversations.reply(talk.id, agent, factories.answer(text, html=html))
    return Message.objects.get(kind="agent")


def test_articles_are_offered_in_the_language_of_the_answer(shop: Shop, talk: Conversation, mari: Agent) -> None:
    row, secret = published(shop, "Returns"), published(shop, "Zebra", is_internal=True)
    published(factories.shop("Other"), "Foreign")
    html = entering(mari).get(f"/desk/c/{talk.id}/articles/?language=en", headers=PART).content.decode()
    assert f'data-address="http://localhost:8000/help/{shop.slug}/en/articles/returns/"' in html
    assert f'value="{row.pk} text"' in html
    assert "Zebra" in html
    assert f'value="{secret.pk}"' not in html
    assert "Foreign" not in html
    hits = entering(mari).get(f"/desk/c/{talk.id}/articles/?language=en&q=retu", headers=PART).content.decode()
    assert ("Returns" in hits, "Zebra" in hits, "<form" in hits) == (True, False, False)


@pytest.mark.parametrize(
    ("title", "line"), [("Returns", "Returns: http"), ("Where is it?", "Where is it? http"), ("Hi!", "Hi! http")]
)
def test_no_colon_follows_a_question(shop: Shop, talk: Conversation, mari: Agent, title: str, line: str) -> None:
    published(shop, title)
    html = entering(mari).get(f"/desk/c/{talk.id}/articles/?language=en", headers=PART).content.decode()
    assert f'data-line="{line}://localhost:8000/help/{shop.slug}/en/articles/' in html


def test_the_beginning_of_an_article_ends_between_words(shop: Shop, talk: Conversation, mari: Agent) -> None:
    published(shop, "Long", "Seventeen letters " * 20)
    html = entering(mari).get(f"/desk/c/{talk.id}/articles/?language=en", headers=PART).content.decode()
    assert "Seventeen letters Seventeen…</span>" in html
    assert '<span class="soft">English</span>' in html


@pytest.mark.parametrize(
    ("how", "expected"), [("", "Hello\n\nReturns <{address}>"), (" text", "Hello\n\nThirty days.")]
)
def test_without_scripts_it_is_added_to_the_draft(
    shop: Shop, talk: Conversation, mari: Agent, how: str, expected: str
) -> None:
    row = published(shop, "Returns", "**Thirty** days.")
    sent = {"text": "Hello", "kind": "reply", "to": "anna@customer.example", "use": f"{row.pk}{how}", "language": "en"}
    assert entering(mari).post(f"/desk/c/{talk.id}/articles/", sent).status_code == 303
    address = f"http://localhost:8000/help/{shop.slug}/en/articles/returns/"
    assert Draft.objects.get().text == expected.format(address=address)


def test_an_internal_article_is_never_added(shop: Shop, talk: Conversation, mari: Agent) -> None:
    row = published(shop, "Zebra", is_internal=True)
    entering(mari).post(f"/desk/c/{talk.id}/articles/", {"use": f"{row.pk} text", "language": "en"})
    assert not Draft.objects.exists()


def test_an_answer_becomes_a_draft_without_the_customer(shop: Shop, talk: Conversation, mari: Agent) -> None:
    message = answered(talk, mari, "Dear Anna, order 104233 is on its way.")
    client = entering(mari)
    assert client.get(f"/desk/c/{talk.id}/article/")["Location"] == f"/desk/m/{message.pk}/article/"
    page = client.get(f"/desk/m/{message.pk}/article/")
    html = page.content.decode()
    assert page.context["written"].title == "Where is my ring, [name]?"
    assert page.context["written"].body == "Dear [name], order [number] is on its way."
    assert "<del>104233</del> → [number]" in html
    assert not Article.objects.exists()
    sent = {"title": "Where is my ring?", "summary": "", "slug": "", "body": "On its way."}
    answer = client.post(f"/desk/m/{message.pk}/article/", sent)
    row = ArticleText.objects.select_related("article").get()
    assert answer["Location"] == f"/desk/articles/{row.article_id}/en/"
    assert (row.state, row.language, row.article.origin, row.article.owner) == ("draft", "en", message.pk, mari)
    again = client.post(f"/desk/m/{message.pk}/article/", sent)
    assert (again["Location"], Article.objects.count()) == (f"/desk/articles/{row.article_id}/", 1)
    assert f"/desk/c/{talk.id}/#m{message.pk}" in client.get(f"/desk/articles/{row.article_id}/en/").content.decode()


def test_salutation_and_signature_are_no_part_of_the_article(shop: Shop, talk: Conversation, mari: Agent) -> None:
    html = f"<p>Hello Anna,</p><p>it is <b>on its way</b>.</p><p>Kind regards<br>{mari.name}</p>"
    message = answered(talk, mari, "", html)
    page = entering(mari).get(f"/desk/m/{message.pk}/article/")
    assert page.context["written"].body == "It is **on its way**."


def test_the_way_back_is_for_those_who_may_see_the_conversation(shop: Shop, talk: Conversation, mari: Agent) -> None:
    message = answered(talk, mari, "Words.")
    row = operations.begin(shop, "en", title="T", body="B", actor=mari.pk, origin=message.pk)
    limited = factories.agent(limited_to_teams=True)
    html = entering(limited).get(f"/desk/articles/{row.article_id}/en/").content.decode()
    assert "Made of this answer" not in html
    assert entering(limited).get(f"/desk/m/{message.pk}/article/").status_code == 404
    assert entering(limited).post(f"/desk/m/{message.pk}/article/", {"title": "T", "body": "B"}).status_code == 404
    assert Article.objects.count() == 1


def test_only_answers_become_articles(talk: Conversation, mari: Agent) -> None:
    question = talk.messages.get()
    assert entering(mari).get(f"/desk/m/{question.pk}/article/").status_code == 404
    partner = factories.agent(role="partner", teams=(factories.team(is_partner=True),))
    assert entering(partner).get(f"/desk/m/{question.pk}/article/").status_code == 403
    assert entering(mari).get(f"/desk/c/{talk.id}/article/")["Location"] == f"/desk/c/{talk.id}/"


def test_numbers_of_policies_fill_macros(shop: Shop, talk: Conversation, mari: Agent) -> None:
    operations.save_macro(Macro(shop=shop), actor=mari.pk, name="M", body="{policy.return.window} days", language="")
    html = entering(mari).get(f"/desk/c/{talk.id}/macros/", headers=PART).content.decode()
    assert 'data-missing="{policy.return.window}"' in html
    promised = Terms(days={"window": 30, "send_back": 14})
    row = operations.propose_policy(
        shop, "return", promised=promised, words={}, since=policies.today(shop), actor=mari.pk
    )
    operations.approve_policy(row, actor=mari.pk)
    html = entering(mari).get(f"/desk/c/{talk.id}/macros/", headers=PART).content.decode()
    assert 'data-text="30 days"' in html
