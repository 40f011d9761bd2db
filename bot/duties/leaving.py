"""Somebody is not of a forum any more, or not in the config: what they leave behind, and who hears of it.

Looked at only when somebody has come or gone, or the config's people have changed: nothing is read otherwise.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from bot import text
from bot.access import Access
from bot.actions import Cause
from bot.cases import Cases
from bot.casework import questions
from bot.documents.digest import forum_name
from bot.documents.lines import action_line
from bot.meetings import BOT
from bot.owed import Message, direct, owe
from bot.reminding import replan
from bot.storage import queries
from bot.storage.cases import CaseQuestion
from bot.storage.models import Action, Forum, Owner

SHOWN = 12  # promises in one message; the rest is counted


def next_instant(session: Session, access: Access, now: datetime) -> datetime | None:
    """Never by itself: people come and go in a sync, and a tick follows each."""
    return None


def run(session: Session, access: Access, now: datetime) -> None:
    """See who has left with something open, and tell each forum's coordinators once."""
    config = _people(access)
    if queries.meta(session, "people_moved") != "1" and queries.meta(session, "people_known") == config:
        return
    queries.set_meta(session, "people_moved", None)
    queries.set_meta(session, "people_known", config)
    left = _promises_left(session, access)
    for forum in queries.forums_with_rooms(session):
        chair = queries.running_chair(session, forum.uid)
        if chair is not None and not access.is_of(session, chair, forum.uid):
            left.setdefault((chair, forum.uid), [])
    before = {(person, uid) for person, uid, _ in queries.leavers(session)}
    found = {
        (person, uid, access.agency_behind(owner, action))
        for (person, uid), rows in left.items()
        for owner, action in rows
    }
    queries.set_leavers(session, sorted(found, key=str))
    asked = _questions_left(session, access)
    for person, uid in dict.fromkeys([*left, *asked]):
        rows, unanswered = left.get((person, uid), []), asked.get((person, uid), [])
        put_to = _put_to_another(session, access, unanswered, uid, now)
        if (person, uid) not in before or unanswered:
            _replan(session, access, person, now)
            _tell(session, access, person, uid, rows, unanswered, put_to, now)
    for person in sorted({person for person, _ in before - set(left)}):
        _replan(session, access, person, now)  # who has come back hears again
    _deputies_left(session, access, now)


def _promises_left(session: Session, access: Access) -> dict[tuple[str, str], list[tuple[Owner, Action]]]:
    """What those promised who may not have it any more, by owner and forum; each of them is looked at once."""
    pairs = queries.promising(session)
    inside = {owner: access.forums_behind(session, owner) for owner in {owner for owner, _ in pairs}}
    gone = sorted(pair for pair in pairs if pair[1] not in inside[pair[0]])
    return {(owner, uid): list(queries.open_promises(session, owner, uid)) for owner, uid in gone}


def _people(access: Access) -> str:
    """What the config says of people, as far as it decides who has left and who takes over; as a short hash."""
    settings = access.settings
    said = [
        [[p.user_id, p.agency, sorted(p.roles), sorted(p.oversees)] for p in settings.people],
        [[p.key, p.contact] for p in settings.partners],
        [[r.room, sorted(r.agencies)] for r in settings.rooms],
        [
            [code, a.representative, sorted(a.representatives.items())]
            for code, a in settings.agencies.items()
        ],
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]


def _replan(session: Session, access: Access, person: str, now: datetime) -> None:
    """Plan the reminders of what somebody left by the hours of whom they reach now."""
    replan(session, access, person, access.hours(session, person), now)


def _questions_left(session: Session, access: Access) -> dict[tuple[str, str], list[CaseQuestion]]:
    """What was asked about cases of somebody who may not hear of them any more, by person and forum."""
    found: dict[tuple[str, str], list[CaseQuestion]] = {}
    for question in queries.open_questions(session):
        asked = questions.of(session, question)
        if asked is None or not asked.case.live or asked.meeting.state != "planned":
            continue
        if not access.may_hear_of_case(session, question.person, asked.case):
            found.setdefault((question.person, asked.case.forum_uid), []).append(question)
    return found


def _put_to_another(
    session: Session, access: Access, unanswered: Sequence[CaseQuestion], uid: str, now: datetime
) -> list[str]:
    """Ask whoever speaks for the agency now, anew; nobody does: the question is dropped. Who is asked."""
    put_to: dict[str, None] = {}
    for question in unanswered:
        asked = questions.of(session, question)
        if asked is None:
            continue
        made = Cases(session, access, Cause(BOT, now, f"left:{question.person}"))
        others = questions.respondents(session, access, asked.meeting, asked.case, now)
        other, instead = next(((who, of) for code, who, of in others if code == question.agency), ("", None))
        if not other:
            made.turn(question, state="dropped", step=question.step)
            question.answered_at = None
            continue
        made.hand_on(question, other)
        question.handed_by = instead  # asked by the bot, as if for the first time
        question.remind_at = questions.reminds_at(access, asked.meeting.starts_at, now)
        questions.owe_question(session, access, question, now, f"left:{uid}")
        put_to[other] = None
    return list(put_to)


def _tell(
    session: Session,
    access: Access,
    person: str,
    uid: str,
    rows: Sequence[tuple[Owner, Action]],
    unanswered: Sequence[CaseQuestion],
    put_to: Sequence[str],
    now: datetime,
) -> None:
    """Tell each coordinator, once for each time somebody left: what is open, who is reminded, how to hand it on."""
    forum = session.get(Forum, uid)
    if forum is None:
        return
    room = queries.forum_room(session, uid)
    member = queries.member(session, room.room_id, access.reached_through(person)) if room else None
    since = member.since if member is not None else None
    gone = "" if access.person(access.reached_through(person)) is not None else ":config"
    reached = [access.reached(session, owner, action, access.today(now)) for owner, action in rows]
    codes = sorted({case.code for q in unanswered if (case := queries.case(session, q.case_uid)) is not None})
    chair = queries.running_chair(session, uid) == access.reached_through(person)
    for coordinator in access.coordinators(session, uid):
        if coordinator.user_id == access.reached_through(person):
            continue
        language = access.language(session, coordinator.user_id)
        takes = list(dict.fromkeys(p for p in reached if p and p != coordinator.user_id))
        head = text.t(
            language,
            "leaver-told",
            name=_name(access, person),
            forum=text.user_text(forum_name(access, forum)),
            to="somebody" if takes else "nobody",
            takes=", ".join(text.user_text(access.name(p)) for p in takes),
            count=len(rows),
            number=rows[0][1].number if rows else 0,
            prefix=access.settings.general.prefix,
        )
        lines = [
            f"- **{action.number}** {action_line(session, access, action, language, now, marked=True)}"
            for _, action in rows[:SHOWN]
        ]
        more = len(rows) - SHOWN
        lines += [f"- {text.t(language, 'digest-more', count=more)}"] if more > 0 else []
        said = [head, *(["", *lines] if lines else [])]
        if codes:
            said += [
                "",
                text.t(
                    language,
                    "leaver-questions",
                    codes=", ".join(codes),
                    to="somebody" if put_to else "nobody",
                    takes=", ".join(text.user_text(access.name(p)) for p in put_to),
                ),
            ]
        if chair:
            key = text.t(
                language, "leaver-chair", name=_name(access, person), prefix=access.settings.general.prefix
            )
            said += ["", key]
        uids = tuple(action.uid for _, action in rows[:SHOWN])
        message = Message("leaver", "\n".join(said), uids, notify=True, language=language)
        reason = f"leaver:{room.room_id if room else uid}:{person}:{since}{gone}:{coordinator.user_id}"
        owe(session, reason, direct(coordinator.user_id), message, now=now)


def _name(access: Access, person: str) -> str:
    return text.user_text(access.name(person))


def _deputies_left(session: Session, access: Access, now: datetime) -> None:
    """Who stood in for somebody in a forum and has left it: that somebody hears, and the coordinators."""
    for row in queries.deputies(session):
        if access.person(row.deputy) is None:
            continue  # the duty of deputies ends it
        for uid in sorted(access.belonging(session, row.person) - set(row.forums or ())):
            room, forum = queries.forum_room(session, uid), session.get(Forum, uid)
            member = queries.member(session, room.room_id, row.deputy) if room else None
            if room is None or forum is None or member is None or member.membership not in ("leave", "ban"):
                continue
            if member.since < row.at:
                continue
            people = {row.person, *(p.user_id for p in access.coordinators(session, uid))}
            _replan(session, access, row.person, now)
            for user_id in sorted(people):
                language = access.language(session, user_id)
                said = text.t(
                    language,
                    "deputy-left",
                    name=_name(access, row.person),
                    deputy=_name(access, row.deputy),
                    forum=text.user_text(forum_name(access, forum)),
                )
                message = Message("deputy", said, notify=True, language=language)
                reason = f"deputy-left:{room.room_id}:{row.deputy}:{member.since}:{row.person}:{user_id}"
                owe(session, reason, direct(user_id), message, now=now)
