"""What `./shopbell test` runs: the linters, then the tests on the distribution's PostgreSQL, then all on the embedded.

The long leg comes last, so that the last closing line of pytest counts the whole suite. With arguments only pytest
runs, on those. What the tests need from the distribution is installed when this is root, else named; tests that miss
something skip and say so.
"""

import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests import debian_postgres

PACKAGES = {
    "chromium": "chromium",
    "chromium-headless-shell": "chromium-headless-shell",
    "dovecot-imapd": "/usr/lib/dovecot/imap",
    "dovecot-lmtpd": "/usr/lib/dovecot/lmtp",
    "gettext": "xgettext",
    "php-cli": "php",
    "postfix": "/usr/sbin/postfix",
    "postgresql": "",
}
LINTERS = {
    "ruff": ["-m", "ruff", "check", "."],
    "format": ["-m", "ruff", "format", "--check", "."],
    "layers": ["-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-cache"],
    "types": ["-m", "mypy"],
    "migrations": ["-m", "shopbell", "manage", "makemigrations", "--check", "--dry-run"],
}
TOUCH_THE_DATABASE = (
    "events",
    "shops",
    "agents",
    "fields",
    "customers",
    "channels",
    "commerce",
    "knowledge",
    "conversations",
    "flows",
)
SHORT_LEG = ["-m", "not browser and not slow", *(f"tests/{name}" for name in TOUCH_THE_DATABASE)]
# Processes: one more than small machines have cores, for half of the time tests wait for browsers and servers.
AT_ONCE = ["-n", "3", "--dist", "loadfile", "--no-loadscope-reorder"]
# Real servers and browsers on a busy machine: what fails is tried once more, and the report names it as RERUN.
AGAIN = ["--reruns", "1", "--reruns-delay", "2", "-rR", "--durations=20"]
POLICY = Path("/usr/sbin/policy-rc.d")


@dataclass
class Step:
    name: str
    code: int
    seconds: float
    output: str = ""


def main(arguments: list[str]) -> int:
    """The exit code: 0 when every step passed."""
    if arguments:
        return subprocess.run([sys.executable, "-m", "pytest", "-rs", *arguments], check=False).returncode
    began = time.monotonic()
    missing = provide()
    steps = lint()
    steps += [distributions_leg(), pytest("tests on the embedded PostgreSQL", [])]
    report(steps, missing, time.monotonic() - began)
    return int(any(step.code for step in steps))


def provide() -> list[str]:
    """Install what is missing when this is root on Debian; return what is still missing."""
    missing = [name for name in PACKAGES if not is_installed(name)]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"installing {', '.join(missing)} …", flush=True)
        install(missing)
    return [name for name in missing if not is_installed(name)]


def is_installed(package: str) -> bool:
    if package == "postgresql":
        return debian_postgres.programs() is not None
    return shutil.which(PACKAGES[package]) is not None


def install(packages: list[str]) -> None:
    """By apt-get, without questions and without starting a service."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    made_policy = not POLICY.exists()
    if made_policy:
        POLICY.write_text("#!/bin/sh\nexit 101\n")
        POLICY.chmod(0o755)
    try:
        answers = "postfix postfix/main_mailer_type select No configuration\n"
        subprocess.run(["debconf-set-selections"], input=answers, text=True, check=False, capture_output=True)
        for command in (["update", "-qq"], ["install", "-qq", "-y", "--no-install-recommends", *packages]):
            subprocess.run(["apt-get", *command], env=environment, stdout=subprocess.DEVNULL, check=False)
    finally:
        if made_policy:
            POLICY.unlink()


def lint() -> list[Step]:
    """All linters at once; the output of those that fail is shown."""
    with ThreadPoolExecutor(2) as pool:
        steps = list(
            pool.map(lambda item: run(item[0], item[1]), sorted(LINTERS.items(), key=lambda i: i[0] != "types"))
        )
    for step in steps:
        print(f"{step.name}: {'ok' if step.code == 0 else 'FAILED'} ({step.seconds:.0f} s)", flush=True)
        if step.code:
            print(step.output, flush=True)
    return steps


def run(name: str, command: list[str]) -> Step:
    began = time.monotonic()
    result = subprocess.run(
        [sys.executable, *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return Step(name, result.returncode, time.monotonic() - began, result.stdout)


def distributions_leg() -> Step:
    """The shorter leg; passed over, and said so, where the distribution's PostgreSQL is not installed."""
    name = "tests on the distribution's PostgreSQL"
    if reason := debian_postgres.reason_for_skip():
        return Step(f"{name}: skipped, {reason}", 0, 0)
    with debian_postgres.cluster() as url:
        folder = debian_postgres.programs()
        assert folder is not None
        return pytest(f"tests on PostgreSQL {folder.parent.name}", SHORT_LEG, DATABASE_URL=url)


def pytest(name: str, arguments: list[str], **environment: str) -> Step:
    print(f"\n{name}", flush=True)
    began = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-rs", *AT_ONCE, *AGAIN, *arguments]
    result = subprocess.run(command, env={**os.environ, **environment}, check=False)
    return Step(name, result.returncode, time.monotonic() - began)


def report(steps: list[Step], missing: list[str], seconds: float) -> None:
    print()
    for step in steps:
        print(f"  {'ok' if step.code == 0 else 'FAILED':7} {step.seconds:5.0f} s  {step.name}")
    if missing:
        print(f"  Not installed, their tests were skipped: {', '.join(missing)} (apt install {' '.join(missing)})")
    print(
        f"  {'everything passed' if not any(step.code for step in steps) else 'NOT everything passed'}, {seconds:.0f} s"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
