"""What the forms of plug-ins' settings say is said in the reader's language."""

from __future__ import annotations

import pytest
from django.utils import translation
from django.utils.functional import Promise

from shopbell.core import registry

THEIR_OWN = {"X-Okapi-Key"}  # the name of a header
PROVIDED = [
    group.get(name) for group in (registry.channel_types, registry.connectors, registry.carriers) for name in group
]
FIELDS = [field for one in PROVIDED for field in getattr(one, "settings_form", ())]


def test_every_label_can_be_translated() -> None:
    assert len(FIELDS) > 100
    assert {field.label for field in FIELDS if not isinstance(field.label, Promise)} == THEIR_OWN


@pytest.mark.parametrize(
    ("language", "said"), [("en", "API key"), ("de", "API-Schlüssel"), ("da", "API-nøgle"), ("et", "API-võti")]
)
def test_a_carriers_key_is_called_so_in_every_language(language: str, said: str) -> None:
    with translation.override(language):
        labels = [str(field.label) for field in registry.carriers.get("dhl").settings_form if field.path == "api_key"]
    assert labels == [said]
