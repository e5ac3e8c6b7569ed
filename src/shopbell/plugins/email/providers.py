"""Sending through a provider's web API instead of SMTP, by Anymail; its settings are the mailbox's, not Django's."""

from __future__ import annotations

from collections.abc import Mapping
from email.encoders import encode_base64
from email.mime.base import MIMEBase
from typing import Any

from anymail.exceptions import (
    AnymailAPIError,
    AnymailConfigurationError,
    AnymailError,
    AnymailRecipientsRefused,
)
from django.core.mail import EmailMultiAlternatives
from django.utils.module_loading import import_string

from shopbell.channels import contract
from shopbell.plugins.email import addresses, composing, headers, oauth

BACKENDS = {
    name: f"anymail.backends.{name}.EmailBackend"
    for name in (
        "brevo",
        "mailersend",
        "mailgun",
        "mailjet",
        "mailtrap",
        "mandrill",
        "postal",
        "postmark",
        "resend",
        "scaleway",
        "sendgrid",
        "sparkpost",
        "unisender_go",
    )
}
KEEP_MESSAGE_ID = {"postmark": {"X-PM-KeepID": "true"}}  # providers that make their own unless told not to
REFUSED = {"rejected", "invalid", "failed"}
RETRY_SECONDS = 60
TIMEOUT_SECONDS = 60


def send(account: oauth.Account, message: contract.OutboundMessage) -> str:
    """Hand over; returns the provider's id, or ours where it gives none.

    The provider signs (DKIM) and receives the bounces, so neither our key nor VERP is used.
    """
    chosen = account.settings["anymail"]
    mail = build(message, account.settings, str(chosen.get("backend", "")))
    try:
        backend(chosen).send_messages([mail])
    except AnymailRecipientsRefused as error:
        raise contract.Permanent(f"the provider refuses the recipients: {error}", code="recipient") from error
    except AnymailAPIError as error:
        raise api_error(error) from error
    except AnymailConfigurationError as error:
        raise contract.AuthFailed(f"the provider's settings are incomplete: {error}", code="settings") from error
    except AnymailError as error:
        raise contract.Permanent(f"the provider cannot send this mail: {error}", code="unsupported") from error
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise contract.Transient(f"the provider talks nonsense: {error!r:.200}", code="protocol") from error
    return _outcome(mail, message)


def _outcome(mail: EmailMultiAlternatives, message: contract.OutboundMessage) -> str:
    status = getattr(mail, "anymail_status", None)
    recipients = dict(status.recipients) if status else {}
    refused = {who: found.status for who, found in recipients.items() if found.status in REFUSED}
    if refused:
        raise contract.PartlyTaken(f"the provider refuses {', '.join(refused)}", refused=refused, code="recipient")
    return status.message_id if status and isinstance(status.message_id, str) else message.external_id


def backend(chosen: Mapping[str, Any]) -> Any:
    """The Anymail backend, told everything here. Raises AuthFailed for a provider we do not know."""
    path = BACKENDS.get(str(chosen.get("backend", "")))
    if not path:
        raise contract.AuthFailed(f"unknown provider {chosen.get('backend')!r}", code="settings")
    options = {"timeout": TIMEOUT_SECONDS, **(chosen.get("settings") or {})}
    try:
        return import_string(path)(**options)
    except AnymailConfigurationError as error:
        raise contract.AuthFailed(f"the provider's settings are incomplete: {error}", code="settings") from error


def api_error(error: Exception) -> contract.ChannelError:
    """An API's answer: no answer, 408, 429 and 5xx try again; 401 and 403 the key; the other 4xx never."""
    status = getattr(error, "status_code", None)
    said = f"the provider answers {status or 'nothing'}: {str(error):.1000}"
    if status in (401, 403):
        return contract.AuthFailed(said, code=str(status))
    if status in (None, 408, 429) or status >= 500 or status < 400:
        wait = RETRY_SECONDS if status == 429 else None
        return contract.Transient(said, code=str(status or "lost"), retry_after_seconds=wait)
    return contract.Permanent(said, code=str(status))


def build(message: contract.OutboundMessage, settings: Mapping[str, Any], provider: str) -> EmailMultiAlternatives:
    """The mail as Django's object, from the same headers and the same MIME tree as by SMTP."""
    answers_to = composing.reply_to(message, settings)
    mail = EmailMultiAlternatives(
        subject=headers.one_line(message.subject),
        body=message.text,
        from_email=_person(message.sender),
        to=[_person(person) for person in message.to],
        cc=[_person(person) for person in message.cc],
        bcc=[_person(person) for person in message.bcc],
        reply_to=[_person(answers_to)] if answers_to else [],
        headers=_headers(message) | KEEP_MESSAGE_ID.get(provider, {}),
    )
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    for file in message.attachments:
        mail.attach(_part(file, message.html))
    return mail


def _person(sender: contract.Sender) -> str:
    """Anymail encodes names itself: it wants them readable, quoted."""
    address = addresses.on_the_wire(sender.address)
    name = headers.one_line(sender.name)[: headers.NAME_MAX].replace("\\", "").replace('"', "")
    return f'"{name}" <{address}>' if name else address


def _headers(message: contract.OutboundMessage) -> dict[str, str]:
    found = {
        "Message-ID": composing.own_id(message),
        "In-Reply-To": headers.message_id(message.reply_to_external_id),
        "References": " ".join(headers.reference_ids(message.thread_ids, message.reply_to_external_id)),
        **composing.automatic_headers(message),
    }
    return {name: value for name, value in found.items() if value}


def _part(file: contract.AttachmentData, html: str) -> MIMEBase:
    """A file as the kind of MIME part that Django and Anymail take."""
    is_inline = composing.is_shown_inside(file, html)
    part = MIMEBase(*composing.content_type(file))
    part.set_payload(file.content)
    encode_base64(part)
    part.add_header("Content-Disposition", "inline" if is_inline else "attachment", filename=composing.file_name(file))
    if is_inline:
        part["Content-ID"] = f"<{file.content_id}>"
    return part
