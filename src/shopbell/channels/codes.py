"""The mail with a code and a link, by which a customer proves that an address is theirs."""

from __future__ import annotations

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from shopbell.channels import contract, delivery, notices, queries
from shopbell.channels.models import Channel
from shopbell.customers import proofs
from shopbell.customers.models import Proof
from shopbell.shops.queries import origin


def mail(proof_id: int) -> None:
    """Queue the mail of a proof; the same one twice is one.

    Nothing leaves for what has expired or been replaced, for a mailbox of our own, or where no mailbox can send.
    """
    proof = Proof.objects.select_related("shop").filter(id=proof_id, expires_at__gt=timezone.now()).first()
    channel = notices.of_shop(proof.shop) if proof is not None else None
    if proof is None or channel is None or queries.addressed([proof.address]).exists():
        return
    delivery.enqueue(channel, _message(channel, proof), key=f"proof:{proof.id}")


def _message(channel: Channel, proof: Proof) -> contract.OutboundMessage:
    with translation.override(proof.language or proof.shop.language):
        subject, text = _words(proof)
    return contract.OutboundMessage(
        external_id=notices.new_id(channel),
        sender=contract.Sender(address=channel.address, name=channel.settings.get("name") or proof.shop.name),
        to=(contract.Sender(address=proof.address),),
        subject=subject,
        text=text,
        reference="",
        automatic=True,
    )


def _words(proof: Proof) -> tuple[str, str]:
    """Subject and text, in the language that is active."""
    code, shop = proofs.code(proof), proof.shop.name
    lines = [
        _("Your code for {shop} is:").format(shop=shop),
        code,
        _("Or open this page and press the button there:"),
        f"{origin(proof.shop)}/my/{proof.shop.slug}/link/{proofs.link_token(proof)}/",
        _("Both are good for 10 minutes, and once. Please pass them on to nobody: we never ask for them."),
        _("If you did not ask for this, you need not do anything: nobody comes in without the code."),
    ]
    return _("{code} is your code for {shop}").format(code=code, shop=shop), "\n\n".join(lines)
