"""English mails to a shop."""

from shopbell.seeding.vocabulary import Vocabulary, each

WORDS = Vocabulary(
    language="en",
    first_names=each(
        "Alice Owen Priya James Niamh Harriet Callum Zoe Martin Fiona Declan Ruth Samir Imogen Peter Grace"
    ),
    last_names=each(
        "Walker O'Brien Patel Hughes Clarke Bennett Doyle Fletcher Osborne Khan Murray Reid Sutton Wells Byrne"
    ),
    towns=each("Leeds Cork Bristol Galway York Norwich Dublin Exeter Durham Limerick Cardiff Stirling"),
    products=(
        "wool coat",
        "cardigan",
        "rain jacket",
        "walking boots",
        "teapot",
        "cast-iron pan",
        "linen bedding",
        "desk lamp",
        "high chair",
        "rucksack",
        "coffee grinder",
        "wool blanket",
        "running shoes",
        "stoneware bowl",
    ),
    subjects=(
        "Question about order {number}",
        "Where is my parcel?",
        "Return of {number}",
        "Wrong size: {product}",
        "No invoice for {number}",
        "{product} arrived damaged",
        "Voucher code does not work",
        "Cancelling order {number}",
    ),
    greetings=("Hello,", "Hi there,", "Dear team,", "Good morning,", "Hi,"),
    questions=(
        "could you tell me when the {product} will be back in stock?",
        "order {number} has said “processing” since {day} and nothing moves.",
        "I was sent the {product} in the wrong size and would like to exchange it.",
        "a part is missing from the {product} {model}, number 7 in the booklet.",
        "I would like to withdraw from my purchase {number}.",
        "the code from the newsletter is refused at the checkout.",
        "what is the best way to look after the {product} {model}?",
        "do you ship to a locker in {town}?",
        "please send me the invoice for {number} once more as a PDF.",
    ),
    details=(
        "I bought it on {day} through the website and paid by card.",
        "The driver says he left it with the neighbours in {town}, but nobody knows anything.",
        "You can see the scratch quite clearly in the photo attached.",
        "It is meant to be a present, so a quick answer would be lovely.",
        "I was very happy with my first order, by the way, above all with {model}.",
        "On the phone I was told to write to you.",
        "The colour is nothing like the picture, more grey than blue.",
    ),
    closings=("Kind regards\n{name}", "Best wishes\n{name}", "Thanks in advance!\n{name}", "Cheers, {name}"),
    answers=(
        "thank you for your message. I have looked at order {number} and will see to it today.",
        "I am sorry about that. A new {product} leaves us tomorrow, and there is no need to send anything back.",
        "the return label is attached. As soon as the item is here we will refund you.",
        "the invoice is attached. Do write if anything else is missing.",
        "the {product} {model} should be back on {day}; I have put you on the list.",
    ),
    tags=each("delivery return invoice damaged size voucher praise withdrawal"),
    common_sentence="The parcel has not arrived yet although the delivery was promised for {day}.",
    common=("parcel", "delivery"),
    rare=("vermilion", "quince"),
    apart=("buttonhole", "thermos"),
    apart_sentences=(
        "One buttonhole is coming undone.",
        "The thermos from the same box is perfect, though.",
    ),
    rare_sentence="Somebody had written on the box by hand: {rare}.",
)
