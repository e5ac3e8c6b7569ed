"""Articles in files of other programs: what is read, what is not and why."""

from __future__ import annotations

import json
from pathlib import Path

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
        Entry("returns/when", "When?", "\nIn 30 days.\n\n## And then?\n\nNo more.", "de", "", "returns"),
        Entry("shipping-costs", "shipping costs", "Five euro.", "de"),
    ]


def test_a_draft_an_internal_one_and_a_broken_one(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\ntitle: A\nstatus: draft\n---\nx")
    (tmp_path / "b.md").write_text("---\ntitle: B\ninternal: true\n---\nx")
    (tmp_path / "c.md").write_text("---\ntitle: [unclosed\n---\nx")
    (tmp_path / "d.md").write_bytes(b"# D\n\xff\xfe")
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
    article = {"id": 3, "title": "C", "content": "Some *words*", "status": "published", "category": {"name": "Help"}}
    path.write_text(json.dumps({"payload": [article]}))
    assert list(articles.read(path, "da")) == [Entry("3", "C", "Some *words*", "da", "", "Help")]
