"""All measurements on one size: `.venv/bin/python -m benchmarks.run --conversations 100000 --data /tmp/bench-100k`.

The first run fills the folder (minutes), the next ones use it again. Nothing but that folder is touched.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from random import SystemRandom

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from benchmarks import installation
from benchmarks.figures import HEAD

PARTS = ("pages", "opening", "panel", "views", "api", "help", "mails", "memory", "chat", "orders", "watch", "pushes")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--conversations", type=int, default=100_000)
    parser.add_argument("--messages-per", type=int, default=3)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--mails", type=int, default=3_000)
    parser.add_argument("--widgets", type=int, default=1_000, help="of chats, connected at once")
    parser.add_argument("--rate", type=int, default=100, help="messages a second in chats")
    parser.add_argument("--orders", type=int, default=100_000, help="in the file that is imported")
    parser.add_argument("--webs", type=int, default=1, help="web processes")
    parser.add_argument("--parcels", type=int, default=1_000_000, help="that are watched")
    parser.add_argument("--pushes", type=int, default=50, help="of a shop, a second")
    parser.add_argument("--only", choices=PARTS, help="one part instead of all")
    options = parser.parse_args()
    installation.use(options.data)
    if options.only not in ("orders", "watch", "pushes"):
        fill(options)
    parts = [options.only] if options.only else PARTS
    from_command = {"pages": pages, "opening": opening, "panel": panel, "views": views, "api": api}
    from_command |= {
        "help": help_centre,
        "mails": mails,
        "memory": memory,
        "chat": chat,
        "orders": orders,
        "watch": watch,
        "pushes": pushes,
    }
    for part in parts:
        from_command[part](options)


def fill(options: argparse.Namespace) -> None:
    """Load data, and a thousand conversations of ten messages for the conversation page."""
    done = options.data / "filled"
    if done.exists():
        installation.run("migrate")
        return
    made = installation.run(
        "seed", "--conversations", str(options.conversations), "--messages-per", str(options.messages_per)
    )
    print(f"seed: {made}", end="")
    installation.run("seed", "--conversations", "1000", "--messages-per", "10", "--seed", "2", "--days", "1")
    done.touch()


def table(options: argparse.Namespace, part: str, *clients: int) -> None:
    """What a part asks of `shopbell web` and nothing else; for each number of clients at once where it takes one."""
    with database(), web_alone(options) as (port, used):
        measure = import_module(f"benchmarks.{part}").measure
        print(f"\n{options.conversations:,} conversations\n\n{HEAD}")
        for number in clients:
            say(measure(port, number, used))
        if not clients:
            say(measure(port, used))


def pages(options: argparse.Namespace) -> None:
    """Pages over HTTP."""
    table(options, "pages", 1, 8)


def opening(options: argparse.Namespace) -> None:
    """From key to painted, in Chromium."""
    table(options, "opening")


def panel(options: argparse.Namespace) -> None:
    """The conversation's part with and without orders beside it."""
    table(options, "panel")


def views(options: argparse.Namespace) -> None:
    """Lists with 50 views and 200 tags; the views stay in the folder."""
    table(options, "views")


def api(options: argparse.Namespace) -> None:
    """What other programs ask for, over HTTP."""
    os.environ["SHOPBELL_API_PER_MINUTE"] = "1000000"
    table(options, "api", 1, 8)


def help_centre(options: argparse.Namespace) -> None:
    """The help centre at ten thousand articles, which stay in the folder."""
    with database():
        module = import_module("benchmarks.help")
        module.prepare()
        with web_alone(options) as (port, used):
            print(f"\n{module.ARTICLES:,} articles\n\n{HEAD}")
            for clients in (1, 8):
                say(module.measure(port, clients, used))


def mails(options: argparse.Namespace) -> None:
    with database():
        rates = import_module("benchmarks.mails").measure(options.mails, SystemRandom().randrange(10**9), options.data)
    print(f"\n{rates.filed:.0f} mails/s stored, understood and filed by two workers; {rates.stored:.0f}/s stored")
    print(f"{rates.cpu_milliseconds:.1f} ms of processor time for each mail, all processes together")


def chat(options: argparse.Namespace) -> None:
    """A thousand widgets of chats on one node, with a worker beside it."""
    os.environ["SHOPBELL_CHAT_RATE"] = "1000"  # all visitors come from one address here
    with database(), webs(options) as (port, pids), installation.process("worker") as worker:
        used = partial(_cpu_seconds, [*pids, worker.pid], options.data)
        print(f"\n{HEAD}")
        say(import_module("benchmarks.chat").measure(port, options.rate, used, options.widgets))


def orders(options: argparse.Namespace) -> None:
    """A first import of orders from a CSV, and the same file again; they stay in the folder."""
    installation.run("migrate")
    with database():  # kept running, as beside `serve`
        pids = installation.descendants(os.getpid()) + installation.descendants(installation.postmaster(options.data))
        used = partial(installation.cpu_seconds, pids)
        before = used()
        print(import_module("benchmarks.orders").measure(options.data, options.orders))
        print(f"{used() - before:.0f} s of processor time, database and commands together")


def watch(options: argparse.Namespace) -> None:
    """The watch over many parcels; they are removed again."""
    installation.run("migrate")
    with database():
        import_module("benchmarks.watch").measure(options.parcels)


def pushes(options: argparse.Namespace) -> None:
    """Pushes of a shop to one node, with a worker beside it; the orders are removed again."""
    installation.run("migrate")
    with database(), webs(options) as (port, pids), installation.process("worker") as worker:
        used = partial(_cpu_seconds, [*pids, worker.pid], options.data)
        print(f"\n{HEAD}")
        say(import_module("benchmarks.pushes").measure(port, options.pushes, used))


def memory(options: argparse.Namespace) -> None:
    """The whole tree of `shopbell serve`, database and all: idle, and while pages are asked for."""
    port = installation.free_port()
    with installation.process("serve", "--port", str(port)) as tree:
        installation.wait_for(port)
        time.sleep(20)
        idle = installation.megabytes(all_of([tree.pid], options.data))
        with database():
            import_module("benchmarks.pages").measure(port, 8, partial(_cpu_seconds, [tree.pid], options.data))
        busy = installation.megabytes(all_of([tree.pid], options.data))
    print(f"\nmemory (PSS of the whole tree): {idle:.0f} MB idle, {busy:.0f} MB after eight agents at once")


@contextmanager
def web_alone(options: argparse.Namespace) -> Iterator[tuple[int, Callable[[], float]]]:
    """`shopbell web` and nothing else: its port, and what tells the processor time it and the database used so far."""
    with webs(options) as (port, pids):
        yield port, partial(_cpu_seconds, pids, options.data)


@contextmanager
def webs(options: argparse.Namespace) -> Iterator[tuple[int, list[int]]]:
    """As many web processes as asked for, on one port as below `serve`: the port, and their numbers."""
    with ExitStack() as stack:
        listener = stack.enter_context(import_module("shopbell.commands.serve").listen("127.0.0.1", 0))
        started = [stack.enter_context(installation.web(listener)) for _ in range(options.webs)]
        yield listener.getsockname()[1], [web.pid for web in started]


def say(rows: Iterable[object]) -> None:
    print("\n".join(map(str, rows)), flush=True)


def all_of(pids: Iterable[int], data: Path) -> list[int]:
    """These processes, all below them, and the database's, which is a daemon of its own."""
    return [one for pid in (*pids, installation.postmaster(data)) for one in installation.descendants(pid)]


def _cpu_seconds(pids: Iterable[int], data: Path) -> float:
    return installation.cpu_seconds(all_of(pids, data))


class database:
    """Django on the embedded database for the length of a block."""

    def __enter__(self) -> None:
        self.running = import_module("shopbell.installation").database()
        self.running.__enter__()
        os.environ["DJANGO_SETTINGS_MODULE"] = "shopbell.settings"
        import_module("django").setup()

    def __exit__(self, *error: object) -> None:
        import_module("django.db").connection.close()
        self.running.__exit__(None, None, None)


if __name__ == "__main__":
    main()
