"""The English-speaking shop."""

from shopbell.demo.scenes import Cast, Scene, answer, ask, note

TRACKED = (
    "<html><body style='font-family:Georgia,serif'><h2>Where is my order?</h2><p>Hello,</p><p>the page below says "
    "<b>delivered</b>, but I was at home all day and <i>nobody</i> came. Could you look into {order}?</p>"
    "<p><img src='https://track.parcelpigeon.example/open.gif?id=83914' width='1' height='1'>"
    "<img src='https://track.parcelpigeon.example/map/83914.png' alt='Map of the delivery'></p>"
    "<p>Best wishes<br>{name}</p><script>steal()</script></body></html>"
)

SCENES = (
    Scene(
        subject="“Delivered”, but nothing came",
        tags=("delivery",),
        priority=3,
        turns=(
            ask(
                "Hello,\n\nthe page below says delivered, but I was at home all day and nobody came. Could you "
                "look into "
                "{order}?\n\nBest wishes\n{name}",
                html=TRACKED,
            ),
        ),
    ),
    Scene(
        subject="Mug arrived in pieces",
        tags=("damaged",),
        turns=(
            ask(
                "Hi there,\n\nmy parcel came today and one of the two mugs is in three pieces, photo attached. "
                "The box was "
                "fine, so I think it just needed more paper.\n\nDo I have to send the bits back?\n\n{first}",
                picture="cup",
            ),
            answer(
                "Hi {first},\n\nwhat a shame, and thank you for the photo. Please bin the pieces; a new mug "
                "leaves us this "
                "afternoon, wrapped twice.\n\nBest wishes\n{agent}",
                30,
            ),
            ask("You are stars. Thank you!", 20),
        ),
        outcome="resolved",
    ),
    Scene(
        subject="{garment} is too small, can I swap?",
        tags=("exchange",),
        turns=(
            ask(
                "Hello,\n\nI ordered the {garment} in a medium and it fits like an extra small. Is a large "
                "still to be had? "
                "The site says only two are left, and I would rather not lose it while mine is in the "
                "post.\n\n{name}, {town}"
            ),
            note("Large put aside, shelf 14, until Friday.", 15),
        ),
    ),
    Scene(
        subject="VAT invoice, please",
        tags=("invoice",),
        by_form=True,
        turns=(
            ask(
                "Could I have a VAT invoice for {order} made out to Fletcher & Daughters Ltd? The receipt is "
                "not enough."
            ),
        ),
    ),
    Scene(
        subject="AUTUMN15 is refused at the checkout",
        tags=("voucher",),
        turns=(
            ask(
                "Hi, your newsletter says AUTUMN15, the till says “unknown code”. My basket is at £84. What am "
                "I doing wrong?\n\n{first}"
            ),
            answer(
                "Hi {first},\n\nnothing at all: the code was set to new customers only. It should work now; if "
                "it does not, "
                "tell me and I will take the 15 % off by hand.\n\nBest wishes\n{agent}",
                55,
            ),
        ),
        outcome="answered",
    ),
    Scene(
        subject="Cancelling {order}",
        tags=("withdrawal",),
        turns=(
            ask(
                "I am withdrawing from the contract for {order} ({product}), received last Thursday. Please "
                "confirm and tell "
                "me where to send it.\n\n{name}"
            ),
        ),
    ),
    Scene(
        subject="Just to say thank you",
        tags=("praise",),
        turns=(
            ask(
                "Dear all,\n\nthe {product} is even nicer than in the pictures, and whoever wrote that little "
                "card in the box: "
                "it is on our fridge now.\n\nWarm wishes from {town}\n{name}"
            ),
            answer(
                "Dear {first},\n\nthat made our day. It was Priit in the warehouse, and he is blushing.\n\nBest "
                "wishes\n{agent}",
                120,
            ),
        ),
        outcome="resolved",
    ),
    Scene(
        subject="Zip gave up after two months",
        tags=("warranty",),
        turns=(
            ask(
                "Hello,\n\nthe zip on my {bag} started to catch last week and came off altogether yesterday. Order "
                "{order}. What can you do?\n\n{name}",
                picture="zip",
            ),
            answer(
                "Hello {first},\n\nthat must not happen after two months. Would you like it repaired (about ten "
                "days) or a new "
                "one? Both cost you nothing.\n\nBest wishes\n{agent}",
                160,
            ),
            ask("Repaired, please, I am fond of it. Where do I send it?", 400),
        ),
    ),
    Scene(
        subject="Wrong address on my order!",
        tags=("delivery",),
        priority=4,
        turns=(
            ask(
                "I have just ordered ({order}) and my OLD address is on it. Please stop it or send it to 8 "
                "Orchard Lane, {town}. Thank you!!"
            ),
        ),
    ),
    Scene(
        subject="Fwd: question about the linen set",
        tags=("product question",),
        turns=(
            ask(
                "Hello,\n\nmy sister asked me, I thought you would know better.\n\n{first}\n\n---------- "
                "Forwarded message ---------\n"
                "From: Imogen Wells <imogen@letterbox.example>\nDate: Mon, 16 Nov 2026 at 19:40\nSubject: "
                "question about the "
                "linen set\nTo: {name} <{first}@letterbox.example>\n\nDoes the Fjord bedding come with two "
                "pillowcases or one? "
                "And is the fitted sheet deep enough for a 30 cm mattress?\n\nImogen"
            ),
        ),
    ),
    Scene(
        subject="When will the {garment} be back?",
        tags=("product question",),
        turns=(
            ask("Hi, it has been sold out in petrol for weeks. Is it coming back? {first}"),
            answer(
                "Hi {first},\n\nthe next delivery is due at the end of the month. I will write as soon as it is "
                "here.\n\nBest wishes\n{agent}",
                90,
            ),
        ),
        outcome="snoozed",
    ),
    Scene(
        subject="Out of office: Your order has shipped",
        turns=(
            ask(
                "I am away until Monday and not reading mail. For anything urgent please call Ruth on extension 12.",
                is_automatic=True,
            ),
        ),
        outcome="resolved",
    ),
    Scene(
        subject="Your mailbox storage is full",
        who="IT Helpdesk",
        address="admin@hallik-uk.example.net",
        is_once=True,
        is_forged=True,
        turns=(
            ask("Dear user, your mailbox is 98% full. Confirm your password within 24 hours to keep receiving mail."),
        ),
        outcome="spam",
    ),
    Scene(
        subject="Gift wrapping and a note",
        tags=("order",),
        turns=(
            ask(
                "Hello,\n\ncan {order} be gift-wrapped, with a card saying “Happy sixtieth, from all of us”? I "
                "forgot the box at the checkout.\n\n{name}"
            ),
            answer(
                "Hello {first},\n\nit is done: grey paper, red ribbon, and the card in our best "
                "handwriting.\n\nBest wishes\n{agent}",
                45,
            ),
        ),
        outcome="answered",
        address="full@mailbox-full.example",
        who="Harriet Osborne",
        is_once=True,
        fails=True,
    ),
    Scene(
        subject="Complaint: third time I write",
        tags=("complaint",),
        priority=4,
        turns=(
            ask("I have written twice about {order} and had no answer. The {product} still smells of smoke.\n\n{name}"),
            ask("Hello? Is anybody there?\n\n{name}", 1500),
            ask(
                "This is the third time. If I hear nothing today I will ask my bank to take the money back.\n\n{name}",
                1300,
            ),
            note(
                "The first two went to the old address, which is no longer read. Ring her: number is in the order.", 10
            ),
        ),
    ),
)

CAST = Cast(
    language="en",
    shop="Hallik UK & Ireland",
    slug="hallik-uk",
    address="help@hallik-uk.example",
    website="https://hallik-uk.example",
    time_zone="Europe/London",
    domains=("letterbox.example", "post.example", "inboxes.example"),
    products=("Ivo wool coat", "Lene cardigan", "Rund teapot", "Fjord linen set", "Saare blanket", "Trek 28 rucksack"),
    quoted="On {date}, {name} wrote:",
    signature="Hallik UK & Ireland · Customer care\nMon–Fri 8–17",
    settled="Hello {first},\n\nthank you for writing. I have just seen to it, and the confirmation comes in a "
    "mail of its "
    "own. Do write if anything is still open.\n\nBest wishes\n{agent}",
    scenes=SCENES,
    macros=(
        (
            "Parcel is late",
            "Hello {customer.first_name},\n\nI am sorry you are waiting. I have asked the carrier to look for "
            "your parcel and "
            "will write within two working days, whatever they find.\n\nBest wishes\n{agent.name}",
        ),
        (
            "Return label",
            "Hello {customer.first_name},\n\nthe label is attached. Stick it on the box, hand it in at any "
            "parcel shop and "
            "keep the receipt.\n\nBest wishes\n{agent.name}",
        ),
        (
            "Withdrawal received",
            "Hello {customer.first_name},\n\nyour withdrawal reached us today. We will pay back everything, standard "
            "delivery included, within 14 days, the way you paid.\n\nBest wishes\n{agent.name}",
        ),
    ),
)
