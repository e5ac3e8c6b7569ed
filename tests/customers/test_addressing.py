"""The first line of a letter in four languages, and numbers in one spelling."""

from __future__ import annotations

import pytest

from shopbell.customers import addressing, phones
from shopbell.customers.models import Customer


@pytest.mark.parametrize(
    ("name", "salutation", "language", "line"),
    [
        ("Petra Müller", "ms", "de", "Sehr geehrte Frau Müller"),
        ("Jan Groß", "mr", "de-AT", "Sehr geehrter Herr Groß"),
        ("Kim Groß", "", "de", "Guten Tag Kim Groß"),
        ("Petra", "ms", "de", "Guten Tag Petra"),
        ("", "mr", "de", "Guten Tag"),
        ("jan@web.de", "mr", "de", "Guten Tag"),
        ("Søren Kjær", "mr", "da", "Kære Søren"),
        ("Mari Tamm", "ms", "et", "Lugupeetud Mari Tamm"),
        ("Mari Tamm", "", "et", "Tere, Mari Tamm"),
        ("Anna Saar", "ms", "en", "Dear Ms Saar"),
        ("Anna Saar", "", "fi", "Dear Anna Saar"),
    ],
)
def test_everybody_is_greeted_as_their_language_does(name, salutation, language, line):
    assert addressing.greeting(Customer(name=name, salutation=salutation, language=language)) == line


def test_own_words_go_before_and_the_letters_language_counts():
    free = Customer(name="Anna Saar", salutation="free", greeting="Dear Dr Saar", language="de")
    assert addressing.greeting(free) == "Dear Dr Saar"
    assert addressing.greeting(Customer(name="Anna Saar", salutation="ms", language="de"), "en") == "Dear Ms Saar"
    assert addressing.greeting(Customer(name="Anna Saar", salutation="free", language="de")) == "Guten Tag Anna Saar"


@pytest.mark.parametrize(
    ("typed", "country", "kept"),
    [
        ("030 / 90 18 20", "DE", "+4930901820"),
        ("+49 (0)30 901820", "", "+4930901820"),
        ("5555 1234", "EE", "+37255551234"),
        ("0045 32 12 34 56", "DE", "+4532123456"),
    ],
)
def test_a_number_has_one_spelling(typed, country, kept):
    assert phones.read(typed, country) == kept


@pytest.mark.parametrize("typed", ["", "12", "abc", "030 901820", "+49", "1" * 40, "9" * 500])
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(ValueError):
        phones.read(typed)


def test_numbers_are_found_in_signatures_and_shown_to_be_read():
    assert phones.found_in("Mvh Anna\nTlf. 32 12 34 56, order 10421042", "DK") == ["+4532123456"]
    assert phones.show("+4930901820") == "+49 30 901820"
    assert phones.show("k-12") == "k-12"
    assert [phones.country_of(code) for code in ("en", "da", "et", "de", "xx", "")] == ["GB", "DK", "EE", "DE", "", ""]
