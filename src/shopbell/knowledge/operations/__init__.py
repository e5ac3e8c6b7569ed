"""The verbs of knowledge: everything that writes."""

from shopbell.knowledge.operations.articles import (
    Entry,
    archive,
    file_entry,
    publish,
    save_article,
    save_topic,
    submit,
    write,
)
from shopbell.knowledge.operations.wording import (
    delete_macro,
    delete_signature,
    note_use,
    save_macro,
    save_signature,
)

__all__ = [
    "Entry",
    "archive",
    "delete_macro",
    "delete_signature",
    "file_entry",
    "note_use",
    "publish",
    "save_article",
    "save_macro",
    "save_signature",
    "save_topic",
    "submit",
    "write",
]
