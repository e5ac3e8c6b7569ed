"""The verbs of customers: everything that writes."""

from shopbell.customers.operations.blocking import block, is_blocked, unblock
from shopbell.customers.operations.doubles import compare, dismiss, suggest
from shopbell.customers.operations.editing import add_note, change, delete_note
from shopbell.customers.operations.importing import (
    RowRefused,
    begin_import,
    cancel_import,
    forget_imports,
    import_step,
    read_row,
    run_import,
)
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
from shopbell.customers.operations.segments import (
    MOST as MOST_SEGMENTS,
)
from shopbell.customers.operations.segments import (
    TooMany as TooManySegments,
)
from shopbell.customers.operations.segments import (
    count_segment,
    delete_segment,
    record_export,
    save_segment,
)

__all__ = [
    "KINDS",
    "MOST_SEGMENTS",
    "Malformed",
    "NotTheirOwn",
    "RowRefused",
    "Taken",
    "TooMany",
    "TooManySegments",
    "TwoProved",
    "add_identity",
    "add_note",
    "begin_import",
    "block",
    "cancel_import",
    "change",
    "compare",
    "count_segment",
    "delete_note",
    "delete_segment",
    "dismiss",
    "forget_imports",
    "import_step",
    "index",
    "is_blocked",
    "link",
    "merge",
    "normalise",
    "note_conversations",
    "proved_kinds",
    "read_identity",
    "read_row",
    "recompare",
    "record_export",
    "remove_identity",
    "resolve",
    "run_import",
    "save_segment",
    "suggest",
    "touch",
    "unblock",
    "unlink",
    "unmerge",
]
