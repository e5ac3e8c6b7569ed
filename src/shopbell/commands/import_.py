"""`./shopbell import WHAT …`: what was written before there was a Shopbell. Each kind has a module of its own."""

from __future__ import annotations

import argparse

from shopbell.commands import import_articles, import_mail, import_shop, migrate

KINDS = {
    "mail": (import_mail, "old mail with its own dates: mbox, Maildir, .eml"),
    "articles": (import_articles, "articles: Markdown with front matter, JSON lines, Zendesk's and Chatwoot's JSON"),
    "customers": (import_shop, "a shop's customers from a file, by a mapping"),
    "products": (import_shop, "a shop's products from a file, by a mapping"),
    "orders": (import_shop, "a shop's orders from a file, by a mapping"),
}


def arguments(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    for name, (module, about) in KINDS.items():
        module.arguments(kinds.add_parser(name, help=about, description=f"{about}."))


def run(options: argparse.Namespace) -> int:
    """0 when everything was read; 1 when something could not be; 2: nothing was done."""
    migrate.bring_up_to_date()
    code: int = KINDS[options.what][0].run(options)
    return code
