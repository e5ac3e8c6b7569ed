"""Doctor's part that needs Django and the database."""

from __future__ import annotations

from django.conf import settings
from django.core import checks
from django.db import connection

from shopbell.commands import migrate
from shopbell.core.health import Finding, fail, of_apps, ok, warn

OLDEST_POSTGRESQL = 150000


def findings() -> list[Finding]:
    """The database, the settings, then the `checks.py` of each app; without tables the apps are not asked."""
    first = [database(), *settings_found(), *web_address()]
    missing = migrations()
    return [*first, missing, *(of_apps() if missing.level == "ok" else [])]


def database() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_size_pretty(pg_database_size(current_database()))")
        size = cursor.fetchone()[0]
        cursor.execute("SHOW server_version_num")
        version = int(cursor.fetchone()[0])
    words = f"PostgreSQL {version // 10000}.{version % 10000}, {size}"
    if version < OLDEST_POSTGRESQL:
        return fail("database", f"{words}: 15 or newer is needed")
    return ok("database", words)


def migrations() -> Finding:
    """Are the tables as this version wants them?"""
    if missing := migrate.missing():
        return fail("tables", f"{missing} migrations are missing: ./shopbell migrate (serve does it at its start)")
    return ok("tables", "up to date")


def settings_found() -> list[Finding]:
    """What Django's system checks complain about."""
    found = [
        (fail if message.level >= checks.ERROR else warn)("settings", f"{message.msg} {message.hint or ''}".strip())
        for message in checks.run_checks()
        if message.level >= checks.WARNING
    ]
    if settings.DEBUG:
        found.append(warn("settings", "SHOPBELL_DEBUG is on: errors show their insides to everybody"))
    return found or [ok("settings", "without complaint")]


def web_address() -> list[Finding]:
    """The address in links to customers, and whether the way to it is encrypted."""
    if "localhost" in settings.BASE_URL or "127.0.0.1" in settings.BASE_URL:
        return [warn("address", f"{settings.BASE_URL} works on this machine only: set SHOPBELL_URL to the public one")]
    if not settings.HTTPS:
        return [
            warn("address", f"{settings.BASE_URL} is not encrypted: put an HTTPS proxy in front (docs/operating.md)")
        ]
    return [ok("address", f"{settings.BASE_URL}, cookies over HTTPS only, HSTS for {settings.SECURE_HSTS_SECONDS} s")]
