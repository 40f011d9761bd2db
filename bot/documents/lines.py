"""How people, deadlines and actions read in one line, the same in every message and document."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, time, timedelta

from sqlmodel import Session

from bot import text
from bot.access import Access
from bot.reminding import deadline
from bot.storage import queries
from bot.storage.cases import Case
from bot.storage.meetings import Decision
from bot.storage.models import Action, Owner
from bot.text.excerpt import excerpt
from bot.when import Deadline, say

RECENT = timedelta(days=180)


def with_agency(access: Access, person: str, agency: str | None = None) -> str:
    """A name with its agency in brackets; the name is people's words, so a token."""
    code = agency or access.agency_of(person)
    name = text.user_text(access.name(person))
    return f"{name} ({code})" if code else name


def owners_line(access: Access, owners: Iterable[Owner], language: str) -> str:
    """An action's owners in their order; one who is still to be named stands as their agency: "SOF (mangler navn)"."""
    return ", ".join(
        with_agency(access, o.person, o.agency) if o.named else _to_be_named(access, o, language)
        for o in owners
    )


def _to_be_named(access: Access, owner: Owner, language: str) -> str:
    """An owner who is still to be named, or of whom it is still to be agreed that they are told."""
    if owner.asked_for is None:
        return unnamed(owner.agency, language)
    return text.t(language, "line-asked-for", name=with_agency(access, owner.asked_for, owner.agency))


def unnamed(agency: str | None, language: str) -> str:
    """An owner who is still to be named, of an agency or of none that was said."""
    if agency is None:
        return text.t(language, "line-no-name")
    return text.t(language, "line-agency-no-name", agency=agency)


def listed(access: Access, people: Iterable[str]) -> str:
    """Names with agencies in the config's order: "Lene Holm (BUF), Ali Demir (SOF)"."""
    order = {p.user_id: i for i, p in enumerate(access.settings.people)}
    return ", ".join(with_agency(access, p) for p in sorted(people, key=lambda p: order.get(p, len(order))))


def day(access: Access, when: Deadline, language: str, now: datetime) -> str:
    """A deadline in words, with its week: "fre. 27. nov., uge 48"."""
    tz = access.settings.general.tz
    if timedelta() < now.astimezone(tz).date() - when.day <= RECENT:
        # `say` adds the year to what is past, for who reads it back; here everybody knows which autumn is meant.
        now = datetime.combine(when.day, time(), tz)
    return say(when, language, now=now, tz=tz)


def when(access: Access, instant: datetime, language: str, now: datetime) -> str:
    """An instant in words: "tirs. 24. nov. kl. 10.00, uge 48"."""
    return day(access, Deadline.of(instant, access.settings.general.tz), language, now)


def who_comes(language: str, joining: Collection[str], staying_away: Collection[str]) -> list[str]:
    """Which agencies come to a meeting and which do not, of those that come to some only: "med politi"."""
    return [
        text.t(language, key, agencies=", ".join(sorted(codes)))
        for key, codes in (("meeting-with", joining), ("meeting-without", staying_away))
        if codes
    ]


def _words(row: Decision | Action, language: str) -> str:
    return text.text_ref(row.text_uid) if row.text_uid else text.t(language, "line-no-text")


def coded(session: Session, row: Decision | Action, language: str) -> str:
    """Its words, behind the code of its case unless they say that themselves."""
    words = _words(row, language)
    if (
        not row.case_code
        or row.case_code.casefold() in (queries.words(session, row.text_uid) or "").casefold()
    ):
        return words
    return f"{row.case_code} · {words}"


def case_line(case: Case, language: str, *, short: bool = False) -> str:
    """A case in a line: its code, what it is about, and that it is urgent: "HS-26-014 · Skolevægring · haster".

    `short`: of many words the first, where the case is one of several.
    """
    parts = [case.code]
    about = text.text_ref(case.text_uid) if case.text_uid else ""
    parts += [excerpt(about) if short else about] if about else []
    parts += [text.t(language, "case-urgent")] if case.urgent else []
    return " · ".join(parts)


def action_line(
    session: Session,
    access: Access,
    row: Action,
    language: str,
    now: datetime,
    *,
    owners: list[Owner] | None = None,
    marked: bool = False,
    reader: str | None = None,
    case: bool = True,
) -> str:
    """An action without its number: who, case, what, and by when.

    `marked` adds overdue or the closed state; an only owner who is the `reader` is not told their own name. `case`:
    with the code of its case, unless that stands above it already.
    """
    found = queries.owners(session, row.uid) if owners is None else owners
    words = coded(session, row, language) if case else _words(row, language)
    who = owners_line(access, found, language) or text.t(language, "line-no-owner")
    when = deadline(row)
    by = (
        text.t(language, "line-due", due=day(access, when, language, now))
        if when
        else text.t(language, "line-no-due")
    )
    whose = "" if [o.person for o in found] == [reader] else f"{who}: "
    return f"{whose}{words} – {by}" + (mark(row, language, now) if marked else "")


def mark(row: Action, language: str, now: datetime) -> str:
    """What stands behind a line: overdue, or the state of one that is closed."""
    if row.state != "open":
        return f" · *{text.t(language, 'state-' + row.state)}*"
    if row.overdue_at is not None and row.overdue_at <= now:
        return f" · **{text.t(language, 'state-overdue')}**"
    return ""
