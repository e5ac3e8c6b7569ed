"""Icons: what is used is defined, and nothing else. Addresses: where they may be broken."""

import re
from pathlib import Path

from shopbell.web.templatetags import desk

WEB = Path(desk.__file__).parents[1]
NAME = r"[a-z0-9]+(?:-[a-z0-9]+)*"


def test_every_icon_used_is_defined_and_every_one_defined_is_used():
    templates = "".join(path.read_text() for path in (WEB / "templates").rglob("*.html"))
    modules = "".join(path.read_text() for path in WEB.rglob("*.py") if path.parent.name != "templatetags")
    used = set(re.findall(rf'{{% icon "({NAME})"', templates)) | set(re.findall(rf'"#i-({NAME})"', templates))
    assert used <= set(desk.ICONS)
    assert {name for name in desk.ICONS if name not in used and f'"{name}"' not in modules} == set()


def test_an_icon_stands_once_on_a_page_and_is_used_by_name():
    assert desk.sprite().count('<symbol id="i-inbox" ') == 1
    assert desk.icon("inbox") == '<svg class="icon" aria-hidden="true"><use href="#i-inbox"/></svg>'


def test_an_address_may_be_broken_before_its_at_and_its_points_and_stays_text():
    assert desk.breakable("a.b@shop.example") == "a<wbr>.b<wbr>@shop<wbr>.example"
    assert desk.breakable("+372 5551 2345") == "+372 5551 2345"
    assert desk.breakable("<b>@x") == "&lt;b&gt;<wbr>@x"
