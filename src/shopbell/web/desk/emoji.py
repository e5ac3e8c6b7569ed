"""The names of emoji, for completion: in English, and in German before it for those who read German."""

from __future__ import annotations

from functools import cache

import emoji as library
from django.http import HttpResponse, JsonResponse

from shopbell.web.desk.request import AgentRequest, reading

WHOLE = library.STATUS["fully_qualified"]
SKIN = "_skin_tone"


@reading
def emoji(request: AgentRequest) -> HttpResponse:
    """[[sign, its names in lower case], …], the newest Unicode knows; the same for a day."""
    response = JsonResponse(names(request.user.language), safe=False)
    response["Cache-Control"] = "private, max-age=86400"
    response["Vary"] = "Cookie"
    return response


@cache
def names(language: str) -> list[tuple[str, str]]:
    """Every emoji once, without the variants by colour of skin."""
    if language == "de":
        library.config.load_language("de")
    found = [(sign, about) for sign, about in library.EMOJI_DATA.items() if about["status"] == WHOLE]
    return [(sign, _words(about, language)) for sign, about in found if SKIN not in about["en"]]


def _words(about: dict[str, object], language: str) -> str:
    own = [str(about[language])] if language != "en" and language in about else []
    aliases = about.get("alias", [])
    assert isinstance(aliases, list)
    named = [*own, str(about["en"]), *(str(alias) for alias in aliases)]
    return " ".join(dict.fromkeys(name.strip(":").replace("_", " ").lower() for name in named))
