"""Pairs of customers made up by hand, and whether they are one person; the quality of the suggestions is measured on
them: `SHOPBELL_SECRET_KEY=x DJANGO_SETTINGS_MODULE=shopbell.settings PYTHONPATH=src python -m tests.customers.doubles`
prints the table of docs/quality.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from shopbell.customers import likeness


@dataclass(frozen=True)
class Side:
    """What is known of one customer."""

    name: str = ""
    emails: tuple[str, ...] = ()
    unproven: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    custom: dict[str, Any] = field(default_factory=dict)
    threads: tuple[str, ...] = ()
    proved: bool = True

    def person(self) -> likeness.Person:
        identities = [("email", one) for one in self.emails] + [("email-unproven", one) for one in self.unproven]
        seen = [("phone", one) for one in self.phones] + [("thread", one) for one in self.threads]
        found = likeness.traits(self.name, identities, self.custom, seen)
        return likeness.Person(self.name, frozenset(found), frozenset({"email"} if self.proved and self.emails else ()))


def of(name: str, *emails: str, **known: Any) -> Side:
    return Side(name=name, emails=emails, **known)


ONE = [  # one person, twice
    (of("Anna Saar", "anna.saar@gmail.com"), of("Anna Saar", "annasaar@googlemail.com")),
    (of("Anna Saar", "anna@saar.ee"), of("Anna Saar", "anna+shop@saar.ee")),
    (of("", "jens.holm@mail.dk"), of("Jens Holm", "jens.holm+tilbud@mail.dk")),
    (
        of("Jürgen Groß", "jg@web.de", phones=("+4930123456",)),
        of("Juergen Gross", "gross@firma.de", phones=("+4930123456",)),
    ),
    (
        of("Müller, Petra", "p.mueller@gmx.de", phones=("+49891234567",)),
        of("Petra Müller", "petra77@t-online.de", phones=("+49891234567",)),
    ),
    (
        of("P. Müller", "pm@gmx.de", phones=("+49891234567",)),
        of("Petra Müller", "petra77@t-online.de", phones=("+49891234567",)),
    ),
    (
        of("Søren Kjær", "soren@kjaer.dk", custom={"postcode": "2100"}),
        of("Soeren Kjaer", "sk@arbejde.dk", custom={"postcode": "2100"}),
    ),
    (
        of("Anna-Liis Tamm", "al@tamm.ee", custom={"postiindeks": "10115"}),
        of("Anna Liis Tamm", "tamm@firma.ee", custom={"postiindeks": "10115"}),
    ),
    (of("Kadri Mägi", "kadri.magi@hot.ee"), of("Kadri Mägi", "kadri.magi@gmail.com")),
    (of("Lars Hansen", "larshansen84@live.dk"), of("Lars Hansen", "larshansen84@gmail.com")),
    (
        of("Eva Braun-Keller", "eva@keller.de", threads=("17",)),
        of("Eva Braun-Keller", "ebk@arbeit.de", threads=("17",)),
    ),
    (of("Thomas Weber", "t.weber@web.de", threads=("20",)), of("T. Weber", "thomas@buero.de", threads=("20",))),
    (
        of("Maria Schmidt", "maria@schmidt.de", phones=("+491701234567",)),
        of("", "m.s@gmx.net", phones=("+491701234567",)),
    ),
    (
        of("Maria Schmidt", "maria@schmidt.de", phones=("+491701234567",)),
        of("Maria", "ms77@gmx.net", phones=("+491701234567",)),
    ),
    (of("Ole Madsen", "ole@madsen.dk"), of("Ole Madsen", unproven=("ole@madsen.dk",), proved=False)),
    (
        of("Peeter Kask", "peeter.kask@mail.ee", phones=("+3725551234",)),
        of("Peeter Kask", "peeter.kask@gmail.com", phones=("+3725551234",)),
    ),
    (
        of("Johannes Winkler", "jw@x.de", custom={"PLZ": "10 115"}),
        of("Johannes Winkler", "winkler@y.de", custom={"plz": "10115"}),
    ),
    (
        of("Johanes Winkler", "jw@x.de", phones=("+4915112345678",)),
        of("Johannes Winkler", "winkler@y.de", phones=("+4915112345678",)),
    ),
    (
        of("Karl-Heinz Schulz", "khschulz@arcor.de", phones=("+4940111222",)),
        of("Karl Heinz Schulz", "schulz.kh@web.de", phones=("+4940111222",)),
    ),
    (
        of("Mette Frost", "mette@frost.dk", custom={"zip": "8000"}, threads=("9",)),
        of("Mette Frost", "mf@job.dk", custom={"zip": "8000"}, threads=("9",)),
    ),
    (of("", "stefan.klein@web.de"), of("Stefan Klein", "stefan.klein+ebay@web.de")),
    (of("Triin Oja", "triin.oja@gmail.com"), of("Triin Oja", "t.r.i.i.n.oja@gmail.com")),
    (
        of("Birgit Lang", "birgit@lang.de", phones=("+4971112345",), threads=("4",)),
        of("B. Lang", "praxis@lang-arzt.de", phones=("+4971112345",), threads=("4",)),
    ),
    (of("Nora Lind", "nora@lind.se"), of("Nora Ek", "nora.ek@ek.se")),  # married, moved, a new address: nothing to see
    (of("Hans Beck", "hans@beck.de"), of("Hans Beck", "hb@firma.de")),  # a name and nothing else
    (
        of("Rasmus Holm", "rasmus@holm.dk", threads=("31",)),
        of("", "rh@work.dk", threads=("31",)),
    ),  # no name, one thread
]
TWO = [  # two people who look alike
    (of("Anna Saar", "anna@a.ee"), of("Anna Saar", "anna@b.ee")),
    (of("Thomas Müller", "thomas@a.de"), of("Thomas Müller", "tm@b.de")),
    (
        of("Thomas Müller", "thomas@a.de", custom={"plz": "10115"}),
        of("Thomas Müller", "tm@b.de", custom={"plz": "80331"}),
    ),
    (
        of("Anna Saar", "anna@saar.ee", phones=("+3725550001",)),
        of("Mart Saar", "mart@saar.ee", phones=("+3725550001",)),
    ),
    (of("Petra Klein", "petra@x.de", phones=("+4930999",)), of("Jonas Wolf", "jonas@y.de", phones=("+4930999",))),
    (of("Anna Saar", "anna@firma.ee", threads=("5",)), of("Mart Tamm", "mart@firma.ee", threads=("5",))),
    (of("Jens Holm", "jens@holm.dk", threads=("6",)), of("Lise Holm", "lise@holm.dk", threads=("6",))),
    (of("Info", "info@laden.de"), of("Info", "info@shop.de")),
    (of("", "info@laden.de"), of("", "info@shop.de")),
    (of("Buchhaltung", "buchhaltung@a.de"), of("Buchhaltung", "buchhaltung@b.de")),
    (of("Maria Schmidt", "maria.schmidt@web.de"), of("Maja Schmitz", "maria.schmidt@gmx.de")),
    (of("Ole Madsen", "ole@madsen.dk"), of("Fremder Mann", unproven=("ole@madsen.dk",), proved=False)),
    (of("Eva Lang", "eva@lang.de", custom={"plz": "10115"}), of("Eva Kurz", "eva@kurz.de", custom={"plz": "10115"})),
    (
        of("Lars Hansen", "lars@a.dk", custom={"postnummer": "2100"}),
        of("Lars Jensen", "lj@b.dk", custom={"postnummer": "2100"}),
    ),
    (of("A. Saar", "asaar@a.ee"), of("Anna Saar", "annas@b.ee")),
    (of("Kim Larsen", "kim@a.dk", phones=("+4511111111",)), of("Bo Larsen", "bo@a.dk", phones=("+4511111111",))),
    (of("Peter Meier", "peter.meier@web.de"), of("Paul Meier", "paul.meier@web.de")),
    (of("", "peter1@gmail.com"), of("", "peter2@gmail.com")),
    (of("Jan Novak", "jan@x.cz", threads=("8",)), of("Kundendienst", "dienst@lieferant.de", threads=("8",))),
    (of("Lisa Baum", "lisa@baum.de"), of("Lisa Baum-Tal", "lisa@tal.de")),
    (of("Sven Berg", "sven@berg.se", phones=("+46701",)), of("Sven Ek", "sven@ek.se", phones=("+46702",))),
    (of("Ulla Frank", "ulla.frank@web.de"), of("Frank Ullmann", "frank.ulla@web.de")),
    (
        of("Jens Holm senior", "jens@holm.dk", custom={"zip": "5000"}),
        of("Jens Holm", "jensjr@holm.dk", custom={"zip": "5000"}),
    ),
    (
        of("Mari Tamm", "mari.tamm@mail.ee", custom={"zip": "10111"}),
        of("Mari Tamm", "mari@tamm.ee", custom={"zip": "10111"}),
    ),  # namesakes in one town
]


@dataclass(frozen=True)
class Measured:
    """How many were found of those there are, and how many of what was found are."""

    found: int
    there: int
    wrong: int

    @property
    def precision(self) -> float:
        return self.found / max(self.found + self.wrong, 1)

    @property
    def recall(self) -> float:
        return self.found / self.there


def measure(least: int = likeness.LEAST) -> Measured:
    """Over all pairs, at a threshold."""

    def count(pairs: list[tuple[Side, Side]]) -> int:
        found = (likeness.compare(one.person(), other.person()) for one, other in pairs)
        return sum(1 for like in found if like is not None and like.confidence >= least)

    return Measured(count(ONE), len(ONE), count(TWO))


def main() -> None:
    """The table, and what went wrong at the threshold in use."""
    print("| least confidence | found | of | wrong | of | precision | recall |\n|---|---|---|---|---|---|---|")
    for least in (50, 60, 75, 90):
        at = measure(least)
        print(
            f"| {least} % | {at.found} | {at.there} | {at.wrong} | {len(TWO)} | {at.precision:.2f} | {at.recall:.2f} |"
        )
    for title, pairs, is_one in (("Missed", ONE, True), ("Wrong", TWO, False)):
        for one, other in pairs:
            like = likeness.compare(one.person(), other.person())
            if (like is None) == is_one:
                print(f"{title}: {one} {other} {like}")


if __name__ == "__main__":
    main()
