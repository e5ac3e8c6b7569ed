"""Django's PostgreSQL, which finds out without a question whether a connection still stands. Named in DATABASES."""

from __future__ import annotations

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to the database."""

    def is_usable(self) -> bool:
        """Whether it can be asked. A server that ended it has left its last word, or the end, to be read; one that
        stands says nothing unasked. Django asks `SELECT 1` before every request.
        """
        return self.connection is not None and not self.connection.closed and not _has_word(self.connection.fileno())


def _has_word(socket: int) -> bool:
    poll = select.poll()
    poll.register(socket, select.POLLIN)
    return bool(poll.poll(0))
