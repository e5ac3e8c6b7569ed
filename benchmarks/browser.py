"""A signed-in agent's requests over one kept connection, and several agents at once."""

from __future__ import annotations

import http.client
import re
import threading
import time
from collections.abc import Callable, Iterator
from html import unescape
from urllib.parse import urlencode

from benchmarks.figures import Row

_FIELD = re.compile(r'<(?:input|textarea)\b[^>]*?\bname="([^"]+)"[^>]*>')
_VALUE = re.compile(r'\bvalue="([^"]*)"')


class Browser:
    """Keeps a connection and the cookies it was given."""

    def __init__(self, port: int, cookies: dict[str, str]) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies = dict(cookies)

    def get(self, path: str) -> str:
        return self._ask("GET", path, None, {})

    def get_part(self, path: str) -> str:
        """As the page's own script asks for it when a row of the list is clicked."""
        return self._ask("GET", path, None, {"HX-Request": "true"})

    def post(self, path: str, form: dict[str, str]) -> str:
        return self._ask("POST", path, urlencode(form), {"Content-Type": "application/x-www-form-urlencoded"})

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> str:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            self.connection.request(method, path, body, {"Cookie": cookies, **headers})
            response = self.connection.getresponse()
        except (BrokenPipeError, http.client.RemoteDisconnected):  # the server had closed a connection that was idle
            self.connection.close()
            self.connection.request(method, path, body, {"Cookie": cookies, **headers})
            response = self.connection.getresponse()
        content = response.read()
        if response.status not in (200, 302, 303):
            raise RuntimeError(f"{method} {path}: {response.status}\n{content[:500]!r}")
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return content.decode()


def fields(page: str, action: str) -> dict[str, str]:
    """The fields of the form that is sent to `action`, with the values they have. Raises ValueError without one."""
    start = page.index(f'action="{action}')
    form = page[start : page.index("</form>", start)]
    values = ((found[1], _VALUE.search(found[0])) for found in _FIELD.finditer(form))
    return {name: unescape(value[1]) if value else "" for name, value in values}


def measure(
    what: str,
    browsers: list[Browser],
    step: Callable[[Browser, int], None],
    cpu_seconds: Callable[[], float],
    *,
    count: int,
    warm_up: int = 5,
) -> Row:
    """`count` steps shared among the browsers, each in a thread of its own; the first ones do not count."""
    for number in range(warm_up):
        step(browsers[0], number)
    times: list[float] = []
    numbers = iter(range(warm_up, warm_up + count))
    lock = threading.Lock()
    threads = [threading.Thread(target=_work, args=(one, step, numbers, lock, times)) for one in browsers]
    started, used = time.perf_counter(), cpu_seconds()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(times) != count:
        raise RuntimeError(f"{what}: only {len(times)} of {count} steps went well")
    return Row(what, len(browsers), times, time.perf_counter() - started, cpu_seconds() - used)


def _work(
    browser: Browser,
    step: Callable[[Browser, int], None],
    numbers: Iterator[int],
    lock: threading.Lock,
    times: list[float],
) -> None:
    while True:
        with lock:
            number = next(numbers, None)
        if number is None:
            return
        begun = time.perf_counter()
        step(browser, number)
        times.append((time.perf_counter() - begun) * 1000)
