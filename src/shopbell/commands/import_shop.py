"""`./shopbell import customers|products|orders FILE`: what a shop system wrote into a file (docs/importing.md)."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

from django.db import Error as DatabaseError
from django.db import transaction

from shopbell.commands.progress import Progress
from shopbell.commands.refused import Refused
from shopbell.commerce import contract, mapping
from shopbell.commerce.models import FileImport
from shopbell.commerce.operations import files, recording
from shopbell.core.tables import NoTable, Table, open_table
from shopbell.shops.models import Shop

AT_ONCE = 500  # things in one transaction
TELLING = 10  # refused one after the other from the beginning, for the same column: the mapping is wrong
ENDINGS = (
    "0: all was taken; 1: some rows were refused; 2: nothing was done (file, mapping or shop not clear);"
    " 3: broken off (disk full, database gone): the same command goes on where it was"
)
BROKEN_OFF = 3


class Unclear(Exception):
    """Nothing was done; the message says why."""


@dataclass
class Job:
    """One file on its way in."""

    kind: contract.Kind
    entities: mapping.Entities
    builder: mapping.Builder
    refused: Refused
    run: FileImport
    counts: Counter[str] = field(default_factory=Counter)
    columns: list[str] = field(default_factory=list)  # of the first refusals


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = f"Exit codes: {ENDINGS}. The mapping is described in docs/importing.md."
    parser.add_argument("file", type=Path, metavar="FILE", help="CSV, JSON lines, JSON or Parquet, also gzipped")
    parser.add_argument("--map", type=Path, metavar="MAP.yml", help="which column is what")
    parser.add_argument("--shop", metavar="SLUG", help="the shop's slug (not needed with --propose)")
    parser.add_argument("--connection", default="", metavar="NAME", help="under which name the shop's files are kept")
    parser.add_argument("--propose", action="store_true", help="print a mapping guessed from the file, and do nothing")
    parser.add_argument("--dry-run", action="store_true", help="say what would happen, and change nothing")
    parser.add_argument("--refused", type=Path, metavar="FILE", help="where refused rows go (FILE.refused.csv)")
    parser.add_argument("--json", action="store_true", help="the counts at the end as one JSON object")


def run(options: argparse.Namespace) -> int:
    """0 when every row was taken; 1 when some were refused; 2: nothing was done; 3: broken off in the middle."""
    kind = cast("contract.Kind", options.what.removesuffix("s"))
    try:
        if options.propose:
            print(mapping.propose(_table(options, mapping.Form()), kind), end="")
            return 0
        started = time.monotonic()
        with transaction.atomic() if options.dry_run else nullcontext():
            job = _job(options, kind)
            _go(job)
            if options.dry_run:
                transaction.set_rollback(True)
        _report(job, options, time.monotonic() - started)
    except (Unclear, NoTable, mapping.WrongMap, files.NoConnection) as error:
        print(f"shopbell: {error}", file=sys.stderr)
        return 2
    except files.Overtaken:
        print("shopbell: this file is being imported already", file=sys.stderr)
        return 2
    except (OSError, DatabaseError) as error:
        why = str(error).strip().partition("\n")[0]
        print(f"shopbell: broken off: {why}; the same command goes on where it was", file=sys.stderr)
        return BROKEN_OFF
    return 1 if job.counts["refused"] else 0


def _table(options: argparse.Namespace, form: mapping.Form) -> Table:
    try:
        return open_table(options.file, form)
    except OSError as error:
        raise Unclear(f"{options.file}: {error.strerror}") from None


def _job(options: argparse.Namespace, kind: contract.Kind) -> Job:
    shop = Shop.objects.filter(slug=options.shop or "").first()
    if shop is None:
        raise Unclear(f"--shop is one of: {', '.join(Shop.objects.values_list('slug', flat=True)) or 'none yet'}")
    written = _mapping(options)
    try:
        plan = mapping.read_plan(written, kind, ZoneInfo(shop.time_zone))
        table = _table(options, plan.form)
        plan.check(table.head)
    except mapping.WrongMap as error:
        raise Unclear(f"{options.map}: {error}") from None
    builder, entities = mapping.Builder(plan), mapping.Entities(table, plan)
    connection = files.connection_for(shop, options.connection)
    run = files.begin(connection, kind, _digest(options.file, written), options.file.name)
    refused = Refused(options.refused or options.file, table, is_named=bool(options.refused))
    if refused.path.resolve() == options.file.resolve():
        raise Unclear("--refused: what is refused cannot go into the file it is read from")
    return Job(kind, entities, builder, refused, run, Counter(run.counts))


def _mapping(options: argparse.Namespace) -> str:
    if options.map is None:
        raise Unclear("--map is missing; --propose prints one to begin with")
    try:
        return str(options.map.read_text("utf-8-sig"))
    except OSError as error:
        raise Unclear(f"{options.map}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Unclear(f"{options.map}: not written in UTF-8") from None


def _digest(path: Path, written: str) -> str:
    """Of the file and of the mapping it is read by."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256")
    found.update(written.encode())
    return found.hexdigest()


def _go(job: Job) -> None:
    progress = Progress(f"{job.kind}s")
    done = job.run.position
    if done:
        print(f"shopbell: going on after {done:,} of {job.entities.count:,}", file=sys.stderr)
    try:
        job.refused.begin(_line_after(job, done))
    except OSError as error:
        raise Unclear(f"{job.refused.path}: {error.strerror}; --refused names another place") from None
    for some in recording.in_batches(_after(job, done), AT_ONCE):
        _take(job, some)
        done += len(some)
        progress(done, job.entities.count)
    progress.end()
    job.refused.end()
    files.end(job.run)


def _after(job: Job, done: int) -> Iterator[mapping.Entity]:
    return (entity for number, entity in enumerate(job.entities) if number >= done)


def _line_after(job: Job, done: int) -> set[int]:
    """The lines of what was refused among what is done: the rest of the file of refusals is written again."""
    if not done:
        return set()
    return {row.line for number, entity in enumerate(job.entities) if number < done for row in entity.rows}


def _take(job: Job, some: Sequence[mapping.Entity]) -> None:
    items, before = [], job.counts["refused"]
    for entity in some:
        try:
            items.append(job.builder.item(entity.rows))
        except mapping.Refusal as error:
            job.refused.add(entity, error)
            job.counts["refused"] += 1
            _doubt(job, error)
    job.refused.flush()
    job.run = files.take(job.run, items, refused=job.counts["refused"] - before)
    job.counts = Counter(job.run.counts)


def _doubt(job: Job, error: mapping.Refusal) -> None:
    """When everything is refused for one column from the very beginning, the mapping is wrong. Raises Unclear."""
    job.columns.append(error.column)
    is_from_the_beginning = job.counts["refused"] == len(job.columns) == TELLING and not job.counts.keys() - {"refused"}
    if is_from_the_beginning and error.column and len(set(job.columns)) == 1:
        job.refused.discard()
        raise Unclear(f"the first {TELLING} {job.kind}s are all refused: {error} (line {error.line})")


def _report(job: Job, options: argparse.Namespace, seconds: float) -> None:
    counts = {name: job.counts[name] for name in files.OUTCOMES}
    where = str(job.refused.path) if counts["refused"] else ""
    if options.json:
        about = {"kind": job.kind, "file": str(options.file), "dry_run": options.dry_run}
        print(json.dumps({**about, **counts, "refused_file": where, "seconds": round(seconds, 1)}))
        return
    nobody = f" ({counts['without_customer']:,} without a customer)" if counts["without_customer"] else ""
    print(f"{job.entities.count:,} {job.kind}s: {'would be ' if options.dry_run else ''}{counts['new']:,} new", end="")
    print(f", {counts['changed']:,} changed, {counts['unchanged']:,} unchanged{nobody}", end="")
    print(f", {counts['refused']:,} refused{f' ({where})' if where else ''}, {seconds:.0f} s")
