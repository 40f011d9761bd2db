"""What an agenda says of cases: how their items are called, what is special about each, who has not answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from bot import text
from bot.access import Access
from bot.documents.lines import case_line, day
from bot.storage import queries
from bot.storage.cases import Case, Escalation
from bot.storage.meetings import AgendaItem, Meeting
from bot.when import Deadline


def words_of(session: Session, access: Access, item: AgendaItem, language: str, *, coded: bool) -> str:
    """What an item about a case is called that nobody gave words: by its case, where that may be spoken of here.

    `coded`: with the code.
    """
    found = queries.case_by_code(session, item.case_code)
    here = found is not None and item.forum_uid in access.case_forums(session, found)
    if found is None or found.state == "withdrawn" or not here:
        return item.case_code or "" if coded else text.t(language, "agenda-no-text")
    if coded:
        return case_line(found, language)
    return text.text_ref(found.text_uid) if found.text_uid else text.t(language, "agenda-case")


@dataclass(frozen=True)
class OnAgenda:
    """The cases of an agenda by code, those lifted to it, the agencies that have not answered, when opened again."""

    cases: Mapping[str, Case] = field(default_factory=dict)
    lifted: Mapping[str, Escalation] = field(default_factory=dict)
    silent: Mapping[str, Sequence[str]] = field(default_factory=dict)
    again: Mapping[str, datetime] = field(default_factory=dict)

    def marks(self, access: Access, item: AgendaItem, language: str, now: datetime) -> list[str]:
        """What is special about an item's case: urgent, lifted, new, over its time."""
        case = self.cases.get(item.case_code or "")
        if case is None:
            return []
        lifted = self.lifted.get(case.code)
        urgent = case.urgent or (lifted is not None and lifted.urgent)
        # An item that is called by its case says so itself.
        said = [text.t(language, "case-urgent")] if urgent and (item.text_uid or not case.urgent) else []
        if lifted is not None or case.state == "escalated":
            said.append(text.t(language, "agenda-case-lifted"))
        if case.live and case.follow_up_at is not None and case.follow_up_at <= now:
            since = Deadline(access.today(case.followed_at or self.again.get(case.uid) or case.opened_at))
            said.append(text.t(language, "agenda-case-late", day=day(access, since, language, now)))
        elif case.live and case.followed_at is None and lifted is None:
            key = "agenda-case-reopened" if case.uid in self.again else "agenda-case-new"
            said.append(text.t(language, key))
        return said

    def below(self, item: AgendaItem, language: str) -> list[str]:
        """Which agencies have not answered about an item's case, in a line, without blame."""
        codes = self.silent.get(item.case_code or "", ())
        if not codes:
            return []
        return [f"  - {text.t(language, 'agenda-case-unanswered', agencies=', '.join(codes))}"]


def on_agenda(session: Session, access: Access, meeting: Meeting, items: Sequence[AgendaItem]) -> OnAgenda:
    """Read what an agenda's cases need to be shown; nothing is asked where no item is about one."""
    codes = {item.case_code for item in items if item.case_code}
    known = queries.cases_by_code(session, codes) if codes else {}
    if not known:
        return OnAgenda()
    lifted = {row.code: each for each, row in queries.escalated_to(session, meeting.forum_uid)}
    here = {
        code: case
        for code, case in known.items()
        if case.state != "withdrawn" and (case.forum_uid == meeting.forum_uid or code in lifted)
    }
    again = queries.reopened_at(session, [case.uid for case in here.values()])
    return OnAgenda(here, lifted, _silent(session, access, meeting, here), again)


def _silent(
    session: Session, access: Access, meeting: Meeting, cases: Mapping[str, Case]
) -> dict[str, list[str]]:
    if meeting.asked_at is None:
        return {}
    by_uid = {case.uid: code for code, case in cases.items()}
    found: dict[str, list[str]] = {}
    for asked in queries.questions_of_meeting(session, meeting.uid):
        if asked.silent and asked.case_uid in by_uid:
            found.setdefault(by_uid[asked.case_uid], []).append(asked.agency)
    return {code: sorted(silent, key=access.agency_order) for code, silent in found.items()}


def waiting_line(codes: Sequence[str], count: int, language: str) -> str:
    """The due cases that have to wait for the next meeting: the first by their codes, and how many they are."""
    named = ", ".join(codes) + (", …" if count > len(codes) else "")
    return text.t(language, "agenda-cases-waiting", codes=named, count=count)
