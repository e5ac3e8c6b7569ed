"""A chat's settings and the form an admin fills in."""

from __future__ import annotations

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from shopbell.channels.contract import SettingsField
from shopbell.core import days, languages

DAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
GREETING_HELP = _("What visitors read before they write. Empty: our own words.")

SETTINGS_FORM = (
    *(SettingsField(path=f"hours.{number}", label=day) for number, day in enumerate(DAYS)),
    SettingsField(
        path="holidays",
        label=_("Closed on these days"),
        kind="textarea",
        help=days.example(_("One a line: {day}, or {day} – {last}.")),
    ),
    SettingsField(
        path="capacity",
        label=_("Chats an agent can have at once"),
        kind="number",
        required=True,
        initial=3,
    ),
    SettingsField(
        path="assigns",
        label=_("Give new chats to whoever is online and has the fewest"),
        kind="checkbox",
        help=_("Never to more than an agent can have at once. Otherwise new chats wait until somebody takes them."),
    ),
    SettingsField(
        path="asks_page",
        label=_("Ask visitors whether the team may see which page they look at"),
        kind="checkbox",
    ),
    SettingsField(
        path="position",
        label=_("Corner of the page"),
        kind="choice",
        choices=(("right", _("bottom right")), ("left", _("bottom left"))),
        initial="right",
    ),
    SettingsField(path="accent", label=_("Colour"), help=_("Like #8a5a00. Empty: the shop's colour."), rare=True),
    *(
        SettingsField(
            path=f"greetings.{code}",
            label=format_lazy(_("Greeting ({language})"), language=name),
            kind="textarea",
            help=GREETING_HELP if code == "en" else "",
            rare=True,
        )
        for code, name in languages.NAMES.items()
    ),
    SettingsField(
        path="max_file_mb", label=_("Largest file (MB)"), kind="number", required=True, initial=10, rare=True
    ),
)
