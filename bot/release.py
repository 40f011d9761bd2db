"""The one guard that all output passes: may this message go to this room, with the people who are in it now?

Asked on the storage thread just before a message's content is made, and again each time before it is sent. Deny by
default: every record that the message speaks of, by its links in the outbox, has to be let through by a flow of
`access.FLOWS`. A room in which a stranger is waits; what no flow lets through is refused, and no word of it is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import structlog
from sqlmodel import Session

from bot import audit
from bot.access import FLOWS, Access
from bot.flows import RULES, Audience, Record
from bot.storage import queries
from bot.storage.models import Action, Outbox, Room
from bot.storage.queries import Quote

log = structlog.get_logger(__name__)

NOTICES = frozenset({"stranger.here", "stranger.gone"})
"""What is said while a stranger is there: that the bot is silent. It names nobody and speaks of nothing."""
ALONE = frozenset({"disclosed", "deputy"})
"""The flows by which an action goes without what stands beside it."""
LOGGED = frozenset(flow.name for flow in FLOWS if flow.logged)


@dataclass(frozen=True)
class Verdict:
    """Whether a message may leave (`go`), has to wait for a stranger to be gone, or must never leave (`why`: a record).

    `flows` are those it takes, each with what it concerns: (flow, subject).
    """

    says: Literal["go", "wait", "never"]
    why: str = ""
    flows: tuple[tuple[str, str], ...] = ()


GO = Verdict("go")
FIGURES = Verdict("go", flows=(("figures", "counts"),))


def verdict(session: Session, access: Access, row: Outbox, room: Room, now: datetime) -> Verdict:
    """Whether a row of the outbox may leave into a room now."""
    if row.what in ("redact", "reaction", "pin", "event"):
        return GO if row.what == "redact" or row.kind in NOTICES else _present(session, access, row, room)
    trace = queries.trace(session, room.room_id, row.id, row.about)
    if row.kind not in NOTICES and access.strangers(session, room, trace.present):
        return Verdict("wait", "stranger")
    to = Audience(session, access, row, room, access.today(now))
    if row.what == "picture":
        return FIGURES if _may_have_figures(to) else Verdict("never", "figures")
    if not (trace.actions or trace.quotes or row.case_uid or row.meeting_uid):
        return FIGURES if row.kind == "digest" else GO
    return _judge(to, trace.actions, trace.quotes)


def _present(session: Session, access: Access, row: Outbox, room: Room) -> Verdict:
    """A sign or a pin says nothing, and waits with the message that it belongs to. A verification is no content."""
    if row.what == "event" or not access.strangers(session, room):
        return GO
    return Verdict("wait", "stranger")


def _may_have_figures(to: Audience) -> bool:
    """A digest's picture has its forum's exact counts: for its room, and for who oversees one."""
    if to.forum is not None:
        return True
    return to.person is not None and bool(to.access.own_forums(to.session, to.person))


def _judge(to: Audience, action_uids: Sequence[str], quotes: Sequence[Quote]) -> Verdict:
    """Every record of a message against the rules."""
    session, row = to.session, to.row
    told: dict[tuple[str, str], None] = {}
    actions = _actions(session, action_uids)
    for action in actions:
        if not _passes(to, Record("action", action=action), told):
            return Verdict("never", f"action:{action.number}")
    if row.case_uid and not _passes(to, _case(to, row.case_uid), told):
        return Verdict("never", "case")
    meeting = queries.meeting(session, row.meeting_uid)
    if meeting is not None and not _passes(to, Record("meeting", meeting=meeting), told) and not actions:
        return Verdict("never", "meeting")
    left = _unfit(to, quotes, told)
    if left and not _belongs(to, left, [action.uid for action in actions]):
        return Verdict("never", "text")
    return Verdict("go", flows=tuple(told))


def _actions(session: Session, uids: Sequence[str]) -> list[Action]:
    """Actions by their row ids; one that was just recorded is at hand."""
    if len(uids) == 1:
        found = session.get(Action, uids[0])
        return [found] if found is not None else []
    return list(queries.actions_by_uid(session, list(uids)).values()) if uids else []


def _passes(
    to: Audience, record: Record, told: dict[tuple[str, str], None], besides: frozenset[str] = frozenset()
) -> bool:
    """Whether a flow lets a record through, of those that are not `besides`; the first that does is noted."""
    for flow in FLOWS:
        rule = RULES.get(flow.name)
        if rule is not None and flow.name not in besides and rule(to, record):
            told[(flow.name, record.subject)] = None
            return True
    return False


def _case(to: Audience, uid: str) -> Record:
    case = queries.case(to.session, uid)
    return Record("case", case=case) if case is not None else Record("gone")


def _unfit(to: Audience, quotes: Iterable[Quote], told: dict[tuple[str, str], None]) -> list[Quote]:
    """The texts that no flow lets through by their key alone."""
    by_key: dict[str, list[Quote]] = {}
    for quote in quotes:
        by_key.setdefault(quote.key, []).append(quote)
    left: list[Quote] = []
    for key, some in by_key.items():
        kind, _, name = key.partition(":")
        case = queries.case_by_code(to.session, name) if kind in ("case", "names") else None
        if case is not None and kind == "case":
            found = queries.undecided(to.session, case.uid, [quote.uid for quote in some])
            to.undecided = to.undecided | found
        home = name if kind == "forum" else None
        sort = "names" if kind == "names" else "words"
        left += [
            quote
            for quote in some
            if not _passes(to, Record(sort, case=case, quote=quote, forum_uid=home), told)
        ]
    return left


def _belongs(to: Audience, left: Sequence[Quote], actions: Sequence[str]) -> bool:
    """Whether texts belong to something that was let through: its actions, its meeting, what a forum keeps for good."""
    session, row = to.session, to.row
    uids = {quote.uid for quote in left} - to.undecided
    if len(uids) < len(left):
        return False
    about = {*actions, *_more_actions(to)}
    for action in _actions(session, sorted(about)):
        uids.discard(action.text_uid or "")
        # Who has an action by somebody's yes, or in somebody's place, has it and no plan B of others.
        if action.planb_uid in uids and _passes(to, Record("action", action=action), {}, ALONE):
            uids.discard(action.planb_uid or "")
    for code in {quote.key.removeprefix("case:") for quote in left if quote.uid in uids}:
        uids -= _kept(to, code)
    meeting = queries.meeting(session, row.meeting_uid)
    if uids and meeting is not None and to.at_home(meeting.forum_uid):
        items = queries.agenda_of_all_states(session, meeting.uid)
        decided = queries.decisions_of(session, meeting.uid)
        uids -= {one.text_uid for one in items} | {one.text_uid for one in decided}
        uids -= {one.text_uid for one in queries.remarks(session, meeting.uid)}
        uids -= {one.text_uid for one in queries.attendance(session, meeting.uid)}
    return not uids


def _more_actions(to: Audience) -> list[str]:
    """The actions of the message's case and meeting that may go here as well: a plan quotes without naming them."""
    case = queries.case(to.session, to.row.case_uid)
    found = list(queries.actions_about(to.session, {case.code}, _STATES)) if case is not None else []
    if to.row.meeting_uid:
        found += queries.actions_of_meeting(to.session, to.row.meeting_uid)
    told: dict[tuple[str, str], None] = {}
    return [action.uid for action in found if _passes(to, Record("action", action=action), told)]


_STATES = ("open", "done", "declined", "cancelled")


def _kept(to: Audience, code: str) -> set[str]:
    """What a forum keeps of a case that was lifted to it: its own decisions and items; in what it wrote of its
    meetings also what it was about and why.
    """
    case = queries.case_by_code(to.session, code)
    if case is None:
        return set()
    lifts = [
        row
        for row in queries.escalations_of_all_states(to.session, case.uid)
        if row.state != "withdrawn" and to.at_home(row.to_uid)
    ]
    forums = {row.to_uid for row in lifts}
    own = queries.said_in_forums(to.session, code, forums) if forums else set()
    written = {case.text_uid, *(row.text_uid for row in lifts)} if lifts and to.row.meeting_uid else set()
    return {uid for uid in {*own, *written} if uid}


# --- what the log hears of it


def refuse(session: Session, row: Outbox, why: str, now: datetime) -> None:
    """A message that no flow lets through: it never leaves, nobody hears what it said, the log has that it was."""
    log.error("send.forbidden", outbox=row.id, kind=row.kind, why=why.partition(":")[0])
    row.state, row.error = "refused", f"flow:{why}"
    row.template = row.content = row.ciphertext = None
    subject = why if why.startswith("action:") else f"outbox:{row.id}"
    audit.note(
        session, "refused", subject, by="", at=now, recipient=row.target, detail=row.kind, purpose="security"
    )
    session.flush()


def note_told(session: Session, row: Outbox, flows: Iterable[tuple[str, str]], now: datetime) -> None:
    """Write down what a message told by the flows that are logged, once for each case, else each action."""
    for flow, subject in flows:
        if flow in LOGGED:
            audit.note(
                session,
                "told",
                subject,
                by="",
                at=now,
                recipient=row.target,
                detail=flow,
                purpose="prevention",
            )
