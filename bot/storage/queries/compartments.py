"""Under which data keys something is sealed: of every case that it is about or names, so that it goes with each.

Destroying the key of a case has to take what is told of it out of every backup, wherever it was said. A case has a key
from its opening until its erasure; a code that is no case's changes nothing, and costs the same look.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlmodel import Session, col, select

from bot.storage.cases import Case, CaseRelation
from bot.storage.meetings import AgendaItem, Decision, Meeting
from bot.storage.models import Action, Change, Outbox, Text, place_of_change
from bot.storage.sealing import Vault, cases_in, joint

__all__ = [
    "codes_in",
    "key_naming",
    "key_of_cases",
    "key_of_message",
    "key_of_remark",
    "reseal",
    "reseal_of_meeting",
    "seal_anew",
]

_CODE = re.compile(r"(?<![\w-])[A-Z]{1,6}-\d\d-\d{1,5}(?!\d)", re.IGNORECASE)
_FEW = 3
"""So many rows are taken from those at hand, before a statement asks for all."""
_TEXTS = ("text", "planb", "note")
"""The fields of an action's history that name texts."""


def codes_in(words: str) -> list[str]:
    """What is shaped like a case's code in some words, in order."""
    return list(dict.fromkeys(found.upper() for found in _CODE.findall(words))) if "-" in words else []


def _vault(session: Session) -> Vault:
    vault: Vault = session.info["vault"]
    return vault


def key_of_cases(session: Session, home: str, codes: Iterable[str]) -> str:
    """`home` and the keys of those of some codes that are cases."""
    vault = _vault(session)
    names = [f"case:{code.upper()}" for code in codes]
    return joint(home, *(name for name in names if vault.holds(name))) if names else home


def key_naming(session: Session, key: str, words: str) -> str:
    """The key of words that would be sealed under `key`: with that of every other case that they name."""
    known = set(cases_in(key))
    return key_of_cases(session, key, [code for code in codes_in(words) if code not in known])


def key_of_remark(session: Session, meeting: Meeting, item_uid: str | None, about: str | None) -> str:
    """The key of words added to a meeting's minutes: the forum's, with that of the case they are put to."""
    item = session.get(AgendaItem, item_uid) if item_uid else None
    codes = {item.case_code} if item is not None else set()
    if about and about.isdecimal():
        codes |= set(session.exec(select(Action.case_code).where(Action.number == int(about))))
    elif about:
        decided = select(Decision).where(Decision.meeting_uid == meeting.uid)
        codes |= {row.case_code for row in session.exec(decided) if row.label == about}
    return key_of_cases(session, meeting.key, sorted(code for code in codes if code))


# --- history


def sealed_changes(session: Session, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Steps of histories as they are written: sealed where they belong to a case."""
    known: dict[str, str | None] = {}
    return [_sealed_change(session, row, known) for row in rows]


def _sealed_change(session: Session, row: Mapping[str, Any], known: dict[str, str | None]) -> dict[str, Any]:
    key = _key_of_change(session, row, known)
    if key is None:
        return {**row, "seal_key": None, "step_sealed": None}
    step = json.dumps([row["before"], row["after"]], ensure_ascii=False)
    place = place_of_change(
        row.get("action_uid"), row.get("case_uid"), row["field"], row["event_id"], row.get("line") or 0
    )
    blob = _vault(session).seal(key, f"{Change.__tablename__}:{place}:step_sealed", step)
    return {**row, "before": None, "after": None, "seal_key": key, "step_sealed": blob}


def _key_of_change(session: Session, row: Mapping[str, Any], known: dict[str, str | None]) -> str | None:
    """The keys of the cases that a step is about: its own, its action's, those it names. `known`: codes of actions."""
    keys: list[str] = []
    if row.get("case_uid"):
        about = session.get(Case, row["case_uid"])
        keys += [about.key] if about is not None else []
    named: list[Any] = []
    uid = row.get("action_uid")
    if uid:
        if uid not in known:
            action = session.get(Action, uid)
            known[uid] = action.case_code if action is not None else None
        named.append(known[uid])
    values = (row["before"], row["after"])
    named += values if row["field"] == "case" else ()
    named += (value.get("case_code") for value in values if isinstance(value, dict))
    kind, _, of = str(row["field"]).partition(":")
    if kind == "relation" and (pair := session.get(CaseRelation, of)) is not None:
        both = (session.get(Case, each) for each in (pair.case_uid, pair.other_uid))
        keys += [each.key for each in both if each is not None]
    codes = [code for code in named if isinstance(code, str)]
    if not codes:
        return joint(*keys) if keys else None
    return key_of_cases(session, joint(*keys), codes) or None


def seal_anew(session: Session, action: Action, key: str) -> None:
    """Seal an action's words and history anew: it is about another case from now on, about one at all, or about none.

    What it says now is sealed under `key`, as if it was said now; earlier wordings need the new case's key as well.
    """
    session.flush()
    rows = session.exec(select(Change).where(Change.action_uid == action.uid)).all()
    texts = {action.text_uid, action.planb_uid}
    for row in rows:
        step = {name: getattr(row, name) for name in ("action_uid", "case_uid", "field", "event_id", "line")}
        values = {"before": row.before, "after": row.after}
        if row.field in _TEXTS:
            texts |= {value for value in values.values() if isinstance(value, str)}
        made = sealed_changes(session, [{**step, **values}])[0]
        row.before_clear, row.after_clear = made["before"], made["after"]
        row.seal_key, row.step_sealed = made["seal_key"], made["step_sealed"]
    for text in session.exec(select(Text).where(col(Text.uid).in_(sorted(uid for uid in texts if uid)))):
        if text.uid in (action.text_uid, action.planb_uid):
            reseal(text, key_naming(session, key, text.words or ""))
        else:
            reseal(text, key_of_cases(session, text.key, [action.case_code] if action.case_code else []))
    session.flush()


def reseal_of_meeting(session: Session, field: str, code: str) -> None:
    """Let every wording of a meeting's decision or remark, by its field in the history, need a case's key as well."""
    session.flush()
    steps = session.exec(select(Change).where(Change.field == field)).all()
    values = [value for row in steps for value in (row.before, row.after) if isinstance(value, dict)]
    uids = sorted({uid for value in values if isinstance(uid := value.get("text_uid"), str)})
    for text in session.exec(select(Text).where(col(Text.uid).in_(uids))):
        reseal(text, key_of_cases(session, text.key, [code]))
    session.flush()


# --- messages


def key_of_message(
    session: Session,
    case_uid: str | None,
    actions: Collection[str],
    texts: Collection[str],
    words: Iterable[str],
) -> str:
    """The keys of every case that a message speaks of; empty where it speaks of none.

    `actions` and `texts` are the row ids of what it is about and quotes, `words` what else it says.
    """
    about = session.get(Case, case_uid) if case_uid else None
    own = [about.key] if about is not None else []
    codes = dict.fromkeys(code for code in _codes_of(session, actions) if code)
    codes |= dict.fromkeys(code for key in _keys_of(session, texts) for code in cases_in(key))
    codes |= dict.fromkeys(code for said in words for code in codes_in(said))
    return key_of_cases(session, joint(*own), codes)


def _codes_of(session: Session, actions: Collection[str]) -> Iterable[str | None]:
    if len(actions) <= _FEW:
        rows = (session.get(Action, uid) for uid in actions)
        return [row.case_code for row in rows if row is not None]
    return session.exec(
        select(Action.case_code).where(
            col(Action.uid).in_(sorted(actions)), col(Action.case_code).is_not(None)
        )
    ).all()


def _keys_of(session: Session, texts: Collection[str]) -> Iterable[str]:
    if len(texts) <= _FEW:
        rows = (session.get(Text, uid) for uid in texts)
        return [row.key for row in rows if row is not None]
    return session.exec(select(Text.key).where(col(Text.uid).in_(sorted(texts))).distinct()).all()


# --- sealed anew


def reseal(row: Text | Outbox, key: str) -> None:
    """Seal what a row holds under another key. KeyDestroyed where it cannot be opened."""
    if row.key == key:
        return
    names = ("words",) if isinstance(row, Text) else ("template", "content")
    held = {name: getattr(row, name) for name in names}
    row.key = key
    for name, value in held.items():
        setattr(row, name, value)
