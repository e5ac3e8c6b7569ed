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
    disown,
    merge,
    note_conversations,
    proved_kinds,
    unmerge,
)
from shopbell.customers.operations.proving import (
    TooOften,
    forget_proofs,
    linked_address,
    prove,
    redeem,
    redeem_link,
    send_code,
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
from shopbell.customers.operations.resolving import give, index, normalise, recompare, resolve, set_last_contact, touch
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
from shopbell.customers.operations.signing_in import sign_in, sign_out, sign_out_everywhere
from shopbell.customers.operations.vouching import accept as accept_vouched
from shopbell.customers.operations.vouching import end_former_secret, renew_secret, use_token

__all__ = [
    "KINDS",
    "MOST_SEGMENTS",
    "Malformed",
    "NotTheirOwn",
    "RowRefused",
    "Taken",
    "TooMany",
    "TooManySegments",
    "TooOften",
    "TwoProved",
    "accept_vouched",
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
    "disown",
    "end_former_secret",
    "forget_imports",
    "forget_proofs",
    "give",
    "import_step",
    "index",
    "is_blocked",
    "link",
    "linked_address",
    "merge",
    "normalise",
    "note_conversations",
    "prove",
    "proved_kinds",
    "read_identity",
    "read_row",
    "recompare",
    "record_export",
    "redeem",
    "redeem_link",
    "remove_identity",
    "renew_secret",
    "resolve",
    "run_import",
    "save_segment",
    "send_code",
    "set_last_contact",
    "sign_in",
    "sign_out",
    "sign_out_everywhere",
    "suggest",
    "touch",
    "unblock",
    "unlink",
    "unmerge",
    "use_token",
]
