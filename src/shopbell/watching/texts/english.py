"""What customers are told first, in English."""

from __future__ import annotations

from shopbell.watching.texts.phrases import Phrases

ENGLISH = Phrases(
    hello="{greeting},",
    choose="You can decide how to go on: {choices}. One click on the page of your order is enough.",
    look="This is where your order stands: {link}\nIf you have a question, simply answer this e-mail.",
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
            "your order {order.number} should have left us by now, and it has not. We are sorry, and are finding out"
            " what holds it up.",
        ),
        "not_scanned": (
            "Your order {order.number}: we are checking on your parcel",
            "your order {order.number} is packed, but the carrier has not recorded the parcel yet. We are finding out"
            " where it is.",
        ),
        "stuck": (
            "Your order {order.number} is taking longer",
            "your parcel from order {order.number} is on its way, but the carrier has had no news of it for some days."
            " We are sorry about that and are keeping an eye on it.\n\nIt is now expected on {parcel.eta}.",
        ),
        "late": (
            "Your order {order.number} is late",
            "your order {order.number} is taking longer than it should. We are sorry.\n\nWe had promised it by"
            " {order.promise}.\n\nIt is now expected on {parcel.eta}.",
        ),
        "attempts": (
            "Your order {order.number} could not be delivered",
            "the carrier has tried more than once to deliver your order {order.number} and could not hand it over."
            " Without a word from you the parcel may come back to us.",
        ),
        "pickup": (
            "Your order {order.number} is waiting to be picked up",
            "your parcel from order {order.number} is waiting for you. Please pick it up soon: it is kept for a few"
            " days only and then comes back to us.\n\nYou will find it here: {parcel.place}",
        ),
        "exception": (
            "Your order {order.number}: a problem on the way",
            "the carrier reports a problem with your parcel from order {order.number} and cannot deliver it as"
            " planned. We are sorry, and are looking into it.\n\nIt is now expected on {parcel.eta}.",
        ),
        "exception_address": (
            "Your order {order.number}: the carrier cannot find your address",
            "the carrier cannot find the address your order {order.number} is going to. Please send us the complete"
            " address, with the name on the door and, where there is one, the number of the flat.",
        ),
        "lost": (
            "Your order {order.number} may be lost",
            "there has been no trace of your parcel from order {order.number} for more than a week. We have to assume"
            " that it is lost. That is our risk, not yours: we will settle it with the carrier.",
        ),
        "returning": (
            "Your order {order.number} is coming back to us",
            "your parcel from order {order.number} could not be handed over and is on its way back to us. Please tell"
            " us how you would like to go on.",
        ),
        "stock": (
            "Your order {order.number}: an article is out of stock",
            "an article of your order {order.number} is out of stock, so we cannot send it yet. We are sorry.",
        ),
        "payment": (
            "Your order {order.number}: the payment did not go through",
            "the payment for your order {order.number} did not go through, so we cannot send it yet. Please pay once"
            " more in our shop, or answer this e-mail if you need help.",
        ),
        "received": (
            "We have your order {order.number}",
            "thank you for your order {order.number}. We have it and are getting to work.",
        ),
        "paid": (
            "Your payment for order {order.number} has arrived",
            "thank you: your payment for order {order.number} has arrived.",
        ),
        "shipped": (
            "Your order {order.number} is on its way",
            "your order {order.number} has left us.\n\nParcel number: {parcel.number}\n\nIt is expected on"
            " {parcel.eta}.",
        ),
        "out_for_delivery": (
            "Your order {order.number} is coming today",
            "your parcel from order {order.number} is out for delivery and should reach you today.",
        ),
        "ready": (
            "Your order {order.number} is ready for pickup",
            "your order {order.number} is ready and waits for you.\n\nYou will find it here: {parcel.place}",
        ),
        "delivered": (
            "Your order {order.number} has been delivered",
            "your order {order.number} has been delivered, the carrier tells us. If something is missing or broken,"
            " simply answer this e-mail.",
        ),
        "incident": (
            "Your order {order.number} is delayed",
            "your order {order.number} is delayed. The reason: …\n\nWe are sorry, and will get it to you as soon as"
            " we can.",
        ),
    },
)
