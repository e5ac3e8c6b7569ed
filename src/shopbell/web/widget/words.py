"""What the chat widget says, in the visitor's language: the desk's own catalogue, handed over as JSON."""

from __future__ import annotations

import json
from functools import cache

from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from shopbell.web.widget.bundle import Sent, packed

WORDS = {
    "menu": _("More"),
    "close": _("Close the chat"),
    "close_this": _("Close this"),
    "cancel": _("Cancel"),
    "messages": _("Messages"),
    "placeholder": _("Write a message…"),
    "send": _("Send"),
    "attach": _("Attach files"),
    "drop": _("Drop your files here"),
    "too_large": _("Too large: at most {size}."),
    "too_long_one": _("One character too many."),
    "too_long": _("{n} characters too many."),
    "remove": _("Remove"),
    "again": _("Try again"),
    "greeting": _("Hello! What can we do for you?"),
    "here": _("We are here for you"),
    "at_once": _("We answer within a minute"),
    "wait": _("We answer in about {n} min"),
    "wait_hours": _("We answer in about {n} hours"),
    "ahead_one": _("One person is ahead of you."),
    "ahead": _("{n} people are ahead of you."),
    "away": _("Nobody can answer just now"),
    "opens_today": _("Here again today at {time}"),
    "opens_tomorrow": _("Here again tomorrow at {time}"),
    "opens_on": _("Here again on {day} at {time}"),
    "leave": _("Leave us a message. We answer by e-mail."),
    "search": _("Search for an answer"),
    "maybe": _("Is it one of these?"),
    "none": _("Nothing found. Just ask us below."),
    "privacy": _("Privacy"),
    "contact": _("Other ways to reach us"),
    "your_data": _("What happens to your data"),
    "show_page": _("Let the team see which page I am looking at"),
    "us": _("Our team"),
    "you": _("You:"),
    "bot": _("Automatic"),
    "typing": _("{name} is writing…"),
    "newer": _("New messages"),
    "new_message": _("New message from {name}"),
    "today": _("Today"),
    "yesterday": _("Yesterday"),
    "read": _("Seen"),
    "sending": _("Sending…"),
    "waits": _("Leaves when the connection is back"),
    "not_sent": _("Not sent."),
    "no_answer": _("That did not work. Please try again."),
    "offline": _("You are offline. What you write is kept and leaves later."),
    "lost": _("Connecting again…"),
    "going": _("Do you have to go?"),
    "by_mail": _("Get answers by e-mail"),
    "mail_why": _("Then our answers reach you even after you have left this page."),
    "your_mail": _("Your e-mail address"),
    "your_name": _("Your name"),
    "optional": _("optional"),
    "mail_wrong": _("Please enter an e-mail address, so that we can answer."),
    "send_code": _("Send me a code"),
    "code_sent": _("We have sent a code of six digits to {email}."),
    "code": _("Code"),
    "code_wrong": _("The code has six digits."),
    "confirm": _("Confirm"),
    "mail_done": _("Done. When you are away, answers go to {email}."),
    "transcript": _("Send me this chat by e-mail"),
    "transcript_sent": _("The chat is on its way to {email}."),
    "end": _("End the chat"),
    "end_sure": _("End this chat?"),
    "end_yes": _("End it"),
    "ended": _("This chat has ended."),
    "new_chat": _("Begin a new chat"),
    "lost_chat": _("What was said before is not here any more. What you write now begins a new chat."),
}


@cache
def catalogue(language: str) -> Sent:
    """All words in one language."""
    with translation.override(language):
        return packed(json.dumps({name: str(text) for name, text in WORDS.items()}, ensure_ascii=False))


def of_the_button(language: str) -> dict[str, str]:
    """What is needed before the chat is opened."""
    with translation.override(language):
        return {
            "open": str(_("Open the chat")),
            "close": str(WORDS["close"]),
            "one": ngettext("{n} new message", "{n} new messages", 1).format(n=1),
            "other": ngettext("{n} new message", "{n} new messages", 2),
        }
