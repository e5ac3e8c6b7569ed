"""The schema and the page that describe the API."""

from __future__ import annotations

import re
import sys

import pytest
from django.test import Client
from pydantic import BaseModel

from shopbell.integrations import catalogue
from shopbell.web.api import documentation
from tests import factories
from tests.web.api.calling import Program


def operations() -> list[tuple[str, dict]]:
    whole = documentation.described()
    return [(f"{method} {path}", one) for path, methods in whole["paths"].items() for method, one in methods.items()]


OPERATIONS = operations()


def test_the_schema_is_served_to_everybody(client: Client):
    answer = client.get("/api/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["openapi"] == "3.1.0"
    assert answer.json() == documentation.described()


@pytest.mark.parametrize(("name", "one"), OPERATIONS, ids=[name for name, _one in OPERATIONS])
def test_every_operation_is_described_and_has_examples(name: str, one: dict):
    assert one["summary"]
    assert re.search(r"Scope: `[a-z:]+`\.$", one["description"])
    assert one["security"] == [{"token": []}]
    assert {"401", "403", "422", "429"} <= set(one["responses"])
    bodies = [one.get("requestBody", {}), *one["responses"].values()]
    contents = [content for body in bodies for content in body.get("content", {}).values()]
    assert all("example" in content for content in contents)
    assert all("example" in parameter for parameter in one["parameters"])


def test_names_of_operations_are_unique():
    names = [one["operationId"] for _name, one in OPERATIONS]
    assert len(names) == len(set(names))


def test_names_of_bodies_and_answers_are_unique():
    """The schema keeps them by name: of two with the same the second would be told for both."""
    found: dict[str, set[type]] = {}
    for module in [one for name, one in sys.modules.items() if name.startswith("shopbell.") and one is not None]:
        for one in vars(module).values():
            if isinstance(one, type) and issubclass(one, BaseModel) and one.__module__.startswith("shopbell."):
                found.setdefault(one.__name__, set()).add(one)
    assert [name for name, classes in found.items() if len(classes) > 1] == []


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "one"), OPERATIONS, ids=[name for name, _one in OPERATIONS])
def test_the_example_of_a_body_is_understood(name: str, one: dict):
    """What is shown to be copied is refused for what is not there, never for its shape."""
    content = one.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return
    method, path = name.split(" ")
    program = Program(factories.agent(role="admin", also_answers=True))
    parts = {one["name"]: str(one["example"]) for one in one["parameters"] if one["in"] == "path"}
    path = re.sub(r"\{(\w+)\}", lambda found: parts[found[1]], path.removeprefix("/api/v1"))
    answer = program.call(method.upper(), path, content["example"], Idempotency_Key="k")
    assert answer.status_code < 500
    if answer.status_code == 422:
        assert answer.json()["detail"] != "The request holds values that cannot be.", answer.content


@pytest.mark.django_db
def test_the_page_shows_them_all_without_a_script(client: Client):
    answer = client.get("/api/docs")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert all(f'id="{one["operationId"]}"' in page for _name, one in OPERATIONS)
    assert all(f"<code>{name}</code>" in page for name in catalogue.KINDS)
    assert "<script" not in page
    assert "script-src 'self'" in answer["Content-Security-Policy"]


def test_examples_are_put_together_from_fields():
    parts = {"A": {"type": "object", "properties": {"b": {"type": "array", "items": {"type": "integer"}}}}}
    assert documentation.example({"$ref": "#/components/schemas/A"}, parts) == {"b": [1]}
    assert documentation.example({"anyOf": [{"type": "string", "examples": ["x"]}, {"type": "null"}]}, {}) == "x"
