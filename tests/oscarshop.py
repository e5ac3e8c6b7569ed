"""A real django-oscar shop in a process of its own (tests/oscar_shop), its customers and its merchant.

Its tables and wares are made once for each run of the tests, in about two seconds; every shop starts from a copy.
"""

from __future__ import annotations

import atexit
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import requests

from tests import mailservers, processes
from tests.plugins.pushing import SECRET

RUN = Path(__file__).parent / "oscar_shop" / "run.py"
TOKEN = "the token of the tests"
COAT, HAT = "vihmajope_2", "villane-muts_1"
COAT_PRICE, HAT_PRICE = 8900, 2490
ADDRESS = {
    "first_name": "Kärt",
    "last_name": "Õunapuu",
    "line1": "Pärnu mnt 22-5",
    "line4": "Tallinn",
    "postcode": "10141",
    "country": "EE",
    "phone_number": "+37251234567",
}


_EARLIER = """
from datetime import timedelta
from django.db.models import F
from oscar.core.loading import get_model
from shopbell_oscar.changes import mark
Order, Event = get_model("order", "Order"), get_model("order", "ShippingEvent")
Order.objects.update(date_placed=F("date_placed") - timedelta(days={days}))
Event.objects.update(date_created=F("date_created") - timedelta(days={days}))
for number in Order.objects.values_list("id", flat=True):
    mark("order", number)
"""


@cache
def _pattern() -> Path:
    """The database of a shop nobody has bought in yet."""
    folder = tempfile.mkdtemp(prefix="oscar")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = Path(folder) / "shop.sqlite3"
    subprocess.run([sys.executable, str(RUN), "make"], env=_environment(path, {}), check=True, capture_output=True)
    return path


def _environment(database: Path, shopbell: dict[str, Any]) -> dict[str, str]:
    keep = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TZ")}
    return {**keep, "FLOOR_DATABASE": str(database), "FLOOR_SHOPBELL": json.dumps(shopbell), "PYTHONWARNINGS": "ignore"}


class Oscar:
    """The shop. `settings` is what a connection to it needs."""

    def __init__(self, folder: Path, **shopbell: Any) -> None:
        self.port = mailservers.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.settings = {"url": f"{self.url}/shopbell/", "token": TOKEN, "secret": SECRET}
        self.database = folder / "shop.sqlite3"
        self.log = folder / "shop.log"
        self.shopbell = {
            "TOKEN": TOKEN,
            "SECRET": SECRET,
            "REFUND": "floor.payments.pay_back",
            "PROMISE": "floor.promises.promised",
            "ADDRESS": "",
            **shopbell,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        if not self.database.exists():
            shutil.copy(_pattern(), self.database)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(RUN), "serve", str(self.port)],
                env=_environment(self.database, self.shopbell),
                stdout=log,
                stderr=log,
            )
        processes.wait_until(self._answers, 30, self.log.read_text)

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/shopbell/", timeout=5).status_code == 401
        except requests.ConnectionError:
            return False

    def stop(self) -> None:
        assert self.process is not None
        self.process.terminate()
        self.process.wait(15)

    def run(self, *command: str) -> str:
        """One of the shop's own management commands; what it printed."""
        environment = _environment(self.database, self.shopbell)
        done = subprocess.run(
            [sys.executable, str(RUN), *command], env=environment, check=True, capture_output=True, text=True
        )
        return done.stdout + done.stderr

    def let_days_pass(self, days: int) -> None:
        """Everything that happened so far in the shop happened so many days earlier; the desk is told at once."""
        self.run("shell", "-v0", "-c", _EARLIER.format(days=days))
        self.run("shopbell_push")

    def fault(self, *words: str) -> None:
        """What happens to the next questions the desk asks: floor/faults.py."""
        self.database.with_suffix(".faults").write_text("\n".join(words))

    def paid_back(self) -> list[str]:
        """What the payment provider was told to pay back, in order: key and amount."""
        path = self.database.with_suffix(".paid")
        return path.read_text().splitlines() if path.exists() else []

    def read(self, path: str) -> Any:
        """As the desk reads."""
        answer = requests.get(f"{self.url}/shopbell/{path}", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=10)
        answer.raise_for_status()
        return answer.json()


class Visitor:
    """Somebody with a browser in the shop: pages are fetched, and forms sent with what stands in them."""

    def __init__(self, shop: Oscar) -> None:
        self.shop = shop
        self.session = requests.Session()

    def get(self, path: str) -> str:
        return self._seen(self.session.get(self.shop.url + path, timeout=20))

    def send(self, path: str, data: dict[str, Any], page: str = "") -> str:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(page or path))
        assert token, page or path
        filled = {**data, "csrfmiddlewaretoken": token[1]}
        headers = {"Referer": self.shop.url + (page or path)}
        return self._seen(self.session.post(self.shop.url + path, data=filled, headers=headers, timeout=20))

    def _seen(self, answer: requests.Response) -> str:
        assert answer.status_code == 200, (answer.url, answer.status_code, self.shop.log.read_text()[-3000:])
        return answer.text

    def buy(self, email: str, *, ware: str = COAT, quantity: int = 1) -> str:
        """Through the shop's own checkout, as a guest; the number of the order."""
        number = ware.rpartition("_")[2]
        self.send(f"/basket/add/{number}/", {"quantity": str(quantity)}, page=f"/catalogue/{ware}/")
        self.send("/checkout/", {"username": email, "options": "anonymous"})
        self.send("/checkout/shipping-address/", ADDRESS)
        thanks = self.send("/checkout/preview/", {"action": "place_order"})
        found = re.search(r"order number[^<]*<[^>]*>\s*(\d+)", thanks)
        assert found, thanks
        return found[1]


class Merchant(Visitor):
    """Works in the shop's own dashboard."""

    def __init__(self, shop: Oscar) -> None:
        super().__init__(shop)
        login = {"login-username": "merchant@shop.test", "login-password": "ring-the-bell", "login_submit": "Log In"}
        assert "logout" in self.send("/accounts/login/", login)

    def ship(self, order: str, note: str = "", *, event: str = "shipped") -> None:
        """Everything of the order passes this shipping event."""
        path = f"/dashboard/orders/{order}/"
        lines = dict.fromkeys(re.findall(r'name="selected_line" value="(\d+)"', self.get(path)))
        held = {f"selected_line_qty_{line}": self._quantity(path, line) for line in lines}
        form = {"line_action": "create_shipping_event", "shipping_event_type": event, "reference": note}
        self.send(path, {**form, **held, "selected_line": list(lines)})

    def _quantity(self, path: str, line: str) -> str:
        tag = re.search(rf'<input[^>]*name="selected_line_qty_{line}"[^>]*>', self.get(path))
        value = re.search(r'value="(\d+)"', tag[0]) if tag else None
        return value[1] if value else "1"

    def refund(self, order: str, amount: str) -> None:
        """As merchants do it who pay by hand: a payment event."""
        form = {"order_action": "create_order_payment_event", "payment_event_type": "refunded", "amount": amount}
        self.send(f"/dashboard/orders/{order}/", form)

    def change_status(self, order: str, status: str) -> None:
        self.send(f"/dashboard/orders/{order}/", {"order_action": "change_order_status", "new_status": status})


@contextmanager
def serving(folder: Path, **shopbell: Any) -> Iterator[Oscar]:
    """A shop whose settings for the desk these are."""
    shop = Oscar(folder, **shopbell)
    shop.start()
    try:
        yield shop
    finally:
        shop.stop()
