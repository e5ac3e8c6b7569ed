"""What the palette knows: everything that can be added is a command of the page that lists it."""

from __future__ import annotations

import re
from pathlib import Path

from shopbell.web.desk import handbook

TEMPLATES = Path(handbook.__file__).parents[1] / "templates"
NEW = re.compile(r"""<a class="button(?: strong)?" href="{% url "((?:admin|desk:)_?\w+_new)"[^%]*%}"([^\n]*?)>{""")


def test_every_page_where_something_is_added_says_so_to_the_palette() -> None:
    links = [link for path in TEMPLATES.rglob("*.html") for link in NEW.findall(path.read_text())]
    assert {"admin_macro_new", "admin_field_new", "admin_team_new", "desk:signature_new"} <= {name for name, _ in links}
    assert [name for name, rest in links if "data-command=" not in rest] == []
