"""The verbs of chats: everything that writes."""

from shopbell.chats.operations.assigning import assign_waiting
from shopbell.chats.operations.following import NoAddress, NoMailbox, follow, owed, send_transcript
from shopbell.chats.operations.knowing import OtherCustomer, prove_by_code, prove_by_vouching
from shopbell.chats.operations.numbering import Numbered, number
from shopbell.chats.operations.posting import NoSuchFile, Removed, belong, post
from shopbell.chats.operations.uploading import TooManyUploads, forget_old, take_back, upload
from shopbell.chats.operations.visiting import (
    VisitKnown,
    begin,
    end,
    introduce,
    look_at,
    note_mailed,
    note_seen,
    read,
    rehome,
)

__all__ = [
    "NoAddress",
    "NoMailbox",
    "NoSuchFile",
    "Numbered",
    "OtherCustomer",
    "Removed",
    "TooManyUploads",
    "VisitKnown",
    "assign_waiting",
    "begin",
    "belong",
    "end",
    "follow",
    "forget_old",
    "introduce",
    "look_at",
    "note_mailed",
    "note_seen",
    "number",
    "owed",
    "post",
    "prove_by_code",
    "prove_by_vouching",
    "read",
    "rehome",
    "send_transcript",
    "take_back",
    "upload",
]
