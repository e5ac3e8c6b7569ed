"""docs/carriers.md names every carrier, state and reason there is."""

from __future__ import annotations

import re
from pathlib import Path

from shopbell.commerce.contract import REASONS, State
from shopbell.core import registry

PAGE = (Path(__file__).parents[3] / "docs" / "carriers.md").read_text()
TABLE = re.findall(r"^\| [^|]+ \| `(\w+)` \| [^|]+ \| (\d+) \| [^|]+ \| (yes|no)", PAGE, re.MULTILINE)


def test_every_carrier_stands_in_the_table() -> None:
    names = [name for name in registry.carriers if name != "test_carrier"]
    said = {name: (int(at_once), pushes == "yes") for name, at_once, pushes in TABLE}
    codes = {name: registry.carriers.get(name) for name in names}
    assert said == {name: (code.at_once, code.has_webhooks) for name, code in codes.items()}


def test_every_state_and_reason_is_named() -> None:
    quoted = set(re.findall(r"`(\w+)`", PAGE))
    assert set(State) <= quoted
    assert set(REASONS) <= quoted
