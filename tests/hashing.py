"""Passwords in tests: hashed as in production, which takes a fifth of a second each time, but in one round."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class OneRound(PBKDF2PasswordHasher):
    """Servers that run beside the tests can check what it made."""

    iterations = 1
