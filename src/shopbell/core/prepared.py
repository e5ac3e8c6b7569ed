"""What is asked again and again is parsed and planned once a connection: half of the database's processor time."""

from __future__ import annotations

from typing import Any, Self

import psycopg

MOST_VALUES = 65_535  # of one statement, in PostgreSQL's protocol
# How many rows have a word, a tag or a part of a word depends on which: one plan for all of them can be a bad one.
SEEKING = ("@@", "@>", "&&", " LIKE ")


class Cursor(psycopg.Cursor[Any]):
    """Sends values beside the statement; more than the protocol takes are written into it. What seeks something is
    planned each time, for what is sought.
    """

    def execute(self, query: Any, params: Any = None, **options: Any) -> Self:
        if params is not None and len(params) > MOST_VALUES:
            query, params = psycopg.ClientCursor(self.connection).mogrify(query, params).encode(), None
        elif isinstance(query, str) and any(mark in query for mark in SEEKING):
            options["prepare"] = False
        return super().execute(query, params, **options)


# Of Django's settings of a database. A statement is prepared when a connection sends it for the third time.
OPTIONS = {"cursor_factory": Cursor, "server_side_binding": True, "prepare_threshold": 2}
