"""What a thousand cases cost: the agenda of the next meeting, a digest, a tick in the morning."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlmodel import Session

from benchmarks.results import Result, result
from benchmarks.storage import NOW, milliseconds
from benchmarks.tables import OWNERS, WORDS, Programme
from bot.access import Access
from bot.actions import Actions, Cause
from bot.cases import Cases
from bot.documents.digest import Request, build
from bot.duties import tick
from bot.history import BOT
from bot.meetings import Meetings, next_meeting
from bot.ownership import Ownership
from bot.proceedings import show_agenda
from bot.storage import queries
from bot.when import Deadline

FIELDS = 20
AIM = 100  # milliseconds, as for a digest over actions


def measure(folder: Path, cases: int, times: int) -> list[Result]:
    """Agenda, digest and tick with that many cases in one forum, each with 20 filled fields, a goal and an action."""
    programme = Programme(folder / f"cases-{cases}", meeting="FREQ=WEEKLY;BYDAY=TU;BYHOUR=10;BYMINUTE=0")
    programme.fill(1_000, NOW, reminders_only=False)
    access, run = programme.access, programme.db.run_sync
    run(_open, access, cases)

    def agenda(session: Session) -> None:
        forum = queries.forums(session)[0]
        following = next_meeting(session, access, forum, NOW)
        assert following is not None
        meetings = Meetings(session, access, Cause(BOT, NOW, "agenda"))
        meeting = meetings.ensure(forum, following)
        meetings.prepare(forum, meeting)
        show_agenda(session, access, meeting, "da", NOW)
        assert sum(item.kind == "case" for item in queries.agenda(session, meeting.uid)) == 7

    def digest(session: Session) -> None:
        forums = tuple(queries.forums(session))
        week = timedelta(days=7)
        request = Request(
            forums=forums, since=NOW - week, until=NOW + week, now=NOW, language="da", across=True
        )
        assert "HS-26-" in build(session, access, request).template

    found = [
        result(
            f"agenda over {cases:,} cases",
            [milliseconds(lambda: run(agenda)) for _ in range(times)],
            "ms",
            most=AIM,
        ),
        result(
            f"digest with {cases:,} cases, all forums",
            [milliseconds(lambda: run(digest)) for _ in range(times)],
            "ms",
            most=AIM,
        ),
    ]
    run(tick, access, NOW)
    quiet = [milliseconds(lambda: run(tick, access, NOW)) for _ in range(times)]
    found.append(result(f"tick with nothing due, {cases:,} cases", quiet, "ms"))
    programme.db.close()
    return found


def _open(session: Session, access: Access, count: int) -> None:
    """Cases of the last months: a tenth lacks its follow-up, every field has its own words."""
    forum = queries.forums(session)[0]
    agencies = list(OWNERS.values())
    for number in range(count):
        at = NOW - timedelta(days=number % 30, minutes=number)
        cases = Cases(session, access, Cause("@signe:example.dk", at, f"$case-{number}"))
        case = cases.open(forum, WORDS[number % len(WORDS)])
        for place, field in enumerate(access.settings.form.fields()[:FIELDS]):
            cases.fill(case, field.name, f"{WORDS[place % 4]} {number}", agencies[place % 3])
        cases.set_goal(case, "education", WORDS[number % 4])
        cases.followed(case, at)
        owner = list(OWNERS)[number % 3]
        Actions(session, access, Cause(owner, at, f"$action-{number}")).record(
            forum,
            "!fremdrift:example.dk",
            WORDS[number % 4],
            [Ownership(owner)],
            Deadline((at + timedelta(days=number % 20)).date()),
            case.code,
        )
