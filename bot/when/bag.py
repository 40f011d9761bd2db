"""The parts of one phrase, each in its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from .pieces import (
    Clock,
    DateOf,
    DateOrClock,
    Edge,
    Every,
    Feast,
    Filler,
    Head,
    Meeting,
    Near,
    Nth,
    Offset,
    Part,
    Period,
    Piece,
    Relation,
    School,
    Weekday,
    Weekend,
)


class Unfit(Exception):
    """These parts do not make a phrase."""


@dataclass
class Bag:
    """The parts of one phrase, each kind at most once."""

    relation: Relation | None = None
    near: Near | None = None
    weekday: Weekday | None = None
    date_of: DateOf | None = None
    period: Period | None = None
    year: Period | None = None
    feast: Feast | None = None
    school: School | None = None
    weekend: Weekend | None = None
    offset: Offset | None = None
    head: Head | None = None
    nth: Nth | None = None
    edge: Edge | None = None
    clock: Clock | None = None
    part: Part | None = None
    meeting: Meeting | None = None
    every: Every | None = None
    either: DateOrClock | None = None

    @property
    def names_a_day(self) -> bool:
        """Whether anything says which day, beside prepositions, hours and meetings."""
        return bool(self.days_said_by())

    def days_said_by(self) -> set[str]:
        """The names of the parts that say which day."""
        beside = {"relation", "clock", "part", "meeting", "either"}
        return {
            each.name
            for each in fields(self)
            if each.name not in beside and getattr(self, each.name) is not None
        }

    @property
    def kind(self) -> str:
        return self.relation.kind if self.relation else ""


_SLOTS: dict[type, str] = {
    Near: "near", Weekday: "weekday", DateOf: "date_of", Feast: "feast", School: "school", Weekend: "weekend",
    Offset: "offset", Head: "head", Nth: "nth", Edge: "edge", Clock: "clock", Part: "part", Meeting: "meeting",
    Every: "every", DateOrClock: "either",
}  # fmt: skip


def gather(pieces: Sequence[Piece]) -> Bag:
    """Put each part in its place. A relation other than "by" must stand before what it relates to."""
    bag = Bag()
    for piece in pieces:
        if isinstance(piece, Filler):
            continue
        if isinstance(piece, Relation):
            if piece.kind != "by":
                if bag.kind not in {"", "by"} or (bag.names_a_day and bag.head is None):
                    raise Unfit
                bag.relation = piece
            elif bag.relation is None:
                bag.relation = piece
            continue
        if isinstance(piece, Period):
            slot = (
                "year"
                if piece.unit == "year" and (bag.period or bag.date_of or bag.feast or bag.year)
                else "period"
            )
            if slot == "period" and bag.period and bag.period.unit == "year" and bag.year is None:
                bag.year, bag.period = bag.period, None
        else:
            found = _SLOTS.get(type(piece))
            if found is None:
                raise Unfit
            slot = found
        if getattr(bag, slot) is not None:
            raise Unfit
        setattr(bag, slot, piece)
    return bag
