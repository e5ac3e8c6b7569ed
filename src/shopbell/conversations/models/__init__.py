"""The tables of conversations. `record` holds the conversation itself; what stands beside it has a module each."""

from shopbell.conversations.models.checklists import ChecklistItem, ChecklistTemplate
from shopbell.conversations.models.drafts import Draft, DraftFile
from shopbell.conversations.models.orders import OrderLink
from shopbell.conversations.models.people import Follower, Mention, Participant
from shopbell.conversations.models.rating import Rating, Score
from shopbell.conversations.models.recent import Recent
from shopbell.conversations.models.record import (
    NEVER,
    Attachment,
    Conversation,
    CountChange,
    Folder,
    Message,
    MessageSearch,
    Priority,
    ReadMark,
    State,
    Tag,
    TagColour,
    TagRules,
    Touched,
    Wait,
    by_snooze,
    by_wait,
)
from shopbell.conversations.models.side import SideConversation
from shopbell.conversations.models.together import DeleteReason, Forgotten, Link, Merge, RedactReason

__all__ = [
    "NEVER",
    "Attachment",
    "ChecklistItem",
    "ChecklistTemplate",
    "Conversation",
    "CountChange",
    "DeleteReason",
    "Draft",
    "DraftFile",
    "Folder",
    "Follower",
    "Forgotten",
    "Link",
    "Mention",
    "Merge",
    "Message",
    "MessageSearch",
    "OrderLink",
    "Participant",
    "Priority",
    "Rating",
    "ReadMark",
    "Recent",
    "RedactReason",
    "Score",
    "SideConversation",
    "State",
    "Tag",
    "TagColour",
    "TagRules",
    "Touched",
    "Wait",
    "by_snooze",
    "by_wait",
]
