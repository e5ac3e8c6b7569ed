"""`./shopbell COMMAND …`: finds the command, gives it the database and Django when it asks for them, runs it."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from contextlib import ExitStack
from importlib import import_module

from shopbell import installation
from shopbell.commands import COMMANDS, Command
from shopbell.embedded import EmbeddedError


def main(arguments: list[str]) -> int:
    """Run the command line and return the exit code; 2 for a command line that is not understood."""
    try:
        code = _choose(arguments)
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # the reader went away: ./shopbell inspect … | head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except EmbeddedError as error:
        print(f"shopbell: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _choose(arguments: list[str]) -> int:
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(overview())
        return 0
    name, *rest = arguments
    if name not in COMMANDS:
        print(f"shopbell: there is no command {name!r}.\n\n{overview()}", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # leave blocks in order: the database is let go
    _end_with_the_supervisor()
    installation.use_data_folder(installation.data_folder())
    return _run(name, COMMANDS[name], rest)


def overview() -> str:
    """One line for each command."""
    lines = [f"  {name:10} {command.help}" for name, command in COMMANDS.items()]
    return "\n".join(["usage: ./shopbell COMMAND …   (./shopbell COMMAND --help says more)", "", *lines])


def _run(name: str, command: Command, rest: list[str]) -> int:
    with ExitStack() as stack:
        if command.django:
            if not {"-h", "--help"} & set(rest):
                stack.enter_context(installation.database())
            import_module("shopbell.translations").compile_stale()
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shopbell.settings")
            os.environ.setdefault("SHOPBELL_PROCESS", f"shopbell {name}")  # PostgreSQL's application_name
            import_module("django").setup()
        module = import_module(command.module)
        if command.raw:
            return int(module.run(argparse.Namespace(rest=rest)))
        parser = argparse.ArgumentParser(f"shopbell {name}", description=f"{name}: {command.help}.")
        module.arguments(parser)
        return int(module.run(parser.parse_args(rest)))


def _end_with_the_supervisor() -> None:
    """Stop cleanly when the supervisor is gone, even by kill -9: the pipe it holds open for its children closes."""
    lifeline = os.environ.pop("SHOPBELL_LIFELINE", None)
    if lifeline:
        threading.Thread(target=_wait_for_end, args=(int(lifeline),), daemon=True).start()


def _wait_for_end(lifeline: int) -> None:
    os.read(lifeline, 1)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
