from __future__ import annotations

import pytest

from shopbell.plugins.email.mime import flowed


@pytest.mark.parametrize(
    ("text", "delsp", "joined"),
    [
        ("one \ntwo\nthree", False, "one two\nthree"),
        ("one \ntwo", True, "onetwo"),
        ("> a \n> b\nc", False, "> a b\nc"),
        ("> a \nb", False, "> a \nb"),
        (">> a \n>> b", False, ">> a b"),
        ("text \n-- \nname", False, "text \n-- \nname"),
        (" >not a quote", False, ">not a quote"),
        ("a \n\nb", False, "a \n\nb"),
        ("", False, ""),
    ],
)
def test_soft_breaks_are_joined(text: str, delsp: bool, joined: str) -> None:
    assert flowed.unflow(text, delsp=delsp) == joined
