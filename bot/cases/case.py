"""What can happen to a case (sag): opened, filled, followed, asked about, lifted, closed; and taken back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from sqlmodel import SQLModel

from bot.access import Access
from bot.cases.kept import KEPT
from bot.history import History
from bot.owed import outbox_id
from bot.storage import queries
from bot.storage.cases import (
    Case,
    CaseFollower,
    CaseGoal,
    CaseQuestion,
    CaseRelation,
    CaseTrend,
    CaseUpdate,
    Escalation,
    SheetValue,
)
from bot.storage.meetings import Meeting
from bot.storage.models import Change, Forum, Text
from bot.storage.sealing import home_of


class Cases(History):
    """The operations on cases within one transaction. Each that a person causes writes its history."""

    kept = KEPT
    about = "case_uid"

    def revert(self, changes: Iterable[Change]) -> list[Change]:
        """Reverse steps as `History.revert`; a case then counts as lifted just as long as one of its lifts stands."""
        done = super().revert(changes)
        for uid in sorted({change.case_uid for change in done if change.case_uid}):
            case = queries.case(self.session, uid)
            if case is not None and case.live:
                case.state = "open" if queries.escalation(self.session, uid) is None else "escalated"
        self.session.flush()
        return done

    # --- the case itself

    def open(self, forum: Forum, words: str, *, urgent: bool = False) -> Case:
        """Open a case in a forum, under the year's next code. An edited message words its own case anew."""
        case = queries.case_of_line(self.session, self.cause.event_id, self.cause.line)
        before = self.snapshot(case) if case else None
        if case is None:
            year, number = self._next()
            case = Case(
                code=code_of(self.access, year, number),
                year=year,
                number=number,
                forum_uid=forum.uid,
                opened_by=self.cause.by,
                opened_at=self.cause.at,
                source_event=self.cause.event_id,
                source_line=self.cause.line,
            )
            case.follow_up_at = following_up(self.access, self.cause.at)
            case.look_at = self.access.office_hours().next_morning(self.cause.at)
        if case.state == "withdrawn":
            case.state = "open"
        case.urgent = urgent if before is None or before["state"] == "withdrawn" else urgent or case.urgent
        self.session.add(case)
        if words and not self._worded_since(case) and queries.words(self.session, case.text_uid) != words:
            case.text_uid = self._text(words, case.key).uid
        self._note(case.uid, f"case:{case.uid}", before, self.snapshot(case))
        return case

    def _next(self) -> tuple[int, int]:
        """Year and number of the next case: those that people were told already, if a lost database had opened it."""
        told = queries.told_case(
            self.session, outbox_id(self.session, f"reply:{self.cause.event_id}:{self.cause.line}")
        )
        if told is not None and not self.session.info["vault"].destroyed(f"case:{told}"):
            year, number = told.rsplit("-", 2)[1:]
            return 2000 + int(year), int(number)
        year_now = self.access.today(self.cause.at).year
        free = queries.next_case_number(self.session, year_now)
        # A backup from before a case was opened does not know its code; the keyring knows that it was erased.
        while self.session.info["vault"].destroyed(f"case:{code_of(self.access, year_now, free)}"):
            free += 1
        return year_now, free

    def _worded_since(self, case: Case) -> bool:
        """Whether something other than the message that opened a case has described it since: that stands."""
        own = (case.source_event, case.source_line)
        return any(
            step.field == f"case:{case.uid}"
            and (step.event_id, step.line) != own
            and (step.before or {}).get("text_uid") != step.after.get("text_uid")
            for step in queries.history_of_case(self.session, case.uid)
        )

    def describe(self, case: Case, words: str) -> None:
        """Say anew what a case is about; empty: nothing is said."""
        with self._changing(case, case.uid):
            case.text_uid = self._text(words, case.key).uid if words else None

    def set_urgent(self, case: Case, urgent: bool) -> None:
        """Mark a case as urgent (hastesag), or not any more."""
        with self._changing(case, case.uid):
            case.urgent = urgent

    def rest(self, case: Case, until: datetime, words: str = "") -> None:
        """Let a case rest until an instant, at which it comes back to the agenda.

        What is asked about it is dropped, and it is not lifted any more.
        """
        self._come_home(case)
        with self._changing(case, case.uid):
            case.state, case.follow_up_at, case.look_at = "resting", until, until
            case.closing_uid = self._text(words, case.key).uid if words else None
        self._drop_questions(case)

    def close(self, case: Case, words: str = "") -> None:
        """Close a case; what is asked about it is dropped, and it is not lifted any more."""
        self._come_home(case)
        with self._changing(case, case.uid):
            case.state, case.closed_at = "closed", self.cause.at
            case.closing_uid = self._text(words, case.key).uid if words else None
        self._drop_questions(case)

    def reopen(self, case: Case) -> None:
        """Work on a case again that was closed or at rest; the next meeting takes it up, as it would a new one."""
        lifted = queries.escalation(self.session, case.uid) is not None
        with self._changing(case, case.uid):
            case.state, case.closed_at, case.closing_uid = "escalated" if lifted else "open", None, None
            case.reopened_at = self.cause.at
            case.followed_at, case.follow_up_at = None, following_up(self.access, self.cause.at)
            case.look_at = self.access.office_hours().next_morning(self.cause.at)

    def followed(self, case: Case, at: datetime) -> None:
        """A meeting took the case up: its follow-up is due a span later; one at rest is worked on again."""
        with self._changing(case, case.uid):
            case.followed_at = at
            case.follow_up_at = following_up(self.access, at)
            if case.state == "resting":
                case.state, case.reopened_at = "open", self.cause.at

    def set_follow_up(self, case: Case, at: datetime) -> None:
        """Follow the case up by an instant."""
        with self._changing(case, case.uid):
            case.follow_up_at = at

    def _come_home(self, case: Case) -> None:
        standing = queries.escalation(self.session, case.uid)
        if standing is not None:
            self.send_back(case, standing)

    def _drop_questions(self, case: Case) -> None:
        for question in queries.open_questions_of_case(self.session, case.uid):
            with self._changing(question, case.uid):
                question.state, question.remind_at = "dropped", None

    # --- what belongs to it

    def follow(self, case: Case, person: str, role: str, agency: str | None) -> bool:
        """Let somebody know of the case, as `follower` or `caseworker` of an agency. Returns whether that is new."""
        row = queries.follower(self.session, case.uid, person)
        before = self.snapshot(row) if row else None
        if row is None:
            row = CaseFollower(
                case_uid=case.uid, person=person, role=role, agency=agency, by=self.cause.by, at=self.cause.at
            )
            self.session.add(row)
        row.role, row.agency, row.state = role, agency, "standing"
        return self._made(case, row, before)

    def unfollow(self, case: Case, person: str) -> bool:
        """Let somebody know no more of the case. Returns whether they did."""
        row = queries.follower(self.session, case.uid, person)
        if row is None or row.state != "standing":
            return False
        with self._changing(row, case.uid):
            row.state = "withdrawn"
        return True

    def relate(self, case: Case, other: Case, *, related: bool = True) -> bool:
        """Say that two cases belong together, or not any more. Returns whether that is new."""
        row = queries.relation(self.session, case.uid, other.uid)
        before = self.snapshot(row) if row else None
        if row is None:
            first, second = sorted((case.uid, other.uid))
            row = CaseRelation(case_uid=first, other_uid=second, state="", by=self.cause.by, at=self.cause.at)
            self.session.add(row)
        row.state = "standing" if related else "withdrawn"
        return self._made(case, row, before)

    def set_goal(self, case: Case, parameter: str, words: str) -> None:
        """Set the goal on a parameter; without words there is none any more."""
        row = queries.goal(self.session, case.uid, parameter)
        before = self.snapshot(row) if row else None
        if row is None:
            row = CaseGoal(case_uid=case.uid, parameter=parameter, by=self.cause.by, at=self.cause.at)
            self.session.add(row)
        row.text_uid = self._text(words, case.key).uid if words else None
        row.by, row.at = self.cause.by, self.cause.at
        self._made(case, row, before)

    def set_trend(self, case: Case, parameter: str, trend: str | None, agency: str = "") -> None:
        """How an agency, or the forum (""), sees a parameter go: better, same, worse or None."""
        row = queries.trend(self.session, case.uid, parameter, agency)
        before = self.snapshot(row) if row else None
        if row is None:
            row = CaseTrend(
                case_uid=case.uid,
                parameter=parameter,
                agency=agency,
                key=case.key,
                by=self.cause.by,
                said_at=self.cause.at,
            )
            self.session.add(row)
        row.trend, row.by, row.said_at = trend, self.cause.by, self.cause.at
        self._made(case, row, before)

    def fill(
        self, case: Case, field: str, words: str, agency: str | None, *, personal: bool = False
    ) -> SheetValue:
        """Give a field of the ressourceskema a value; without words it is empty again.

        `personal` values (name, address …) are sealed with the name register, under `names:CODE`.
        """
        row = queries.sheet_value(self.session, case.uid, field)
        before = self.snapshot(row) if row else None
        if row is None:
            row = SheetValue(case_uid=case.uid, field=field, by=self.cause.by, said_at=self.cause.at)
            self.session.add(row)
        key = f"names:{case.code}" if personal else case.key
        row.text_uid = self._text(words, key).uid if words else None
        row.agency, row.by, row.said_at = agency, self.cause.by, self.cause.at
        self._made(case, row, before)
        return row

    def looked(self, case: Case, what: str) -> None:
        """Note that somebody saw what not everybody may who knows the case ("names"), without its content."""
        self._note(case.uid, f"look:{what}", None, {"person": self.cause.by})

    def update(
        self,
        case: Case,
        kind: str,
        words: str,
        agency: str | None,
        *,
        state: str = "standing",
        question: CaseQuestion | None = None,
    ) -> CaseUpdate:
        """Record what was said about a case; an edited message says its own anew. `kind` as in `CaseUpdate`."""
        row = queries.update_of_line(self.session, self.cause.event_id, self.cause.line)
        before = self.snapshot(row) if row else None
        if row is None:
            row = CaseUpdate(
                case_uid=case.uid,
                agency=agency,
                kind=kind,
                question_uid=question.uid if question else None,
                by=self.cause.by,
                said_at=self.cause.at,
                source_event=self.cause.event_id,
                source_line=self.cause.line,
            )
            self.session.add(row)
        elif row.case_uid != case.uid:
            # Said of another case at first: the one row of a message follows its words.
            row.case_uid = case.uid
        decided = before is not None and row.state in ("standing", "declined") and state == "waiting"
        if not decided or queries.words(self.session, row.text_uid) != words:
            # What the coordinator decided stands as long as the words do; others are for them to decide on.
            row.state, row.decided_by = state, None
        row.kind, row.agency = kind, agency
        if not words:
            row.text_uid = None
        elif queries.words(self.session, row.text_uid) != words:
            row.text_uid = self._text(words, case.key).uid
        self._made(case, row, before)
        return row

    def admit(self, case: Case, update: CaseUpdate, let_in: bool) -> None:
        """Let an observation into the sheet, or not."""
        with self._changing(update, case.uid):
            update.state, update.decided_by = "standing" if let_in else "declined", self.cause.by

    def withdraw(self, update: CaseUpdate) -> None:
        """Whose words were deleted by who said them counts no more; that something was said stays."""
        with self._changing(update, update.case_uid):
            update.state = "withdrawn"

    # --- where it is lifted to

    def escalate(self, case: Case, to: Forum, words: str, *, urgent: bool = False) -> Escalation:
        """Lift a case to another forum; what is lifted already goes on with these words.

        An edited message words its own lift anew: one that is over stays so.
        """
        row = queries.escalation_of_line(self.session, self.cause.event_id, self.cause.line)
        if row is None or row.state == "withdrawn":
            row = queries.escalation(self.session, case.uid) or row
        if row is not None and row.state == "withdrawn":
            # It lifted another case at first, which was taken back: the one row of a line follows its words.
            row.case_uid, row.forum_uid, row.to_uid = case.uid, case.forum_uid, to.uid
        before = self.snapshot(row) if row else None
        if row is None:
            row = Escalation(
                case_uid=case.uid,
                forum_uid=case.forum_uid,
                to_uid=to.uid,
                by=self.cause.by,
                escalated_at=self.cause.at,
                source_event=self.cause.event_id,
                source_line=self.cause.line,
            )
            self.session.add(row)
        if row.state == "returned":
            return self._reason(case, row, words)
        row.state, row.urgent = "standing", urgent
        said = self.session.get(Text, row.text_uid) if row.text_uid else None
        if words and (said is None or said.words != words or home_of(said.key) != case.key):
            row.text_uid = self._text(words, case.key).uid
        self._made(case, row, before)
        if case.state != "escalated":
            with self._changing(case, case.uid):
                case.reopened_at = self.cause.at if case.state in ("closed", "resting") else case.reopened_at
                case.state = "escalated"
        return row

    def _reason(self, case: Case, row: Escalation, words: str) -> Escalation:
        """Put the reason of a lift right that is over.

        No step of the history: its return may still be taken back, and the lift then stands with this reason.
        """
        said = self.session.get(Text, row.text_uid) if row.text_uid else None
        if words and said is not None:
            said.key = queries.key_naming(self.session, case.key, words)
            said.words = words
        elif words:
            row.text_uid = self._text(words, case.key).uid
        return row

    def send_back(self, case: Case, row: Escalation) -> None:
        """Send a case back to the forum that it came from."""
        with self._changing(row, case.uid):
            row.state, row.returned_at, row.returned_by = "returned", self.cause.at, self.cause.by or None
        if case.state == "escalated":
            with self._changing(case, case.uid):
                case.state = "open"

    # --- what is asked

    def ask(
        self, case: Case, meeting: Meeting, agency: str, person: str, *, remind_at: datetime | None
    ) -> CaseQuestion | None:
        """Ask an agency about a case before a meeting, once. None: it was asked already."""
        if queries.question_of(self.session, meeting.uid, case.uid, agency) is not None:
            return None
        row = CaseQuestion(
            case_uid=case.uid,
            meeting_uid=meeting.uid,
            agency=agency,
            person=person,
            asked_at=self.cause.at,
            remind_at=remind_at,
        )
        self.session.add(row)
        self.session.flush()
        return row

    def turn(self, question: CaseQuestion, *, state: str = "open", step: str) -> None:
        """Go on to another step of a question, or be done with it (`state` as in `CaseQuestion`)."""
        with self._changing(question, question.case_uid):
            question.state, question.step = state, step
            if state != "open":
                question.answered_at, question.remind_at = question.answered_at or self.cause.at, None

    def hand_on(self, question: CaseQuestion, person: str) -> None:
        """Ask a colleague instead, whatever is left: what was told is told."""
        with self._changing(question, question.case_uid):
            question.person, question.handed_by = person, self.cause.by

    def hand_back(self, question: CaseQuestion, person: str) -> None:
        """Ask who it is for again, whatever is left: nobody stands in for them any more."""
        with self._changing(question, question.case_uid):
            question.person, question.handed_by = person, None

    def _made(self, case: Case, row: SQLModel, before: dict[str, Any] | None) -> bool:
        """Note what became of a row. Returns whether anything did."""
        self.session.flush()
        after = self.snapshot(row)
        self._note(case.uid, self.field_of(row), before, after)
        return before != after

    # --- taking back

    def _as_before(self, row: SQLModel, change: Change) -> None:
        if isinstance(row, Case) and row.live:
            row.look_at = self.access.office_hours().next_morning(self.cause.at)
        if isinstance(row, Case) and row.state == "withdrawn":
            self._drop_questions(row)


def following_up(access: Access, since: datetime) -> datetime:
    """When a case that was taken up at an instant has to be followed up: the end of a day ([cases] follow_up)."""
    span = access.settings.cases.follow_up
    day = access.today(since)
    last = (
        access.calendar.shift(day, span.count) if span.unit == "workdays" else day + timedelta(days=span.days)
    )
    return datetime.combine(last + timedelta(days=1), time(), access.calendar.tz)


def code_of(access: Access, year: int, number: int) -> str:
    """A case's code: the programme's letters, the year, a number ("HS-26-014")."""
    return f"{access.settings.general.case_prefix}-{year % 100:02d}-{number:03d}"
