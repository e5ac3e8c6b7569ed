"""docs/portal.md: what it shows in three languages is run, and makes the same word of the shop's."""

from __future__ import annotations

import hmac
import json
import re
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import jwt
import pytest

from shopbell.customers import operations, vouching
from shopbell.installation import ROOT
from shopbell.shops.models import Shop
from tests import factories

pytestmark = pytest.mark.django_db
TEXT = (ROOT / "docs" / "portal.md").read_text()
ANNA = ("K-4711", "anna@customer.example", True, 'Änna "Õie" O\'Saar 😀')


def example(language: str) -> str:
    """The first block of code in a language."""
    found = re.search(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)
    assert found
    return found[1]


def run(program: str, package: str, source: Path, *arguments: str) -> str:
    """What a program prints; skips the test where it is not installed."""
    path = shutil.which(program)
    if not path:
        pytest.skip(f"needs {program} (Debian package {package})")
    done = subprocess.run([path, *arguments, source], capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stderr == b"", "no warning either"
    return done.stdout.decode().strip()


@pytest.fixture
def shop() -> Shop:
    return factories.shop()


@pytest.fixture
def secret(shop: Shop) -> str:
    return operations.renew_secret(shop, actor=None)


def claims(shop: Shop, secret: str, token: str) -> dict[str, object]:
    """What a token says; Shopbell takes it, and knows whom it is about."""
    found = vouching.read(shop, token)
    assert (found.customer_id, found.email, found.name) == (ANNA[0], ANNA[1], ANNA[3])
    said: dict[str, object] = jwt.decode(token, secret, algorithms=["HS256"])
    assert isinstance(said.pop("exp"), int)
    return said


def python(secret: str) -> str:
    space: dict = {}
    exec(example("python"), space)
    return space["vouch"](secret, *ANNA)


def test_php_says_what_python_says(shop: Shop, secret: str, tmp_path: Path) -> None:
    source, given = tmp_path / "vouch.php", tmp_path / "given.json"
    given.write_text(json.dumps([secret, *ANNA]))
    call = f"echo vouch(...json_decode(file_get_contents('{given}'), true));"
    source.write_text(f"<?php\nerror_reporting(E_ALL);\n{example('php')}\n{call}\n")
    assert claims(shop, secret, run("php", "php-cli", source)) == claims(shop, secret, python(secret))


def test_javascript_says_what_python_says(shop: Shop, secret: str, tmp_path: Path) -> None:
    source = tmp_path / "vouch.mjs"
    source.write_text(f"{example('js')}\nconsole.log(vouch({json.dumps(secret)}, ...{json.dumps(list(ANNA))}));\n")
    assert claims(shop, secret, run("node", "nodejs", source)) == claims(shop, secret, python(secret))


def test_the_short_form_is_taken(shop: Shop, secret: str) -> None:
    (line,) = re.findall(r"^(hmac\.new\(.*\))$", TEXT, re.MULTILINE)
    made = eval(line, {"hmac": hmac, "secret": secret, "number": ANNA[0]})
    assert made == hmac.new(secret.encode(), ANNA[0].encode(), sha256).hexdigest()
    assert vouching.read(shop, f"{ANNA[0]}.{made}") == vouching.Vouched(customer_id=ANNA[0])
