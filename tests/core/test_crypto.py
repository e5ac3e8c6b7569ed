"""Secrets at rest and tokens in addresses."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, models
from hypothesis import given
from hypothesis import strategies as st

from shopbell.core import crypto


class Vault(models.Model):
    """A table of this test only."""

    secret = crypto.EncryptedJSONField(null=True)

    class Meta:
        app_label = "core"
        managed = False
        db_table = "core_test_vault"

    def __str__(self) -> str:
        return f"vault {self.pk}"


@pytest.fixture
def vault(db: None) -> Iterator[type[Vault]]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE core_test_vault (id bigserial PRIMARY KEY, secret text)")
    yield Vault
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE core_test_vault")


def stored(pk: int) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM core_test_vault WHERE id = %s", [pk])
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    "value", [{"password": "pä$$", "port": 993}, [], {}, "", 0, False, ["a", None], {"nested": {"a": [1.5]}}]
)
def test_what_goes_in_comes_out(vault: type[Vault], value: object) -> None:
    pk = vault.objects.create(secret=value).pk
    assert vault.objects.get(pk=pk).secret == value
    sealed = stored(pk)
    assert sealed is not None
    assert "pä" not in sealed
    assert "password" not in sealed


def test_null_stays_null(vault: type[Vault]) -> None:
    pk = vault.objects.create(secret=None).pk
    assert stored(pk) is None
    assert vault.objects.get(pk=pk).secret is None


def test_the_same_secret_never_looks_the_same(vault: type[Vault]) -> None:
    one, two = (vault.objects.create(secret={"a": 1}).pk for _ in range(2))
    assert stored(one) != stored(two)


def test_rotation(vault: type[Vault], settings: Any) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "old" * 20, []
    pk = vault.objects.create(secret={"a": 1}).pk
    token = crypto.sign_token("reply", 7)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new" * 20, ["old" * 20]
    row = vault.objects.get(pk=pk)
    assert row.secret == {"a": 1}
    assert crypto.read_token("reply", token) == "7"
    assert crypto.sign_token("reply", 7) != token
    row.save()
    settings.SECRET_KEY_FALLBACKS = []
    assert vault.objects.get(pk=pk).secret == {"a": 1}
    assert crypto.read_token("reply", token) is None


def test_a_lost_key_is_said_so(vault: type[Vault], settings: Any) -> None:
    pk = vault.objects.create(secret={"a": 1}).pk
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "other" * 12, []
    with pytest.raises(crypto.Undecryptable):
        vault.objects.get(pk=pk)


def test_a_changed_secret_is_refused() -> None:
    sealed = crypto.encrypt("x")
    for broken in (sealed[:-4] + "AAAA", "", "nonsense", sealed[1:], "ä"):
        with pytest.raises(crypto.Undecryptable):
            crypto.decrypt(broken)


def test_the_field_dumps_as_json(vault: type[Vault]) -> None:
    row = vault(secret={"a": 1})
    assert json.loads(vault._meta.get_field("secret").value_to_string(row)) == {"a": 1}


@pytest.mark.parametrize("value", [0, 1, 1234567, 10**15, "abc", "7f3a", "0" * 32])
def test_tokens(value: int | str) -> None:
    token = crypto.sign_token("reply", value)
    assert re.fullmatch(r"[0-9a-z]{1,32}-[a-z2-7]{16}", token)
    assert crypto.read_token("reply", token) == str(value)
    assert crypto.read_token("reply", f" {token.upper()} ") == str(value)


def test_a_token_is_for_one_purpose_and_value() -> None:
    token = crypto.sign_token("reply", 7)
    number, mac = token.split("-")
    assert crypto.read_token("bounce", token) is None
    assert crypto.read_token("reply", f"8-{mac}") is None
    assert crypto.read_token("reply", f"07-{mac}") is None
    for place in range(16):
        other = "a" if mac[place] != "a" else "b"
        assert crypto.read_token("reply", f"{number}-{mac[:place]}{other}{mac[place + 1 :]}") is None


@pytest.mark.parametrize(
    "token",
    ["", "-", "7", "7-", "7-short", "ä-aaaaaaaaaaaaaaaa", "7-aaaaaaaaaaaaaaaa\n-", "7-" + "ı" * 16, "7-" + "a" * 90],
)
def test_no_tokens(token: str) -> None:
    assert crypto.read_token("reply", token) is None


@pytest.mark.parametrize("value", [-1, "", "A", "a-b", "ä", "0" * 33])
def test_values_that_fit_no_token(value: int | str) -> None:
    with pytest.raises(ValueError):
        crypto.sign_token("reply", value)


@given(st.text(alphabet=st.characters(), max_size=100))
def test_reading_never_raises(token: str) -> None:
    assert crypto.read_token("reply", token) is None
