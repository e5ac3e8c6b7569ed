"""Things by their number, as far as the token's agent may see them; else 404."""

from __future__ import annotations

from shopbell.agents import permissions
from shopbell.commerce.models import Order
from shopbell.conversations import masking, orders, queries
from shopbell.conversations.models import Conversation, Message
from shopbell.conversations.operations.replying import File
from shopbell.customers.models import Customer
from shopbell.customers.operations import editing as customers
from shopbell.integrations.models import Upload
from shopbell.shops.models import Shop
from shopbell.web.api.door import ApiRequest
from shopbell.web.api.problems import Problem, wrong


def conversation(request: ApiRequest, number: int) -> Conversation:
    """Raises Problem 404."""
    found = queries.conversation(request.agent, number)
    if found is None:
        raise Problem(404)
    return found


def message(request: ApiRequest, number: int) -> Message:
    """With its files and its channel. Raises Problem 404."""
    rows = queries.messages(request.agent).filter(id=number)
    found = rows.select_related("channel").defer(*queries.UNSHOWN).prefetch_related("attachments__blob").first()
    if found is None:
        raise Problem(404)
    return found


def customer(request: ApiRequest, number: int) -> Customer:
    """Who sees part of the desk sees the customers of those conversations. Raises Problem 404."""
    rows = masking.customers(Customer.objects.filter(id=number), request.agent)
    found = rows.prefetch_related("identities").first()
    limited = not permissions.scope(request.agent).is_everything
    if found is None or (limited and not queries.visible(request.agent).filter(customer=number).exists()):
        raise Problem(404)
    return found


def lock_customer(number: int) -> None:
    """Nobody else changes the customer until the transaction ends."""
    customers.lock(number)


def uploads(request: ApiRequest, numbers: list[int]) -> list[File]:
    """The agent's own uploads, as a message takes them. Raises Problem 422 for one there is not."""
    rows = Upload.objects.filter(id__in=numbers, agent=request.agent).select_related("blob").in_bulk()
    for place, number in enumerate(numbers):
        if number not in rows:
            raise wrong(f"/files/{place}", "There is no such upload of this agent (any more).")
    return [(rows[number].blob, rows[number].name, "") for number in dict.fromkeys(numbers)]


def shop(request: ApiRequest, number: int) -> Shop:
    """Raises Problem 404."""
    found = permissions.scope(request.agent).of_shops(Shop.objects.filter(id=number), "id").first()
    if found is None:
        raise Problem(404)
    return found


def named_shop(request: ApiRequest, number: int) -> Shop:
    """The shop a body names by `shop_id`. Raises Problem 422."""
    try:
        return shop(request, number)
    except Problem:
        raise wrong("/shop_id", "There is no such shop.") from None


def order(request: ApiRequest, number: int) -> Order:
    """With its shop, connection and customer. Raises Problem 404."""
    found = orders.find(request.agent, number)
    if found is None:
        raise Problem(404)
    return found
