"""The verbs of integrations: everything that writes."""

from shopbell.integrations.operations.idempotency import claim_key, forget_answers, keep_answer
from shopbell.integrations.operations.tokens import make_token, note_use, revoke_token
from shopbell.integrations.operations.uploads import forget_uploads, keep_upload
from shopbell.integrations.operations.webhooks import (
    change_webhook,
    delete_webhook,
    forget_dispatches,
    make_webhook,
    ping,
    replay,
    rotate_secret,
)

__all__ = [
    "change_webhook",
    "claim_key",
    "delete_webhook",
    "forget_answers",
    "forget_dispatches",
    "forget_uploads",
    "keep_answer",
    "keep_upload",
    "make_token",
    "make_webhook",
    "note_use",
    "ping",
    "replay",
    "revoke_token",
    "rotate_secret",
]
