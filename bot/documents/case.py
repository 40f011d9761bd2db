"""A case as people read it: in a line of a list, as a whole, and its handleplan (docs/domain, Records)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from sqlmodel import Session

from bot import text
from bot.access import Access
from bot.documents.lines import action_line, day, owners_line, with_agency
from bot.documents.model import Block, Document, Paragraph, Table
from bot.reminding import deadline
from bot.storage import queries
from bot.storage.cases import PARAMETERS, Case, CaseTrend, CaseUpdate, Escalation
from bot.storage.meetings import Decision
from bot.storage.models import Action, Owner
from bot.text.excerpt import excerpt
from bot.when import Deadline
from bot.when.say import say_day

_UPDATES = 8  # agencies whose newest word is shown


@dataclass(frozen=True)
class Card:
    """A case as a message: Markdown with tokens, and the actions it speaks of."""

    template: str
    actions: tuple[str, ...]


def had_it(row: Escalation, at: datetime) -> bool:
    """Whether the forum that a case was lifted to had it at a moment: from the lift to the decision that ended it."""
    return row.escalated_at <= at and (row.returned_at is None or at <= row.returned_at)


def counts(case: Case, lifts: Iterable[Escalation], forum_uid: str, at: datetime) -> bool:
    """Whether what a forum agreed or decided about a case at a moment belongs to it.

    In the case's own forum always; elsewhere only while the case was lifted there: the rest is that forum's own.
    """
    return forum_uid == case.forum_uid or any(row.to_uid == forum_uid and had_it(row, at) for row in lifts)


def actions_of(session: Session, case: Case) -> list[Action]:
    """The actions that count to a case (`counts`), in the order of time; cancelled ones left out."""
    lifts = queries.escalations(session, case.uid)
    rows = queries.actions_of_case(session, case.code, {case.forum_uid, *(each.to_uid for each in lifts)})
    return [row for row in rows if counts(case, lifts, row.forum_uid, row.created_at)]


def decisions_of(session: Session, case: Case) -> list[Decision]:
    """The decisions that count to a case (`counts`), the newest first; those taken back left out."""
    lifts = queries.escalations(session, case.uid)
    rows = queries.decisions_of_case(session, case.code, {case.forum_uid, *(each.to_uid for each in lifts)})
    return [row for row in rows if counts(case, lifts, row.forum_uid, row.decided_at)]


# --- the plan


def plan(
    session: Session,
    access: Access,
    case: Case,
    language: str,
    now: datetime,
    *,
    most: int | None = None,
) -> tuple[Block, ...]:
    """The handleplan: the case's actions, a table for each agency in the config's order, none last.

    Within an agency in the order of time; a plan B stands beneath its action. `most`: of more actions than that the
    open ones are shown first, and the others counted.
    """
    rows = actions_of(session, case)
    if not rows:
        return (Paragraph(text.t(language, "case-plan-empty")),)
    shown = rows
    if most is not None and len(rows) > most:
        chosen = sorted(rows, key=lambda row: row.state != "open")[:most]
        shown = [row for row in rows if row in chosen]
    owners = queries.owners_of(session, [row.uid for row in shown])
    order = {code: place for place, code in enumerate(access.settings.agencies)}
    shown.sort(key=lambda row: order.get(row.agency or "", len(order)))
    blocks: list[Block] = [
        _part(session, access, code, list(part), owners, language, now)
        for code, part in groupby(shown, key=lambda row: row.agency if row.agency in order else None)
    ]
    if len(shown) < len(rows):
        blocks.append(Paragraph(text.t(language, "case-plan-more", count=len(rows) - len(shown))))
    return tuple(blocks)


def _part(
    session: Session,
    access: Access,
    code: str | None,
    rows: Sequence[Action],
    owners: dict[str, list[Owner]],
    language: str,
    now: datetime,
) -> Table:
    agency = access.settings.agency(code) if code else None
    caption = text.user_text(agency.name) if agency else text.t(language, "case-plan-no-agency")
    cells: list[tuple[str, ...]] = []
    lines: list[str] = []
    for row in rows:
        who = owners_line(access, owners[row.uid], language) or text.t(language, "line-no-owner")
        words = text.text_ref(row.text_uid) if row.text_uid else text.t(language, "line-no-text")
        due = deadline(row)
        by = day(access, due, language, now) if due else text.t(language, "line-no-due")
        state = _state(row, language, now)
        cells.append((str(row.number), words, who, by, state))
        said = text.t(language, "case-plan-by", due=by) if due else by
        lines.append(f"{words} – {who}, {said}" + ("" if state == _open(language) else f" · {state}"))
        if row.planb_uid:
            planb = text.text_ref(row.planb_uid)
            cells.append((text.t(language, "case-planb"), planb, "", "", ""))
            lines.append(planb)
    head = tuple(text.t(language, f"case-plan-{name}") for name in ("number", "what", "who", "due", "state"))
    return Table(caption, head, tuple(cells), tuple(lines))


def _open(language: str) -> str:
    return text.t(language, "state-open")


def _state(row: Action, language: str, now: datetime) -> str:
    overdue = row.state == "open" and row.overdue_at is not None and row.overdue_at <= now
    return text.t(language, f"state-{'overdue' if overdue else row.state}")


def plan_document(
    session: Session, access: Access, case: Case, language: str, now: datetime, *, most: int | None = None
) -> Document:
    """The handleplan as a document of its own."""
    return Document(
        title=text.t(language, "case-plan-head", code=case.code),
        language=language,
        subtitle=text.text_ref(case.text_uid) if case.text_uid else "",
        blocks=plan(session, access, case, language, now, most=most),
    )


# --- a case in a list, and as a whole


def row_line(access: Access, case: Case, language: str, now: datetime) -> str:
    """A case in a list: code, what it is about, urgent, its state, and when it has to be followed up."""
    parts = [f"**{case.code}**"]
    parts[0] += f" {excerpt(text.text_ref(case.text_uid))}" if case.text_uid else ""
    parts += [text.t(language, "case-urgent")] if case.urgent else []
    parts += [text.t(language, "case-state-escalated")] if case.state == "escalated" else []
    return " · ".join([*parts, *_turn(access, case, language, now)])


def _turn(access: Access, case: Case, language: str, now: datetime) -> list[str]:
    """When a case's turn is, or was."""
    if case.state == "closed":
        at = case.closed_at or case.opened_at
        return [text.t(language, "case-closed-on", day=_on(access, at, language, now))]
    if case.follow_up_at is None:
        return []
    if case.state == "resting":
        return [text.t(language, "case-rests", day=_on(access, case.follow_up_at, language, now))]
    last = by_day(access, case.follow_up_at, language, now)
    if case.follow_up_at <= now:
        return [f"**{text.t(language, 'case-follow-up-missed', day=last)}**"]
    return [text.t(language, "case-follow-up", day=last)]


def by_day(access: Access, until: datetime, language: str, now: datetime) -> str:
    """The last day before an instant at which a day ends, in words: what is due by then is due on that day."""
    return _on(access, until - timedelta(microseconds=1), language, now)


def _on(access: Access, at: datetime, language: str, now: datetime) -> str:
    tz = access.settings.general.tz
    return day(access, Deadline(at.astimezone(tz).date()), language, now)


def short_day(access: Access, at: datetime, language: str) -> str:
    """A day in short words: "fre. 27. nov."."""
    local = access.today(at)
    return say_day(local, language, today=local)


def sentence(words: str) -> str:
    """A sentence with one full stop: a short day ("fre. 27. nov.") brings its own."""
    return words[:-1] if words.endswith("..") and not words.endswith("...") else words


def card(
    session: Session,
    access: Access,
    case: Case,
    language: str,
    now: datetime,
    *,
    whole: bool,
    related: Sequence[str],
    lifted_to: str | None,
) -> Card:
    """A case as a whole, as it reads on a phone.

    `whole`: with what the agencies say, which followers and caseworkers do not see. `related` are the codes that the
    reader may know of, `lifted_to` what the forum it is lifted to is called.
    """
    head = f"**{case.code}**" + (f" {text.text_ref(case.text_uid)}" if case.text_uid else "")
    parts = [head, *_status(session, access, case, language, now, lifted_to if whole else None)]
    aims = _aims(session, access, case, language, whole=whole)
    if aims:
        parts += ["", *aims]
    said, uids = _todo(session, access, case, language, now)
    parts += ["", *said]
    if whole:
        news = _news(session, access, case, language)
        parts += ["", text.t(language, "case-news"), "", *news] if news else []
        parts += ["", *_people(session, access, case, language)]
    if related:
        parts.append(text.t(language, "case-related", codes=", ".join(related)))
    return Card("\n".join(_spaced(parts)), uids)


def _spaced(parts: Sequence[str]) -> list[str]:
    """Without an empty line at the end, or two in a row."""
    kept: list[str] = []
    for part in parts:
        if part or (kept and kept[-1]):
            kept.append(part)
    return kept[:-1] if kept and not kept[-1] else kept


def _status(
    session: Session, access: Access, case: Case, language: str, now: datetime, lifted_to: str | None
) -> list[str]:
    # When it was closed, or until when it rests, says its state as well.
    first = [text.t(language, f"case-state-{case.state}")] if case.live else []
    first += [text.t(language, "case-urgent")] if case.urgent else []
    state = " · ".join([*first, *_turn(access, case, language, now)])
    lines = [state[:1].upper() + state[1:]]
    if case.closing_uid and case.state in ("closed", "resting"):
        lines.append(text.t(language, "case-reason", words=text.text_ref(case.closing_uid)))
    if case.live:
        again = queries.reopened_at(session, [case.uid]).get(case.uid)
        key = "case-reopened-never" if again else "case-followed-never"
        key = "case-followed-last" if case.followed_at else key
        at = case.followed_at or again or case.opened_at
        lines.append(sentence(text.t(language, key, day=short_day(access, at, language))))
    if lifted_to is not None:
        lines.append(text.t(language, "case-lifted-to", forum=lifted_to))
    return lines


def _aims(session: Session, access: Access, case: Case, language: str, *, whole: bool) -> list[str]:
    """The goals, and how each parameter goes; where agencies differ, who says what."""
    goals = queries.goals(session, case.uid)
    trends = queries.trends(session, case.uid) if whole else ()
    lines: list[str] = []
    for parameter in PARAMETERS:
        goal = goals.get(parameter)
        seen = [row for row in trends if row.parameter == parameter]
        if goal is None and not seen:
            continue
        said = text.text_ref(goal.text_uid) if goal and goal.text_uid else text.t(language, "case-no-goal")
        going = f" – {_going(access, seen, language)}" if seen else ""
        name = text.t(language, f"case-parameter-{parameter}")
        lines.append(f"- **{name[0].upper()}{name[1:]}:** {said}{going}")
    return lines


def _going(access: Access, seen: Sequence[CaseTrend], language: str) -> str:
    """The newest word on a parameter; everybody's where they differ. The newest first."""
    rows = seen if len({row.trend for row in seen}) > 1 else seen[:1]
    return ", ".join(
        text.t(
            language,
            "case-trend-by",
            trend=text.t(language, f"case-trend-{row.trend}"),
            who=row.agency or text.t(language, "case-the-group"),
            day=short_day(access, row.said_at, language),
        )
        for row in rows
    )


def _todo(
    session: Session, access: Access, case: Case, language: str, now: datetime
) -> tuple[list[str], tuple[str, ...]]:
    """How many actions are open, how many over the deadline, and the soonest."""
    rows = [row for row in actions_of(session, case) if row.state == "open"]
    if not rows:
        return [text.t(language, "case-no-actions")], ()
    overdue = sum(1 for row in rows if row.overdue_at is not None and row.overdue_at <= now)
    first = rows[0]
    said = [
        text.t(language, "case-actions", count=len(rows), overdue=overdue),
        "",
        f"- **{first.number}** {_bare_line(session, access, first, language, now)}",
    ]
    return said, (first.uid,)


def _bare_line(session: Session, access: Access, row: Action, language: str, now: datetime) -> str:
    """An action's line without the code of its case, which stands above it."""
    return action_line(session, access, row, language, now, marked=True, case=False)


def _news(session: Session, access: Access, case: Case, language: str) -> list[str]:
    """The newest update of each agency, the newest first."""
    newest: dict[str, CaseUpdate] = {}
    for row in queries.updates(session, case.uid, limit=200):
        newest.setdefault(row.agency or row.by, row)
    return [
        f"- **{key if row.agency else text.user_text(access.name(row.by))}** "
        f"{short_day(access, row.said_at, language)}: {update_words(row, language)}"
        for key, row in list(newest.items())[:_UPDATES]
    ]


def update_words(row: CaseUpdate, language: str) -> str:
    """What an update says, in a line."""
    if row.kind in ("nothing", "withheld"):
        return text.t(language, f"case-update-{row.kind}")
    return text.text_ref(row.text_uid) if row.text_uid else text.t(language, "line-no-text")


def _people(session: Session, access: Access, case: Case, language: str) -> list[str]:
    found: list[str] = []
    for row in queries.followers(session, case.uid):
        name = with_agency(access, row.person, row.agency)
        found.append(text.t(language, "case-a-caseworker", name=name) if row.role == "caseworker" else name)
    return [text.t(language, "case-followers", names=", ".join(found))] if found else []
