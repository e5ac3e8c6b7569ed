"""A hostile mail in the frame it is shown in: its picture appears, and nothing else of it does anything."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Response, expect

from shopbell.channels import contract
from tests import factories
from tests.web.serving import session_cookie
from tests.web.test_files import picture

pytestmark = pytest.mark.django_db(transaction=True)

HTML = """<p>Hello</p><img src="cid:logo@x" alt="logo"><img src="http://127.0.0.1:9/spy.png" alt="spy">
<script>parent.document.title = "owned"</script><img src="x" onerror="parent.document.title = 'owned'">
<a href="https://shop.example/">shop</a>"""


def test_the_picture_is_shown_and_nothing_runs(browser: Browser, server: str) -> None:
    logo = contract.AttachmentData(
        name="logo.png", content_type="image/png", content=picture(), content_id="logo@x", inline=True
    )
    message = factories.receive(html=HTML, attachments=(logo,))
    name, _, value = session_cookie(factories.agent()).partition("=")
    context = browser.new_context()
    context.add_cookies([{"name": name, "value": value, "url": server}])
    page = context.new_page()
    seen: list[Response] = []
    page.on("response", lambda answer: seen.append(answer))
    page.goto(f"{server}/accounts/password/")
    page.evaluate(
        """address => {
            const frame = document.createElement("iframe");
            frame.setAttribute("sandbox", "allow-popups allow-popups-to-escape-sandbox");
            frame.src = address;
            document.body.append(frame);
        }""",
        f"/desk/messages/{message.id}/body/",
    )
    frame = page.frame_locator("iframe")
    expect(frame.get_by_text("Hello")).to_be_visible()
    expect(frame.get_by_role("link", name="shop")).to_have_attribute("rel", "noopener noreferrer nofollow ugc")
    page.wait_for_timeout(500)
    pictures = [(answer.status, answer.headers["content-type"]) for answer in seen if "/desk/inline/" in answer.url]
    assert pictures == [(200, "image/png")], "without a cookie, by its signed address"
    assert not [answer for answer in seen if "spy" in answer.url]
    assert page.title() != "owned"
