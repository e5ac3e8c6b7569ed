"""What the import linter cannot say: who writes, how long code may get, what events may carry."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

SRC = Path(__file__).resolve().parents[1] / "src" / "shopbell"
MODULES = sorted(path for path in SRC.rglob("*.py") if "migrations" not in path.parts)
BELOW = ("events", "shops", "agents", "fields", "customers", "channels", "commerce", "knowledge", "selfservice")
DOMAIN = (*BELOW, "conversations", "watching", "lists", "notifications", "integrations", "chats")
WRITERS = {"operations", "ingress", "delivery", "jobs", "files", "counters", "search", "schedule", "worker", "models"}
WRITES = {"save", "create", "bulk_create", "update", "bulk_update", "delete", "get_or_create", "update_or_create"}
COMMAND_LINE = {"commands", "demo", "seeding", "importing"}  # they fill tables for the one who runs them
LONGEST_FUNCTION, LONGEST_MODULE = 60, 400
FORBIDDEN_WORDS = {"service", "services", "manager", "managers", "helper", "helpers", "utils", "util", "base", "misc"}
NAMED_BY_DJANGO = {SRC / "core" / "postgres" / "base.py"}  # where it looks for an ENGINE of DATABASES


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            yield node.name, node.end_lineno - node.lineno + 1


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SRC)))
def test_modules_and_functions_stay_short(path: Path):
    assert len(path.read_text().splitlines()) <= LONGEST_MODULE
    assert [(name, lines) for name, lines in functions(path) if lines > LONGEST_FUNCTION] == []


def test_nine_functions_in_ten_are_at_most_25_lines():
    lengths = sorted(lines for path in MODULES for _, lines in functions(path))
    assert lengths[len(lengths) * 9 // 10] <= 25


def test_no_module_has_a_name_that_says_nothing():
    assert {path for path in MODULES if path.stem in FORBIDDEN_WORDS} == NAMED_BY_DJANGO


def _model_writes(path: Path) -> list[str]:
    """Calls like X.objects….update(…) or row.save(): by name, on anything that smells of a table."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
            target = ast.unparse(node.func.value)
            if ".objects" in target or (node.func.attr == "save" and not node.args and "form" not in target):
                found.append(f"{path.relative_to(SRC)}:{node.lineno}: {target}.{node.func.attr}")
    return found


def test_only_the_writing_modules_write():
    outside = [
        path
        for path in MODULES
        if not WRITERS & {path.stem, *path.parent.parts[-1:]}
        and not COMMAND_LINE & set(path.parts)
        and path.stem != "bus"
    ]
    assert [line for path in outside for line in _model_writes(path)] == []


def test_no_signals_anywhere():
    pattern = re.compile(r"django\.dispatch|models\.signals|@receiver")
    assert [path for path in MODULES if pattern.search(path.read_text())] == []


def test_every_app_uses_the_same_file_names():
    known = {
        "models",
        "events",
        "contract",
        "operations",
        "queries",
        "subscribers",
        "jobs",
        "privacy",
        "checks",
        "apps",
    }
    for name in DOMAIN:
        assert apps.get_app_config(name).name == f"shopbell.{name}"
        assert known & {path.stem for path in (SRC / name).iterdir()}


def test_nothing_names_the_machine_it_was_written_on():
    pattern = re.compile(r"/(?:root|work|home)/[a-z]")
    texts = [path for path in SRC.rglob("*") if path.suffix in {".py", ".html", ".js", ".css"}]
    assert [path for path in texts if pattern.search(path.read_text())] == []
