"""Four languages, complete: a string without its three translations is a failing test."""

from __future__ import annotations

import re

import pytest
from tools import messages

PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]|%[sd]|\{[a-z_.]*\}")


@pytest.fixture(scope="module")
def found() -> list[tuple[str | None, str]]:
    try:
        return [(entry.msgctxt, entry.msgid) for entry in messages.extract()]
    except FileNotFoundError:
        pytest.skip("needs xgettext (Debian package gettext)")


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_every_string_is_translated(found: list[tuple[str | None, str]], language: str):
    known = {(entry.msgctxt, entry.msgid): entry for entry in messages.catalogue(language)}
    missing = [key for key in found if key not in known or not known[key].translated() or known[key].fuzzy]
    assert missing == []
    assert sorted(known.keys() - set(found), key=str) == []


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_translations_keep_their_placeholders(language: str):
    for entry in messages.catalogue(language):
        texts = list(entry.msgstr_plural.values()) or [entry.msgstr]
        for text in texts:
            expected = PLACEHOLDER.findall(entry.msgid_plural if entry.msgid_plural and "%(" in text else entry.msgid)
            assert sorted(set(PLACEHOLDER.findall(text))) == sorted(set(expected)), entry.msgid
