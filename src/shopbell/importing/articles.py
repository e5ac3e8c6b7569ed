"""Articles in files: Markdown with front matter, JSON lines, and what Zendesk and Chatwoot export as JSON.

The fields are called differently everywhere; the first name of a list that an object has counts. Nothing is guessed
from prose. A file that cannot be read is an Unreadable with the reason, and the others go on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import frontmatter
import yaml

from shopbell.core import markdown
from shopbell.knowledge.operations import Entry

KEYS = ("id", "key", "external_id", "slug", "url")
TITLES = ("title", "name", "question", "subject")
MARKDOWN = ("markdown", "body_markdown", "content", "body", "text", "answer", "description")
HTML = ("html", "body_html", "html_body")
TOPICS = ("topic", "category", "section", "folder", "collection")
LANGUAGES = ("language", "locale", "lang")
LISTS = ("articles", "payload", "data", "results", "items")
UNPUBLISHED = {"draft", "archived", "review", "unpublished", "0", "2"}  # 0, 2: Chatwoot's numbers for draft, archived
MOST_BYTES = 200_000_000
_TAG_FIRST = re.compile(r"\s*<[a-zA-Z][^<>]*>")


@dataclass(frozen=True)
class Unreadable:
    """A file or a line of one that is no article, and why."""

    name: str
    reason: str


def read(path: Path, language: str) -> Iterator[Entry | Unreadable]:
    """All articles at or below a path, in `language` where they do not say one, those of a folder in order of name."""
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.is_file() and (file.suffix.lower() in _READERS or not path.is_dir()):
            yield from _read(file, path if path.is_dir() else path.parent, language)


def _read(file: Path, root: Path, language: str) -> Iterator[Entry | Unreadable]:
    name = file.relative_to(root).as_posix()
    try:
        if file.stat().st_size > MOST_BYTES:
            raise ValueError("larger than 200 MB")
        source = file.read_text(encoding="utf-8-sig")
        yield from _READERS.get(file.suffix.lower(), _markdown)(source, name, language)
    except (OSError, ValueError, yaml.YAMLError) as error:
        yield Unreadable(name, str(error).split("\n")[0])


def _markdown(source: str, name: str, language: str) -> Iterator[Entry | Unreadable]:
    """The title is in the front matter, or it is the first heading, which is then not repeated in the text."""
    about, body = frontmatter.parse(source)
    stem = name.rpartition(".")[0] or name
    values: dict[str, Any] = {"key": stem, **{str(key): value for key, value in about.items()}}
    if not _first(values, TITLES):
        title = markdown.title(markdown.parse(body))
        values["title"] = title or stem.rpartition("/")[2].replace("-", " ").replace("_", " ")
        body = _without_first_heading(body) if title else body
    if "/" in stem and not _first(values, TOPICS):
        values["topic"] = stem.rpartition("/")[0].rpartition("/")[2].replace("-", " ").replace("_", " ")
    yield _entry({**values, "markdown": body}, name, language)


def _without_first_heading(body: str) -> str:
    begin, end = next(token.map for token in markdown.parse(body) if token.type == "heading_open" and token.map)
    lines = body.splitlines()
    return "\n".join(lines[:begin] + lines[end:])


def _json_lines(source: str, name: str, language: str) -> Iterator[Entry | Unreadable]:
    for number, line in enumerate(source.splitlines(), 1):
        if line.strip():
            try:
                yield _entry(json.loads(line), f"{name}:{number}", language)
            except ValueError as error:
                yield Unreadable(f"{name}:{number}", str(error))


def _json(source: str, name: str, language: str) -> Iterator[Entry | Unreadable]:
    """A list of articles, or an export around one; sections beside it give their names to the articles' topics."""
    try:
        content = json.loads(source)
    except ValueError:
        yield from _json_lines(source, name, language)
        return
    sections = _sections(content)
    for number, item in enumerate(_items(content), 1):
        try:
            known = {"topic": sections[str(item["section_id"])]} if str(item.get("section_id")) in sections else {}
            yield _entry({**known, **item}, f"{name}, article {number}", language)
        except (ValueError, AttributeError, TypeError) as error:
            yield Unreadable(f"{name}, article {number}", str(error))


def _items(content: Any) -> list[Any]:
    if isinstance(content, list):
        return content
    if isinstance(content, Mapping):
        listed = next((content[name] for name in LISTS if isinstance(content.get(name), list)), None)
        return [content] if listed is None else listed
    raise ValueError("neither an object nor a list")


def _sections(content: Any) -> dict[str, str]:
    listed = content.get("sections", []) if isinstance(content, Mapping) else []
    named = (one for one in listed if isinstance(one, Mapping) and {"id", "name"} <= set(one))
    return {str(one["id"]): str(one["name"]) for one in named}


def _entry(values: Mapping[str, Any], name: str, language: str) -> Entry:
    """Raises ValueError for what has no title or no text."""
    if not isinstance(values, Mapping):
        raise ValueError("no object")
    title, body = _word(_first(values, TITLES)), _body(values)
    if not title or not body:
        raise ValueError("without a title" if not title else "without a text")
    return Entry(
        key=_word(_first(values, KEYS)) or name,
        title=title,
        body=body,
        language=_language(_word(_first(values, LANGUAGES)), language),
        slug=_slug(values),
        topic=_word(_first(values, TOPICS)),
        is_internal=_is_internal(values),
        is_published=not _is_draft(values),
    )


def _first(values: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((values[name] for name in names if values.get(name) not in (None, "", [])), None)


def _word(value: Any) -> str:
    """A number or a name; of an object its own name (Chatwoot's category)."""
    if isinstance(value, Mapping):
        value = value.get("name") or value.get("title")
    return "" if value is None else str(value).strip()


def _body(values: Mapping[str, Any]) -> str:
    html = _first(values, HTML)
    if html is not None:
        return markdown.from_html(str(html))
    body = str(_first(values, MARKDOWN) or "")
    return markdown.from_html(body) if _TAG_FIRST.match(body) else body


def _language(said: str, usual: str) -> str:
    """en-us, en_US, EN: en."""
    return said.replace("_", "-").partition("-")[0].lower() or usual


def _slug(values: Mapping[str, Any]) -> str:
    return _word(values.get("slug"))


def _is_draft(values: Mapping[str, Any]) -> bool:
    said = str(values.get("status", values.get("state", ""))).lower()
    return values.get("draft") is True or values.get("published") is False or said in UNPUBLISHED


def _is_internal(values: Mapping[str, Any]) -> bool:
    said = str(values.get("visibility", values.get("audience", ""))).lower()
    return True in (values.get("internal"), values.get("is_internal")) or said in {"internal", "agents", "private"}


def as_draft(entry: Entry) -> Entry:
    """The same, to be published by somebody later."""
    return replace(entry, is_published=False)


_READERS = {".md": _markdown, ".markdown": _markdown, ".jsonl": _json_lines, ".ndjson": _json_lines, ".json": _json}
