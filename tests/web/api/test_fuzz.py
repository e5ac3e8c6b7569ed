"""The API tried by its own schema: with what it allows and what it forbids, nothing breaks and all answers are as told.

A bounded number of examples for each operation, the same ones at every run.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pytest_django import Settings
from schemathesis import Case, GenerationMode, openapi
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from shopbell.conversations import operations as conversations
from shopbell.integrations import operations
from tests import factories
from tests.web.api.calling import Program

SCHEMA = openapi.from_wsgi("/api/openapi.json", get_wsgi_application())
OPERATIONS = [result.ok() for result in SCHEMA.get_all_operations()]
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
EXAMPLES = 10
ABOUT = {
    "conversations": "conversation",
    "messages": "message",
    "files": "file",
    "customers": "customer",
    "identities": "identity",
    "webhooks": "webhook",
}


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """The server runs within the test's transaction: it must not close the connection behind a request."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.fixture
def world(settings: Settings) -> tuple[Program, dict[str, int]]:
    """Somebody who may do everything, and one of each thing."""
    settings.API_PER_MINUTE = 1_000_000
    agent = factories.agent(role="admin", also_answers=True)
    attachment = factories.attachment("a.txt", b"a file")
    message = factories.receive(attachments=(attachment,))
    conversations.note(message.conversation_id, agent, body="a note")
    webhook = operations.make_webhook(actor=agent.pk, url="https://shop.example/hooks")
    operations.ping(webhook)
    numbers = {
        "webhook": webhook.id,
        "message": message.id,
        "file": message.attachments.get().id,
        "customer": message.conversation.customer_id,
        "conversation": message.conversation_id,
        "identity": message.conversation.customer.identities.get().id,
    }
    return Program(agent), numbers


def _aim(case: Case, numbers: dict[str, int]) -> None:
    """At a thing that is there."""
    part = case.operation.path.split("/")[3]
    if "number" in (case.path_parameters or {}):
        case.path_parameters["number"] = numbers.get(ABOUT.get(part, ""), 1)


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("operation", OPERATIONS, ids=[operation.label for operation in OPERATIONS])
def test_nothing_breaks(operation: Any, world: tuple[Program, dict[str, int]]) -> None:
    program, numbers = world
    headers = {"Authorization": f"Bearer {program.token}"}

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data(), st.sampled_from([GenerationMode.POSITIVE, GenerationMode.NEGATIVE]), st.booleans())
    def tried(data: st.DataObject, mode: GenerationMode, is_aimed: bool) -> None:
        case = data.draw(operation.as_strategy(generation_mode=mode))
        if is_aimed:
            _aim(case, numbers)
        response = case.call(headers=headers)
        case.validate_response(response, checks=CHECKS, headers=headers)

    tried()
