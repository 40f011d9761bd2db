"""How the time of a meeting is shared between its items."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.documents.agenda import slots


@pytest.mark.parametrize(
    ("wanted", "minutes", "given_out"),
    [
        ([], 60, []),
        ([None], 60, [60]),
        ([10, None, None], 60, [10, 25, 25]),
        ([None] * 7, 60, [9, 9, 9, 9, 8, 8, 8]),
        ([10, 20], 60, [10, 20]),  # nobody needs the rest
        ([30, 30], 60, [30, 30]),
        ([60, 60], 60, [30, 30]),
        ([50, 30, None], 60, [30, 18, 12]),
        ([60, None], 60, [40, 20]),
        ([1, 1, 100], 10, [1, 1, 8]),
        ([None] * 3, 2, [1, 1, 0]),
        ([30, None], 0, [0, 0]),
        ([0, None], 10, [1, 9]),
    ],
)
def test_what_each_item_gets(wanted: list[int | None], minutes: int, given_out: list[int]) -> None:
    assert slots(wanted, minutes) == given_out


wishes = st.lists(st.none() | st.integers(1, 480), max_size=60)


@given(wishes, st.integers(-5, 500))
def test_no_meeting_is_too_short_for_its_agenda(wanted: list[int | None], minutes: int) -> None:
    made = slots(wanted, minutes)
    assert len(made) == len(wanted)
    assert sum(made) <= max(0, minutes)
    assert all(got <= wish for got, wish in zip(made, wanted, strict=True) if wish is not None)
    assert made == sorted(made, key=bool, reverse=True), "only the last items may get nothing"
    assert (0 in made) == (len(wanted) > max(0, minutes))


@given(wishes, st.integers(1, 500))
def test_a_wish_that_fits_is_granted_and_the_time_is_used(wanted: list[int | None], minutes: int) -> None:
    made = slots(wanted, minutes)
    asked = sum(wish for wish in wanted if wish is not None)
    free = [got for got, wish in zip(made, wanted, strict=True) if wish is None]
    if asked + len(free) <= minutes:
        assert all(got == wish for got, wish in zip(made, wanted, strict=True) if wish is not None)
        assert max(free, default=0) - min(free, default=0) <= 1
    if free or asked >= minutes:
        assert sum(made) == minutes
