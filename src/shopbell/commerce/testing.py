"""The suite every connector passes: subclass it in the plug-in's tests, with a connector and what its shop gives."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from typing import Any

import pytest

from shopbell.commerce import contract
from shopbell.commerce.operations.recording import digest, kind_of

WRONG: tuple[Any, ...] = (None, [], "x", -1, {"a": []}, True)
HOSTILE = (b"", b"\0", b"\xff\xfe\x00", b"{", b"[]", b"null", b'"x"', b'{"id": {}}', b"a" * 100_000)


def wrongly_typed(item: object) -> list[str]:
    """Fields whose value is not of their default's kind, at any depth."""
    found = []
    for one in fields(item):  # type: ignore[arg-type]
        value = getattr(item, one.name)
        parts = value if isinstance(value, tuple) else [value]
        found += [f"{one.name}.{name}" for part in parts if is_dataclass(part) for name in wrongly_typed(part)]
        if one.default not in (MISSING, None) and type(value) is not type(one.default) and not is_dataclass(value):
            found.append(one.name)
    return found


class ConnectorContract:
    """Set `connector`, and `given` (kind → one object as the shop's API gives it). Where it pushes: `pushed`."""

    connector: contract.Connector
    given: Mapping[contract.Kind, Mapping[str, Any]]
    pushed: tuple[bytes, Mapping[str, str]] | None = None  # body and headers, rightly signed, of a push about an order
    pushed_order: str = ""  # the remote id it is about

    def test_an_object_is_understood_the_same_however_often(self) -> None:
        for kind, raw in self.given.items():
            before = json.dumps(raw, sort_keys=True)
            first, second = self.connector.understand(kind, raw), self.connector.understand(kind, raw)
            assert digest(first) == digest(second)
            assert kind_of(first) == kind
            assert json.dumps(raw, sort_keys=True) == before

    def test_an_order_has_what_the_mirror_needs(self) -> None:
        order = self.connector.understand("order", self.given["order"])
        assert isinstance(order, contract.OrderData)
        assert order.remote_id
        assert order.number
        assert not order.number.startswith("#")
        assert len(order.currency) == 3
        assert order.currency.isupper()
        assert all(type(amount) is int for amount in (order.total, order.paid, order.shipping, order.tax))
        assert all(refund.amount > 0 for refund in order.refunds)
        assert all(moment.tzinfo for moment in self.instants(order))

    def instants(self, order: contract.OrderData) -> list[datetime]:
        found = [order.placed_at, order.updated_at, order.cancelled_at]
        found += [at for one in order.shipments for at in (one.shipped_at, one.delivered_at)]
        found += [one.made_at for one in order.refunds]
        return [moment for moment in found if moment is not None]

    def test_ids_are_there_and_unique_within_their_order(self) -> None:
        order = self.connector.understand("order", self.given["order"])
        assert isinstance(order, contract.OrderData)
        for things in (order.lines, order.shipments, order.refunds):
            ids = [thing.remote_id for thing in things]
            assert all(ids)
            assert len(set(ids)) == len(ids)

    def test_a_field_of_the_wrong_kind_is_understood_or_refused_in_one_way(self) -> None:
        for kind, raw in self.given.items():
            for name in raw:
                for wrong in WRONG:
                    self.understood_or_refused(kind, {**raw, name: wrong})
                self.understood_or_refused(kind, {key: value for key, value in raw.items() if key != name})

    def understood_or_refused(self, kind: contract.Kind, raw: Mapping[str, Any]) -> None:
        try:
            item = self.connector.understand(kind, raw)
        except contract.Unparsable:
            return
        assert kind_of(item) == kind
        assert item.remote_id
        assert wrongly_typed(item) == []

    def test_a_push_is_taken_when_it_is_signed_and_refused_when_a_byte_is_another(self) -> None:
        if self.pushed is None:
            assert not self.connector.has_webhooks
            return
        body, headers = self.pushed
        self.connector.verify(body, headers, "https://desk.example/hooks/shops/x/")
        hints = self.connector.hints(body, headers)
        assert [(hint.kind, hint.remote_id) for hint in hints] == [("order", self.pushed_order)]
        with pytest.raises(contract.Forged):
            self.connector.verify(body + b" ", headers, "https://desk.example/hooks/shops/x/")
        with pytest.raises(contract.Forged):
            self.connector.verify(body, {}, "https://desk.example/hooks/shops/x/")

    def test_bytes_that_are_no_push_are_refused_in_one_way(self) -> None:
        headers = self.pushed[1] if self.pushed else {}
        for body in HOSTILE:
            try:
                hints = self.connector.hints(body, headers)
            except contract.Unparsable:
                continue
            assert all(hint.remote_id for hint in hints)

    def test_it_says_what_it_can_and_why_not(self) -> None:
        assert self.connector.label
        assert self.connector.kinds
        lacking = contract.OF_AGENTS - self.connector.abilities
        assert {ability for ability in lacking if not str(self.connector.cannot.get(ability, ""))} == set()
