"""A conversation of forty messages, as happens when a blanket is made to measure."""

from shopbell.demo.scenes import Scene, Turn, answer, ask, note

_TALK = (
    "Hello, could you make the Saare blanket in 2.4 by 2.8 metres? Our bed is rather large.",
    "Hello {first}, our weaver in Muhu says yes. The loom takes up to 2.5 metres across.",
    "Wonderful. What would it cost?",
    "£310 in undyed wool, £345 in one of the six colours.",
    "And how long would it take?",
    "About five weeks. They shear in spring, but there is yarn enough in store.",
    "Could I see the colours on real wool? The screen makes everything blue.",
    "Of course. Six samples went to you by post this morning.",
    "They came today. It is between moss and slate. My husband says slate.",
    "Slate hides coffee, if that helps. Moss hides the dog.",
    "We have a dog and we drink coffee.",
    "Then perhaps a border? Slate with a moss edge, a hand wide.",
    "Oh, I like that! Does it cost more?",
    "£18 more, for the changing of the yarn.",
    "Agreed. How do I pay?",
    "I have sent you a link for half of it now; the other half when it leaves the loom.",
    "Paid. It says the payment is being checked?",
    "It has arrived. The weaver starts on Monday.",
    "Sorry to be a nuisance: could the border be two hands wide?",
    "She laughed and said yes. She has large hands, so let us say 20 cm.",
    "20 cm is perfect.",
    "Noted on the order.",
    "How is it going?",
    "The warp is on. I will ask for a picture.",
    "That would be lovely.",
    "She has no telephone that takes pictures, but her grandson visits on Sunday.",
    "No hurry at all!",
    "The grandson has delivered: 90 cm done, and it is a beauty.",
    "My husband has now decided he always wanted moss.",
    "Shall I tell the weaver to stop?",
    "Under no circumstances.",
    "Good. She would have said no anyway.",
    "Is it still on time for the 28th?",
    "Yes. It comes off the loom on the 20th and is washed on the 21st.",
    "Then I shall pay the rest now, if I may.",
    "The link is in your mailbox. Thank you!",
    "Done. One last thing: how do I wash it?",
    "Hardly ever. Hang it out on a foggy morning; wool cleans itself. Wine: cold water, at once.",
    "And the dog?",
)


def _turns() -> tuple[Turn, ...]:
    turns = [ask(text, 300) if number % 2 == 0 else answer(text, 95) for number, text in enumerate(_TALK)]
    turns.insert(20, note("Weaver: Leida, +372 555 0142, best before nine in the morning.", 5))
    return tuple(turns)


LONG = Scene(
    subject="A blanket made to measure",
    turns=_turns(),
    tags=("made to measure", "product question"),
    who="Grace Fletcher",
    address="grace.fletcher@letterbox.example",
    is_once=True,
)
