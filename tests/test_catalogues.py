import gettext
import os
from pathlib import Path

import pytest

from shopbell import translations


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    po = tmp_path / "web" / "locale" / "et" / "LC_MESSAGES" / "django.po"
    po.parent.mkdir(parents=True)
    header = (
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"\n'
    )
    po.write_text(f'{header}\nmsgid "reply"\nmsgstr "vastus"\n\n#, fuzzy\nmsgid "draft"\nmsgstr "arvatud"\n')
    monkeypatch.setattr(translations, "PACKAGE", tmp_path)
    return po


def test_a_missing_or_older_catalogue_is_compiled_once(catalogue: Path) -> None:
    assert translations.compile_stale() == [catalogue]
    assert translations.compile_stale() == []
    os.utime(catalogue, (catalogue.stat().st_mtime + 10,) * 2)
    assert translations.compile_stale() == [catalogue]
    assert sorted(path.name for path in catalogue.parent.iterdir()) == ["django.mo", "django.po"]


def test_what_is_translated_is_found_and_a_guess_is_not(catalogue: Path) -> None:
    translations.compile_stale()
    with catalogue.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert compiled.gettext("reply") == "vastus"
    assert compiled.gettext("draft") == "draft"
