"""Prepared answers: whose they are, in which order they are offered, and how they are filled in."""

from __future__ import annotations

import pytest

from shopbell.events.models import Event
from shopbell.knowledge import operations, queries
from shopbell.knowledge.models import Macro, MacroUse
from tests import factories


@pytest.mark.django_db
def test_a_shop_has_its_own_macros_and_those_of_all_in_the_customers_language_first():
    shop, other = factories.shop(), factories.shop()
    for name, owner, language in (
        ("b in Danish", shop, "da"),
        ("d for all", None, ""),
        ("c in German", shop, "de"),
        ("a in Danish", None, "da"),
        ("another shop's", other, "de"),
    ):
        Macro.objects.create(shop=owner, name=name, language=language, body="x")
    names = [macro.name for macro in queries.macros(shop.id, "de")]
    assert names == ["c in German", "d for all", "a in Danish", "b in Danish"]
    assert [macro.name for macro in queries.macros(other.id, "de")][0] == "another shop's"


@pytest.mark.parametrize(
    ("body", "filled"),
    [
        ("Hello {customer.first_name}!", "Hello Anna!"),
        ("{customer.first_name} {customer.first_name}", "Anna Anna"),
        ("{customer.age}, { customer.first_name }, {}", "{customer.age}, { customer.first_name }, {}"),
        ("{customer.first_name.upper}", "{customer.first_name.upper}"),
        ("{agent.name}", "{customer.first_name}"),  # what is filled in is not filled in again
        ("{", "{"),
    ],
)
def test_known_names_are_filled_in_once_and_others_stay_in_sight(body: str, filled: str):
    assert queries.fill(body, {"customer.first_name": "Anna", "agent.name": "{customer.first_name}"}) == filled


@pytest.mark.django_db
def test_a_macro_is_made_edited_and_deleted_with_a_trace():
    macro = operations.save_macro(Macro(), actor=3, name="Late", body="Sorry")
    operations.save_macro(macro, actor=3, body="Very sorry")
    assert list(Macro.objects.values_list("name", "body")) == [("Late", "Very sorry")]
    number = macro.id
    operations.delete_macro(macro, actor=4)
    assert not Macro.objects.exists()
    logged = list(Event.objects.order_by("id").values_list("name", "data", "actor_id"))
    assert logged[-1] == ("knowledge.macro_deleted", {"macro_id": number}, 4)
    assert len(logged) == 3


@pytest.mark.django_db
def test_the_use_of_a_macro_that_is_gone_is_not_remembered():
    agent, macro = factories.agent(), Macro.objects.create(name="a", body="x")
    number = macro.id
    operations.delete_macro(macro, actor=agent.pk)
    operations.note_use(number, agent.pk)
    assert not MacroUse.objects.exists()


@pytest.mark.django_db
def test_a_macro_that_was_deleted_meanwhile_does_not_come_back():
    macro = operations.save_macro(Macro(), actor=3, name="Late", body="Sorry")
    operations.delete_macro(Macro.objects.get(), actor=3)
    with pytest.raises(Macro.DoesNotExist):
        operations.save_macro(macro, actor=3, body="Very sorry")
    assert not Macro.objects.exists()
