"""PrestaShop's webservice answers in XML unless it is asked for JSON: the same objects, as its JSON has them."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree


def opened(text: str) -> Any:
    """The objects of an answer in XML. Raises ValueError."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ValueError("it declares a document type, which no answer of the webservice does")
    try:
        return _value(ElementTree.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text)))
    except ElementTree.ParseError as error:
        raise ValueError(f"it is no XML: {error}") from None


def _value(element: ElementTree.Element) -> Any:
    children = list(element)
    if not children:
        return _leaf(element)
    if _is_list(element, children):
        return [_value(one) for one in children]
    return {one.tag: _value(one) for one in children}


def _leaf(element: ElementTree.Element) -> Any:
    """A text; one of several languages with its number; of a list of links the number only."""
    text = (element.text or "").strip()
    if element.tag == "language":
        return {"id": element.get("id", ""), "value": text}
    if element.get("nodeType"):
        return []
    return {"id": element.get("id")} if not text and element.get("id") else text


def _is_list(element: ElementTree.Element, children: list[ElementTree.Element]) -> bool:
    tags = {one.tag for one in children}
    is_named = element.tag in {f"{tag}s" for tag in tags} | {f"{tag}es" for tag in tags} or tags == {"language"}
    return len(tags) == 1 and (is_named or bool(element.get("nodeType")))
