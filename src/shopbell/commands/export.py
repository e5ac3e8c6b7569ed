"""`./shopbell export PATH --shop SLUG`: everything of a shop as JSON Lines and files, described in docs/export.md.

One read-only transaction sees one moment (REPEATABLE READ); PostgreSQL writes the JSON and it is passed on row by row,
so the memory needed does not grow with the shop.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone

from shopbell.commands import migrate
from shopbell.commands.progress import Progress
from shopbell.shops.models import Shop

FORMAT = 1
COPY_BYTES = 1_000_000
_THEIRS = "SELECT customer_id FROM conversations_conversation WHERE shop_id = {shop}"
_OURS = "SELECT id FROM conversations_conversation WHERE shop_id = {shop}"

TABLES = {
    "shop": "SELECT * FROM shops_shop WHERE id = {shop}",
    "channels": "SELECT id, type, name, address, signature, is_active, replies_through_id FROM channels_channel "
    "WHERE shop_id = {shop}",
    "agents": "SELECT id, name, email, role, is_active FROM agents_agent",
    "teams": "SELECT * FROM agents_team",
    "macros": "SELECT * FROM knowledge_macro WHERE shop_id = {shop} OR shop_id IS NULL",
    "customers": "SELECT id, name, language, salutation, greeting, time_zone, custom, created_at "
    f"FROM customers_customer WHERE id IN ({_THEIRS})",
    "customer_notes": f"SELECT * FROM customers_customernote WHERE customer_id IN ({_THEIRS})",
    "fields": "SELECT * FROM fields_field",
    "identities": f"SELECT * FROM customers_identity WHERE customer_id IN ({_THEIRS})",
    "conversations": "SELECT id, channel_id, customer_id, subject, language, state, priority, assignee_id, team_id, "
    "merged_into_id, snoozed_until, tags, custom, opened_at, resolved_at, last_message_at, waiting_since "
    "FROM conversations_conversation WHERE shop_id = {shop}",
    "messages": "SELECT id, conversation_id, channel_id, kind, state, author_id, customer_id, sender_name, "
    "sender_address, is_verified, recipients, subject, text, full_text, html, language, message_id, thread_ids, "
    f"occurred_at, created_at, about, error FROM conversations_message WHERE conversation_id IN ({_OURS})",
    "attachments": "SELECT a.id, a.message_id, a.name, a.content_id, a.is_inline, b.sha256, b.size, b.content_type "
    "FROM conversations_attachment a JOIN channels_blob b ON b.id = a.blob_id "
    f"JOIN conversations_message m ON m.id = a.message_id WHERE m.conversation_id IN ({_OURS})",
    "waits": f"SELECT * FROM conversations_wait WHERE conversation_id IN ({_OURS})",
    "events": f"SELECT * FROM events_event WHERE conversation_id IN ({_OURS})",
}
_FILES = f"""
SELECT DISTINCT b.sha256 FROM conversations_attachment a JOIN channels_blob b ON b.id = a.blob_id
JOIN conversations_message m ON m.id = a.message_id WHERE m.conversation_id IN ({_OURS}) ORDER BY b.sha256
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", type=Path, help="a folder that is empty or not there yet")
    parser.add_argument("--shop", required=True, help="the shop's slug")


def run(options: argparse.Namespace) -> int:
    """0 when all was written; 1 when attachments are missing from the storage; 2: nothing done."""
    migrate.bring_up_to_date()
    shop = Shop.objects.filter(slug=options.shop).first()
    if shop is None or (options.path.exists() and any(options.path.iterdir())):
        reason = f"there is no shop {options.shop!r}" if shop is None else f"{options.path} is not empty"
        print(f"shopbell: nothing was exported: {reason}", file=sys.stderr)
        return 2
    options.path.mkdir(parents=True, exist_ok=True)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        rows = {
            name: _write(query.format(shop=shop.id), options.path / f"{name}.jsonl") for name, query in TABLES.items()
        }
        missing = _copy_files(shop.id, options.path)
    _manifest(options.path, shop, rows, missing)
    print(f"{options.path}: {sum(rows.values()):,} rows" + (f", {len(missing)} files are missing" if missing else ""))
    return 1 if missing else 0


def _write(query: str, path: Path) -> int:
    """One table as one JSON object a line; returns the number of lines."""
    progress = Progress(path.stem)
    count = 0
    statement = f"COPY (SELECT to_jsonb(row) FROM ({query} ORDER BY 1) AS row) TO STDOUT"
    with path.open("w", encoding="utf-8") as file, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for (line,) in copy.rows():
            file.write(f"{line}\n")
            count += 1
            progress(count, 0)
    return count


def _copy_files(shop_id: int, folder: Path) -> list[str]:
    """The attachments' bytes, each once, named by their hash; returns the hashes the storage does not have."""
    with connection.cursor() as cursor, cursor.copy(f"COPY ({_FILES.format(shop=shop_id)}) TO STDOUT") as copy:
        return [sha256 for (sha256,) in copy.rows() if not _copy_file(sha256, folder)]


def _copy_file(sha256: str, folder: Path) -> bool:
    name = f"blobs/{sha256[:2]}/{sha256}"
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with default_storage.open(name) as source, target.open("wb") as file:
            while piece := source.read(COPY_BYTES):
                file.write(piece)
    except FileNotFoundError:
        return False
    return True


def _manifest(folder: Path, shop: Shop, rows: dict[str, int], missing: list[str]) -> None:
    about = {"format": FORMAT, "shop": shop.slug, "made_at": timezone.now().isoformat(), "rows": rows}
    (folder / "manifest.json").write_text(json.dumps({**about, "missing_files": missing}, indent=2) + "\n")
