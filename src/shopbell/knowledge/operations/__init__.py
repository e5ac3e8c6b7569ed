"""The verbs of knowledge: everything that writes."""

from shopbell.knowledge.operations.articles import (
    Entry,
    archive,
    begin,
    delete_article,
    expire,
    file_entry,
    publish,
    rename,
    restore,
    revive,
    save_article,
    send_back,
    submit,
    write,
)
from shopbell.knowledge.operations.pictures import add_picture
from shopbell.knowledge.operations.policies import approve_policy, propose_policy, withdraw_policy, write_policy
from shopbell.knowledge.operations.topics import delete_topic, move_topic, save_topic
from shopbell.knowledge.operations.wording import (
    delete_macro,
    delete_signature,
    note_use,
    save_macro,
    save_signature,
)

__all__ = [
    "Entry",
    "add_picture",
    "approve_policy",
    "archive",
    "begin",
    "delete_article",
    "delete_macro",
    "delete_signature",
    "delete_topic",
    "expire",
    "file_entry",
    "move_topic",
    "note_use",
    "propose_policy",
    "publish",
    "rename",
    "restore",
    "revive",
    "save_article",
    "save_macro",
    "save_signature",
    "save_topic",
    "send_back",
    "submit",
    "withdraw_policy",
    "write",
    "write_policy",
]
