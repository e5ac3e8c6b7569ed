"""A change in one transaction that is begun again when the database ended it for another's sake."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction
from psycopg import errors

Args = ParamSpec("Args")
Result = TypeVar("Result")
TRIES = 3
LOST_RACES = (errors.DeadlockDetected, errors.SerializationFailure)


def retried(operation: Callable[Args, Result]) -> Callable[Args, Result]:
    """Run the operation in a transaction; after a lost deadlock or serialisation, up to three times in all.

    Within somebody else's transaction it is a part of that one, which is begun again as a whole by whoever opened it:
    a worker, or an operation above. The third loss is raised as it came (OperationalError).
    """

    @wraps(operation)
    def lasting(*args: Args.args, **values: Args.kwargs) -> Result:
        for last in (False,) * (TRIES - 1) + (True,):
            try:
                with transaction.atomic():
                    return operation(*args, **values)
            except OperationalError as error:
                if last or connection.in_atomic_block or not isinstance(error.__cause__, LOST_RACES):
                    raise
        raise AssertionError("the last try returns or raises")

    return lasting
