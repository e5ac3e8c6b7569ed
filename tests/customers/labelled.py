"""A made-up town of customers, most of them known more than once, and how well the doubles among them are found.

    SHOPBELL_SECRET_KEY=x DJANGO_SETTINGS_MODULE=shopbell.settings PYTHONPATH=src python -m tests.customers.labelled

prints the table of docs/quality.md. Every pair of the town counts: one person is a pair to be found, two people are a
pair not to be. The kinds are those a shop sees: a second e-mail address, typing errors, umlauts written out and lost,
households behind one telephone and door, a firm's mailbox and switchboard, namesakes, guests, moved and married.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import combinations
from random import Random

from shopbell.customers import likeness

FIRST = {
    "de": "Jürgen Jörg Günther Käthe Björn Sören Thomas Andreas Christian Stefanie Monika Ulrike Heike Sabine Frank",
    "da": "Søren Jørgen Bjørn Lærke Åse Mette Anders Rasmus Kirsten Birgitte Henrik Pernille Mikkel Camilla Niels",
    "et": "Õnne Jüri Märt Kärt Ülle Tõnu Kristjan Kadri Liisa Rasmus Margus Katrin Piret Toomas Maarja",
}
LAST = {
    "de": "Müller Schröder Groß Weiß Jäger Krüger Böhm Schmidt Hoffmann Wagner Becker Neumann Zimmermann Köhler Vogel",
    "da": "Sørensen Jørgensen Kjær Møller Nørgaard Østergaard Ågård Hansen Christensen Rasmussen Lund Holm Madsen Bæk",
    "et": "Põld Mägi Kõiv Pärn Tõnisson Rebane Sepp Kask Oja Jõgi Lõhmus Käär Tamm Vaher Kuusk Raudsepp",
}
STREETS = {
    "de": ("Hauptstraße", "Gartenstraße", "Mühlenweg", "Am Markt", "Lindenallee", "Königstraße"),
    "da": ("Nørregade", "Østergade", "Skolevej", "Møllevej", "Kirkegade", "Åvej"),
    "et": ("Pärnu mnt", "Lõuna tänav", "Mäe tn", "Õie", "Jõe tänav", "Käo tee"),
}
SPELT = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "æ": "ae", "å": "aa", "Ö": "Oe", "Ü": "Ue", "Å": "Aa"}
SPELT |= {"Ø": "Oe", "Æ": "Ae", "Ä": "Ae", "õ": "o", "Õ": "O"}
BARE = {"ä": "a", "ö": "o", "ü": "u", "ß": "ss", "ø": "o", "æ": "ae", "å": "a", "õ": "o", "Õ": "O", "Ö": "O", "Ü": "U"}
BARE |= {"Å": "A", "Ø": "O", "Æ": "Ae", "Ä": "A"}


@dataclass(frozen=True)
class Known:
    """One customer as the desk has them."""

    person: int
    kind: str
    name: str
    email: str
    phone: str = ""
    postcode: str = ""
    street: str = ""
    more: tuple[tuple[str, str], ...] = ()  # traits of orders and conversations
    proved: bool = False

    def compared(self) -> likeness.Person:
        seen = {*likeness.homes(self.name, self.postcode, self.street), *self.more}
        seen |= {("phone", self.phone)} if self.phone else set()
        identities = [("email", self.email)] if self.email else []
        found = likeness.traits(self.name, identities, {}, seen)
        return likeness.Person(self.name, frozenset(found), frozenset({"email"} if self.proved else ()))


@dataclass
class Town:
    """Makes people and their doubles; the same ones each time."""

    seed: int = 11
    known: list[Known] = field(default_factory=list)
    persons: int = 0

    def __post_init__(self) -> None:
        self.dice = Random(self.seed)

    def one(self, kind: str, name: str = "", language: str = "", **given: str) -> Known:
        """A new person."""
        self.persons += 1
        language = language or self.dice.choice(("de", "da", "et"))
        name = name or f"{self.pick(FIRST[language])} {self.pick(LAST[language])}"
        street = f"{self.dice.choice(STREETS[language])} {self.dice.randrange(1, 180)}"
        known = {
            "email": f"{ascii_of(name).replace(' ', '.')}{self.dice.randrange(10**6)}@{self.provider()}",
            "phone": f"+49171{self.dice.randrange(10**7):07}",
            "postcode": f"{self.dice.randrange(10_000, 10_060)}",
            "street": street,
            **given,
        }
        return Known(self.persons, kind, name, **known)

    def pick(self, names: str) -> str:
        return self.dice.choice(names.split())

    def provider(self) -> str:
        return self.dice.choice(("web.test", "mail.test", "post.test", "gmail.com"))

    def again(self, known: Known, name: str = "", **given: object) -> Known:
        """The same person by another address."""
        email = f"{ascii_of(known.name)[:3]}{self.dice.randrange(10**6)}@{self.provider()}"
        fields = {**vars(known), "email": email, "name": name or known.name, **given}
        return Known(**fields)

    def street(self, written: str) -> str:
        """The same street as somebody else would write it."""
        forms = (("straße", "str."), ("tänav", "tn"), ("mnt", "maantee"), ("gade", "gade"), ("weg", "weg"))
        for full, short in forms:
            if full in written and self.dice.random() < 0.5:
                return written.replace(full, short)
        return bare(written) if self.dice.random() < 0.5 else written


def ascii_of(text: str) -> str:
    return bare(text).lower()


def bare(text: str) -> str:
    return "".join(BARE.get(sign, sign) for sign in text)


def spelt(text: str) -> str:
    return "".join(SPELT.get(sign, sign) for sign in text)


def slipped(text: str, dice: Random) -> str:
    """One slip of the keys inside of the longest word: two swapped, one missing, one twice, one wrong."""
    word = max(text.split(), key=len)
    at = dice.randrange(1, len(word) - 2)
    wrong = {
        0: word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        1: word[:at] + word[at + 1 :],
        2: word[:at] + word[at] + word[at:],
        3: word[:at] + dice.choice("aeinrst") + word[at + 1 :],
    }[dice.randrange(4)]
    return text.replace(word, wrong)


def town(seed: int = 11, each: int = 30) -> list[Known]:
    """About thirty times as many customers as there are kinds."""
    t = Town(seed)
    for number in range(each):
        a = t.one("second address, same phone")
        t.known += [a, t.again(a, postcode="", street="")]
        a = t.one("second address, same door")
        t.known += [a, t.again(a, phone="", street=t.street(a.street))]
        a = t.one("typing error, same phone")
        t.known += [a, t.again(a, slipped(a.name, t.dice), street="", postcode="")]
        a = t.one("typing error, same door")
        t.known += [a, t.again(a, slipped(a.name, t.dice), phone="", street=t.street(a.street))]
        a = t.one("letters written out, same phone")
        t.known += [a, t.again(a, spelt(a.name), postcode="", street="")]
        a = t.one("letters lost, same postcode")
        t.known += [a, t.again(a, bare(a.name), phone="", street="")]
        a = t.one("letters written out, same door")
        t.known += [a, t.again(a, spelt(a.name), phone="", street=spelt(a.street))]
        a = t.one("family name first, same door")
        t.known += [a, t.again(a, ", ".join(reversed(a.name.split())), phone="")]
        a = t.one("initial, same phone")
        t.known += [a, t.again(a, f"{a.name[0]}. {a.name.split()[-1]}", postcode="", street="")]
        a = t.one("plus and dots")
        local, _at, domain = a.email.partition("@")
        t.known += [a, t.again(a, email=f"{local}+shop@{domain}", phone="", postcode="", street="")]
        a = t.one("guest without a name, same phone")
        t.known += [a, _nameless(t, a)]
        a = t.one("asks about the order by another address")
        order = ("order", f"{number}-o")
        t.known += [
            Known(**{**vars(a), "more": (order,)}),
            t.again(a, phone="", postcode="", street="", more=(order,)),
        ]
        a = t.one("paid with another address of theirs")
        b = t.again(a, phone="", postcode="", street="")
        t.known += [Known(**{**vars(a), "more": (("claimed", b.email), ("payer", b.email))}), b]
        a = t.one("married, same phone")
        t.known += [a, t.again(a, f"{a.name.split()[0]} {t.pick(LAST['de'])}", postcode="", street="")]
        a = t.one("moved, new phone, new address")
        t.known += [a, t.again(a, phone=t.one("x").phone, postcode="99999", street="Neue Str. 1")]
        # two people
        a = t.one("household: one door, one phone", language="de")
        t.known += [a, _other(t, a, a.name.split()[-1])]
        a = t.one("household: one door, two phones", language="da")
        t.known += [a, _other(t, a, a.name.split()[-1], phone=t.one("x").phone)]
        a = t.one("flatmates: one door", language="et")
        t.known += [a, _other(t, a, t.pick(LAST["da"]), phone=t.one("x").phone)]
        a = t.one("colleagues: one switchboard")
        firm = f"firma{number}.test"
        a = Known(**{**vars(a), "email": f"{ascii_of(a.name)[0]}{number}@{firm}"})
        for _colleague in range(2):
            b = t.one(a.kind, phone=a.phone)
            t.known.append(Known(**{**vars(b), "email": f"{ascii_of(b.name)[:4]}{number}{_colleague}@{firm}"}))
        t.known.append(a)
        a = t.one("namesakes in two towns")
        t.known += [a, t.one(a.kind, name=a.name)]
        a, b = t.one("a firm's mailboxes", name="", email=f"info@laden{number}.test"), t.one("x")
        t.known += [a, Known(**{**vars(b), "kind": a.kind, "name": "Einkauf", "email": f"einkauf@laden{number}.test"})]
        a = t.one("a present: paid for somebody else")
        b = t.one(a.kind)
        t.known += [Known(**{**vars(a), "more": (("claimed", b.email), ("payer", b.email))}), b]
        a = t.one("asks for a friend")
        order = ("order", f"{number}-f")
        t.known += [
            Known(**{**vars(a), "more": (order,)}),
            Known(**{**vars(t.one(a.kind)), "more": (order,)}),
        ]
    return t.known


def _nameless(t: Town, known: Known) -> Known:
    again = t.again(known, postcode="", street="")
    return Known(**{**vars(again), "name": ""})


def _other(t: Town, known: Known, last: str, **given: str) -> Known:
    """Somebody else at the same door."""
    firsts = [one for table in FIRST.values() for one in table.split() if one[0] != known.name[0]]
    return t.one(
        known.kind,
        name=f"{t.dice.choice(firsts)} {last}",
        **{
            "phone": known.phone,
            "postcode": known.postcode,
            "street": known.street,
            **given,
        },
    )


@dataclass
class Measured:
    """What was found at one threshold."""

    right: int
    wrong: int
    there: int

    @property
    def precision(self) -> float:
        return self.right / max(self.right + self.wrong, 1)

    @property
    def recall(self) -> float:
        return self.right / max(self.there, 1)


def scores(known: list[Known]) -> list[tuple[int, bool, str]]:
    """(confidence, whether one person, kind) of every pair that is one person or was suggested."""
    people = [one.compared() for one in known]
    holders = Counter(trait for person in people for trait in person.traits)
    few = {trait for trait, count in holders.items() if 2 <= count <= likeness.MOST_SHARING}
    found = []
    for (one, a), (other, b) in combinations(zip(known, people, strict=True), 2):
        is_one = one.person == other.person
        like = likeness.compare(a, b) if a.traits & b.traits & few else None
        if is_one or like:
            found.append((like.confidence if like else 0, is_one, one.kind if one.kind == other.kind else "across"))
    return found


def measure(found: list[tuple[int, bool, str]], least: int = likeness.LEAST) -> Measured:
    suggested = [is_one for score, is_one, _kind in found if score >= least]
    there = sum(is_one for _score, is_one, _kind in found)
    return Measured(sum(suggested), len(suggested) - sum(suggested), there)


def main() -> None:
    known = town()
    found = scores(known)
    print(f"{len(known)} customers, {sum(one for _s, one, _k in found)} pairs of one person\n")
    print("| least confidence | found | of | wrong | precision | recall |\n|---|---|---|---|---|---|")
    for least in (50, 60, 70, 80, 90):
        at = measure(found, least)
        print(f"| {least} % | {at.right} | {at.there} | {at.wrong} | {at.precision:.2f} | {at.recall:.2f} |")
    print("\n| kind | one person | found | two people suggested |\n|---|---|---|---|")
    for kind in dict.fromkeys(kind for _score, _one, kind in found):
        mine = [(score, is_one) for score, is_one, its in found if its == kind]
        right = sum(is_one and score >= likeness.LEAST for score, is_one in mine)
        wrong = sum(not is_one and score >= likeness.LEAST for score, is_one in mine)
        print(f"| {kind} | {sum(is_one for _score, is_one in mine)} | {right} | {wrong} |")


if __name__ == "__main__":
    main()
