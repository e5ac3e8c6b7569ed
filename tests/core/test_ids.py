"""Numbers of rows as somebody sends them."""

from __future__ import annotations

from shopbell.core.ids import as_id, as_ids


def test_a_number_is_one_that_a_row_may_have():
    assert [as_id(written) for written in ("7", "0", "007", "9" * 18)] == [7, 0, 7, 10**18 - 1]
    wrong = ("", "-1", "1.0", " 7", "x", "²", "٣", "9" * 19, "9" * 5_000)
    assert [as_id(written) for written in wrong] == [None] * len(wrong)


def test_of_many_those_that_are_numbers_stay_in_their_order():
    assert as_ids(["3", "", "x", "1", "3"]) == [3, 1, 3]
