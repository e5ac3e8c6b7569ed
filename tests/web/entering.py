"""A browser in which an agent has signed in."""

from __future__ import annotations

from django.test import Client

from shopbell.agents.models import Agent


def entering(agent: Agent) -> Client:
    """Signed in as the agent."""
    client = Client()
    client.force_login(agent)
    return client
