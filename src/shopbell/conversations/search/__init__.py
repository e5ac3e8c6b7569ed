"""Search: what was typed (`typed`, `operators`), what is gone through (`scanning`, `finding`), in what time (`budget`).

The words of a message are kept by `indexing`; see ADR 10.
"""

from shopbell.conversations.search.budget import PAGE_MILLISECONDS, TYPING_MILLISECONDS, Budget, Busy, taking
from shopbell.conversations.search.indexing import index, marked, remark, words_of

__all__ = [
    "PAGE_MILLISECONDS",
    "TYPING_MILLISECONDS",
    "Budget",
    "Busy",
    "index",
    "marked",
    "remark",
    "taking",
    "words_of",
]
