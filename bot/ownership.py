"""An owner of an action as somebody names them, as a row has them, and as the history keeps them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.storage.models import MISSING, Owner

DISCLOSED = "disclosed"


@dataclass(frozen=True)
class Ownership:
    """An owner as named: a user id or `partner:KEY`, and the agency whose code stood for them, if one did.

    Of somebody who was spoken of, but whom nobody has named yet, `person` is one of `MISSING`; so it is of somebody
    outside the forum until the writer agrees to tell them, who is `asked_for` then and `disclosed` afterwards.
    """

    person: str
    agency: str | None = None
    asked_for: str | None = None
    disclosed: bool = False

    @classmethod
    def of(cls, owner: Owner) -> Ownership:
        """What the row of an owner says."""
        return cls(owner.person, owner.agency, owner.asked_for, owner.disclosed)

    @classmethod
    def from_value(cls, value: Sequence[Any]) -> Ownership:
        """An owner as the history keeps it: person, agency and, where there is one, `mark`."""
        person, agency, *mark = value
        asked_for = mark[0] if mark and mark[0] != DISCLOSED else None
        return cls(person or "", agency, asked_for, disclosed=mark == [DISCLOSED])

    @property
    def value(self) -> list[str | None]:
        """The owner as the history keeps it."""
        mark = DISCLOSED if self.disclosed else self.asked_for
        return [self.person, self.agency, *([mark] if mark else [])]

    def row(self, action_uid: str, position: int = 0) -> Owner:
        """A new row of an action's owners."""
        return Owner(
            action_uid=action_uid,
            person=self.person,
            position=position,
            agency=self.agency,
            asked_for=self.asked_for,
            disclosed=self.disclosed,
        )

    @property
    def named(self) -> bool:
        """Whether it is known who this is."""
        return self.person not in MISSING


def owners_value(owners: Iterable[Ownership]) -> list[list[str | None]]:
    """Owners as the history keeps them; who is named twice counts once."""
    return [o.value for o in {o.person: o for o in owners}.values()]
