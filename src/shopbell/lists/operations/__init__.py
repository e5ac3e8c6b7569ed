"""The verbs of lists: everything that writes."""

from shopbell.lists.operations.bulk import TooManyAtOnce, cancel, dismiss, start, undo, work
from shopbell.lists.operations.tags import (
    Busy,
    Exists,
    decide_who_creates,
    delete_tag,
    merge_tag,
    rename_tag,
    replace_some,
    save_tag,
)
from shopbell.lists.operations.views import (
    Refused,
    TooMany,
    check,
    choose_density,
    choose_sort,
    count_anew,
    delete_view,
    look,
    move_view,
    save_view,
)

__all__ = [
    "Busy",
    "Exists",
    "Refused",
    "TooMany",
    "TooManyAtOnce",
    "cancel",
    "check",
    "choose_density",
    "choose_sort",
    "count_anew",
    "decide_who_creates",
    "delete_tag",
    "delete_view",
    "dismiss",
    "look",
    "merge_tag",
    "move_view",
    "rename_tag",
    "replace_some",
    "save_tag",
    "save_view",
    "start",
    "undo",
    "work",
]
