"""An order in the demo's shop: as the mirror has it, with all that was asked of the shop since."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime
from typing import Any, TypeVar

from shopbell.commerce import contract
from shopbell.commerce.models import Action, Order
from shopbell.commerce.operations.doing import deed

Data = TypeVar("Data")


def order(remote_id: str) -> contract.OrderData | None:
    """The order as it is now; None when the shop has none."""
    row = Order.objects.filter(connection__connector="demo", remote_id=remote_id).first()
    if row is None:
        return None
    item = _mirrored(row)
    for action in row.actions.filter(state=Action.State.DONE).order_by("id"):
        item = _after(item, deed(action), action.settled_at)
    return item


def _mirrored(row: Order) -> contract.OrderData:
    parcels = [
        _same(contract.ShipmentData, one, carrier=one.carrier_name, state=contract.State(one.shop_state), events=())
        for one in row.shipments.order_by("id")
    ]
    return _same(
        contract.OrderData,
        row,
        customer_id=row.account_ref,
        billing=contract.Address(**row.billing),
        shipping_address=contract.Address(**row.shipping_address),
        coupons=tuple(row.coupons),
        lines=tuple(_same(contract.LineData, line) for line in row.lines.order_by("position")),
        shipments=tuple(parcels),
        refunds=tuple(_same(contract.RefundData, one) for one in row.refunds.order_by("id")),
        returns=tuple(contract.ReturnData(**one) for one in row.returns),
    )


def _same(cls: type[Data], row: Any, **changed: object) -> Data:
    """What the row has by the same name."""
    names = {field.name for field in fields(cls)} & {field.attname for field in row._meta.concrete_fields}  # type: ignore[arg-type]
    return cls(**{name: getattr(row, name) for name in names} | changed)


def _after(item: contract.OrderData, done: contract.Deed, at: datetime | None) -> contract.OrderData:
    if done.ability == contract.Ability.CANCEL:
        return replace(item, is_cancelled=True, cancelled_at=item.cancelled_at or at)
    if done.ability == contract.Ability.ADDRESS and done.address is not None:
        return replace(item, shipping_address=done.address)
    if done.ability == contract.Ability.COLLECT:
        return replace(item, fulfilment=contract.Fulfilment.COLLECTED)
    is_new = done.key not in {one.remote_id for one in item.refunds}
    return _refunded(item, done, at) if done.ability == contract.Ability.REFUND and is_new else item


def _refunded(item: contract.OrderData, done: contract.Deed, at: datetime | None) -> contract.OrderData:
    made = contract.RefundData(remote_id=done.key, amount=done.amount, made_at=at, reason=done.text)
    refunds = (*item.refunds, made)
    is_all = sum(one.amount for one in refunds) >= item.total
    lines = [replace(line, refunded=line.refunded + done.lines.get(line.remote_id, 0)) for line in item.lines]
    payment = contract.Payment.REFUNDED if is_all else contract.Payment.PARTLY_REFUNDED
    return replace(item, refunds=refunds, lines=tuple(lines), payment=payment)
