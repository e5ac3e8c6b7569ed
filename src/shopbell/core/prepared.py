"""What is asked again and again is parsed and planned once a connection: half of the database's processor time."""

from __future__ import annotations

from typing import Any, Self

import psycopg

MOST_VALUES = 65_535  # of one statement, in PostgreSQL's protocol


class Cursor(psycopg.Cursor[Any]):
    """Sends values beside the statement; more than the protocol takes are written into it."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Self:
        if params is not None and len(params) > MOST_VALUES:
            query, params = psycopg.ClientCursor(self.connection).mogrify(query, params).encode(), None
        return super().execute(query, params, **options)


# Of Django's settings of a database. A statement is prepared when a connection sends it for the third time.
OPTIONS = {"cursor_factory": Cursor, "server_side_binding": True, "prepare_threshold": 2}
