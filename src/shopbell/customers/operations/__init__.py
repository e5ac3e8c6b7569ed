"""The verbs of customers: everything that writes."""

from shopbell.customers.operations.blocking import block, is_blocked, unblock
from shopbell.customers.operations.editing import add_note, change, delete_note
from shopbell.customers.operations.resolving import index, normalise, recompare, resolve, touch

__all__ = [
    "add_note",
    "block",
    "change",
    "delete_note",
    "index",
    "is_blocked",
    "normalise",
    "recompare",
    "resolve",
    "touch",
    "unblock",
]
