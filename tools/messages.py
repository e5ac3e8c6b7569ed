"""Translations: find every string of the code and bring the catalogues up to date.

    .venv/bin/python -m tools.messages        adds what is new to the catalogues, takes out what is gone

Needs xgettext (Debian package gettext). The test `tests/test_translations.py` fails on a missing or fuzzy entry.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import django
import polib
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
SRC = ROOT / "src" / "shopbell"
LOCALE = SRC / "web" / "locale"
LANGUAGES = ("de", "da", "et")
KEYWORDS = "gettext_noop gettext_lazy ngettext_lazy:1,2 pgettext:1c,2 npgettext:1c,2,3 pgettext_lazy:1c,2"
HEADER = {"MIME-Version": "1.0", "Content-Type": "text/plain; charset=UTF-8", "Content-Transfer-Encoding": "8bit"}
PLURALS = "nplurals=2; plural=(n != 1);"


def extract() -> polib.POFile:
    """Every translatable string of the Python code and the templates. Raises FileNotFoundError without xgettext."""
    if not shutil.which("xgettext"):
        raise FileNotFoundError("xgettext")
    with tempfile.TemporaryDirectory() as folder:
        sources = [
            _copy(path, Path(folder)) for path in sorted(SRC.rglob("*")) if path.suffix in {".py", ".html", ".txt"}
        ]
        target = Path(folder) / "django.pot"
        keywords = [f"--keyword={keyword}" for keyword in KEYWORDS.split()]
        command = ["xgettext", "--language=Python", "--from-code=UTF-8", *keywords, "--keyword=_", "-o", str(target)]
        subprocess.run([*command, *sources], cwd=folder, check=True, capture_output=True)
        return polib.pofile(target.read_text())


def _copy(path: Path, folder: Path) -> str:
    """The file as Python text that xgettext understands; templates are turned into calls, at the same lines."""
    name = path.relative_to(ROOT)
    target = folder / f"{name}.py" if path.suffix != ".py" else folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    text = path.read_text()
    target.write_text(text if path.suffix == ".py" else templatize(text, origin=str(name)))
    return str(target.relative_to(folder))


def catalogue(language: str) -> polib.POFile:
    """The catalogue of a language, empty when there is none yet."""
    path = LOCALE / language / "LC_MESSAGES" / "django.po"
    if path.exists():
        return polib.pofile(str(path), wrapwidth=100)
    made = polib.POFile(wrapwidth=100)
    made.metadata = {**HEADER, "Language": language, "Plural-Forms": PLURALS}
    return made


def update(language: str, found: polib.POFile) -> tuple[int, int]:
    """Write the catalogue anew: (entries added, entries taken out)."""
    old = {(entry.msgctxt, entry.msgid): entry for entry in catalogue(language)}
    new = catalogue(language)
    new.clear()
    for entry in sorted(found, key=lambda one: (one.msgid, one.msgctxt or "")):
        known = old.pop((entry.msgctxt, entry.msgid), None)
        new.append(_merged(entry, known))
    path = LOCALE / language / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    new.save(str(path))
    return sum(not entry.translated() for entry in new), len(old)


def _merged(entry: polib.POEntry, known: polib.POEntry | None) -> polib.POEntry:
    about = {"msgid": entry.msgid, "msgid_plural": entry.msgid_plural, "msgctxt": entry.msgctxt}
    about["flags"] = [flag for flag in entry.flags if flag.endswith("-format")]
    if known is not None:
        about |= {"msgstr": known.msgstr, "msgstr_plural": known.msgstr_plural}
    elif entry.msgid_plural:
        about["msgstr_plural"] = {0: "", 1: ""}
    return polib.POEntry(**about)


def main() -> None:
    """Bring all catalogues up to date and say what is left to translate."""
    settings.configure()
    django.setup()
    found = extract()
    for language in LANGUAGES:
        missing, gone = update(language, found)
        print(f"{language}: {len(found)} strings, {missing} to translate, {gone} taken out")


if __name__ == "__main__":
    main()
