"""The documents name what is there: settings, commands, files. What is written and gone is a failure too."""

import re
from pathlib import Path

import pytest

from shopbell.commands import COMMANDS
from shopbell.installation import ROOT

INNER = {"SHOPBELL_SECRET", "SHOPBELL_LIFELINE", "SHOPBELL_PROCESS"}  # between the supervisor and its children
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)")


def test_every_setting_is_explained_and_none_that_is_gone():
    sources = [ROOT / "shopbell", *(ROOT / "src").rglob("*.py")]
    used = {name for path in sources for name in re.findall(r"\bSHOPBELL_[A-Z_]+", path.read_text())}
    explained = set(re.findall(r"`(SHOPBELL_[A-Z_]+)`", (ROOT / "docs" / "operating.md").read_text()))
    assert used - INNER == explained


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_in_documents_exist(path: Path):
    named = re.findall(r"\./shopbell ([a-z][a-z-]+)", path.read_text())
    assert [name for name in named if name not in COMMANDS] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(path: Path):
    targets = LINK.findall(path.read_text())
    assert [target for target in targets if not (path.parent / target).exists()] == []


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "adr").glob("*.md")), ids=lambda path: path.stem)
def test_a_decision_has_a_number_and_fits_a_screen(path: Path):
    lines = path.read_text().splitlines()
    assert lines[0].startswith(f"# {int(path.name[:4])}. ")
    assert len(lines) <= 40
