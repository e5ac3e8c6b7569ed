"""What the people of the demo shop have set up for themselves: colours, views, fields, a checklist."""

from __future__ import annotations

from typing import Any

from shopbell.conversations import operations as conversations
from shopbell.conversations.models import ChecklistTemplate, Tag, TagColour
from shopbell.demo.people import House
from shopbell.fields import operations as fields
from shopbell.fields.models import Kind, Subject
from shopbell.lists import operations as lists
from shopbell.lists.models import Sort, View
from shopbell.shops.models import Shop

COLOURS = {
    TagColour.RED: ("beschädigt", "damaged", "skade", "kahjustus", "complaint"),
    TagColour.AMBER: ("lieferung", "delivery", "levering", "tarne"),
    TagColour.GREEN: ("lob", "praise", "ros", "kiitus"),
    TagColour.BLUE: ("rechnung", "invoice", "faktura", "arve"),
    TagColour.VIOLET: ("umtausch", "exchange", "ombytning", "vahetus"),
}
DELIVERY = ["lieferung", "delivery", "levering", "tarne"]
VIEWS: tuple[tuple[str, Sort, list[dict[str, Any]]], ...] = (
    (
        "Deliveries that wait",
        Sort.WAIT,
        [{"field": "tags", "op": "any", "value": DELIVERY}, {"field": "waits", "op": "yes", "value": None}],
    ),
    ("Urgent or high", Sort.WAIT, [{"field": "priority", "op": "is", "value": ["3", "4"]}]),
    ("With files", Sort.NEWEST, [{"field": "attachment", "op": "yes", "value": None}]),
)
ACCENTS = {"de": "#1f4e5f", "da": "#7a1f3d", "et": "#22563a", "en": "#3b3a78"}


def run(house: House) -> None:
    """Set it all up; the words are there already."""
    for colour, words in COLOURS.items():
        for tag in Tag.objects.filter(name__in=words):
            lists.save_tag(tag, actor=house.lead, name=tag.name, colour=colour, description="")
    for name, sort, conditions in VIEWS:
        tree = {"match": "all", "of": [{"field": "folder", "op": "is", "value": ["open"]}, *conditions]}
        lists.save_view(View(), actor=house.lead, name=name, owner=None, team=None, filter=tree, sort=sort)
    _fields(house.admin.pk)
    steps = ["Ask for a picture of the damage", "Tell the carrier", "Offer a new one or the money", "Note the article"]
    conversations.save_template(
        ChecklistTemplate(), name="Damaged in transit", shop=None, steps=steps, actor=house.lead.pk
    )
    for shop in Shop.objects.all():
        Shop.objects.filter(pk=shop.pk).update(accent=ACCENTS[shop.language])


def _fields(actor: int) -> None:
    reason = {"en": "Reason", "de": "Anlass", "da": "Årsag", "et": "Põhjus"}
    options = ("Delivery", "Return", "Product", "Payment", "Other")
    fields.create(
        actor=actor, subject=Subject.CONVERSATION, key="reason", kind=Kind.CHOICE, labels=reason, options=options
    )
    size = {"en": "Usual size", "de": "Übliche Größe", "da": "Sædvanlig størrelse", "et": "Tavaline suurus"}
    fields.create(
        actor=actor,
        subject=Subject.CUSTOMER,
        key="size",
        kind=Kind.CHOICE,
        labels=size,
        options=("XS", "S", "M", "L", "XL"),
    )
