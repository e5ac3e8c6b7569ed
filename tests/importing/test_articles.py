"""Articles in files of other programs: what is read, what is not and why."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from shopbell.importing import articles
from shopbell.importing.articles import Unreadable
from shopbell.knowledge.operations import Entry

HTML = "<h2>Cards</h2><p>Yes</p><script>x()</script>"


def test_markdown_with_and_without_front_matter(tmp_path: Path) -> None:
    (tmp_path / "returns").mkdir()
    (tmp_path / "returns" / "how.md").write_text("---\ntitle: How?\nslug: how-to\nlocale: en-GB\n---\n\nLike *this*.\n")
    (tmp_path / "returns" / "when.md").write_text("# When?\n\nIn 30 days.\n\n## And then?\n\nNo more.\n")
    (tmp_path / "shipping-costs.md").write_text("Five euro.")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    assert list(articles.read(tmp_path, "de")) == [
        Entry("returns/how", "How?", "Like *this*.", "en", "how-to", "returns"),
        Entry("returns/when", "When?", "In 30 days.\n\n## And then?\n\nNo more.", "de", "", "returns"),
        Entry("shipping-costs", "shipping costs", "Five euro.", "de"),
    ]


def test_a_draft_an_internal_one_and_a_broken_one(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\ntitle: A\nstatus: draft\n---\nx")
    (tmp_path / "b.md").write_text("---\ntitle: B\ninternal: true\n---\nx")
    (tmp_path / "c.md").write_text("---\ntitle: [unclosed\n---\nx")
    (tmp_path / "d.md").write_bytes(b"\x89PNG\r\n\0\0")
    (tmp_path / "e.md").write_text("# Only a title\n")
    draft, internal, *broken = articles.read(tmp_path, "en")
    assert isinstance(draft, Entry)
    assert isinstance(internal, Entry)
    assert (draft.is_published, internal.is_internal, internal.is_published) == (False, True, True)
    assert [(one.name, isinstance(one, Unreadable)) for one in broken if isinstance(one, Unreadable)] == [
        ("c.md", True),
        ("d.md", True),
        ("e.md", True),
    ]


def test_json_lines_and_lines_that_are_none(tmp_path: Path) -> None:
    lines = ['{"id": 7, "title": "T", "body": "<p>One <b>two</b></p>"}', "", "[1]", "{", '{"id": 8, "title": ""}']
    path = tmp_path / "all.jsonl"
    path.write_text("\n".join(lines))
    first, *rest = articles.read(path, "et")
    assert first == Entry("7", "T", "One **two**", "et")
    assert [(one.name, one.reason) for one in rest if isinstance(one, Unreadable)] == [
        ("all.jsonl:3", "no object"),
        ("all.jsonl:4", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        ("all.jsonl:5", "without a title"),
    ]


def test_what_other_help_centres_export(tmp_path: Path) -> None:
    zendesk = {
        "sections": [{"id": 5, "name": "Orders"}],
        "articles": [
            {"id": 1, "name": "Pay", "body": HTML, "section_id": 5, "locale": "en-us"},
            {"id": 2, "name": "Secret", "body": "<p>No</p>", "draft": True},
        ],
    }
    path = tmp_path / "export.json"
    path.write_text(json.dumps(zendesk))
    paid, secret = articles.read(path, "da")
    assert paid == Entry("1", "Pay", "## Cards\n\nYes", "en", "", "Orders")
    assert isinstance(secret, Entry)
    assert (secret.language, secret.is_published) == ("da", False)
    category = {"id": 1, "name": "Help", "locale": "et"}
    article = {"id": 3, "title": "C", "content": "Some *words*", "status": "published", "category": category}
    other = {**article, "id": 4, "status": 0, "associated_article_id": 3, "category": {**category, "locale": "de"}}
    path.write_text(json.dumps({"payload": [article, other], "meta": {"articles_count": 2}}))
    assert list(articles.read(path, "da")) == [
        Entry("3", "C", "Some *words*", "et", "", "Help"),
        Entry("3", "C", "Some *words*", "de", "", "Help", is_published=False),
    ]
    translations = [{"id": 9, "source_id": 1, "title": "Zahlen", "body": "<p>So</p>", "locale": "de", "draft": False}]
    path.write_text(json.dumps({"translations": translations, "count": 1}))
    assert list(articles.read(path, "da")) == [Entry("1", "Zahlen", "So", "de")]


def written(tmp_path: Path, source: str | bytes, name: str = "a.md") -> list[Entry | Unreadable]:
    """What one file holds."""
    path = tmp_path / name
    path.write_bytes(source if isinstance(source, bytes) else source.encode())
    return list(articles.read(path, "en"))


def reasons(found: list[Entry | Unreadable]) -> list[str]:
    return [one.reason for one in found if isinstance(one, Unreadable)]


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefghijk", "bcdefghijkl", strict=True)
)


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        (f"{BOMB}title: *l", "“title” is no text"),
        ("title: [a, b]", "“title” is no text"),
        ("title: &t [*t]", "its front matter, line 2: found unconstructable recursive node"),
        ("id: {a: {b: c}}\ntitle: {x: y}", "without a title"),
        ("title: a: b", "its front matter, line 2: mapping values are not allowed here"),
        ("title: A\n\tslug: x", "its front matter, line 3: found character '\\t' that cannot start any token"),
        ("title: " + "[" * 20_000, "nested too deeply"),
        ("title: A\nx: " + "y" * 70_000, "its front matter has more than 64,000 characters"),
        ("? [a]\n: b", "its front matter, line 2: found unhashable key"),
        ("status: [draft]\ntitle: A", "“status” is no text"),
    ],
)
def test_a_head_nobody_means_well_by_is_named_at_once(tmp_path: Path, head: str, reason: str) -> None:
    assert reasons(written(tmp_path, f"---\n{head}\n---\nText")) == [reason]


def test_what_the_head_says_is_taken_as_it_is_written(tmp_path: Path) -> None:
    head = "title: No\nid: 007\nslug: 2026-01-02\ncategory: [Care, Wool]\ntags: [x]\nweight: 1e3\n"
    (found,) = written(tmp_path, f"---\n{head}date: 2026-13-45\nx: !!python/object:os.system [ls]\n---\nText")
    assert found == Entry("007", "No", "Text", "en", "2026-01-02", "Care")
    for said in ("draft: yes", "draft: True", "published: no", "published: 'false'", "status: Draft"):
        (found,) = written(tmp_path, f"---\ntitle: A\n{said}\n---\nText")
        assert isinstance(found, Entry)
        assert not found.is_published, said


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("\n\n---\ntitle: A\n---\nText", Entry("a", "A", "Text", "en")),
        ("---\ntitle: A\n...\nText", Entry("a", "A", "Text", "en")),
        ("---\n---\n# A\n\nText", Entry("a", "A", "Text", "en")),
        ("---\n\n# A\n\nText\n\n---\n\nMore", Entry("a", "A", "---\n\n\nText\n\n---\n\nMore", "en")),
        ("{\n# A\n}\nText", Entry("a", "A", "{\n}\nText", "en")),
        ("# A\n\n<https://shop.example/> is where.", Entry("a", "A", "<https://shop.example/> is where.", "en")),
        ("# A\n\n<!-- ask\nthe boss -->Text\n\n```\n<!-- kept -->\n```", None),
        ("# A\n\nLine\u2028or\x0ctwo\x85here\n", Entry("a", "A", "Line\nortwo\nhere", "en")),
    ],
)
def test_the_text_below_is_whole(tmp_path: Path, source: str, found: Entry | None) -> None:
    wanted = found or Entry("a", "A", "Text\n\n```\n<!-- kept -->\n```", "en")
    assert written(tmp_path, source) == [wanted]


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_letters_and_line_ends_of_any_editor(tmp_path: Path, charset: str, end: str) -> None:
    source = "---\ntitle: Rückgabe – wie?\nslug: a\n---\n\nIn „30“ Tagen für 5 €.\n\nÜber uns.\n"
    (found,) = written(tmp_path, source.replace("\n", end).encode(charset))
    assert found == Entry("a", "Rückgabe – wie?", "In „30“ Tagen für 5 €.\n\nÜber uns.", "en", "a")


@pytest.mark.parametrize(
    ("source", "name", "reason"),
    [
        (b"", "a.md", "without a text"),
        (b"\xef\xbb\xbf", "a.json", "Expecting value: line 1 column 1 (char 0)"),
        (b"x\0y", "a.md", "no text"),
        (b"# A\n\n" + b"x" * 2_000_001, "a.md", "larger than 2 MB"),
        (b"# A\n\n" + b"x" * 200_001, "a.md", "longer than 200,000 characters"),
        (b"[" * 100_000, "a.json", "nested too deeply"),
        (b"7", "a.json", "neither an object nor a list"),
        (b'{"articles": [{"title": "A"', "a.json", None),
        (b'[\n{"title": "A",\n"body": "B"},\n{\n]', "a.json", None),
        (b"---\ntitle: A\n\nText", "a.md", "its front matter never ends"),
    ],
)
def test_a_file_that_is_none_is_named_once(tmp_path: Path, source: bytes, name: str, reason: str | None) -> None:
    found = written(tmp_path, source, name)
    assert len(found) == 1
    assert reasons(found)[0] == reason if reason else reasons(found)


def test_an_export_with_something_else_where_it_belongs(tmp_path: Path) -> None:
    items: list[object] = [
        None,
        7,
        {},
        {"title": True, "body": "x"},
        {"title": "A", "body": ["x"]},
        {"title": "A", "body": "x", "id": [1]},
        {"title": "A", "body": "x", "locale": {"a": 1}, "section_id": {"b": 2}, "category": 5, "id": 1.5},
        {"title": "B\0\ud800", "body": "<p>" * 5_000 + "x", "id": "\0k\ud800"},
        {"title": "A", "body": "<p>x</p>" * 300_000},
        {"title": "Secret", "body": "x", "user_segment_id": 12},
        {"title": "Open", "body": "<p>x</p>", "user_segment_id": None},
        {"title": "Mixed", "body": "Dear <b>you</b>,<br>hello"},
    ]
    for sections in (None, 5, {"a": 1}, [None, {"id": 1}, {"id": 2, "name": "N"}]):
        found = written(tmp_path, json.dumps({"sections": sections, "articles": items}), "a.json")
        assert len(found) == len(items)
    assert reasons(found)[:6] == [
        "no object",
        "no object",
        "without a title",
        "“title” is no text",
        "“text” is no text",
        "“id” is no text",
    ]
    kept = {one.title: one for one in found if isinstance(one, Entry)}
    assert kept["A"].key == "1.5"
    assert (kept["Secret"].is_internal, kept["Open"].is_internal) == (True, False)
    assert kept["Mixed"].body == "Dear **you**, \nhello" or kept["Mixed"].body == "Dear **you**,  \nhello"
    assert "longer than 2,000,000 characters" in reasons(found)


def test_a_line_of_json_may_hold_any_letter(tmp_path: Path) -> None:
    line = json.dumps({"title": "A", "body": "One\u2028two\x85three"}, ensure_ascii=False)
    (found,) = written(tmp_path, f"{line}\r\n", "a.jsonl")
    assert isinstance(found, Entry)


def test_two_languages_of_one_article_by_folder_or_by_name(tmp_path: Path) -> None:
    for name in ("de/returns/how.md", "en-GB/returns/how.md", "returns/how.da.md", "returns/how.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("# T\n\nx")
    found = [(one.key, one.language, one.topic) for one in articles.read(tmp_path, "et") if isinstance(one, Entry)]
    assert found == [
        ("returns/how", "de", "returns"),
        ("returns/how", "en", "returns"),
        ("returns/how", "da", "returns"),
        ("returns/how", "et", "returns"),
    ]


def test_a_folder_gives_what_lies_in_it_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("# Secret\n\nwords")
    inside = tmp_path / "articles"
    (inside / ".git").mkdir(parents=True)
    (inside / ".git" / "hidden.md").write_text("# Hidden\n\nx")
    (inside / "out.md").symlink_to(tmp_path / "secret.md")
    (inside / "gone.md").symlink_to(tmp_path / "nowhere.md")
    (inside / "loop.md").symlink_to(inside / "loop.md")
    (inside / "folder.md").mkdir()
    os.mkfifo(inside / "pipe.md")
    (inside / "real.md").write_text("# Real\n\nx")
    (inside / "same.md").symlink_to(inside / "real.md")
    found = list(articles.read(inside, "en"))
    assert [one.title for one in found if isinstance(one, Entry)] == ["Real", "Real"]
    assert reasons(found) == ["a link that leads out of the folder"]
