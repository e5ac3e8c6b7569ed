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

from shopbell.core import markdown, text
from shopbell.core.languages import NAMES
from shopbell.core.tables import charsets
from shopbell.importing import article_bodies as bodies
from shopbell.importing import front_matter
from shopbell.knowledge.operations import Entry
from shopbell.knowledge.operations.articles import MOST_CHARACTERS

KEYS = ("source_id", "associated_article_id", "id", "key", "external_id", "slug", "url")
TITLES = ("title", "name", "question", "subject")
MARKDOWN = ("markdown", "body_markdown")
ANY = ("content", "body", "text", "answer", "description")  # HTML where tags stand in it, else Markdown
HTML = ("html", "body_html", "html_body")
TOPICS = ("topic", "category", "section", "folder", "collection")
LANGUAGES = ("language", "locale", "lang")
LISTS = ("articles", "translations", "payload", "data", "results", "items")
UNPUBLISHED = {"draft", "archived", "review", "unpublished", "0", "2"}  # 0, 2: Chatwoot's numbers for draft, archived
MOST_BYTES = 200_000_000
MOST_BYTES_OF_ONE = 2_000_000  # a Markdown file, an article's HTML
_TAG_FIRST = re.compile(r"\s*<[a-zA-Z][a-zA-Z0-9]*(?:\s[^<>]*)?/?>")
_TAG_ENDS = re.compile(r"</(?:p|div|[uo]l|li|h[1-6]|table|a|b|strong|em|span)>|<br\s*/?>", re.IGNORECASE)
_OF_LANGUAGE = re.compile(rf"({'|'.join(NAMES)})(?:[-_][a-z]{{2}})?", re.IGNORECASE)


@dataclass(frozen=True)
class Unreadable:
    """A file or a line of one that is no article, and why."""

    name: str
    reason: str


def read(path: Path, language: str) -> Iterator[Entry | Unreadable]:
    """All articles at or below a path, in `language` where they do not say one, those of a folder in order of name.

    Of a folder only what lies in it: hidden files are passed over, links that lead out of it are Unreadable.
    """
    if not path.is_dir():
        yield from _read(path, path.name, language)
        return
    inside = path.resolve()
    for file in sorted(path.rglob("*")):
        name = file.relative_to(path).as_posix()
        is_hidden = any(part.startswith(".") for part in name.split("/"))
        if is_hidden or file.suffix.lower() not in _READERS or not file.is_file():
            continue
        if file.resolve().is_relative_to(inside):
            yield from _read(file, name, language)
        else:
            yield Unreadable(name, "a link that leads out of the folder")


def _read(file: Path, name: str, language: str) -> Iterator[Entry | Unreadable]:
    reader = _READERS.get(file.suffix.lower(), _markdown)
    most = MOST_BYTES_OF_ONE if reader is _markdown else MOST_BYTES
    try:
        if file.stat().st_size > most:
            raise ValueError(f"larger than {most // 1_000_000} MB")
        for one in reader(_text(file.read_bytes()), name, language):
            yield replace(one, file=str(file)) if isinstance(one, Entry) else one
    except (OSError, ValueError, RecursionError) as error:
        yield Unreadable(name, _reason(error))


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "nested too deeply"
    if isinstance(error, OSError):
        return error.strerror or "it cannot be read"
    return str(error).split("\n")[0]


def _text(content: bytes) -> str:
    """What the bytes say: UTF-8, UTF-16, else Windows-1252 or -1257."""
    try:
        decoded = content.decode(charsets.exact(charsets.guess(content.split(b"\n")), content[:200]))
    except UnicodeDecodeError as error:
        raise ValueError("its letters are neither UTF-8 nor of Windows") from error
    if "\0" in decoded:
        raise ValueError("no text")
    return decoded


def _markdown(source: str, name: str, language: str) -> Iterator[Entry | Unreadable]:
    """The title is in the front matter, or it is the first heading, which is then not repeated in the text."""
    about, body = front_matter.split(text.clean(source))
    body = bodies.outside_code(body, bodies.without_comments).strip()
    if len(body) > MOST_CHARACTERS:
        raise ValueError(f"longer than {MOST_CHARACTERS:,} characters")
    stem, topic, said = _place(name)
    values: dict[str, Any] = {"key": stem, "language": said, **{name: each for name, each in about.items() if each}}
    if not _first(values, TITLES):
        title = markdown.title(markdown.parse(body))
        values["title"] = title or _spaced(stem.rpartition("/")[2])
        body = _without_first_heading(body) if title else body
    if topic and not _first(values, TOPICS):
        values["topic"] = topic
    yield _entry({**values, "markdown": body}, language)


def _place(name: str) -> tuple[str, str, str]:
    """(key, topic, language) as a path says it: de/returns/how.md and returns/how.de.md are one article in German."""
    *folders, stem = (name.rpartition(".")[0] or name).split("/")
    said = [folder for folder in folders if _OF_LANGUAGE.fullmatch(folder)]
    folders = [folder for folder in folders if folder not in said]
    rest, _dot, ending = stem.rpartition(".")
    if rest and _OF_LANGUAGE.fullmatch(ending):
        stem, said = rest, [*said, ending]
    return "/".join([*folders, stem]), _spaced(folders[-1]) if folders else "", said[-1] if said else ""


def _spaced(name: str) -> str:
    return name.replace("-", " ").replace("_", " ")


def _without_first_heading(body: str) -> str:
    begin, end = next(token.map for token in markdown.parse(body) if token.type == "heading_open" and token.map)
    lines = body.split("\n")
    return "\n".join(lines[:begin] + lines[end:]).strip()


def _json_lines(source: str, name: str, language: str) -> Iterator[Entry | Unreadable]:
    for number, line in enumerate(source.split("\n"), 1):
        if line.strip():
            try:
                yield _entry(json.loads(line), language)
            except (ValueError, RecursionError) as error:
                yield Unreadable(f"{name}:{number}", _reason(error))


def _json(source: str, name: str, language: str) -> Iterator[Entry | Unreadable]:
    """A list of articles, or an export around one; sections beside it give their names to the articles' topics."""
    try:
        content = json.loads(source)
    except ValueError:
        if not _is_object(source.lstrip().split("\n", 1)[0]):
            raise
        yield from _json_lines(source, name, language)
        return
    sections = _sections(content)
    for number, item in enumerate(_items(content), 1):
        try:
            yield _entry(_with_section(item, sections), language)
        except (ValueError, RecursionError) as error:
            yield Unreadable(f"{name}, article {number}", _reason(error))


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _items(content: Any) -> list[Any]:
    if isinstance(content, list):
        return content
    if isinstance(content, Mapping):
        listed = next((content[name] for name in LISTS if isinstance(content.get(name), list)), None)
        return [content] if listed is None else listed
    raise ValueError("neither an object nor a list")


def _sections(content: Any) -> dict[str, str]:
    listed = content.get("sections") if isinstance(content, Mapping) else None
    named = [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
    return {str(one["id"]): _word(one["name"], "name") for one in named if {"id", "name"} <= set(one)}


def _with_section(item: Any, sections: Mapping[str, str]) -> Any:
    if not isinstance(item, Mapping) or str(item.get("section_id")) not in sections:
        return item
    return {"topic": sections[str(item["section_id"])], **item}


def _entry(values: Any, language: str) -> Entry:
    """Raises ValueError for what has no title or no text, or something else where a word belongs."""
    if not isinstance(values, Mapping):
        raise ValueError("no object")
    title, body = _named(values, TITLES), _body(values)
    if not title or not body:
        raise ValueError("without a title" if not title else "without a text")
    return Entry(
        key=_named(values, KEYS) or title,
        title=title,
        body=body,
        language=_language(values) or language,
        slug=_named(values, ("slug",)),
        topic=_topic(values),
        is_internal=_is_internal(values),
        is_published=not _is_draft(values),
    )


def _first(values: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((values[name] for name in names if values.get(name) not in (None, "", [], {})), None)


def _named(values: Mapping[str, Any], names: tuple[str, ...]) -> str:
    """The word under the first of some names; "" without any. Raises ValueError."""
    name = next((name for name in names if values.get(name) not in (None, "", [], {})), "")
    return _word(values[name], name) if name else ""


def _word(value: Any, name: str) -> str:
    """A number or a name; of an object its own name (Chatwoot's category). Raises ValueError."""
    if isinstance(value, Mapping):
        value = value.get("name") or value.get("title") or ""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        raise ValueError(f"“{name}” is no text")
    return text.clean(str(value)).strip()


def _topic(values: Mapping[str, Any]) -> str:
    """Of several the first."""
    found = _first(values, TOPICS)
    return "" if found is None else _word(found[0] if isinstance(found, list) else found, "topic")


def _body(values: Mapping[str, Any]) -> str:
    plain, html, said = (_first(values, names) for names in (MARKDOWN, HTML, ANY))
    if plain is None and html is None and isinstance(said, str) and (_TAG_FIRST.match(said) or _TAG_ENDS.search(said)):
        html = said
    if html is None or plain is not None:
        found = plain if plain is not None else said
        return "" if found is None else _word(found, "text")
    words = _word(html, "html")
    if len(words) > MOST_BYTES_OF_ONE:
        raise ValueError("longer than 2,000,000 characters")
    return markdown.from_html(words)


def _language(values: Mapping[str, Any]) -> str:
    """en-us, en_US, EN: en. Chatwoot says it of the category."""
    category = values.get("category")
    said = _named(values, LANGUAGES) or (_named(category, ("locale",)) if isinstance(category, Mapping) else "")
    return said.replace("_", "-").partition("-")[0].lower()


def _is_draft(values: Mapping[str, Any]) -> bool:
    said = _named(values, ("status", "state")).lower()
    return said in UNPUBLISHED or _says(values, "draft", True) or _says(values, "published", False)


def _is_internal(values: Mapping[str, Any]) -> bool:
    """Zendesk shows what has a segment of users to those alone: nobody else is shown it here."""
    said = _named(values, ("visibility", "audience")).lower()
    is_for_some = values.get("user_segment_id") not in (None, "", "null")
    is_said = _says(values, "internal", True) or _says(values, "is_internal", True)
    return is_said or is_for_some or said in {"internal", "agents", "private"}


def _says(values: Mapping[str, Any], name: str, wanted: bool) -> bool:
    """Whether a value is this: in front matter all values are words."""
    words = ("true", "yes", "on", "1") if wanted else ("false", "no", "off", "0")
    value = values.get(name)
    return value is wanted or (isinstance(value, str) and value.strip().lower() in words)


def as_draft(entry: Entry) -> Entry:
    """The same, to be published by somebody later."""
    return replace(entry, is_published=False)


_READERS = {".md": _markdown, ".markdown": _markdown, ".jsonl": _json_lines, ".ndjson": _json_lines, ".json": _json}
