"""Shopware's API answers in JSON:API unless it is asked for plain JSON: the same, relations kept apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_DEEPEST = 5


def flattened(given: Any) -> Any:
    """The answer as plain JSON has it; anything else as it is."""
    if not isinstance(given, Mapping) or not _has_attributes(given.get("data")):
        return given
    listed = given.get("included")
    included = {_key(one): one for one in listed if isinstance(one, Mapping)} if isinstance(listed, list) else {}
    data = given["data"]
    if isinstance(data, list):
        return {"data": [_thing(one, included, 0) for one in data if isinstance(one, Mapping)]}
    return {"data": _thing(data, included, 0)}


def _has_attributes(data: Any) -> bool:
    first = data[0] if isinstance(data, list) and data else data
    return isinstance(first, Mapping) and isinstance(first.get("attributes"), Mapping)


def _key(one: Mapping[str, Any]) -> tuple[str, str]:
    return str(one.get("type")), str(one.get("id"))


def _thing(one: Mapping[str, Any], included: Mapping[tuple[str, str], Any], depth: int) -> dict[str, Any]:
    attributes, relations = one.get("attributes"), one.get("relationships")
    found = {**(attributes if isinstance(attributes, Mapping) else {}), "id": one.get("id")}
    for name, relation in relations.items() if isinstance(relations, Mapping) and depth < _DEEPEST else ():
        target = relation.get("data") if isinstance(relation, Mapping) else None
        if isinstance(target, list):
            found[name] = [_thing(included[_key(each)], included, depth + 1) for each in target if _in(each, included)]
        elif isinstance(target, Mapping) and _in(target, included):
            found[name] = _thing(included[_key(target)], included, depth + 1)
    return found


def _in(target: Any, included: Mapping[tuple[str, str], Any]) -> bool:
    return isinstance(target, Mapping) and _key(target) in included
