"""The verbs of lists: everything that writes."""

from shopbell.lists.operations.views import (
    Refused,
    TooMany,
    check,
    choose_density,
    choose_sort,
    delete_view,
    look,
    move_view,
    save_view,
)

__all__ = [
    "Refused",
    "TooMany",
    "check",
    "choose_density",
    "choose_sort",
    "delete_view",
    "look",
    "move_view",
    "save_view",
]
