"""Cases for tests of what is made of them: opened, urgent, asked about, taken up, as the bot's own operations do it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from sqlmodel import Session, select

from bot.actions import Cause
from bot.cases import Cases
from bot.meetings import Meetings, upcoming
from bot.storage import queries
from bot.storage.cases import Case
from bot.storage.meetings import AgendaItem, Meeting
from bot.storage.models import Forum
from tests.dialogs.chat import CPH, Chat

T = TypeVar("T")
FREMDRIFT = "#fremdrift:example.dk"
LEDELSE = "#ledelse:example.dk"


def moment(day: str) -> datetime:
    """A local moment ("2026-11-20 10:00", or a day: at nine) in UTC."""
    return datetime.fromisoformat(day if " " in day else f"{day} 09:00").replace(tzinfo=CPH).astimezone(UTC)


def forum(session: Session, room: str = FREMDRIFT) -> Forum:
    """The forum of a configured room."""
    return session.exec(select(Forum).where(Forum.config_room == room)).one()


def case_of(session: Session, code: str) -> Case:
    """The case with a code."""
    found = queries.case_by_code(session, code)
    assert found is not None
    return found


def on_case(chat: Chat, code: str, does: Callable[[Cases, Case], T], at: str = "2026-11-20 10:00") -> T:
    """Do something to a case, as the coordinator at a moment."""

    def work(session: Session) -> T:
        event = f"$caseload{next(chat.ids)}:example.dk"
        return does(
            Cases(session, chat.access, Cause("@karla:example.dk", moment(at), event)), case_of(session, code)
        )

    return chat.ask(work)


def opened(
    chat: Chat, words: str = "", *, at: str = "2026-11-20 09:00", urgent: bool = False, followed: str = ""
) -> str:
    """Open a case in the progress group, perhaps one that a meeting has taken up already. Returns its code."""

    def work(session: Session) -> str:
        event = f"$caseload{next(chat.ids)}:example.dk"
        cases = Cases(session, chat.access, Cause("@karla:example.dk", moment(at), event))
        case = cases.open(forum(session), words, urgent=urgent)
        if followed:
            cases.followed(case, moment(followed))
        return case.code

    return chat.ask(work)


def meeting(session: Session, chat: Chat, day: str = "2026-11-24", room: str = FREMDRIFT) -> Meeting:
    """A forum's meeting that begins on a day."""
    where = forum(session, room)
    a, b = moment(f"{day} 00:01"), moment(f"{day} 23:59")
    of = upcoming(session, chat.access, where, a, b, cancelled=True)[0]
    return Meetings(session, chat.access, Cause("", chat.now.astimezone(UTC), "$look")).ensure(where, of)


def agenda(chat: Chat, day: str = "2026-11-24", room: str = FREMDRIFT) -> list[AgendaItem]:
    """The items of a meeting's agenda as it stands, in their order, brought up to date first."""

    def work(session: Session) -> list[AgendaItem]:
        row = meeting(session, chat, day, room)
        Meetings(session, chat.access, Cause("", chat.now.astimezone(UTC), "$look")).prepare(
            forum(session, room), row
        )
        found = list(queries.agenda(session, row.uid))
        session.flush()
        for item in found:
            session.refresh(item)
            session.expunge(item)
        return found

    return chat.ask(work)


def codes(chat: Chat, day: str = "2026-11-24", room: str = FREMDRIFT) -> list[str]:
    """The cases on it by their codes, in their order."""
    return [item.case_code for item in agenda(chat, day, room) if item.case_code]


def ask(chat: Chat, code: str, agency: str, who: str, day: str = "2026-11-24") -> str:
    """An agency is asked about a case before a meeting. Returns the question's uid."""

    def work(session: Session) -> str:
        row = meeting(session, chat, day)
        at = chat.now.astimezone(UTC)
        row.asked_at = row.asked_at or at
        cases = Cases(session, chat.access, Cause("", at, f"$ask{next(chat.ids)}"))
        question = cases.ask(case_of(session, code), row, agency, f"@{who}:example.dk", remind_at=None)
        assert question is not None
        return question.uid

    return chat.ask(work)


def tells(chat: Chat, code: str, agency: str, words: str, *, kind: str = "news", at: str = "") -> None:
    """An agency sends word about a case."""
    on_case(
        chat,
        code,
        lambda cases, case: cases.update(case, kind, words, agency),
        at or f"{chat.now:%Y-%m-%d %H:%M}",
    )
