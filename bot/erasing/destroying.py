"""Taking a case away: its rows, its messages in the rooms and people's own about it, in one transaction.

The keys of its words are destroyed after that commit (`bot.filing`), and once more at the next start if a crash came
between. What was said of several cases is redacted too; what of that still matters is said again without this one.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session, SQLModel

from bot import audit
from bot.access import Access
from bot.documents.model import Document
from bot.erasing.belongings import Belongings, belongings, own_messages
from bot.erasing.steps import purpose, tag
from bot.erasing.without import Names, document_without, message_without
from bot.owed import (
    AS_IT_IS,
    MEDIA,
    OF_WHAT_IS_GONE,
    File,
    Message,
    What,
    give_up_media,
    is_pinned,
    owe,
    owe_pin,
    owe_purge,
    owe_redaction,
    target_in,
)
from bot.storage import queries
from bot.storage.cases import Case, CaseRelation, QuestionStep
from bot.storage.meetings import AgendaItem, Decision, Meeting, Remark
from bot.storage.models import Action, Change, Command, Outbox, OutboxAction, OutboxText, Text
from bot.storage.privacy import Erasure
from bot.storage.queries.erasures import OF_CASE
from bot.storage.sealing import KeyDestroyed, without_case

log = structlog.get_logger(__name__)

PURGE = "erasure.purge"
"""The kind of redaction that an erasure owes."""
PAGE = 300
"""Messages looked through in one transaction for a case's code."""
_STAYS = OF_WHAT_IS_GONE
_RECENT = timedelta(days=14)
_LISTS = frozenset({"reminder", "reminder.now", "overdue.raised", "actions.list"})
_MINUTES = frozenset({"minutes", "minutes.file", "minutes.addendum"})
_AHEAD = frozenset({"meeting.agenda", "meeting.headsup", "case.summary", "minutes.draft"})


def mentioning(session: Session, code: str, after: int) -> tuple[set[str], int, bool]:
    """The messages of a page that name a case by its code, whatever they are about.

    With the last one looked at, and whether there may be more.
    """
    rows = queries.messages_after(session, after, PAGE)
    names = Names(code, frozenset(), frozenset())
    found = {row.id for row in rows if row.kind not in _STAYS and names.in_words(_said(row) or "")}
    return found, (rows[-1].seq or after) if rows else after, len(rows) == PAGE


def destroy(
    session: Session,
    access: Access,
    case: Case,
    now: datetime,
    *,
    erasure: Erasure | None,
    named_in: Collection[str] = (),
    looked_to: int = 0,
    edits: Collection[tuple[str, str]] = (),
) -> dict[str, int]:
    """Take a case away, in the caller's transaction; how many rows of each kind went.

    `named_in` are the messages that `mentioning` found up to the one `looked_to`: later ones are looked at here.
    `edits` are people's edits of their messages about it, as (room, event). Without an `erasure` it is one that a
    backup has brought back: then it is noted as erased again.
    """
    own = belongings(session, case)
    code, mark = case.code, tag(session, case.code)
    names = Names(code, own.text_uids, frozenset(str(row.number) for row in own.actions))
    counts = own.counts()
    said = [(row.room_id, row.event_id) for row in own_messages(session, own, access.settings.matrix.user_id)]
    people = list(dict.fromkeys([*said, *sorted(edits)]))
    ids = set(named_in) | _naming(session, code, looked_to)
    _free_others(session, own, now)
    _retire(session, own, names, mark, ids, now)
    for room_id, event_id in people:
        target = _target(session, room_id)
        if target is not None:
            owe_purge(session, f"erased:{mark}:{event_id}", PURGE, target, room_id, event_id, now=now)
    _rewrite_minutes(session, names)
    _keep_counting(session, own)
    _remove(session, own, [event_id for _, event_id in people])
    if erasure is None:
        erasure = Erasure(
            case_uid=case.uid,
            code=code,
            forum_uid=case.forum_uid,
            why="restored",
            state="erased",
            by="",
            at=now,
        )
        session.add(erasure)
    erasure.state, erasure.erased_at, erasure.reported_at = "erased", now, None
    session.flush()
    detail = " ".join(f"{kind}={count}" for kind, count in counts.items() if count)
    why = purpose(erasure)
    audit.note(session, "erased", f"case:{code}", by=erasure.by, at=now, detail=detail, purpose=why)
    log.info("case.erased", case=code, why=erasure.why, messages=len(people), **counts)
    return counts


def _target(session: Session, room_id: str) -> str | None:
    """The outbox target of a room that an event stands in."""
    room = queries.room(session, room_id)
    return target_in(room) if room is not None and (room.person or room.forum_uid) else None


def _free_others(session: Session, own: Belongings, now: datetime) -> None:
    """Let the words of other records that name the case open without its key, in the database as it is from now on.

    In one that a backup has brought back they do not open any more, and are gone.
    """
    for row in queries.texts_needing(session, own.case.code):
        key = without_case(row.key, own.case.code)
        if row.uid in own.text_uids or not key:
            continue
        try:
            queries.reseal(row, key)
        except KeyDestroyed:
            row.key, row.sealed_text, row.erased_at = key, None, row.erased_at or now
    session.flush()


# --- the bot's own messages


def _said(row: Outbox) -> str | None:
    """What a message says; None for one that nobody can open any more, since a backup has brought it back."""
    try:
        return row.template
    except KeyDestroyed:
        return None


def _retire(
    session: Session, own: Belongings, names: Names, mark: str, named_in: Collection[str], now: datetime
) -> None:
    """Redact every message that speaks of the case, and say again what of several still matters."""
    ids = set(named_in) | queries.messages_about(
        session, own.case.uid, own.case.code, own.action_uids, own.text_uids
    )
    ids |= {row.outbox_id for row in own.steps}
    ids |= {row.id for row in queries.messages_needing(session, own.case.code)}
    originals: dict[str, Outbox] = {}
    for row in queries.messages_by_id(session, ids):
        if row.what == MEDIA:  # a file that was taken back before, whose reason names the case
            row.reason = f"erased:{mark}:{MEDIA}:{row.id}"
        if row.kind in _STAYS or row.kind == PURGE or row.what == MEDIA:
            continue
        said = queries.outbox(session, row.about) if row.about else row
        said = said if said is not None else row
        originals[said.id] = said
    for said in originals.values():
        _say_again(session, own, said, names, now)
        _take_back(session, said, mark, now)


def _naming(session: Session, code: str, looked_to: int) -> set[str]:
    found: set[str] = set()
    more = True
    while more:
        page, looked_to, more = mentioning(session, code, looked_to)
        found |= page
    return found


def _take_back(session: Session, row: Outbox, mark: str, now: datetime) -> None:
    """Redact a message and its edits; nothing of them stays but the deletions that are owed."""
    upon = queries.rows_upon(session, row.id)
    edits = [each for each in upon if each.what == "edit"]
    if any(each.state == "owed" and each.attempts for each in (row, *edits)):
        # It, or an edit of it, may have arrived: that goes out, empty, under its own id and is redacted next.
        owe_redaction(session, row, f"erased:{mark}", now=now)
        _delete_files(session, [row], mark, now)
        for each in (row, *edits):
            each.case_uid, each.reason = None, f"erased-row:{each.id}"
        queries.remove(session, QuestionStep, "outbox_id", [row.id])
        return
    done = {each.about for each in upon if each.what == "redact" and each.state == "sent"}
    for each in (row, *(each for each in upon if each.what == "edit")):
        below = queries.rows_upon(session, each.id)
        redacted = {found.about for found in below if found.what == "redact" and found.state == "sent"}
        if each.event_id and each.room_id and each.id not in done | redacted and each.what != "redact":
            reason = f"erased:{mark}:{each.id}"
            owe_purge(session, reason, PURGE, each.target, each.room_id, each.event_id, now=now)
    _delete_files(session, [row, *upon], mark, now)
    gone = [row.id, *(each.id for each in upon)]
    gone += [below.id for each in upon for below in queries.rows_upon(session, each.id)]
    for table in (OutboxAction, OutboxText, QuestionStep):
        queries.remove(session, table, "outbox_id", gone)
    queries.remove(session, Outbox, "id", gone)


def _delete_files(session: Session, rows: Iterable[Outbox], mark: str, now: datetime) -> None:
    """Owe the deletion of what was uploaded for messages. What was owed before is told of with the rest."""
    for row in rows:
        give_up_media(session, row, now=now)
        for owed in queries.media_owed_for(session, row.id):
            owed.reason = f"erased:{mark}:{owed.reason}"


def _say_again(session: Session, own: Belongings, row: Outbox, names: Names, now: datetime) -> None:
    """Owe a message about several cases once more without this one, where it still matters."""
    said_now = _said(row)
    if said_now is None or row.state not in ("owed", "sent") or not _matters(session, own, row, now):
        return
    actions = tuple(
        each.uid for each in queries.actions_in(session, row.id) if each.uid not in own.action_uids
    )
    what: What = "message"
    if row.what == "file":
        left = _file_without(said_now, names)
        what = "file"
    else:
        left = message_without(said_now, names)
    if left is None or not left or (row.kind in _LISTS and not actions):
        return
    again = Message(row.kind, left, actions, language=row.language, meeting=row.meeting_uid)
    said = owe(session, f"kept:{row.id}", row.target, again, now=now, what=what)
    if said is not None and is_pinned(session, row):
        owe_pin(session, f"pin:kept:{row.id}", said, now=now)


def _matters(session: Session, own: Belongings, row: Outbox, now: datetime) -> bool:
    if row.case_uid == own.case.uid or row.what not in ("message", "file"):
        return False
    if row.kind in _MINUTES:
        return True
    if row.kind in _AHEAD:
        meeting = queries.meeting(session, row.meeting_uid)
        ahead = meeting is not None and meeting.state in ("planned", "running")
        return ahead or (row.kind == "minutes.draft" and meeting is not None and meeting.minutes == "draft")
    recent = now - row.created_at <= _RECENT
    return (row.kind == "digest" or row.kind in _LISTS) and recent and not queries.newer_of_kind(session, row)


def _file_without(template: str, names: Names) -> str | None:
    """A file's template without the case; None where it is a calendar, or nothing but the case's."""
    file = File.from_json(template)
    if file.format in AS_IT_IS or names.in_words(file.alt) or names.in_words(file.name):
        return None
    document = document_without(Document.from_json(file.content), names)
    return replace(file, content=document.to_json()).to_json() if document.blocks else None


def _rewrite_minutes(session: Session, names: Names) -> None:
    """Approved minutes are frozen, with tokens for the words: the case's part leaves them."""

    def left(said: str) -> str:
        return document_without(Document.from_json(said), names).to_json()

    for meeting in queries.minutes_with_words(session):
        frozen = json.loads(meeting.approved_minutes or "{}")
        if not frozen:
            continue
        parts = {code: left(said) for code, said in frozen["cases"].items() if code != names.code}
        after = {**frozen, "whole": left(frozen["whole"]), "cases": parts}
        if after != frozen:
            meeting.approved_minutes = json.dumps(after, ensure_ascii=False)


# --- rows


def _keep_counting(session: Session, own: Belongings) -> None:
    """No later case gets its code, and no later action the number of one of its own."""
    key = f"told_case:{own.case.year}"
    queries.set_meta(session, key, str(max(int(queries.meta(session, key) or 0), own.case.number)))
    highest = max([int(queries.meta(session, "told_number") or 0), *(row.number for row in own.actions)])
    queries.set_meta(session, "told_number", str(highest))


def _remove(session: Session, own: Belongings, events: Collection[str]) -> None:
    """Delete every row of the case; whatever of others points to one of them points nowhere."""
    actions, items = own.action_uids, [row.uid for row in own.items]
    numbers = [row.seq for row in own.changes]
    queries.remove(session, Change, "seq", numbers)
    queries.remove_owners(session, actions)
    queries.unlink(session, Action, "instead_of", actions)
    with_item: tuple[type[SQLModel], ...] = (Meeting, Action, Decision, Remark)
    for table in with_item:
        queries.unlink(session, table, "item_uid", items)
    queries.unlink(session, AgendaItem, "carried_from", items)
    queries.unlink_texts(session, own.text_uids)
    queries.remove(session, QuestionStep, "question_uid", [row.uid for row in own.questions])
    queries.remove(session, Remark, "uid", [row.uid for row in own.remarks])
    queries.remove(session, Decision, "uid", [row.uid for row in own.decisions])
    queries.remove(session, AgendaItem, "uid", items)
    queries.remove(session, OutboxAction, "action_uid", actions)
    queries.remove(session, Action, "uid", actions)
    for table in OF_CASE:
        queries.remove(session, table, "case_uid", [own.case.uid])
    queries.remove(session, CaseRelation, "uid", [row.uid for row in own.relations])
    queries.remove(session, OutboxText, "text_uid", own.text_uids)
    queries.remove(session, Text, "uid", own.text_uids)
    queries.remove(session, Command, "event_id", events)
    queries.remove(session, Case, "uid", [own.case.uid])
    queries.forget_said_of(session, own.case.code)
    session.expire_all()
