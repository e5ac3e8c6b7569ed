"""A program that calls the API."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

from shopbell.agents.models import Agent
from shopbell.integrations import operations


class Program:
    """Calls with a token of its own."""

    def __init__(self, agent: Agent, *scopes: str) -> None:
        self.row, self.token = operations.make_token(agent, name="Test", scopes=scopes or ("admin",), actor=None)
        self.agent = agent
        self.client = Client()

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """`path` behind /api/v1; headers with _ for -."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named.setdefault("Authorization", f"Bearer {self.token}")
        options: dict[str, Any] = {"headers": named}
        if body is not None:
            data = body if isinstance(body, bytes | str) else json.dumps(body)
            options |= {"data": data, "content_type": "application/json"}
        return self.client.generic(method, f"/api/v1{path}", **options)

    def get(self, path: str, **headers: str) -> Any:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("POST", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self.call("PATCH", path, body, **headers)


def problem(response: HttpResponse) -> tuple[int, str]:
    """(status, detail) of an error; fails for anything that is not a problem."""
    assert response.headers["Content-Type"] == "application/problem+json", response.content[:500]
    body = response.json()  # type: ignore[attr-defined]
    assert body["status"] == response.status_code
    return response.status_code, body["detail"]
