"""Our own mail leaves by a mailbox that can send, as an admin sets one up."""

from __future__ import annotations

import pytest

from shopbell.channels import notices
from tests import factories

pytestmark = pytest.mark.django_db
SMTP = {"smtp": {"host": "smtp.shop.example", "port": 465, "security": "tls"}}


@pytest.mark.parametrize("settings", [SMTP, {"anymail": {"esp": "postmark"}}, {"sending": "nowhere"}])
def test_the_first_mailbox_that_can_send_does(settings):
    shop = factories.shop()
    factories.mailbox(shop)
    factories.mailbox(shop, settings={"smtp": {"host": ""}})
    able = factories.mailbox(shop, settings=settings)
    factories.mailbox(shop, settings=SMTP)
    assert notices.of_shop(shop) == able
    assert notices.sender() == able


def test_one_that_only_reads_or_is_switched_off_does_not():
    shop = factories.shop()
    factories.mailbox(shop, settings={"imap": {"host": "imap.shop.example"}})
    factories.mailbox(shop, settings=SMTP, is_active=False)
    factories.mailbox(factories.shop("Teine"), settings=SMTP)
    assert notices.of_shop(shop) is None
