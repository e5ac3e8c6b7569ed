"""Mails about our mails: bounces, delay notices, delivery and read receipts, in standard form or none."""

from shopbell.plugins.email.bounces.recognising import recognise

__all__ = ["recognise"]
