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
from shopbell.knowledge.operations.policies import approve_policy, propose_policy, withdraw_policy
from shopbell.knowledge.operations.wording import (
    delete_macro,
    delete_signature,
    note_use,
    save_macro,
    save_signature,
)

__all__ = [
    "Entry",
    "approve_policy",
    "archive",
    "delete_macro",
    "delete_signature",
    "file_entry",
    "note_use",
    "propose_policy",
    "publish",
    "save_article",
    "save_macro",
    "save_signature",
    "save_topic",
    "submit",
    "withdraw_policy",
    "write",
]
