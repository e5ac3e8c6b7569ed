"""The verbs of chats: everything that writes."""

from shopbell.chats.operations.numbering import Numbered, number
from shopbell.chats.operations.posting import NoSuchFile, belong, post
from shopbell.chats.operations.uploading import TooManyUploads, forget_old, take_back, upload
from shopbell.chats.operations.visiting import begin, end, introduce, look_at, note_mailed, note_seen, read

__all__ = [
    "NoSuchFile",
    "Numbered",
    "TooManyUploads",
    "begin",
    "belong",
    "end",
    "forget_old",
    "introduce",
    "look_at",
    "note_mailed",
    "note_seen",
    "number",
    "post",
    "read",
    "take_back",
    "upload",
]
