"""format=flowed (RFC 3676): soft-broken lines become whole paragraphs again."""

from __future__ import annotations


def unflow(text: str, *, delsp: bool = False) -> str:
    """Join lines that end in a space with the next of the same quote depth. `delsp`: that space was added, drop it.

    A signature separator ("-- ") and an empty line are never joined, and space-stuffing is undone.
    """
    output: list[str] = []
    open_depth = -1  # the quote depth of a paragraph that goes on; -1: none
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")
        is_separator = content == "-- "
        if open_depth == depth and content and not is_separator:
            output.append(content)
        else:
            prefix = ">" * depth + " " if depth else ""
            output.append(("\n" if output else "") + prefix + content)
        flows = content.endswith(" ") and not is_separator and bool(content.strip())
        if flows and delsp:
            output[-1] = output[-1][:-1]
        open_depth = depth if flows else -1
    return "".join(output)
