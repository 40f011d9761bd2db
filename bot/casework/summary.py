"""Before a meeting: what is new on each of its cases, what is open, what is missing. Short, for a phone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from bot import text
from bot.access import Access
from bot.actions import Cause
from bot.documents.case import actions_of, decisions_of, short_day, update_words
from bot.documents.lines import action_line, case_line
from bot.documents.sheet import entries
from bot.meetings import BOT, Meetings
from bot.owed import Message, forum, owe, owe_edit, owe_redaction
from bot.proceedings import home, room_language
from bot.storage import queries
from bot.storage.cases import PARAMETERS, Case, CaseUpdate
from bot.storage.meetings import Meeting
from bot.storage.models import Action
from bot.text.excerpt import excerpt

SHOWN = 5  # lines of each sort; the rest is counted
_LONG = 200  # characters of an update: more is read behind `!sag CODE`


def sum_up(session: Session, access: Access, meeting: Meeting, now: datetime) -> None:
    """Send the room a message for each case on its meeting's agenda, once."""
    meeting.summed_at = now
    where = home(session, meeting)
    if not (queries.has_cases(session, where.uid) or queries.escalated_to(session, where.uid)):
        return
    Meetings(session, access, Cause(BOT, now, f"agenda:{meeting.occasion}")).prepare(where, meeting)
    language = room_language(session, access, where.uid)
    for case in _cases(session, access, meeting):
        made, uids = summary(session, access, meeting, case, language, now)
        message = Message("case.summary", made, uids, language=language, meeting=meeting.uid, case=case.uid)
        reason = f"summary:{meeting.occasion}:{meeting.sequence}:{case.code}"
        owe(session, reason, forum(where.uid), message, now=now)


def _cases(session: Session, access: Access, meeting: Meeting) -> list[Case]:
    """The cases on a meeting's agenda that may be spoken of there, in its order, each once."""
    codes = dict.fromkeys(item.case_code or "" for item in queries.case_items(session, meeting.uid))
    known = queries.cases_by_code(session, set(codes))
    found = [known[code] for code in codes if code in known]
    return [
        case
        for case in found
        if case.state not in ("withdrawn", "closed")
        and meeting.forum_uid in access.case_forums(session, case)
    ]


def refresh_summaries(session: Session, access: Access, case: Case, reason: str, now: datetime) -> None:
    """Let the summaries of meetings that are not over say what is so now: an answer came late, or was edited."""
    for said in queries.said_of_case(session, case.uid, "case.summary"):
        meeting = queries.meeting(session, said.meeting_uid)
        if meeting is None or meeting.state not in ("planned", "running"):
            continue
        if case.state == "withdrawn":
            owe_redaction(session, said, f"gone:{reason}:{said.reason}", now=now)
            continue
        if meeting.forum_uid not in access.case_forums(session, case):
            continue  # who no longer has the case learns nothing new of it
        made, uids = summary(session, access, meeting, case, said.language, now)
        if made != said.template:
            message = Message(
                "case.summary", made, uids, language=said.language, meeting=meeting.uid, case=case.uid
            )
            owe_edit(session, said, f"summary-edit:{reason}:{said.id}", message, now=now)


def summary(
    session: Session, access: Access, meeting: Meeting, case: Case, language: str, now: datetime
) -> tuple[str, tuple[str, ...]]:
    """A case in a few lines, and the actions it names: new since last time, open, goals, what is missing."""
    since = case.followed_at or queries.reopened_at(session, [case.uid]).get(case.uid) or case.opened_at
    rows = actions_of(session, case)
    inside = frozenset({meeting.forum_uid})
    mine = [row for row in rows if row.state == "open"]
    head = f"**{case_line(case, language, short=True)}**"
    news = _news(session, access, case, rows, since, language, now)
    late = [row for row in mine if row.overdue_at is not None and row.overdue_at <= now]
    lacking = _lacking(session, access, meeting, case, language, now)
    aims = _aims(session, case, language)
    day = short_day(access, since, language)
    if not news and not mine and not aims:
        line = text.t(language, "case-summary-nothing", day=day)
        return " · ".join([head, line, *lacking]), ()
    lines = [head]
    lines += (
        [text.t(language, "case-summary-new", day=day), *news]
        if news
        else [text.t(language, "case-summary-no-news", day=day)]
    )
    if mine:
        lines.append(text.t(language, "case-actions", count=len(mine), overdue=len(late)))
        lines += _lines(session, access, late or mine[:1], language, now)
    lines += [text.t(language, "case-summary-aims"), *aims] if aims else []
    lines += [" · ".join(lacking)] if lacking else []
    shown = tuple(row.uid for row in (late or mine[:1])[:SHOWN] if row.forum_uid in inside)
    return "\n".join(_apart(lines)), shown


def _apart(lines: Sequence[str]) -> list[str]:
    """An empty line between a line of words and a list."""
    found: list[str] = []
    for line in lines:
        if found and line.startswith("- ") != found[-1].startswith("- "):
            found.append("")
        found.append(line)
    return found


def _news(
    session: Session,
    access: Access,
    case: Case,
    rows: Sequence[Action],
    since: datetime,
    language: str,
    now: datetime,
) -> list[str]:
    """What agencies said, what was observed, done and decided since a moment; of each sort the newest."""
    updates = _telling(queries.updates(session, case.uid, since=since, limit=50))
    said: list[str] = []
    for row in updates[:SHOWN]:
        words = update_words(row, language)
        if row.text_uid and len(queries.words(session, row.text_uid) or "") > _LONG:
            words = excerpt(words)
        who = row.agency or text.user_text(access.name(row.by))
        if row.kind == "observation":
            who = text.t(language, "case-summary-observed", who=who)
        said.append(f"- **{who}:** {words}")
    if len(updates) > SHOWN:
        said.append(f"- {text.t(language, 'digest-more', count=len(updates) - SHOWN)}")
    done = [
        row for row in rows if row.state == "done" and row.closed_at is not None and row.closed_at > since
    ]
    if done:
        numbers = ", ".join(str(row.number) for row in sorted(done, key=lambda row: row.number)[:20])
        said.append(f"- {text.t(language, 'case-summary-done', count=len(done), numbers=numbers)}")
    for decision in decisions_of(session, case)[:SHOWN]:
        if decision.decided_at > since and decision.text_uid:
            said.append(f"- **{decision.label}** {text.text_ref(decision.text_uid)}")
    return said


def _telling(updates: Sequence[CaseUpdate]) -> list[CaseUpdate]:
    """Without an agency's "nothing new" beside news of it, or said twice."""
    spoke = {row.agency for row in updates if row.kind != "nothing"}
    found: list[CaseUpdate] = []
    for row in updates:
        if row.kind != "nothing" or row.agency is None or row.agency not in spoke:
            found.append(row)
            spoke.add(row.agency)
    return found


def _lines(
    session: Session, access: Access, rows: Sequence[Action], language: str, now: datetime
) -> list[str]:
    owners = queries.owners_of(session, [row.uid for row in rows[:SHOWN]])
    lines = [
        f"- **{row.number}** "
        + action_line(session, access, row, language, now, owners=owners[row.uid], marked=True, case=False)
        for row in rows[:SHOWN]
    ]
    more = text.t(language, "digest-more", count=len(rows) - SHOWN)
    return [*lines, f"- {more}"] if len(rows) > SHOWN else lines


def _aims(session: Session, case: Case, language: str) -> list[str]:
    """The goals, and how each goes by the newest word of each agency."""
    goals = queries.goals(session, case.uid)
    trends = queries.trends(session, case.uid)
    lines: list[str] = []
    for parameter in PARAMETERS:
        goal, seen = goals.get(parameter), [row for row in trends if row.parameter == parameter]
        if goal is None and not seen:
            continue
        going = ", ".join(
            f"{text.t(language, f'case-trend-{row.trend}')} ({row.agency or text.t(language, 'case-the-group')})"
            for row in seen
        )
        aim = excerpt(text.text_ref(goal.text_uid)) if goal is not None and goal.text_uid else ""
        words = " – ".join(filter(None, [aim, going]))
        name = text.t(language, f"case-parameter-{parameter}")
        lines.append(f"- **{name[0].upper() + name[1:]}:** {words}")
    return lines


def _lacking(
    session: Session, access: Access, meeting: Meeting, case: Case, language: str, now: datetime
) -> list[str]:
    """Which agencies have not answered, and how much of the sheet is empty or old."""
    silent = (
        [
            asked.agency
            for asked in queries.questions_of_meeting(session, meeting.uid)
            if asked.case_uid == case.uid and asked.silent
        ]
        if meeting.asked_at
        else []
    )
    silent.sort(key=access.agency_order)
    said = [text.t(language, "agenda-case-unanswered", agencies=", ".join(silent))] if silent else []
    states = [entry.state for entry in entries(session, access, case, now)]
    missing, old = states.count("missing"), states.count("old")
    if missing or old:
        said.append(text.t(language, "case-summary-sheet", missing=missing, old=old))
    return said
