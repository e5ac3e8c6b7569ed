"""The contact form: its fields, and what keeps robots out without asking anybody else."""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shopbell.core.files import sniff
from shopbell.shops.models import Shop
from shopbell.web import visitors

MAX_FILES = 5
MAX_FILE_BYTES = 5_000_000
MAX_ALL_BYTES = 10_000_000
LEAST_SECONDS = 3  # nobody fills it in faster
VALID_SECONDS = 24 * 3600
PER_HOUR = {"sender": 6, "network": 20, "shop": 600}
TAKEN = {
    "application/pdf",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "image/bmp",
    "image/gif",
    "image/heic",
    "image/jpeg",
    "image/png",
    "image/tiff",
    "image/webp",
    "message/rfc822",
    "text/csv",
    "text/plain",
    "video/mp4",
    "video/quicktime",
}
_signer = TimestampSigner(salt="contact-form")


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


TOO_LONG = gettext_lazy("This is too long: at most %(limit_value)d characters, and you wrote %(show_value)d.")


class FilesField(forms.FileField):
    """Any number of files; checked for number, size and what they are."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        uploads = [upload for upload in data or [] if upload]
        if len(uploads) > MAX_FILES:
            raise forms.ValidationError(
                ngettext("At most {n} file, please.", "At most {n} files, please.", MAX_FILES).format(n=MAX_FILES)
            )
        for upload in uploads:
            _check(upload)
        if sum(upload.size or 0 for upload in uploads) > MAX_ALL_BYTES:
            limit = MAX_ALL_BYTES // 1_000_000
            raise forms.ValidationError(_("The files are larger than {n} MB together.").format(n=limit))
        return uploads


def _check(upload: UploadedFile[Any]) -> None:
    if (upload.size or 0) > MAX_FILE_BYTES:
        limit = MAX_FILE_BYTES // 1_000_000
        raise forms.ValidationError(_("“{name}” is larger than {n} MB.").format(name=upload.name, n=limit))
    kind = sniff(upload.read(70_000), upload.name or "")
    upload.seek(0)
    if kind not in TAKEN:
        raise forms.ValidationError(
            _("“{name}” is of a kind we cannot take: please send pictures, PDF or documents.").format(name=upload.name)
        )


class ContactForm(forms.Form):
    """What a visitor writes. `website` is a trap that only robots see."""

    email = forms.EmailField(label=gettext_lazy("Your e-mail address"), max_length=254)
    name = forms.CharField(label=gettext_lazy("Your name"), max_length=100, required=False)
    subject = forms.CharField(label=gettext_lazy("What is it about?"), max_length=150)
    order = forms.CharField(
        label=gettext_lazy("Order number"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("If it is about an order: it stands in your confirmation."),
    )
    message = forms.CharField(
        label=gettext_lazy("Your message"),
        max_length=10_000,
        widget=forms.Textarea,
        error_messages={"max_length": TOO_LONG},
    )
    uploads = FilesField(
        label=gettext_lazy("Pictures or documents"),
        required=False,
        help_text=gettext_lazy("Up to 5 files, 5 MB each."),
    )
    website = forms.CharField(required=False)
    key = forms.CharField(required=False)

    def __init__(self, data: Any = None, files: Any = None, **options: Any) -> None:
        super().__init__(data, files, **options)
        for name in ("email", "name"):
            self.fields[name].widget.attrs["autocomplete"] = name
        self.fields["message"].widget.attrs["rows"] = 8

    def is_hasty(self) -> bool:
        """True for what a robot does: fills in the trap, sends at once, or brings no key of ours.

        A person can do all of these by accident, so they are asked to send once more; nothing is thrown away.
        """
        if self.data.get("website"):
            return True
        try:
            _signer.unsign(self.data.get("key", ""), max_age=VALID_SECONDS)
        except (BadSignature, SignatureExpired):
            return True
        return _age_seconds(self.data["key"]) < LEAST_SECONDS


def _age_seconds(key: str) -> int:
    """Whole seconds since the key was made; never negative."""
    try:
        _signer.unsign(key, max_age=LEAST_SECONDS)
    except SignatureExpired:
        return LEAST_SECONDS
    return 0


def new_key() -> str:
    """Names one filling-in of the form, and when it began."""
    return _signer.sign(uuid.uuid4().hex)


def payload(form: ContactForm, language: str, read: Sequence[int] = ()) -> tuple[str, bytes]:
    """(key, JSON) as `plugins.contact_form` reads it. The same text and files under one key have the same key.

    `read`: the help articles (their texts) the sender read before.
    """
    values = form.cleaned_data
    said: dict[str, Any] = {name: values[name] for name in ("email", "name", "subject", "order", "message")}
    said["language"] = language
    said["attachments"] = [
        {"name": upload.name, "content": base64.b64encode(upload.read()).decode()} for upload in values["uploads"]
    ]
    digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    key = f"{_signer.unsign(form.data['key'])}-{digest[:16]}"
    return key, json.dumps({"key": key, **said, "read": list(read)}, ensure_ascii=False).encode()


def is_flood(shop: Shop, email: str, network: str) -> bool:
    """Too many within the hour from this sender, this network, or for this shop. Counts this one."""
    keys = {"sender": visitors.pseudonym(email.lower()), "network": network, "shop": str(shop.id)}
    found = [
        visitors.is_too_often(f"contact:{name}:{key}", limit=PER_HOUR[name], per_seconds=3600)
        for name, key in keys.items()
    ]
    return any(found)
