"""The shop's settings: one dictionary, SHOPBELL (README.md)."""

from django.conf import settings

DEFAULTS = {
    "TOKEN": "",  # what the desk shows to read; without it nobody reads
    "ADDRESS": "",  # where changes are told; without it nothing is told, and the desk asks every ten minutes
    "SECRET": "",  # whsec_…: what is told is signed with it
    "PUSH": "thread",  # or "command": only `manage.py shopbell_push` tells
    "CANCELLED": "Cancelled",  # the status of a cancelled order in the shop's pipeline
    "REFUND": "",  # dotted path of what pays money back; without it the desk cannot refund
    "REFUND_EVENT": "Refunded",  # the type of payment event for it
    "COUPON_DAYS": 365,
    "PROMISE": "",  # dotted path of what says by which day an order was promised
}


def get(name):
    return {**DEFAULTS, **getattr(settings, "SHOPBELL", {})}[name]
