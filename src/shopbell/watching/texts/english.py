"""What customers are told first, in English."""

from __future__ import annotations

from shopbell.watching.texts.phrases import Phrases

ENGLISH = Phrases(
    hello="{greeting},",
    choose="You decide what happens next: {choices}. One click on your order’s page is enough.",
    look="See where your order is: {link}\nIf you have a question, simply reply to this e-mail.",
    bye="Kind regards\n{shop.name}",
    either=" or ",
    choices={
        "wait": "wait a little longer",
        "redirect": "have it delivered elsewhere",
        "replace": "get a replacement",
        "refund": "get your money back",
    },
    letters={
        "not_dispatched": (
            "Your order {order.number} has not left us yet",
            "Your order {order.number} should have left us by now, and it has not. We are sorry, and are finding out"
            " what is holding it up.",
        ),
        "not_scanned": (
            "Your order {order.number}: we are checking on your parcel",
            "Your order {order.number} is packed, but the carrier has not recorded the parcel yet. We are finding out"
            " where it is.",
        ),
        "stuck": (
            "Your order {order.number} is taking longer",
            "Your parcel from order {order.number} is on its way, but the carrier has had no news of it for some days."
            " We are sorry about that and are keeping an eye on it.\n\nIt is now expected on {parcel.eta}.",
        ),
        "late": (
            "Your order {order.number} is late",
            "Your order {order.number} is taking longer than it should. We are sorry.\n\nWe had promised it by"
            " {order.promise}.\n\nIt is now expected on {parcel.eta}.",
        ),
        "attempts": (
            "Your order {order.number} could not be delivered",
            "The carrier has tried more than once to deliver your order {order.number}, without success. If we do not"
            " hear from you, the parcel may come back to us.",
        ),
        "pickup": (
            "Your order {order.number} is waiting to be picked up",
            "Your parcel from order {order.number} is waiting for you. Please pick it up soon: it is kept for a few"
            " days only and then comes back to us.\n\nYou will find it here: {parcel.place}",
        ),
        "exception": (
            "Your order {order.number}: a problem on the way",
            "The carrier reports a problem with your parcel from order {order.number} and cannot deliver it as"
            " planned. We are sorry, and are looking into it.\n\nIt is now expected on {parcel.eta}.",
        ),
        "exception_address": (
            "Your order {order.number}: the carrier cannot find your address",
            "The carrier cannot find the address your order {order.number} is going to. Please send us the complete"
            " address, with the name on the door and, if there is one, the flat number.",
        ),
        "lost": (
            "Your order {order.number} may be lost",
            "There has been no trace of your parcel from order {order.number} for several days. We have to assume"
            " that it is lost. That is our risk, not yours: we will settle it with the carrier.",
        ),
        "returning": (
            "Your order {order.number} is coming back to us",
            "Your parcel from order {order.number} could not be handed over and is on its way back to us. Please tell"
            " us what you would like us to do.",
        ),
        "stock": (
            "Your order {order.number}: an item is out of stock",
            "An item in your order {order.number} is out of stock, so we cannot send it yet. We are sorry.",
        ),
        "payment": (
            "Your order {order.number}: the payment did not go through",
            "The payment for your order {order.number} did not go through, so we cannot send it yet. Please pay once"
            " more in our shop, or reply to this e-mail if you need help.",
        ),
        "received": (
            "We have received your order {order.number}",
            "Thank you for your order {order.number}. We have received it and are getting to work.",
        ),
        "paid": (
            "Your payment for order {order.number} has arrived",
            "Thank you: your payment for order {order.number} has arrived.",
        ),
        "shipped": (
            "Your order {order.number} is on its way",
            "Your order {order.number} has left us.\n\nCarrier: {parcel.carrier}\n\nParcel number:"
            " {parcel.number}\n\nIt is expected on"
            " {parcel.eta}.",
        ),
        "out_for_delivery": (
            "Your order {order.number} is coming today",
            "Your parcel from order {order.number} is out for delivery and should reach you today.",
        ),
        "ready": (
            "Your order {order.number} is ready for pickup",
            "Your order {order.number} is ready and waits for you.\n\nYou will find it here: {parcel.place}",
        ),
        "delivered": (
            "Your order {order.number} has been delivered",
            "Your order {order.number} has been delivered, the carrier tells us. If something is missing or broken,"
            " simply reply to this e-mail.",
        ),
        "incident": (
            "Your order {order.number} is delayed",
            "Your order {order.number} is delayed. The reason: …\n\nWe are sorry, and will get it to you as soon as"
            " we can.",
        ),
    },
)
