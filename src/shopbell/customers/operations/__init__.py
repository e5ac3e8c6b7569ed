"""The verbs of customers: everything that writes."""

from shopbell.customers.operations.blocking import block, is_blocked, unblock
from shopbell.customers.operations.doubles import compare, dismiss, suggest
from shopbell.customers.operations.editing import add_note, change, delete_note
from shopbell.customers.operations.merging import (
    NotTheirOwn,
    TwoProved,
    merge,
    note_conversations,
    proved_kinds,
    unmerge,
)
from shopbell.customers.operations.reaching import (
    KINDS,
    Malformed,
    Taken,
    TooMany,
    add_identity,
    link,
    read_identity,
    remove_identity,
    unlink,
)
from shopbell.customers.operations.resolving import index, normalise, recompare, resolve, touch

__all__ = [
    "KINDS",
    "Malformed",
    "NotTheirOwn",
    "Taken",
    "TooMany",
    "TwoProved",
    "add_identity",
    "add_note",
    "block",
    "change",
    "compare",
    "delete_note",
    "dismiss",
    "index",
    "is_blocked",
    "link",
    "merge",
    "normalise",
    "note_conversations",
    "proved_kinds",
    "read_identity",
    "recompare",
    "remove_identity",
    "resolve",
    "suggest",
    "touch",
    "unblock",
    "unlink",
    "unmerge",
]
