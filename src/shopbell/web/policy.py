"""Content-Security-Policies of pages that differ from the strict one of settings.py."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponseBase

NOTHING_RUNS: dict[str, list[str]] = {"default-src": ["'none'"], "sandbox": []}


def only(response: HttpResponseBase, policy: dict[str, list[str]]) -> None:
    """The response gets this policy and nothing of the usual one."""
    usual: dict[str, Any] = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    response._csp_replace = {**dict.fromkeys(usual), **policy}  # type: ignore[attr-defined]


def changed(response: HttpResponseBase, policy: dict[str, list[str]]) -> None:
    """The response gets the usual policy with these parts instead of its own."""
    response._csp_replace = policy  # type: ignore[attr-defined]
