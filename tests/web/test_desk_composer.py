"""People as they are written in a line."""

import pytest
from django.core.exceptions import ValidationError

from shopbell.web.desk.address_line import read_people, write_people

CASES = [
    ("", []),
    ("  ,; \n", []),
    ("a@x.example", [["", "a@x.example"]]),
    ("Anna <a@x.example>", [["Anna", "a@x.example"]]),
    ('"Saar, Anna" <a@x.example>', [["Saar, Anna", "a@x.example"]]),
    (
        "Jüri Õun <j@x.example>; b@x.example\nc@x.example",
        [["Jüri Õun", "j@x.example"], ["", "b@x.example"], ["", "c@x.example"]],
    ),
    ("A@x.example, a@X.example", [["", "A@x.example"]]),
    ("<a@x.example>", [["", "a@x.example"]]),
    ("O'Brien-Smith Jr. <o@x.example>", [["O'Brien-Smith Jr.", "o@x.example"]]),
]


@pytest.mark.parametrize(("line", "people"), CASES)
def test_a_line_is_read(line, people):
    assert read_people(line) == people


@pytest.mark.parametrize("people", [people for _, people in CASES])
def test_what_is_written_is_read_again(people):
    assert read_people(write_people(people)) == people


@pytest.mark.parametrize("name", ['Eve "x" <e@evil.example>', "a, b; c", "back\\slash"])
def test_no_name_becomes_another_recipient(name):
    assert [address for _, address in read_people(write_people([[name, "a@x.example"]]))] == ["a@x.example"]


@pytest.mark.parametrize(
    "line", ["anna", "a@b@c", "Anna <>", "<a@x.example> b", 'x"@y.example', "a@x.example <", "a b@x.example"]
)
def test_what_is_no_address_is_named(line):
    with pytest.raises(ValidationError, match="is not an e-mail address"):
        read_people(line)


def test_fifty_are_enough():
    assert len(read_people(",".join(f"a{n}@x.example" for n in range(50)))) == 50
    with pytest.raises(ValidationError, match="At most 50"):
        read_people(",".join(f"a{n}@x.example" for n in range(51)))
