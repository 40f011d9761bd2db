"""What people and time decide on the way of a case out: asked, agreed to, announced, exported, confirmed, stopped.

Each is a function in the caller's transaction. The files and the destroying come between them (`bot.filing`). A hold or
a case that is worked on again stops it at every step: `standing` is asked each time.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlmodel import Session

from bot import audit, text
from bot.access import Access
from bot.documents.lines import day, listed
from bot.erasing.folder import Written
from bot.owed import Message, direct, outbox_id, owe
from bot.programme import Person
from bot.storage import queries
from bot.storage.cases import Case
from bot.storage.models import Text
from bot.storage.privacy import Erasure, LegalHold
from bot.storage.sealing import joint
from bot.when import Deadline

PATIENCE = timedelta(days=7)
"""So long a second person may think about it; and so often the coordinator hears of what waits in the folder."""


def tag(session: Session, code: str) -> str:
    """What stands for a case's code in the reasons of messages: nothing is to name it when it is gone."""
    return outbox_id(session, f"erasure:{code}")[:16]


def deciders(session: Session, access: Access, case: Case) -> list[Person]:
    """Who may have a case erased: its forum's coordinators and who oversees it, in the config's order."""
    return [p for p in access.settings.people if access.leads_forum(session, p, case.forum_uid)]


def command(access: Access, language: str, what: str, code: str, rest: str = "") -> str:
    """A command to copy: "!sag hold HS-26-014"."""
    danish = {"erase": "slet", "archived": "arkiveret", "hold": "hold", "reopen": "genåbn"}
    english = {"erase": "erase", "archived": "archived", "hold": "hold", "reopen": "reopen"}
    verb = (danish if language == "da" else english)[what]
    family = "" if what == "reopen" else "sag " if language == "da" else "case "
    return f"{access.settings.general.prefix}{family}{verb} {code} {rest}".strip()


def tell(
    session: Session,
    access: Access,
    people: Iterable[str],
    kind: str,
    key: str,
    reason: str,
    now: datetime,
    *,
    case: Case | None = None,
    **values: object,
) -> None:
    """Tell some people in their direct messages, each in their language. A value may be a function of the language."""
    for user_id in people:
        language = access.language(session, user_id)
        said = {name: each(language) if callable(each) else each for name, each in values.items()}
        message = Message(
            kind,
            text.t(language, key, **said),
            notify=True,
            language=language,
            case=case.uid if case is not None else None,
        )
        owe(session, f"erasure:{reason}:{user_id}", direct(user_id), message, now=now)


def standing(session: Session, row: Erasure) -> Case | None:
    """The case that an erasure is to take, if it still may: not held, and for retention still closed as it was."""
    case = queries.case(session, row.case_uid)
    if case is None or queries.hold(session, row.case_uid) is not None:
        return None
    closed = case.state == "closed" and case.closed_at is not None and case.closed_at <= row.at
    return case if row.why == "asked" or closed else None


# --- by somebody's word


def ask(session: Session, case: Case, by: str, at: datetime, event_id: str) -> Erasure:
    """Somebody asks that a case be erased now; what time had begun gives way to it."""
    before = queries.erasure_under_way(session, case.uid)
    if before is not None:
        before.state = "withdrawn"
    row = Erasure(
        case_uid=case.uid,
        code=case.code,
        forum_uid=case.forum_uid,
        why="asked",
        state="asked",
        by=by,
        at=at,
        source_event=event_id,
    )
    session.add(row)
    session.flush()
    _said(session, row, by, at, event_id, "erasure")
    return row


def consent(session: Session, row: Erasure, by: str, at: datetime, event_id: str) -> None:
    """A second person agrees: from now on it is exported and erased."""
    row.consent_by = by
    session.flush()
    _said(session, row, by, at, event_id, "consent")


def stop(session: Session, row: Erasure, by: str, at: datetime, event_id: str) -> None:
    """Somebody says that it is not to come to it, also after two had agreed: the log has who."""
    withdraw(session, row)
    _said(session, row, by, at, event_id, "stopped")


def _said(session: Session, row: Erasure, by: str, at: datetime, event_id: str, detail: str) -> None:
    """Write into the log what somebody said of an erasure."""
    event, why = event_id or None, purpose(row)
    audit.note(session, "asked", f"case:{row.code}", by=by, at=at, detail=detail, purpose=why, event_id=event)


def withdraw(session: Session, row: Erasure) -> None:
    """It does not come to it."""
    row.state = "withdrawn"
    session.flush()


def silent(session: Session, access: Access, now: datetime) -> None:
    """End what was asked for and nobody agreed to in time; who asked hears it, and the coordinators."""
    for row in queries.erasures_in(session, "asked"):
        case = queries.case(session, row.case_uid)
        if row.consent_by is not None or row.at + PATIENCE > now or case is None:
            continue
        withdraw(session, row)
        people = {row.by, *(p.user_id for p in access.coordinators(session, case.forum_uid))}
        reason = f"{tag(session, row.code)}:silent:{row.at.isoformat()}"
        tell(
            session,
            access,
            sorted(each for each in people if access.person(each)),
            "erasure.told",
            "erasure-told-silent",
            reason,
            now,
            case=case,
            code=row.code,
            days=PATIENCE.days,
        )


# --- by time


def announce(session: Session, access: Access, case: Case, now: datetime) -> None:
    """Tell a forum's coordinators that a closed case's time is up, when, and what they can do."""
    retention = access.settings.retention
    closed = case.closed_at or now
    until = retention.notice.after(now)
    if retention.cases is not None:
        until = max(until, retention.cases.after(closed))
    row = Erasure(
        case_uid=case.uid,
        code=case.code,
        forum_uid=case.forum_uid,
        why="retention",
        state="announced",
        by="",
        at=now,
        not_before=until,
    )
    session.add(row)
    session.flush()
    tell(
        session,
        access,
        [p.user_id for p in access.coordinators(session, case.forum_uid)],
        "erasure.announced",
        "erasure-announced",
        f"{tag(session, case.code)}:announced:{access.today(now)}",
        now,
        case=case,
        code=case.code,
        closed=lambda lang: _day(access, closed, lang, now),
        day=lambda lang: _day(access, until, lang, now),
        hold=lambda lang: command(access, lang, "hold", case.code, _why(lang)),
        reopen=lambda lang: command(access, lang, "reopen", case.code),
    )


def remind(session: Session, access: Access, now: datetime) -> None:
    """Remind the coordinators each week of what lies in the folder and was not confirmed."""
    for row in queries.erasures_in(session, "exported"):
        case = standing(session, row)
        if row.why != "retention" or row.exported_at is None:
            continue
        if case is None:
            withdraw(session, row)
            continue
        weeks = (now - row.exported_at) // PATIENCE
        if weeks:
            _of_folder(
                session, access, row, case, "erasure.reminder", "erasure-remind", f"remind:{weeks}", now
            )


def stopped(session: Session) -> None:
    """Let go of what must not go on: a hold was set, or the case was opened again."""
    for row in queries.erasures_in(session, "announced", "exported", "confirmed"):
        if standing(session, row) is None:
            withdraw(session, row)


# --- between: what the folder needs


def to_export(session: Session, now: datetime) -> tuple[Erasure, Case] | None:
    """The next case whose folder is to be written; those that may not go any more are let go of."""
    for row in queries.erasures_in(session, "announced", "asked"):
        due = row.consent_by is not None if row.why == "asked" else (row.not_before or now) <= now
        if not due:
            continue
        case = standing(session, row)
        if case is not None:
            return row, case
        withdraw(session, row)
    return None


def purpose(row: Erasure) -> audit.Purpose:
    """What an erasure is for: what two people asked for is somebody's right, else the case's time is up."""
    return "rights" if row.why == "asked" else "retention"


def exported(
    session: Session, access: Access, uid: str, written: Written, counts: dict[str, int], now: datetime
) -> bool:
    """Note where a case's folder lies. Returns whether that was still wanted."""
    row = queries.erasure_by_uid(session, uid)
    case = standing(session, row) if row is not None else None
    if row is None or case is None or row.state not in ("announced", "asked"):
        return False
    row.state, row.folder, row.receipt, row.exported_at = "exported", written.name, written.sha256, now
    row.records = sum(counts.values())
    session.flush()
    audit.note(
        session,
        "exported",
        f"case:{row.code}",
        by=row.by,
        at=now,
        recipient="folder",
        detail=f"records={row.records}",
        purpose=purpose(row),
    )
    if row.why == "retention":
        reason = f"exported:{written.sha256}"  # a folder that was written anew has another number to confirm
        _of_folder(session, access, row, case, "erasure.exported", "erasure-exported", reason, now)
    return True


def is_out_of_date(session: Session, row: Erasure, counts: dict[str, int]) -> bool:
    """Whether something was said of the case since its folder was written; the folder is to be written anew then."""
    if row.records in (None, sum(counts.values())):
        return False
    row.state, row.confirmed_by, row.confirmed_at = "asked" if row.why == "asked" else "announced", None, None
    session.flush()
    return True


def _of_folder(
    session: Session,
    access: Access,
    row: Erasure,
    case: Case,
    kind: str,
    key: str,
    reason: str,
    now: datetime,
) -> None:
    """Tell the coordinators what waits in the folder, and what to type."""
    values: dict[str, object] = {
        "code": row.code,
        "folder": f"**{row.folder}**",
        "example": lambda lang: command(access, lang, "archived", row.code, "K7F2-9QXM"),
    }
    if kind == "erasure.exported":
        values["hold"] = lambda lang: command(access, lang, "hold", row.code, _why(lang))
    tell(
        session,
        access,
        [p.user_id for p in access.coordinators(session, case.forum_uid)],
        kind,
        key,
        f"{tag(session, row.code)}:{reason}:{row.at.isoformat()}",
        now,
        case=case,
        **values,
    )


def stuck(session: Session, access: Access, uid: str, why: str, now: datetime) -> None:
    """The folder cannot be written: the coordinators, or who asked, hear it once a day."""
    row = queries.erasure_by_uid(session, uid)
    case = queries.case(session, row.case_uid) if row is not None else None
    if row is None or case is None:
        return
    people = {p.user_id for p in access.coordinators(session, case.forum_uid)} | {row.by}
    tell(
        session,
        access,
        sorted(each for each in people if access.person(each)),
        "erasure.stuck",
        "erasure-stuck",
        f"{tag(session, row.code)}:stuck:{access.today(now)}",
        now,
        case=case,
        code=row.code,
        why=why,
    )


def confirm(session: Session, row: Erasure, by: str, at: datetime, event_id: str) -> None:
    """Somebody has the folder's number: the records system has it, and the case may go."""
    row.state, row.confirmed_by, row.confirmed_at = "confirmed", by, at
    session.flush()
    _said(session, row, by, at, event_id, "archived")


def to_destroy(session: Session) -> tuple[Erasure, Case] | None:
    """The next case that is to go: its receipt confirmed, or two have asked for it and its folder is there."""
    for row in queries.erasures_in(session, "confirmed", "exported"):
        if row.state == "exported" and row.why != "asked":
            continue
        case = standing(session, row)
        if case is not None:
            return row, case
        withdraw(session, row)
    return None


# --- holds


def hold(session: Session, case: Case, words: str, by: str, at: datetime, event_id: str) -> bool:
    """A case has to be kept. Returns whether an erasure that was under way is stopped by it."""
    key = queries.key_naming(session, joint(f"forum:{case.forum_uid}", case.key), words)
    said = Text(key=key, event_id=event_id, author=by, at=at)
    session.add(said)
    said.words = words
    session.flush()
    row = queries.hold(session, case.uid)
    if row is None:
        row = LegalHold(case_uid=case.uid, by=by, at=at)
        session.add(row)
        _kept(session, "held", case, by, at, event_id)
    row.text_uid = said.uid
    session.flush()
    on_its_way = queries.erasure_under_way(session, case.uid)
    if on_its_way is not None:
        withdraw(session, on_its_way)
    return on_its_way is not None


def release(session: Session, case: Case, by: str, at: datetime, event_id: str) -> bool:
    """A case need not be kept any longer. Returns whether it had to be."""
    row = queries.hold(session, case.uid)
    if row is None:
        return False
    row.state, row.lifted_by, row.lifted_at = "lifted", by, at
    session.flush()
    _kept(session, "released", case, by, at, event_id)
    return True


def _kept(session: Session, act: audit.Act, case: Case, by: str, at: datetime, event_id: str) -> None:
    """Write into the log that a case has to be kept, or need not be: how long it is kept is what that is for."""
    event = event_id or None
    audit.note(session, act, f"case:{case.code}", by=by, at=at, purpose="retention", event_id=event)


def shown(session: Session, access: Access, case: Case, language: str, now: datetime) -> list[str]:
    """What stands on a case's own page of its being kept or going; nothing for most."""
    lines: list[str] = []
    held = queries.hold(session, case.uid)
    if held is not None:
        reason = text.text_ref(held.text_uid) if held.text_uid else ""
        lines.append(text.t(language, "hold-shown", day=_day(access, held.at, language, now), reason=reason))
    row = queries.erasure_under_way(session, case.uid)
    if row is not None:
        until = _day(access, row.not_before, language, now) if row.not_before else ""
        who = listed(access, [row.by]) if row.by else ""
        key = f"erasure-state-{row.state}"
        lines.append(text.t(language, key, who=who, day=until, folder=row.folder or ""))
    return lines


def _day(access: Access, at: datetime, language: str, now: datetime) -> str:
    return day(access, Deadline(access.today(at)), language, now)


def _why(language: str) -> str:
    return "klagesag" if language == "da" else "complaint"
