"""The steps of a question about a case, and the words in which each is asked (docs/domain, Records: Update)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from bot import text
from bot.access import Access
from bot.documents.digest import forum_name
from bot.documents.lines import action_line, case_line, when
from bot.form import FormField
from bot.storage import queries
from bot.storage.cases import Case, CaseQuestion
from bot.storage.meetings import Meeting
from bot.storage.models import Action

FIELDS = 3
"""Fields of the sheet that are asked about in one round, at most: nobody fills in a whole form at midnight."""
ALL = "all:"
"""Before the steps that one message asks at once, by comma."""


@dataclass(frozen=True)
class Asked:
    """The step of a question that a message asks."""

    question: CaseQuestion
    case: Case
    meeting: Meeting
    step: str

    @property
    def current(self) -> bool:
        """Whether that step is the one that is open."""
        return self.question.state == "open" and (
            self.step == self.question.step or self.step.startswith(ALL) or self.step == "done"
        )


@dataclass(frozen=True)
class Wording:
    """The words of a step, and the uids of the actions it speaks of."""

    template: str
    actions: tuple[str, ...] = ()


# --- which steps


def own_actions(session: Session, access: Access, question: CaseQuestion, case: Case) -> list[Action]:
    """The open actions of a case that the person asked has promised."""
    rows = queries.open_of_parts(session, access.parts(session, question.person))
    return [row for row in rows if row.case_code == case.code]


def fields_to_ask(
    session: Session, access: Access, question: CaseQuestion, case: Case, now: datetime
) -> list[FormField]:
    """The agency's fields that are empty or old, in the form's order; those with nothing about a person left out."""
    form = access.settings.form
    values = queries.sheet_values(session, case.uid)
    known = {found.person for found in form.fields() if found.name in values}
    old = _long_ago(access, now)
    return [
        each
        for each in form.asked_of(question.agency)
        if (each.person in (None, 1) or each.person in known)
        and (each.name not in values or values[each.name].said_at <= old)
    ]


def _long_ago(access: Access, now: datetime) -> datetime:
    span = access.settings.cases.old
    if span.unit == "workdays":
        return access.office_hours().at(access.calendar.shift(access.today(now), -span.count))
    return now - timedelta(days=span.days)


def steps(session: Session, access: Access, question: CaseQuestion, case: Case, now: datetime) -> list[str]:
    """The steps of a question from the beginning, those that are asked already among them."""
    standing = [
        row.step
        for _, row in queries.question_messages(session, question.uid)
        if row.person == question.person
    ]
    asked = [step for step in dict.fromkeys(standing) if step.startswith("field:")]
    free = [f"field:{each.name}" for each in fields_to_ask(session, access, question, case, now)]
    fields = [*asked, *(step for step in free if step not in asked)][: max(FIELDS, len(asked))]
    acting = "actions" in standing or bool(own_actions(session, access, question, case))
    return ["news", "trend", *(["actions"] if acting else []), *fields]


def following(
    session: Session, access: Access, question: CaseQuestion, case: Case, step: str, now: datetime
) -> str:
    """The step after one, or "done"."""
    whole = steps(session, access, question, case, now)
    at = whole.index(step) + 1 if step in whole else len(whole)
    if step == "actions" and "actions" not in whole:
        at = 2
    rest = whole[at:]
    if rest[:1] == ["actions"] and not own_actions(session, access, question, case):
        rest = rest[1:]
    return rest[0] if rest else "done"


def all_left(session: Session, access: Access, question: CaseQuestion, case: Case, now: datetime) -> str:
    """The steps that are left, as the step of one message."""
    whole = steps(session, access, question, case, now)
    return ALL + ",".join(whole[whole.index(question.step) :] if question.step in whole else whole)


# --- in which words


def head(session: Session, access: Access, asked: Asked, language: str, now: datetime) -> str:
    """The case and the meeting of a question in a line."""
    forum = text.user_text(forum_name(access, queries.forum(session, asked.meeting.forum_uid)))
    day = when(access, asked.meeting.starts_at, language, now)
    return text.t(language, "question-head", case=case_line(asked.case, language), forum=forum, day=day)


def wording(
    session: Session, access: Access, asked: Asked, language: str, now: datetime, *, progress: bool = True
) -> Wording:
    """How a step is asked, with how far one has come."""
    if asked.step.startswith(ALL):
        return _at_once(session, access, asked, language, now)
    made = _step(session, access, asked, asked.step, language, now)
    whole = steps(session, access, asked.question, asked.case, now)
    if not progress or asked.step not in whole:
        return made
    at = text.t(language, "question-progress", at=whole.index(asked.step) + 1, of=len(whole))
    return Wording(f"**{at}** {made.template}", made.actions)


def _step(session: Session, access: Access, asked: Asked, step: str, language: str, now: datetime) -> Wording:
    if step in ("news", "trend"):
        return Wording(text.t(language, f"question-step-{step}", agency=asked.question.agency))
    if step == "actions":
        rows = own_actions(session, access, asked.question, asked.case)
        return action_wording(session, access, rows, asked.question.person, language, now)
    return Wording(_field(session, access, asked, step.removeprefix("field:"), language, now))


def action_wording(
    session: Session, access: Access, rows: Sequence[Action], person: str, language: str, now: datetime
) -> Wording:
    """How one's own actions are asked about."""
    shown = rows[:10]
    lines = [
        f"- **{row.number}** {action_line(session, access, row, language, now, reader=person, marked=True)}"
        for row in shown
    ]
    ask = text.t(language, "question-actions", count=len(shown), number=shown[0].number if shown else 0)
    return Wording("\n".join([ask, "", *lines]), tuple(row.uid for row in shown))


def _field(session: Session, access: Access, asked: Asked, name: str, language: str, now: datetime) -> str:
    found = access.settings.form.field(name)
    if found is None:
        return text.t(language, "question-field-gone")
    lines = [text.t(language, "question-field", title=text.user_text(found.title(language)))]
    lines[0] += " " + _how(found, language)
    value = queries.sheet_values(session, asked.case.uid).get(name)
    if value is not None and value.text_uid:
        day = when(access, value.said_at, language, now)
        lines.append(text.t(language, "question-field-old", words=text.text_ref(value.text_uid), day=day))
    return "\n".join(lines)


def _how(found: FormField, language: str) -> str:
    """How a field of its kind is answered."""
    if found.kind == "choice":
        offered = ", ".join(text.user_text(option) for option in found.options(language))
        return text.t(language, "question-kind-choice", options=offered)
    return text.t(language, f"question-kind-{found.kind}")


def _at_once(session: Session, access: Access, asked: Asked, language: str, now: datetime) -> Wording:
    """Every step, with a letter before each: figures are the numbers of actions."""
    lines: list[str] = []
    actions: tuple[str, ...] = ()
    for letter, step in zip("abcdefgh", asked.step.removeprefix(ALL).split(","), strict=False):
        made = _step(session, access, asked, step, language, now)
        lines += [f"**{letter})** {made.template}", ""]
        actions += made.actions
    return Wording("\n".join([*lines, text.t(language, "question-all-tail")]), actions)
