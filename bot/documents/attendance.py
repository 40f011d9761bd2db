"""Who was at a meeting, by agency, as its minutes say it."""

from __future__ import annotations

from collections.abc import Sequence

from bot import text
from bot.access import Access
from bot.documents.model import Bullets
from bot.meetings import planned
from bot.programme import Room
from bot.storage.meetings import Attendance, Meeting


def present(access: Access, rows: Sequence[Attendance], language: str) -> Bullets | None:
    """Who was there, a line for each agency; None where nobody is known to have been."""
    return _listed(access, [row for row in rows if row.state == "present"], language)


def apologies(access: Access, rows: Sequence[Attendance], language: str) -> Bullets | None:
    """Who sent an apology, in the same way."""
    return _listed(access, [row for row in rows if row.state == "apology"], language)


def there(access: Access, rows: Sequence[Attendance]) -> list[str]:
    """The agencies that were there, by code, nobody named."""
    return _agencies(access, rows, "present")


def excusing(access: Access, rows: Sequence[Attendance]) -> list[str]:
    """The agencies from which an apology came, by code."""
    return _agencies(access, rows, "apology")


def _agencies(access: Access, rows: Sequence[Attendance], state: str) -> list[str]:
    found = {_agency(access, row) for row in rows if row.state == state}
    return sorted((code for code in found if code), key=lambda code: _order(access, code))


def missing(access: Access, config: Room | None, meeting: Meeting, rows: Sequence[Attendance]) -> list[str]:
    """The agencies of a forum that were to come to this meeting, and neither came nor sent an apology.

    Empty where nobody noted who was there: then nothing is known of anybody.
    """
    if config is None or not rows:
        return []
    known = {(_agency(access, row) or "").casefold() for row in rows}
    known |= {code.casefold() for code in planned(access, config, meeting).staying_away}
    return [code for code in config.agencies if code.casefold() not in known]


def _listed(access: Access, rows: Sequence[Attendance], language: str) -> Bullets | None:
    named: dict[str, list[str]] = {}
    for row in rows:
        group = named.setdefault(_agency(access, row) or "", [])
        if not row.who.startswith("agency:"):
            group.append(_name(access, row))
    codes = sorted(named, key=lambda code: _order(access, code))
    items = tuple(", ".join(named[code]) or text.t(language, "minutes-unnamed") for code in codes)
    if not items:
        return None
    others = text.t(language, "minutes-others")
    return Bullets(items, tuple(f"{code or others}:" for code in codes) if any(codes) else ())


def _name(access: Access, row: Attendance) -> str:
    if row.who.startswith("guest:"):
        return text.text_ref(row.text_uid) if row.text_uid else text.user_text("?")
    return text.user_text(access.name(row.who))


def _agency(access: Access, row: Attendance) -> str | None:
    if row.who.startswith("agency:"):
        return row.who.removeprefix("agency:")
    return row.agency or access.agency_of(row.who)


def _order(access: Access, code: str) -> tuple[int, str]:
    """The config's order; what it does not know comes behind, who has no agency last."""
    return access.agency_order(code) if code else (len(access.settings.agencies) + 1, "")
