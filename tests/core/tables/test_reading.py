"""Files of rows, whatever they are written in; what cannot be read is told with its line."""

from __future__ import annotations

import gzip
import json
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from shopbell.core.tables import Broken, Form, NoTable, Record, open_table

ROWS = "Nimi;Linn;Summa\nKärt Põld;Jõhvi;12,50\n"


def write(folder: Path, content: bytes | str, name: str = "a.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


GUESS = Form()


def read(path: Path, form: Form = GUESS) -> list[Any]:
    return [
        dict(one.values) if isinstance(one, Record) else (one.line, one.reason.partition(";")[0])
        for one in open_table(path, form)
    ]


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "cp1257"])
def test_charsets_are_told_apart(tmp_path, charset):
    assert read(write(tmp_path, ROWS.encode(charset))) == [{"Nimi": "Kärt Põld", "Linn": "Jõhvi", "Summa": "12,50"}]


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("Søren Kjær;Ærø", "cp1252"),
        ("Tiit Žuravljov;Šveits", "cp1257"),
        ("Kārlis Bērziņš;Rīga", "cp1257"),
        ("Rūta Žemaitė;Šiauliai", "cp1257"),
        ("Søren;København;Ærø", "cp1257"),
        ("Jürgen Groß;Köln", "cp1252"),
        ("Zoë Lefèvre;Besançon", "cp1252"),
        ("François Žižek – Škoda", "cp1252"),
    ],
)
def test_old_charsets_by_their_letters(tmp_path, text, charset):
    content = f"a;b\n{text};\n".encode(charset)
    assert text.partition(";")[0] in content.decode(open_table(write(tmp_path, content)).form.charset)


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_delimiters_quotes_and_line_ends(tmp_path, delimiter):
    rows = [["number", "note"], ["1", f'a "b"{delimiter} c\nd'], ["2", ""]]
    quoted = "\r\n".join(delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    found = list(open_table(write(tmp_path, quoted)))
    assert [dict(one.values) for one in found] == [
        {"number": "1", "note": f'a "b"{delimiter} c\nd'},
        {"number": "2", "note": ""},
    ]
    assert [one.line for one in found] == [2, 4]


def test_two_columns_of_one_name_and_one_without(tmp_path):
    assert open_table(write(tmp_path, "Name,Name,\n1,2,3\n")).head == ("Name", "Name (2)", "column 3")


def test_half_a_file(tmp_path):
    assert read(write(tmp_path, "a;b;c\n1;2;3\n4;5")) == [
        {"a": "1", "b": "2", "c": "3"},
        (3, "2 cells where the head has 3: does the file break off, or a cell hold a line end?"),
    ]
    assert read(write(tmp_path, 'a;b\n1;2\n3;"open\n5;6\n')) == [
        {"a": "1", "b": "2"},
        (3, "here a quote opens that nothing closes"),
        {"a": "5", "b": "6"},
    ]


def test_cells_too_many(tmp_path):
    assert read(write(tmp_path, "a;b\n1;2;;\n1;2;3\n")) == [
        {"a": "1", "b": "2"},
        (3, "3 cells where the head has 2: does a cell hold the delimiter without quotes?"),
    ]


def test_bytes_a_named_charset_does_not_have(tmp_path):
    path = write(tmp_path, b"a;b\nx;1\nK\xe4rt;2\n")
    assert read(path, Form(charset="utf-8"))[1] == (
        3,
        "it is not written in utf-8-sig (the mapping can name a charset)",
    )


def test_gzip_whole_and_broken_off(tmp_path):
    body = gzip.compress(("a;b\n" + "".join(f"{one};x{one * 7919}\n" for one in range(20_000))).encode())
    assert len(read(write(tmp_path, body, "a.csv.gz"))) == 20_000
    half = read(write(tmp_path, body[: len(body) // 2], "b.csv.gz"))
    assert len(half) > 5_000
    assert half[0] == {"a": "0", "b": "x0"}
    assert "breaks off" in half[-1][1]


def test_json_lines_and_lists(tmp_path):
    one, two = {"n": 1.10, "at": {"x": "y"}}, {"n": 2, "more": [1]}
    lines = f"{json.dumps(one)}\n\n{json.dumps(two)}\nnonsense\n[1]\n"
    expected = [{"n": Decimal("1.1"), "at": {"x": "y"}}, {"n": 2, "more": [1]}]
    found = read(write(tmp_path, lines, "a.jsonl"))
    assert found[:2] == expected
    assert [line for line, _reason in found[2:]] == [4, 5]
    assert read(write(tmp_path, json.dumps([one, two]), "a.json")) == expected
    assert read(write(tmp_path, json.dumps({"orders": [one, two]}, indent=1), "a.json")) == expected
    assert open_table(write(tmp_path, lines, "a.jsonl")).head == ("n", "at", "at.x", "more")


def test_a_list_that_breaks_off(tmp_path):
    found = read(write(tmp_path, '[\n{"a": 1},\n{"a": 2', "a.json"))
    assert found[0] == {"a": 1}
    assert found[1][0] == 3


def test_parquet(tmp_path):
    path = tmp_path / "a.parquet"
    duckdb.execute(
        "COPY (SELECT 'A1' AS number, 12.345::DECIMAL(10,3) AS total, TIMESTAMPTZ '2026-01-01 12:00:00+02' AS at,"
        f" [{{'sku': 'x', 'qty': 2}}] AS lines, NULL AS note) TO '{path}' (FORMAT parquet)"
    )
    assert read(path) == [
        {
            "number": "A1",
            "total": Decimal("12.345"),
            "at": "2026-01-01 10:00:00+00",
            "lines": [{"sku": "x", "qty": 2}],
            "note": None,
        }
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b""),
        ("a.csv", b" \n \n"),
        ("a.csv", b"\x89PNG\r\n\x1a\n\0\0\0\0\0\x01\0"),
        ("a.json", b'{"a": 1, "b": {"c": [1]}, \n"d": 2'),
        ("a.parquet", b"PAR1 but then nothing"),
        ("a.csv.gz", b"\x1f\x8b rubbish"),
    ],
)
def test_what_is_no_table(tmp_path, name, content):
    with pytest.raises(NoTable):
        list(open_table(write(tmp_path, content, name)))


def test_a_table_can_be_gone_through_twice(tmp_path):
    table = open_table(write(tmp_path, ROWS))
    assert len(list(table)) == len(list(table)) == 1
    assert not any(isinstance(one, Broken) for one in table)


def test_a_quote_that_swallows_rows(tmp_path):
    rows = 'a;b\n1;"open\n2;x "y" z\n3;"two\nlines ""quoted"""\n4;24"\n5;"q" w\n6;"open as well\n7;"8"\n'
    assert read(write(tmp_path, rows)) == [
        (2, "here a quote opens that nothing closes"),
        {"a": "2", "b": 'x "y" z'},
        {"a": "3", "b": 'two\nlines "quoted"'},
        {"a": "4", "b": '24"'},
        {"a": "5", "b": "q w"},
        (8, "here a quote opens that nothing closes"),
        {"a": "7", "b": "8"},
    ]


def test_very_long_cells_and_lines(tmp_path):
    path = write(tmp_path, f"a;b\n1;{'x' * 300_000}\n{'y' * 3_000_000}\n2;z\n")
    found = list(open_table(path))
    assert [(one.line, isinstance(one, Broken)) for one in found] == [(2, False), (3, True), (4, False)]
    assert len(found[0].values["b"]) == 300_000


def test_what_spreadsheets_and_copying_leave(tmp_path):
    assert read(write(tmp_path, "sep=;\na;b\n1;2,3\n")) == [{"a": "1", "b": "2,3"}]
    assert open_table(write(tmp_path, "\u200ba\u00a0,b\u2060\n1,2\n")).head == ("a", "b")
    assert read(write(tmp_path, 'a, b\n1, "2, 3"\n')) == [{"a": "1", "b": "2, 3"}]
    assert read(write(tmp_path, "a;b\nlost\0sign;2\n" + "x;1\n" * 30))[0] == {"a": "lostsign", "b": "2"}


def test_a_row_of_another_charset_in_utf8(tmp_path):
    path = write(tmp_path, "a;b\nKäse;1\nKäse;2\n".encode() + "Käse;3\n".encode("cp1252"))
    assert read(path) == [
        {"a": "Käse", "b": "1"},
        {"a": "Käse", "b": "2"},
        (4, "it is not written in utf-8-sig (the mapping can name a charset)"),
    ]


def test_cells_too_many_are_kept(tmp_path):
    (found,) = list(open_table(write(tmp_path, "a;b\n1;2;3;4\n")))
    assert dict(found.values) == {"a": "1", "b": "2", "column 3": "3", "column 4": "4"}


@pytest.mark.parametrize(
    "given",
    [
        {"data": {"orders": [{"n": 1}, {"n": 2}]}},
        {"orders": [{"n": 1}, {"n": 2}], "count": 2, "next": None},
        {"data": {"orders": {"edges": [{"node": {"n": 1}}, {"node": {"n": 2}, "cursor": "x"}], "pageInfo": {}}}},
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_the_list_an_answer_wraps(tmp_path, given, indent):
    assert read(write(tmp_path, json.dumps(given, indent=indent), "a.json")) == [{"n": 1}, {"n": 2}]


@pytest.mark.parametrize("indent", [None, 2])
def test_one_object(tmp_path, indent):
    given = {"n": 1, "items": [{"sku": "A"}], "at": {"x": 1}}
    assert read(write(tmp_path, json.dumps(given, indent=indent), "a.json")) == [given]


def test_json_deeper_than_can_be_read(tmp_path):
    assert "no JSON" in read(write(tmp_path, '{"a": 1}\n' + "[" * 100_000 + "\n", "a.jsonl"))[1][1]
    with pytest.raises(NoTable):
        list(open_table(write(tmp_path, "[" * 100_000, "a.json")))


@pytest.mark.parametrize(
    "above",
    [
        "Tellimused november 2026\n",
        "\n\n",
        "Orders, November 2026\n\nmade by Anna, Kärt\n",
        "Tellimused;;\n;;\n",
        '"Export: orders; all"\n',
    ],
)
def test_what_stands_above_the_head(tmp_path, above):
    body = ROWS + "Ann;Tartu;3,00\nJan;Narva;4,00\nEha;Elva;5,00\n"
    found = open_table(write(tmp_path, above + body))
    assert found.head == ("Nimi", "Linn", "Summa")
    assert [one.line for one in found] == [above.count("\n") + number for number in (2, 3, 4, 5)]


def test_settings_above_the_head_of_a_wide_table(tmp_path):
    table = open_table(write(tmp_path, "Shop;hallik\nFrom;2026-11-01\n\na;b;c;d;e\n" + "1;2;3;4;5\n" * 9))
    assert (table.head, len(list(table))) == (("a", "b", "c", "d", "e"), 9)


def test_a_head_fuller_than_its_rows_is_the_head(tmp_path):
    table = open_table(write(tmp_path, "Name,Email,Total,Sku,Note\n#1,a@b.c,5,A,\n,,,B,\n,,,C,\n,,,D,\n"))
    assert table.head == ("Name", "Email", "Total", "Sku", "Note")


def zipped(folder: Path, **files: str) -> Path:
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return folder / "a.zip"


def test_an_archive_of_one_file_is_that_file(tmp_path):
    assert read(zipped(tmp_path, orders__csv=ROWS))[0]["Nimi"] == "Kärt Põld"
    assert read(zipped(tmp_path, orders__jsonl='{"a": 1}\n{"a": 2}\n')) == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("o.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Excel workbook; save it as CSV"),
        ("o.csv", b"%PDF-1.7\n%\xe2\xe3", "is a PDF"),
        ("o.csv.bz2", b"BZh91AY&SY", "bzip2"),
        ("o.csv.xz", b"\xfd7zXZ\0\0", "xz"),
        ("o.xls", b"\n<html><table><tr><td>Nr</td></tr>", "save it as CSV"),
        ("o.zip", b"PK\x03\x04 and no more", "is damaged"),
    ],
)
def test_what_is_no_table_is_called_by_its_name(tmp_path, name, content, words):
    with pytest.raises(NoTable, match=words):
        open_table(write(tmp_path, content, name))


def test_workbooks_and_archives_of_several_files(tmp_path):
    with pytest.raises(NoTable, match="spreadsheet's workbook; save it as CSV"):
        open_table(zipped(tmp_path, **{"[Content_Types]__xml": "x", "xl/workbook__xml": "x"}))
    with pytest.raises(NoTable, match="an archive of 2 files"):
        open_table(zipped(tmp_path, a__csv=ROWS, b__csv=ROWS))


def test_a_gzip_whose_sum_is_wrong(tmp_path):
    packed = bytearray(gzip.compress((ROWS * 5000).encode()))
    packed[-8] ^= 1
    found = list(open_table(write(tmp_path, bytes(packed), "a.csv.gz")))
    assert isinstance(found[-1], Broken)
    assert "breaks off" in found[-1].reason
