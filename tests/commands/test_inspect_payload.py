"""The stable output of inspect-payload, and that no file makes it fail."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from shopbell.commands import inspect_payload
from shopbell.commerce.testing import HOSTILE
from tests import corpora
from tests.plugins.ecwid.shop import order as ecwid_order
from tests.plugins.shopify.shop import order as shopify_order
from tests.plugins.woocommerce.shop import customer, order, product

HINT = {"kind": "order", "remote_id": "24", "is_gone": False}


def run(capsys: pytest.CaptureFixture[str], path: Path, connector: str, *more: str) -> tuple[int, Any]:
    parser = argparse.ArgumentParser()
    inspect_payload.arguments(parser)
    code = inspect_payload.run(parser.parse_args([str(path), "--connector", connector, "--json", *more]))
    return code, json.loads(capsys.readouterr().out)


@pytest.fixture
def stored(tmp_path: Path) -> Any:
    """Write something as a file."""

    def store(said: Any) -> Path:
        path = tmp_path / "payload.json"
        path.write_bytes(said if isinstance(said, bytes) else json.dumps(said).encode())
        return path

    return store


def test_an_order_with_its_amounts_and_times(stored: Any, capsys: pytest.CaptureFixture[str]) -> None:
    code, about = run(capsys, stored(order()), "woocommerce")
    assert (code, about["error"], about["connector"]) == (0, None, "woocommerce")
    (part,) = about["parts"]
    assert set(part) == {"kind", "hints", "understood", "error"}
    assert (part["kind"], part["hints"], part["error"]) == ("order", [HINT], None)
    found = part["understood"]
    assert (found["total"], found["currency"], found["placed_at"]) == (10115, "EUR", "2026-11-21T19:56:40Z")
    assert (found["payment"], found["lines"][0]["unit_price"]) == ("paid", 5296)
    assert "raw" not in found


def test_lists_lines_wrapped_answers_and_stored_webhooks(stored: Any, capsys: pytest.CaptureFixture[str]) -> None:
    code, about = run(capsys, stored([order(1), customer(), product()]), "woocommerce", "--currency", "EUR")
    assert [part["kind"] for part in about["parts"]] == ["order", "customer", "product"]
    assert about["parts"][2]["understood"]["variants"][0]["price"] == 4450
    lines = "\n".join(json.dumps(order(number)) for number in (1, 2))
    code, about = run(capsys, stored(lines.encode()), "woocommerce")
    assert (code, [part["hints"][0]["remote_id"] for part in about["parts"]]) == (0, ["1", "2"])
    answer = {"data": {"orders": {"nodes": [shopify_order(7), shopify_order(8)], "pageInfo": {}}}}
    code, about = run(capsys, stored(answer), "shopify")
    assert (code, [part["hints"][0]["remote_id"] for part in about["parts"]]) == (0, ["7", "8"])
    push = {"headers": {"X-WC-Webhook-Topic": "order.deleted"}, "body": {"id": 24}}
    code, about = run(capsys, stored([push, {"raw_body": "webhook_id=7"}]), "woocommerce")
    assert (code, about["parts"][0]["hints"]) == (0, [{**HINT, "is_gone": True}])
    assert about["parts"][1] == {"kind": None, "hints": [], "understood": None, "error": None}


def test_what_only_hints(stored: Any, capsys: pytest.CaptureFixture[str]) -> None:
    body = {"id": 450, "admin_graphql_api_id": "gid://shopify/Order/450", "name": "#1001"}
    code, about = run(capsys, stored(body), "shopify")
    hint = {"kind": "order", "remote_id": "450", "is_gone": False}
    assert (code, about["parts"][0]["hints"], about["parts"][0]["understood"]) == (0, [hint], None)
    code, about = run(
        capsys, stored({"id": 9, "order_id": 450}), "shopify", "--header", "X-Shopify-Topic: refunds/create"
    )
    assert about["parts"][0]["hints"] == [hint]
    code, about = run(capsys, stored({"order": {"id": 450}}), "shopify")
    assert about["parts"][0]["hints"] == [hint]


@pytest.mark.parametrize("connector", ["django_oscar", "vendure", "medusa"])
def test_a_push_of_a_plug_in_the_merchant_installed(
    connector: str, stored: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    said = {"type": "shop.changed", "data": {"changed": [{"kind": "product", "id": "8", "gone": True}]}}
    code, about = run(capsys, stored(said), connector)
    assert (code, about["parts"][0]["hints"]) == (0, [{"kind": "product", "remote_id": "8", "is_gone": True}])


def test_times_without_a_zone_and_prices_without_a_currency(stored: Any, capsys: pytest.CaptureFixture[str]) -> None:
    local = order(date_created_gmt=None)
    _code, about = run(capsys, stored(local), "woocommerce", "--zone", "Europe/Tallinn")
    assert about["parts"][0]["understood"]["placed_at"] == "2026-11-21T19:56:40Z"
    code, about = run(capsys, stored(ecwid_order()), "ecwid")
    assert code == 1
    assert "currency is not known" in about["parts"][0]["error"]
    code, about = run(capsys, stored(ecwid_order()), "ecwid", "--currency", "SEK")
    assert (code, about["parts"][0]["understood"]["currency"]) == (0, "SEK")


def test_a_kind_can_be_said(stored: Any, capsys: pytest.CaptureFixture[str]) -> None:
    code, about = run(capsys, stored(customer()), "woocommerce", "--kind", "order")
    assert code == 1
    assert about["parts"][0]["error"].startswith("as order: currency")


def test_what_cannot_be_understood_says_so(stored: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, about = run(capsys, stored([order(), order(total="viel")]), "woocommerce")
    assert (code, about["parts"][0]["error"]) == (1, None)
    assert "as order: total: 'viel' is no amount" in about["parts"][1]["error"]
    assert run(capsys, tmp_path / "none.json", "woocommerce")[1]["error"] == "cannot be read: No such file or directory"
    assert run(capsys, stored([]), "woocommerce") == (
        1,
        {
            **{"file": str(tmp_path / "payload.json"), "connector": "woocommerce", "parts": []},
            "error": "there is nothing in it",
        },
    )


@pytest.mark.parametrize("connector", sorted(inspect_payload._connectors()))
def test_nothing_makes_it_fail(connector: str, stored: Any, capsys: pytest.CaptureFixture[str]) -> None:
    deep = b"[" * 100_000
    for body in (*HOSTILE, deep, b'{"data": {"data": {"data": {"data": {"data": {"data": {"id": 1}}}}}}}', b"7"):
        code, about = run(capsys, stored(body), connector)
        assert (code in (0, 1), set(about)) == (True, {"file", "connector", "parts", "error"})


def test_a_summary_for_people(stored: Any, capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    inspect_payload.arguments(parser)
    path = stored([order(), {"raw_body": "webhook_id=7"}])
    assert inspect_payload.run(parser.parse_args([str(path), "--connector", "woocommerce"])) == 0
    said = capsys.readouterr().out
    assert "order: order 24" in said
    assert "total      10115" in said
    assert "says nothing of an order" in said


def test_an_unknown_connector_is_an_error_of_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    inspect_payload.arguments(parser)
    for wrong in (["--connector", "magento"], ["--connector", "shopify", "--zone", "Mars"]):
        with pytest.raises(SystemExit):
            parser.parse_args(["x.json", *wrong])
    assert "woocommerce" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("connector", "folder", "name", "kinds"),
    [
        ("woocommerce", "woocommerce-7.9.0", "orders", {"order"}),
        ("woocommerce", "woocommerce-7.9.0", "customers", {"customer"}),
        ("woocommerce", "woocommerce-7.9.0", "products", {"product"}),
        ("vendure", "vendure-3.7.3", "products", {"product"}),
        ("medusa", "medusa-2.21.2", "customers", {"customer"}),
        ("medusa", "medusa-2.21.2", "products", {"product"}),
    ],
)
def test_bodies_of_real_shops(
    connector: str, folder: str, name: str, kinds: set[str], capsys: pytest.CaptureFixture[str]
) -> None:
    path = corpora.folder("shops", "shop-payloads", folder) / f"{name}.json"
    code, about = run(capsys, path, connector)
    assert (code, {part["kind"] for part in about["parts"]}) == (0, kinds)


def test_what_belongs_to_an_order_names_it(stored: Any, capsys: pytest.CaptureFixture[str]) -> None:
    hint = {"kind": "order", "remote_id": "450", "is_gone": False}
    for said in ({"refund": {"id": 9, "order_id": 450}}, {"fulfillment": {"id": 9, "order_id": "450"}}):
        code, about = run(capsys, stored(said), "shopify")
        assert (code, about["parts"][0]["kind"], about["parts"][0]["hints"]) == (0, "order", [hint])
    listed = [{"number": "10008", "url": "https://shop.example/api/orders/450/", "lines": "https://shop.example/x/"}]
    code, about = run(capsys, stored(listed), "django_oscar")
    assert (code, about["parts"][0]["hints"], about["parts"][0]["understood"]) == (0, [hint], None)


def test_what_is_neither_order_customer_nor_product(stored: Any, capsys: pytest.CaptureFixture[str]) -> None:
    webhook = {"id": 1, "name": "order.created", "status": "active", "topic": "order.created"}
    code, about = run(capsys, stored([webhook]), "woocommerce")
    assert (code, about["parts"][0]["kind"], about["parts"][0]["hints"]) == (1, None, [])
    assert about["parts"][0]["error"].startswith("this is no order, customer or product that is understood (as order: ")


def test_an_order_inside_of_a_webhook(stored: Any, capsys: pytest.CaptureFixture[str]) -> None:
    number = "0190aabbccddeeff0011223344556677"
    placed = {"id": number, "orderNumber": "10001", "amountTotal": 12.5, "orderDateTime": "2026-01-02T10:00:00+00:00"}
    event = {"data": {"payload": {"order": placed}, "event": "state_enter.order.state.open"}, "source": {}}
    code, about = run(capsys, stored(event), "shopware", "--currency", "SEK")
    (part,) = about["parts"]
    assert (code, part["hints"][0]["remote_id"], part["understood"]["number"]) == (0, number, "10001")
    assert (part["understood"]["total"], part["understood"]["currency"]) == (1250, "SEK")


def test_json_api(stored: Any, capsys: pytest.CaptureFixture[str]) -> None:
    attributes = {"orderNumber": "10001", "amountTotal": 12.5, "orderDateTime": "2026-01-02T10:00:00+00:00"}
    relations = {"currency": {"data": {"type": "currency", "id": "c"}}, "lineItems": {"data": []}, "tags": {"data": 1}}
    said = {
        "data": [{"id": "0" * 32, "type": "order", "attributes": attributes, "relationships": relations}],
        "included": [{"id": "c", "type": "currency", "attributes": {"isoCode": "JPY"}}, None],
    }
    code, about = run(capsys, stored(said), "shopware")
    found = about["parts"][0]["understood"]
    assert (code, found["remote_id"], found["currency"], found["total"]) == (0, "0" * 32, "JPY", 13)


PRESTASHOP = """<?xml version="1.0" encoding="UTF-8"?>
<prestashop xmlns:xlink="http://www.w3.org/1999/xlink"><orders><order><id><![CDATA[5]]></id>
<id_customer xlink:href="https://shop.example/api/customers/7"><![CDATA[7]]></id_customer>
<current_state><![CDATA[10]]></current_state><reference><![CDATA[KHWLILZLL]]></reference>
<date_add><![CDATA[2026-05-06 10:20:30]]></date_add><total_paid><![CDATA[20.900000]]></total_paid>
<associations><order_rows nodeType="order_row" virtualEntity="true"><order_row><id>10</id><product_id>1</product_id>
<product_quantity>2</product_quantity><product_name>Mug</product_name><unit_price_tax_incl>9.5</unit_price_tax_incl>
</order_row></order_rows></associations></order></orders></prestashop>"""


def test_prestashops_xml(stored: Any, capsys: pytest.CaptureFixture[str]) -> None:
    given = ("--currency", "EUR", "--zone", "Europe/Paris")
    code, about = run(capsys, stored(PRESTASHOP.encode()), "prestashop", *given)
    found = about["parts"][0]["understood"]
    assert (code, found["number"], found["total"], found["placed_at"]) == (0, "KHWLILZLL", 2090, "2026-05-06T08:20:30Z")
    assert [(one["title"], one["quantity"], one["total"]) for one in found["lines"]] == [("Mug", 2, 1900)]
    assert (found["payment"], found["fulfilment"], found["customer_id"]) == ("unknown", "unknown", "7")
    names = '<prestashop><product><id>9</id><active>1</active><price>5</price><name><language id="1">Tasse</language>'
    names += '<language id="2">Mug</language></name></product></prestashop>'
    code, about = run(capsys, stored(names.encode()), "prestashop", "--currency", "EUR")
    assert (code, about["parts"][0]["understood"]["title"]) == (0, "Tasse")
    for broken in ("<prestashop><order>", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'):
        code, about = run(capsys, stored(broken.encode()), "prestashop")
        assert (code, about["parts"]) == (1, [])
        assert about["error"].startswith("cannot be read: ")


def test_half_a_character_is_no_fault(stored: Any, capsys: pytest.CaptureFixture[str]) -> None:
    code, about = run(capsys, stored({"headers": {}, "body": "\ud800 {}"}), "woocommerce")
    assert (code, len(about["parts"])) == (0, 1)
    code, about = run(capsys, stored({**order(), "customer_note": "\ud800!"}), "woocommerce")
    assert (code, about["parts"][0]["understood"]["note"]) == (0, "?!")


def test_a_refund_that_links_up_to_its_order(stored: Any, capsys: pytest.CaptureFixture[str]) -> None:
    refund = {"id": 25, "amount": "10.00", "_links": {"up": [{"href": "https://shop.example/wp-json/wc/v3/orders/24"}]}}
    code, about = run(capsys, stored([refund]), "woocommerce")
    assert (code, about["parts"][0]["hints"]) == (0, [HINT])
