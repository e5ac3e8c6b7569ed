"""A form made from what a channel type says about its settings (`contract.SettingsField`)."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shopbell.channels.models import Channel
from shopbell.core import languages
from shopbell.core.settings_field import SettingsField
from shopbell.shops.models import Shop

ACKNOWLEDGEMENT = "acknowledgement"
ACKNOWLEDGEMENTS = "acknowledgements"  # the same by language


class SettingsForm(forms.Form):
    """The shop of a channel, and its type's own settings by their paths."""

    shop = forms.ModelChoiceField(Shop.objects.order_by("name"), label=gettext_lazy("Shop"), empty_label=None)

    def __init__(
        self, fields: Sequence[SettingsField], stored: Mapping[str, Any], data: Any = None, **options: Any
    ) -> None:
        super().__init__(data, **options)
        self.settings_fields = fields
        self.stored = stored
        for field in fields:
            self.fields[self._name(field)] = _field(field, _get(stored, field.path))

    def _name(self, field: SettingsField) -> str:
        """A setting's path; another where the form has a field of its own called so: Shopify has a "shop" too."""
        return f"settings.{field.path}" if field.path in self.base_fields else field.path

    def usual(self) -> list[tuple[forms.BoundField, SettingsField]]:
        """The type's own fields that everybody looks at."""
        return [(self[self._name(field)], field) for field in self.settings_fields if not field.rare]

    def rare(self) -> list[tuple[forms.BoundField, SettingsField]]:
        """Those most people never need."""
        return [(self[self._name(field)], field) for field in self.settings_fields if field.rare]

    def is_rare_wrong(self) -> bool:
        """One of those most people never need has an error."""
        return any(field.rare and self._name(field) in self.errors for field in self.settings_fields)

    def settings(self) -> dict[str, Any]:
        """The settings as they would be saved: what was left empty is absent, an empty secret stays as it was."""
        result = copy.deepcopy(dict(self.stored))
        for field in self.settings_fields:
            value = self.cleaned_data.get(self._name(field))
            if field.secret and not value:
                continue
            _set(result, field.path, value)
        return result


class ChannelForm(SettingsForm):
    """Besides the settings the words of a channel that answers by mail."""

    signature = forms.CharField(
        label=gettext_lazy("Signature below answers"), required=False, widget=forms.Textarea({"rows": 3})
    )
    acknowledgement = forms.CharField(
        label=gettext_lazy("Automatic receipt"),
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy(
            "Sent once for each new conversation, never to machines. Empty: none is sent, unless there is one in the "
            "customer's language below."
        ),
    )

    def __init__(
        self, fields: Sequence[SettingsField], stored: Mapping[str, Any], data: Any = None, **options: Any
    ) -> None:
        super().__init__(fields, stored, data, **options)
        for path, name in self._receipts():
            text = _get(stored, path)
            widget = forms.Textarea({"rows": 3, "lang": path[-2:]})
            self.fields[path] = forms.CharField(label=name, required=False, initial=text, widget=widget)

    @staticmethod
    def _receipts() -> list[tuple[str, str]]:
        """The fields for automatic receipts by language, and what each language is called by its speakers."""
        return [(f"{ACKNOWLEDGEMENTS}.{code}", name) for code, name in languages.NAMES.items()]

    def receipts(self) -> list[forms.BoundField]:
        """Automatic receipts by language."""
        return [self[path] for path, _name in self._receipts()]

    def needs_rare(self) -> bool:
        """A rare field is wrong, or the far side takes no password."""
        auths = (_get(self.stored, path) for path in ("imap.auth", "smtp.auth"))
        return self.is_rare_wrong() or any(auth not in (None, "password") for auth in auths)

    def clean(self) -> dict[str, Any]:
        """An address belongs to one channel."""
        values: dict[str, Any] = super().clean() or {}
        address = values.get("address", "")
        others = Channel.objects.filter(address__iexact=address).exclude(pk=self.initial.get("channel", 0))
        if address and others.exists():
            self.add_error("address", _("Another channel has this address already."))
        return values

    def settings(self) -> dict[str, Any]:
        """The settings as they would be saved, with the automatic receipts."""
        result = super().settings()
        for path in (ACKNOWLEDGEMENT, *(path for path, _name in self._receipts())):
            _set(result, path, self.cleaned_data[path])
        return result


def _field(field: SettingsField, value: Any) -> forms.Field:
    if isinstance(value, list):
        value = ", ".join(value)
    common: dict[str, Any] = {
        "label": field.label,
        "help_text": field.help,
        "required": field.required,
        "initial": field.initial if value is None else value,
    }
    match field.kind:
        case "choice":
            return forms.ChoiceField(choices=field.choices, **common)
        case "checkbox":
            return forms.BooleanField(**{**common, "required": False})
        case "number":
            return forms.IntegerField(min_value=0, max_value=65_535, **common)
        case "email":
            return forms.EmailField(**common)
    return forms.CharField(
        widget=_widget(field, has_value=bool(value)), **_hidden(common, field, has_value=bool(value))
    )


def _widget(field: SettingsField, *, has_value: bool) -> forms.Widget:
    kept = {"placeholder": _("kept as it is")} if field.secret and has_value else {}
    if field.kind == "textarea":
        return forms.Textarea({"rows": 4, **kept})
    if field.kind == "password":
        return forms.PasswordInput({"autocomplete": "off", **kept}, render_value=True)
    return forms.TextInput(kept)


def _hidden(common: dict[str, Any], field: SettingsField, *, has_value: bool) -> dict[str, Any]:
    """A stored secret never goes back to a browser."""
    if not field.secret:
        return common
    return {**common, "initial": "", "required": field.required and not has_value}


def _get(settings: Mapping[str, Any], path: str) -> Any:
    """The value at "imap.host"; None when there is none."""
    value: Any = settings
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _set(settings: dict[str, Any], path: str, value: Any) -> None:
    """Put a value at "imap.host"; an empty one, and a group without any, is left out."""
    name, _dot, rest = path.partition(".")
    if rest:
        group = settings.setdefault(name, {})
        _set(group, rest, value)
        value = group or None
    if value in ("", None):
        settings.pop(name, None)
    else:
        settings[name] = value
