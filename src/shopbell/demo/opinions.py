"""What customers of the demo shops thought of how they were served: some of the conversations that are over."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from django.db.models import Max
from django.utils import timezone

from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, Message, Rating, State
from shopbell.demo.staging import happening

SHARE = 0.4
SCORES = (5, 5, 5, 5, 4, 4, 4, 3, 2, 1)
WORDS = {
    "de": {
        5: "Schnell und freundlich, danke!",
        3: "Hat geklappt, aber erst beim zweiten Mal.",
        1: "Viel zu lange gewartet.",
    },
    "en": {5: "Quick and kind, thank you!", 3: "It worked, but only the second time.", 1: "Far too long a wait."},
    "da": {5: "Hurtigt og venligt, tak!", 3: "Det lykkedes, men først anden gang.", 1: "Ventede alt for længe."},
    "et": {5: "Kiire ja sõbralik, aitäh!", 3: "Sai korda, aga alles teisel korral.", 1: "Ootasin liiga kaua."},
}


def run() -> None:
    """A few hours after the last answer each."""
    random, now = Random(11), timezone.now()
    rows = (
        Conversation.objects.filter(state=State.RESOLVED, customer__isnull=False).select_related("shop").order_by("id")
    )
    answered = Message.objects.filter(kind=Message.Kind.AGENT, author__isnull=False).order_by()
    last = dict(answered.values_list("conversation").annotate(at=Max("occurred_at")))
    for found in rows:
        if found.id not in last or random.random() > SHARE:
            continue
        score, at = random.choice(SCORES), min(last[found.id] + timedelta(hours=random.randint(1, 20)), now)
        comment = WORDS[found.shop.language].get(score, "") if random.random() < 0.5 else ""
        assert found.customer_id is not None
        with happening(at):
            operations.rate_by_customer(found.id, score=score, comment=comment, customer_id=found.customer_id)
        Rating.objects.filter(conversation=found).update(given_at=at, changed_at=at)
