"""CSV files in the spellings there are: what they are written in is guessed, and what leaves is safe to open."""

from __future__ import annotations

import pytest

from shopbell.customers import csv_file

TABLE = "Name;E-Mail\r\nJürgen Groß;jg@web.de\r\nSøren Kjær;sk@mail.dk\r\nÕnne Mägi;om@mail.ee\r\n"


@pytest.mark.parametrize(
    ("content", "layout"),
    [
        (TABLE.encode(), ("utf-8", ";")),
        (TABLE.encode("utf-8-sig"), ("utf-8", ";")),
        (TABLE.replace("Õnne Mägi", "Anna").encode("cp1252"), ("cp1252", ";")),
        (TABLE.encode("utf-16"), ("utf-16", ";")),
        (TABLE.encode("utf-16-le"), ("utf-16", ";")),
        (TABLE.encode("utf-16-be"), ("utf-16", ";")),
        (TABLE.replace(";", ",").encode(), ("utf-8", ",")),
        (TABLE.replace(";", "\t").encode(), ("utf-8", "\t")),
        (b'name,mail\n"Saar; Anna; Dr",a@b.c\n"Tamm; M",m@b.c\n', ("utf-8", ",")),
        (b"email\na@b.c\n", ("utf-8", ",")),
    ],
)
def test_what_a_file_is_written_in_is_guessed(content, layout):
    guessed = csv_file.guess(content)
    assert (guessed.charset, guessed.delimiter) == layout
    head = next(csv_file.rows(content, guessed))
    assert head[0] == 1
    assert head[1][0].lower() in {"name", "email"}


def test_every_spelling_reads_alike():
    for charset in ("utf-8", "utf-16", "utf-16-le"):
        content = TABLE.encode(charset)
        assert [cells[0] for _line, cells in csv_file.rows(content, csv_file.guess(content))][1:] == [
            "Jürgen Groß",
            "Søren Kjær",
            "Õnne Mägi",
        ]


@pytest.mark.parametrize("content", [b"", b"  \n ", b"PK\x03\x04\0\0\0rest\0\0"])
def test_what_is_no_table_is_refused(content):
    with pytest.raises(csv_file.NotCsv):
        csv_file.guess(content)


def test_lines_are_counted_as_an_editor_counts_them():
    content = b'name,mail\n"two\nlines",a@b.c\n\n,\nlast,l@b.c\n'
    assert [line for line, _cells in csv_file.rows(content, csv_file.Layout("utf-8", ","))] == [1, 2, 6]


def test_columns_are_known_in_four_languages():
    own = {"Größe": "custom.size", "size": "custom.size"}
    head = ["Vorname", "Nachname", "E-Mail-Adresse", "Telefonnr", "Kundennr.", "GRÖSSE", "custom.size", "E-post", "X"]
    assert csv_file.roles(head, own) == [
        "first_name",
        "last_name",
        "email",
        "",
        "external",
        "",
        "custom.size",
        "email",
        "",
    ]


@pytest.mark.parametrize("value", ["=1+1", "+4930", "-2", "@x", "\tx"])
def test_nothing_leaves_that_a_spreadsheet_would_calculate(value):
    assert csv_file.line([value, "plain"], ",") == f"'{value},plain\r\n"
    content = f"a,b\r\n{csv_file.line([value, 'x'], ',')}".encode()
    read = list(csv_file.rows(content, csv_file.Layout("utf-8", ",")))[1][1][0]
    assert read == value.strip() or value == "\tx"
