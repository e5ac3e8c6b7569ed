"""What search engines read beside the page: schema.org as JSON-LD, in a data block that no policy has to let run."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.utils.safestring import SafeString, mark_safe

_ESCAPED = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def block(*things: dict[str, Any]) -> SafeString:
    """One script element of things, with every character escaped that could end it."""
    said = {"@context": "https://schema.org", "@graph": list(things)}
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPED)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')


def breadcrumbs(steps: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """(name, address) of each step, from the start page to this one."""
    listed = [
        {"@type": "ListItem", "position": place, "name": name, "item": address}
        for place, (name, address) in enumerate(steps, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": listed}


def question(title: str, html: str, *, language: str, address: str, changed: str) -> dict[str, Any]:
    """An article as a question and its answer."""
    answered = {"@type": "Answer", "text": html}
    asked = {"@type": "Question", "name": title, "acceptedAnswer": answered}
    return {"@type": "FAQPage", "inLanguage": language, "url": address, "dateModified": changed, "mainEntity": [asked]}


def website(name: str, address: str, results: str, language: str) -> dict[str, Any]:
    """The help centre, and how it is searched."""
    target = {"@type": "EntryPoint", "urlTemplate": results + "?q={search_term_string}"}
    action = {"@type": "SearchAction", "target": target, "query-input": "required name=search_term_string"}
    return {"@type": "WebSite", "name": name, "url": address, "inLanguage": language, "potentialAction": action}
