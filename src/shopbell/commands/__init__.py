"""The sub-commands of ./shopbell: a new one is one module here and one line in COMMANDS.

A command module offers `arguments(parser)` and `run(options) -> int` (the exit code). It is imported on use. Where
`django` is true the database is started, DATABASE_URL set and Django set up before the import, so that the
module may import models at its top; where it is false the command starts quickly and does what it needs by itself.
Where `raw` is true the command line goes to another program as it is: `run(options)` finds it in `options.rest`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    module: str
    help: str
    django: bool = False
    raw: bool = False


COMMANDS = {
    "demo": Command("shopbell.commands.demo", "try it: a demo shop with a few hundred conversations, on a free port"),
    "serve": Command("shopbell.commands.serve", "run it: database, web and worker under one supervisor"),
    "web": Command("shopbell.commands.web", "the web server alone, when split over machines", django=True),
    "worker": Command("shopbell.commands.worker", "the worker alone, when split over machines", django=True),
    "demo-data": Command(
        "shopbell.commands.demo_fill", "the demo shop into an empty database (demo does it)", django=True
    ),
    "doctor": Command("shopbell.commands.doctor", "what is configured, reachable, behind, failing"),
    "backup": Command("shopbell.commands.backup", "everything into one file, while it runs"),
    "restore": Command("shopbell.commands.restore", "a backup into an empty database"),
    "migrate": Command("shopbell.commands.migrate", "bring the database's tables up to date", django=True),
    "manage": Command("shopbell.commands.manage", "Django's own commands (shell, dumpdata …)", django=True, raw=True),
    "psql": Command("shopbell.commands.psql", "an SQL prompt on the database", raw=True),
    "inspect": Command("shopbell.commands.inspect", "what is understood of a mail: file, mbox, folder or -"),
    "inspect-payload": Command(
        "shopbell.commands.inspect_payload", "what is understood of a shop's stored webhook or answer"
    ),
    "inspect-tracking": Command(
        "shopbell.commands.inspect_tracking", "what a carrier's code or answer is understood as"
    ),
    "import": Command(
        "shopbell.commands.import_", "old mail with its dates; articles; customers, products and orders", django=True
    ),
    "customers": Command("shopbell.commands.customers", "who may be known twice, and why", django=True),
    "articles": Command("shopbell.commands.articles", "search them as the help centre does", django=True),
    "export": Command("shopbell.commands.export", "everything of a shop as JSON Lines and files", django=True),
    "report": Command("shopbell.commands.report", "figures about orders, as text or JSON", django=True),
    "token": Command("shopbell.commands.token", "a key for a program that uses the API", django=True),
    "seed": Command("shopbell.commands.seed", "made-up conversations in bulk, to try it under load", django=True),
    "test": Command("shopbell.commands.test", "the whole suite, as continuous integration runs it", raw=True),
}
