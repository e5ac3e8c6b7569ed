"""What the desk may do in the shop, each once: the row of the deed and what it changes are written together."""

from datetime import timedelta
from decimal import Decimal, InvalidOperation

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from oscar.apps.order.exceptions import InvalidOrderStatus, InvalidPaymentEvent
from oscar.core.loading import get_class, get_model

from shopbell_oscar import conf
from shopbell_oscar.models import Deed
from shopbell_oscar.refusal import Refusal

UNSURE = "The refund was begun, and nobody knows whether the money has left."


def can():
    """Ability → "" or why not."""
    pipeline = getattr(settings, "OSCAR_ORDER_STATUS_PIPELINE", {})
    cancelled = conf.get("CANCELLED")
    reachable = any(cancelled in following for following in pipeline.values())
    return {
        "note": "",
        "address": "",
        "coupon": "",
        "cancel": "" if reachable else f"No order of this shop's pipeline can become “{cancelled}”.",
        "refund": "" if conf.get("REFUND") else "SHOPBELL['REFUND'] does not say how money is paid back.",
    }


def do(key, asked):
    """The deed of that key as it stands after this try; the same key again does nothing more."""
    deed, _ = Deed.objects.get_or_create(key=key, defaults={"asked": asked})
    with transaction.atomic():
        deed = Deed.objects.select_for_update().get(key=key)
        if deed.asked == asked and deed.state == Deed.BEGUN and not deed.outcome:
            _carry_out(deed)
    return deed


def _carry_out(deed):
    ability = str(deed.asked.get("ability", ""))
    if ability == "refund":
        _refund(deed)
        return
    try:
        with transaction.atomic():
            if ability not in _DO:
                raise Refusal(f"This shop does not know “{ability}”.")
            deed.outcome = _DO[ability](deed.asked)
            deed.state = Deed.DONE
    except Refusal as error:
        deed.state, deed.outcome = Deed.REFUSED, {"detail": str(error)}
    deed.save(update_fields=["state", "outcome"])


def _refund(deed):
    """Money leaves by a third party: that it was begun is written first, and it is never begun twice."""
    try:
        if not conf.get("REFUND"):
            raise Refusal(can()["refund"])
        pay_back = import_string(conf.get("REFUND"))
        _refundable(_order(deed.asked), deed.asked)
    except Refusal as error:
        _settle(deed, Deed.REFUSED, {"detail": str(error)})
        return
    _settle(deed, Deed.BEGUN, {"detail": UNSURE})
    transaction.on_commit(lambda: _pay_back(deed, pay_back))


def _pay_back(deed, pay_back):
    try:
        with transaction.atomic():
            _settle(deed, Deed.DONE, {"id": _paid_back(deed, pay_back), "text": ""})
    except Refusal as error:
        _settle(deed, Deed.REFUSED, {"detail": str(error)})
    except Exception as error:  # whatever it was: the money may have left
        _settle(deed, Deed.BEGUN, {"detail": f"{UNSURE} {error}"})


def _settle(deed, state, outcome):
    deed.state, deed.outcome = state, outcome
    deed.save(update_fields=["state", "outcome"])


def _refundable(order, asked):
    """The amount, when it is not more than was paid and not paid back. Raises Refusal."""
    amount = _amount(asked, order.currency)
    sources = order.sources.all()
    booked = sum(source.amount_refunded for source in sources)
    events = sum(event.amount for event in order.payment_events.filter(event_type__name=conf.get("REFUND_EVENT")))
    left = sum(source.amount_debited for source in sources) - max(booked, events)
    if amount > left:
        raise Refusal(f"Only {max(left, Decimal(0))} {order.currency} of this order can be paid back.")
    return amount


def _paid_back(deed, pay_back):
    """Pay from the order's sources of payment, one after the other; the id of the payment event."""
    order = _order(deed.asked)
    amount = left = _refundable(order, deed.asked)
    references = []
    for source in order.sources.all():
        part = min(left, source.amount_available_for_refund)
        if part <= 0:
            continue
        try:
            reference = pay_back(order=order, source=source, amount=part, key=f"{deed.key}:{source.pk}") or ""
        except Refusal as error:
            if references:  # a part of the money has left
                raise RuntimeError(str(error)) from error
            raise
        source.refund(part, reference=reference[:128])
        references.append(reference)
        left -= part
    if deed.asked.get("text"):
        _handler().create_note(order, str(deed.asked["text"]), note_type="Shopbell")
    return f"e{_refund_event(order, amount, deed.asked, ' '.join(references).strip()[:128]).pk}"


def _refund_event(order, amount, asked, reference):
    kind, _ = get_model("order", "PaymentEventType").objects.get_or_create(name=conf.get("REFUND_EVENT"))
    wanted = {int(number): int(quantity) for number, quantity in (asked.get("lines") or {}).items()}
    lines = list(order.lines.filter(id__in=wanted))
    quantities = [wanted[line.id] for line in lines]
    try:
        return _handler().handle_payment_event(order, kind, amount, lines, quantities, reference=reference)
    except InvalidPaymentEvent:  # the money has left: that the quantities do not fit is no reason to forget it
        return _handler().create_payment_event(order, kind, amount, reference=reference)


def _note(asked):
    note = _handler().create_note(_order(asked), str(asked.get("text", "")), note_type="Shopbell")
    return {"id": str(note.pk), "text": ""}


def _cancel(asked):
    order, cancelled = _order(asked), conf.get("CANCELLED")
    if order.status == cancelled:
        return {"id": "", "text": ""}
    if order.shipping_events.exists():
        raise Refusal("Something of this order has been sent already.")
    try:
        _handler().handle_order_status_change(order, cancelled, note_msg=str(asked.get("text", "")) or None)
    except InvalidOrderStatus as error:
        raise Refusal(f"The shop does not cancel an order that is “{order.status}”.") from error
    _handler().cancel_stock_allocations(order)
    return {"id": "", "text": ""}


def _readdress(asked):
    order, given = _order(asked), asked.get("address") or {}
    if order.shipping_events.exists():
        raise Refusal("Something of this order has been sent already.")
    if order.shipping_address is None:
        raise Refusal("This order is not delivered to an address.")
    country = get_model("address", "Country").objects.filter(pk=given.get("country"), is_shipping_country=True).first()
    if country is None:
        raise Refusal(f"The shop does not deliver to {given.get('country')!r}.")
    first, _, last = str(given.get("name", "")).rpartition(" ")
    columns = {"first_name": first, "last_name": last, "line4": given.get("city"), "state": given.get("region")}
    columns |= {"line3": given.get("company"), "phone_number": given.get("phone")}
    columns |= {name: given.get(name) for name in ("line1", "line2", "postcode")}
    for name, value in columns.items():
        setattr(order.shipping_address, name, str(value or ""))
    order.shipping_address.country = country
    order.shipping_address.save()
    return {"id": str(order.shipping_address.pk), "text": ""}


def _coupon(asked):
    """A code that takes a fixed amount off one basket of anything."""
    currency = settings.OSCAR_DEFAULT_CURRENCY
    amount = _amount(asked, currency)
    name = f"Shopbell {asked['key']}"[:120]
    everything, _ = get_model("offer", "Range").objects.get_or_create(
        name="Shopbell: all products", defaults={"includes_all_products": True}
    )
    condition = get_model("offer", "Condition").objects.create(range=everything, type="Count", value=1)
    benefit = get_model("offer", "Benefit").objects.create(range=everything, type="Absolute", value=amount)
    offer = get_model("offer", "ConditionalOffer").objects.create(
        name=name, offer_type="Voucher", condition=condition, benefit=benefit
    )
    now = timezone.now()
    voucher = get_model("voucher", "Voucher").objects.create(
        name=name,
        code=get_class("voucher.utils", "get_unused_code")(),
        usage="Single use",
        start_datetime=now,
        end_datetime=now + timedelta(days=conf.get("COUPON_DAYS")),
    )
    voucher.offers.add(offer)
    return {"id": str(voucher.pk), "text": voucher.code}


_DO = {"note": _note, "cancel": _cancel, "address": _readdress, "coupon": _coupon}


def _order(asked):
    number = str(asked.get("order", ""))
    orders = get_model("order", "Order").objects.select_for_update(of=("self",))
    found = orders.filter(pk=number).first() if number.isdecimal() else None
    if found is None:
        raise Refusal("The shop does not have this order.")
    return found


def _amount(asked, currency):
    if asked.get("currency") != currency:
        raise Refusal(f"The amount is in {asked.get('currency')!r}, and {currency} is needed.")
    try:
        amount = Decimal(str(asked.get("amount")))
    except InvalidOperation as error:
        raise Refusal("The amount is no number.") from error
    if not amount.is_finite() or amount <= 0 or amount != round(amount, 2):
        raise Refusal("The amount has to be positive, with two decimals at most.")
    return amount


def _handler():
    return get_class("order.processing", "EventHandler")()
