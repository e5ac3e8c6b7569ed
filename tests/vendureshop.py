"""A real Vendure shop in a process of its own (tests/vendure_shop), its customers and its merchant.

Only where SHOPBELL_VENDURE names a folder to install it into (about 280 MB from npm, four minutes, once).
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from tests import mailservers, processes
from tests.plugins.pushing import SECRET

SOURCES = Path(__file__).parent / "vendure_shop"
PLUGIN = Path(__file__).parents[1] / "integrations" / "vendure" / "src" / "shopbell.plugin.ts"
ADMIN = {"username": "superadmin", "password": "ring-the-bell"}
FILES = ("package.json", "tsconfig.json", "server.ts", "products.csv")


def installed() -> Path:
    """The folder with Vendure, installed first where it is not; skips where nobody asked for it."""
    named = os.environ.get("SHOPBELL_VENDURE")
    if not named or not shutil.which("npm"):
        pytest.skip("set SHOPBELL_VENDURE to a folder that Vendure may be installed into; npm is needed")
    folder = Path(named)
    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copy(SOURCES / name, folder / name)
    shutil.copy(PLUGIN, folder / PLUGIN.name)
    if not (folder / "node_modules" / "@vendure" / "core").exists():
        command = ["npm", "install", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(command, cwd=folder, check=True, timeout=1_200)
    return folder


class Api:
    """One of the two GraphQL APIs, with a session."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()

    def ask(self, query: str, **variables: Any) -> Any:
        answer = self.session.post(self.url, json={"query": query, "variables": variables}, timeout=60)
        token = answer.headers.get("vendure-auth-token")
        if token:
            self.session.headers["Authorization"] = f"Bearer {token}"
        said = answer.json()
        assert "errors" not in said, said
        wrong = [value for value in said["data"].values() if isinstance(value, dict) and "errorCode" in value]
        assert wrong == []
        return said["data"]


class Vendure:
    """The shop. `settings` is what a connection to it needs."""

    def __init__(self, installation: Path, database: Path, address: str) -> None:
        self.installation, self.log = installation, database.with_suffix(".log")
        self.port = mailservers.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.settings = {"url": f"{self.url}/admin-api", **ADMIN, "secret": SECRET}
        self.environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            "PORT": str(self.port),
            "DATABASE": str(database),
            "SHOPBELL_ADDRESS": address,
            "SHOPBELL_SECRET": SECRET,
            "VENDURE_DISABLE_TELEMETRY": "true",
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = ["node", "-r", "ts-node/register", "server.ts"]
        given: dict[str, Any] = {"cwd": self.installation, "env": self.environment}
        filled = subprocess.run([*command, "fill"], **given, capture_output=True, text=True, timeout=300)
        assert filled.returncode == 0, filled.stdout + filled.stderr
        with self.log.open("ab") as log:
            self.process = subprocess.Popen([*command, "serve"], **given, stdout=log, stderr=log)
        processes.wait_until(self._answers, 180, self.log.read_text)

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/health", timeout=5).status_code < 500
        except requests.ConnectionError:
            return False

    def stop(self) -> None:
        assert self.process is not None
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def buy(self, email: str) -> str:
        """Through the shop's own checkout, as a guest; the order's code."""
        shop = Api(f"{self.url}/shop-api")
        found = shop.ask("{ products { items { variants { id } } } }")["products"]["items"]
        shop.ask(_BUY["add"], id=found[0]["variants"][0]["id"])
        person = {"firstName": "Kärt", "lastName": "Õunapuu", "emailAddress": email}
        shop.ask(_BUY["customer"], input=person)
        home = {"fullName": "Kärt Õunapuu", "streetLine1": "Pärnu mnt 22-5", "city": "Tallinn"}
        shop.ask(_BUY["address"], input={**home, "postalCode": "10141", "countryCode": "EE"})
        ways = shop.ask("{ eligibleShippingMethods { id } }")["eligibleShippingMethods"]
        shop.ask(_BUY["shipping"], id=[ways[0]["id"]])
        shop.ask(_BUY["state"])
        methods = shop.ask("{ eligiblePaymentMethods { code } }")["eligiblePaymentMethods"]
        paid = shop.ask(_BUY["pay"], input={"method": methods[0]["code"], "metadata": {}})["addPaymentToOrder"]
        return str(paid["code"])

    def merchant(self) -> Api:
        """Somebody who is signed in at the admin API."""
        admin = Api(self.settings["url"])
        admin.ask(_SHIP["login"], **ADMIN)
        return admin

    def ship(self, code: str, tracking: str) -> None:
        """All of it, handed to the carrier."""
        admin = self.merchant()
        order = admin.ask(_SHIP["find"], code=code)["orders"]["items"][0]
        lines = [{"orderLineId": line["id"], "quantity": line["quantity"]} for line in order["lines"]]
        said = [{"name": "method", "value": "DHL"}, {"name": "trackingCode", "value": tracking}]
        wanted = {"lines": lines, "handler": {"code": "manual-fulfillment", "arguments": said}}
        made = admin.ask(_SHIP["fulfil"], input=wanted)["addFulfillmentToOrder"]
        admin.ask(_SHIP["move"], id=made["id"], state="Shipped")


_FAILED = "... on ErrorResult { errorCode message }"
_ORDER = "... on Order { id code }"
_BUY = {
    "add": f"mutation($id: ID!) {{ addItemToOrder(productVariantId: $id, quantity: 1) {{ {_ORDER} {_FAILED} }} }}",
    "customer": (
        f"mutation($input: CreateCustomerInput!) {{ setCustomerForOrder(input: $input) {{ {_ORDER} {_FAILED} }} }}"
    ),
    "address": (
        f"mutation($input: CreateAddressInput!) {{ setOrderShippingAddress(input: $input) {{ {_ORDER} {_FAILED} }} }}"
    ),
    "shipping": f"mutation($id: [ID!]!) {{ setOrderShippingMethod(shippingMethodId: $id) {{ {_ORDER} {_FAILED} }} }}",
    "state": f'mutation {{ transitionOrderToState(state: "ArrangingPayment") {{ {_ORDER} {_FAILED} }} }}',
    "pay": f"mutation($input: PaymentInput!) {{ addPaymentToOrder(input: $input) {{ {_ORDER} {_FAILED} }} }}",
}
_SHIP = {
    "login": (
        "mutation($username: String!, $password: String!) { login(username: $username, password: $password)"
        f" {{ ... on CurrentUser {{ id }} {_FAILED} }} }}"
    ),
    "find": (
        "query($code: String!) { orders(options: {filter: {code: {eq: $code}}})"
        " { items { id lines { id quantity } } } }"
    ),
    "fulfil": (
        "mutation($input: FulfillOrderInput!) { addFulfillmentToOrder(input: $input)"
        f" {{ ... on Fulfillment {{ id }} {_FAILED} }} }}"
    ),
    "move": (
        "mutation($id: ID!, $state: String!) { transitionFulfillmentToState(id: $id, state: $state)"
        f" {{ ... on Fulfillment {{ id }} {_FAILED} }} }}"
    ),
}


@contextmanager
def serving(folder: Path, address: str) -> Iterator[Vendure]:
    """A shop that tells this address of its changes."""
    shop = Vendure(installed(), folder / "vendure.sqlite", address)
    shop.start()
    try:
        yield shop
    finally:
        shop.stop()
