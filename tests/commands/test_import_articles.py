"""A help centre written elsewhere comes in, twice as once; and is searched on the command line."""

from __future__ import annotations

import argparse
import io
import json
from pathlib import Path

import pytest
from PIL import Image

from shopbell.commands import articles, import_
from shopbell.knowledge import operations
from shopbell.knowledge.models import Article, ArticleText, Picture, Version
from shopbell.shops.models import Shop
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return factories.shop(slug="kauba", language="en")


def run(capsys: pytest.CaptureFixture[str], *paths: Path, more: tuple[str, ...] = ()) -> tuple[int, str, list[str]]:
    """(exit code, the counts, what was said of what was not taken)."""
    parser = argparse.ArgumentParser()
    import_.arguments(parser)
    code = import_.run(parser.parse_args(["articles", *map(str, paths), "--shop", "kauba", *more]))
    captured = capsys.readouterr()
    return code, captured.out, [line for line in captured.err.splitlines() if "not taken" in line]


def search(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    parser = argparse.ArgumentParser()
    articles.arguments(parser)
    code = articles.run(parser.parse_args(["search", *words]))
    return code, capsys.readouterr().out


def picture(colour: str = "red") -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(made, "PNG")
    return made.getvalue()


def put(folder: Path, **files: str) -> None:
    for name, source in files.items():
        (folder / f"{name}.md").write_text(source)


def test_the_same_twice_changes_nothing_and_a_change_is_one_version(
    shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path, a="---\nslug: pay\n---\n# Pay\n\nBy card.", b="---\nslug: pay\n---\n# Pay later\n\nBy invoice.")
    assert run(capsys, tmp_path) == (0, "2 new or changed, 0 as before, 0 not taken\n", [])
    assert run(capsys, tmp_path) == (0, "0 new or changed, 2 as before, 0 not taken\n", [])
    assert sorted(ArticleText.objects.values_list("slug", flat=True)) == ["pay", "pay-2"]
    put(tmp_path, a="---\nslug: pay\n---\n# Pay\n\nBy card or cash.")
    assert run(capsys, tmp_path) == (0, "1 new or changed, 1 as before, 0 not taken\n", [])
    assert Version.objects.count() == 3


def test_one_id_twice_in_one_language_is_taken_once(
    shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(
        tmp_path,
        a="---\nid: x\n---\n# One\n\nx",
        b="---\nid: x\n---\n# Two\n\nx",
        c="---\nid: x\nlang: de\n---\n# Drei\n\nx",
    )
    for _again in range(2):
        code, _counts, left = run(capsys, tmp_path)
        assert (code, left) == (1, ["not taken: x: another article before it has this id (en)"])
    assert Article.objects.count() == 1
    assert dict(ArticleText.objects.values_list("language", "title")) == {"en": "One", "de": "Drei"}
    assert Version.objects.count() == 2


def test_an_import_that_was_stopped_goes_on(
    shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, **{f"a{number}": f"# T{number}\n\nx" for number in range(5)})
    real, done = operations.file_entry, []

    def stopped(*arguments: object, **values: object) -> bool:
        if len(done) == 3:
            raise KeyboardInterrupt
        done.append(1)
        return real(*arguments, **values)  # type: ignore[arg-type]

    monkeypatch.setattr(operations, "file_entry", stopped)
    with pytest.raises(KeyboardInterrupt):
        run(capsys, tmp_path)
    monkeypatch.setattr(operations, "file_entry", real)
    assert run(capsys, tmp_path) == (0, "2 new or changed, 3 as before, 0 not taken\n", [])
    assert Version.objects.count() == ArticleText.objects.filter(published__isnull=False).count() == 5


def test_pictures_beside_the_text_come_along_and_nothing_of_elsewhere_does(
    shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "articles"
    (folder / "how" / "img").mkdir(parents=True)
    (folder / "how" / "img" / "a b.png").write_bytes(picture())
    (folder / "top.png").write_bytes(picture("blue"))
    (folder / "broken.png").write_bytes(b"\x89PNG none")
    (tmp_path / "secret.png").write_bytes(picture("green"))
    (folder / "out.png").symlink_to(tmp_path / "secret.png")
    (folder / "how" / "x.md").write_text(
        '# X\n\n![One](img/a%20b.png) ![Two](</top.png> "t") ![Three](../broken.png) ![Four](../../secret.png)\n'
        "![Five](/etc/passwd) ![Six](../out.png) ![Seven](img) ![Eight](gone.png) ![](https://cdn.example/9.png)\n"
        "[![Ten](https://cdn.example/10.png)](https://shop.example/) ![Eleven](a%00b.png) ![](http://[)\n\n"
        "```\n![Code](img/a.png)\n```\n"
    )
    code, counts, left = run(capsys, folder)
    assert (code, counts) == (1, "1 new or changed, 0 as before, 0 not taken\n8 pictures not taken\n")
    assert [line.partition("how/x: ")[2] for line in left] == [
        "../broken.png: no picture that can be read",
        "../../secret.png: outside the folder",
        "/etc/passwd: there is no such file",
        "../out.png: outside the folder",
        "img: there is no such file",
        "gone.png: there is no such file",
        "a\0b.png: embedded null byte",
        "http://[: there is no such file",
    ]
    red, blue = (f"/pictures/{one.id}-{one.sha256[:12]}.webp" for one in Picture.objects.order_by("id"))
    assert Version.objects.get().body == (
        f"![One]({red}) ![Two]({blue}) Three Four\n"
        "Five Six Seven Eight [https://cdn.example/9.png](https://cdn.example/9.png)\n"
        "[Ten](https://shop.example/) Eleven \n\n"
        "```\n![Code](img/a.png)\n```"
    )
    assert run(capsys, folder)[1].startswith("0 new or changed, 1 as before")
    assert (Version.objects.count(), Picture.objects.count()) == (1, 2)


def test_what_a_colleague_wrote_on_top_stays_until_it_changes_elsewhere(
    shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path, a="# Pay\n\nBy card.")
    run(capsys, tmp_path)
    mari = factories.agent("Mari Maasikas")
    row = ArticleText.objects.get()
    operations.write(row.article, "en", title="Pay", body="By card or cash.", actor=mari.pk)
    assert run(capsys, tmp_path)[1] == "0 new or changed, 1 as before, 0 not taken\n"
    row.refresh_from_db()
    assert row.published.body == "By card."
    put(tmp_path, a="# Pay\n\nBy card or invoice.")
    assert run(capsys, tmp_path)[1] == "1 new or changed, 0 as before, 0 not taken\n"
    row.refresh_from_db()
    assert row.published.body == "By card or invoice."


def test_ids_nobody_can_keep_and_places_that_are_none(
    shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    items = [
        {"id": "x" * 201, "title": "A", "body": "x"},
        {"id": "\0\ud800k", "title": "B\0", "body": "x\0", "topic": "\0t"},
    ]
    path = tmp_path / "all.json"
    path.write_text(
        json.dumps(
            [*items, {"id": 3, "title": "\u200b", "body": "x"}, {"id": 4, "title": "D", "body": "x", "lang": "fr"}]
        )
    )
    code, _counts, left = run(capsys, path)
    assert (code, [line.split(": ")[2] for line in left]) == (
        1,
        [
            "An article's id has 1 to 200 characters.",
            "An article needs a title and a text.",
            "in a language there are no pages in",
        ],
    )
    assert list(Article.objects.values_list("key", flat=True)) == ["k"]
    assert run(capsys, tmp_path / "nowhere")[0] == 2
    assert run(capsys, Path("/dev/null"))[0] == 2


def test_what_is_found_is_printed_the_same_way_for_programs(
    shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path, returns="---\nslug: sending-back\n---\n# Returns\n\nSend it back within 30 days.")
    run(capsys, tmp_path)
    code, said = search(capsys, "return", "--json")
    found = json.loads(said)
    (result,) = found.pop("results")
    assert (code, found) == (0, {"query": "return", "language": "en"})
    assert list(result) == ["id", "score", "title", "language", "slug", "snippet"]
    assert {**result, "score": 0} == {
        "id": "returns",
        "score": 0,
        "title": "Returns",
        "language": "en",
        "slug": "sending-back",
        "snippet": "Send it back within 30 days.",
    }
    for strange in ("\udcff", "%_\\ '\" --", "", "\u202e" * 5_000, "x" * 100_000, "?!"):
        code, said = search(capsys, strange, "--json")
        assert code == 0
        assert json.loads(said)["results"] == []
    assert search(capsys, "return", "--shop", "none", "--json") == (2, "")
