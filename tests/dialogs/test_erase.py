"""Erasing a case at once: somebody asks, a second person agrees, and nothing of it is left to be seen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot.erasing.folder import number_of
from bot.storage import queries
from bot.storage.models import Change, Outbox
from bot.storage.sealing import cases_in
from tests.dialogs.caserooms import open_rooms
from tests.dialogs.chat import ROOMS, Chat
from tests.dialogs.filing import Records

CODE = "HS-26-001"


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    with open_rooms(tmp_path) as made:
        made.say("karla", "!sag ny bliver væk fra skolen")
        yield made


@pytest.fixture
def records(chat: Chat, tmp_path: Path) -> Records:
    return Records(chat, tmp_path / "records")


def shown(chat: Chat) -> list[str]:
    """What of the bot's messages still stands in rooms and direct messages."""

    def look(session):  # type: ignore[no-untyped-def]
        rows = session.exec(select(Outbox).where(Outbox.what == "message", Outbox.state == "sent")).all()
        return [row.id for row in rows]

    standing = set(chat.ask(look))
    return [row["body"] for row in chat.messages() if row["id"] in standing]


def test_two_agree_and_the_case_is_gone(chat: Chat, records: Records) -> None:
    chat.say("karla", f"!aftale {CODE} @lene ringe til skolen inden fredag")
    said = chat.say("karla", f"!sag slet {CODE}")
    assert "Jeg har spurgt Anna Vind" in said
    assert "Bedt slettet af Karla Bech (SOF), venter på ja" in chat.say("karla", f"!sag {CODE}")
    assert records.work() == 0
    asked = chat.last("dm:@anna:example.dk")
    assert (asked["kind"], asked["notify"]) == ("erasure.consent", True)
    assert f"Karla Bech (SOF) beder om, at {CODE} slettes nu" in asked["body"]
    assert "slettes så helt" in chat.say("anna", "ja", "dm")
    records.work()
    assert records.folders() == [f"{CODE}-2026-11-20"]
    assert f"{CODE}" not in chat.say("karla", "!sag")
    assert f"Jeg kender ingen sag {CODE}" in chat.say("karla", f"!sag {CODE}")
    assert "ringe" not in chat.say("karla", "!vis 1")
    for who in ("karla", "anna"):
        done = chat.last(f"dm:@{who}:example.dk")
        assert done["kind"] == "erasure.done"
        assert f"{CODE} er slettet helt: en aftale" in done["body"]
    assert not [body for body in shown(chat) if "bliver væk" in body or "ringe til skolen" in body]


@pytest.mark.parametrize(
    ("agreed", "who", "where"),
    [
        (False, "karla", "fremdrift"),
        (False, "anna", "dm"),
        (True, "karla", "fremdrift"),
        (True, "anna", "fremdrift"),
    ],
)
def test_the_log_has_who_stopped_an_erasure(chat: Chat, agreed: bool, who: str, where: str) -> None:
    chat.say("karla", f"!sag slet {CODE}")
    if agreed:
        chat.say("anna", "ja", "dm")
    chat.say(who, "nej" if where == "dm" else f"!sag slet {CODE} nej", where)
    entries = chat.ask(lambda s: [(e.subject, e.act, e.by, e.detail, e.purpose) for e in queries.audit(s)])
    said = [("erasure", "karla"), *([("consent", "anna")] if agreed else []), ("stopped", who)]
    assert [entry for entry in entries if entry[1] == "asked"] == [
        (f"case:{CODE}", "asked", f"@{name}:example.dk", detail, "rights") for detail, name in said
    ]


def test_what_nobody_asked_for_is_not_stopped(chat: Chat) -> None:
    chat.say("karla", f"!sag slet {CODE} nej")
    assert not [e for e in chat.ask(lambda s: [e.act for e in queries.audit(s)]) if e == "asked"]


def test_the_folder_holds_everything_and_its_receipt_is_right(chat: Chat, records: Records) -> None:
    chat.say("karla", f"!aftale {CODE} @lene ringe til skolen inden fredag")
    chat.say("lene", "!note 1 talte med læreren")
    chat.say("jens", f"!status {CODE} set i parken", "dm")
    chat.say("karla", f"!sag slet {CODE}")
    chat.say("anna", "ja", "dm")
    records.work()
    folder = records.root / f"{CODE}-2026-11-20"
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert found >= {"case.json", "case.docx", "sheet.docx", "receipt.json", "receipt.txt", "after.txt"}
    assert {oct(path.stat().st_mode & 0o777) for path in folder.rglob("*") if path.is_file()} == {"0o600"}
    assert oct(folder.stat().st_mode & 0o777) == "0o700"
    receipt = json.loads((folder / "receipt.json").read_text())
    import hashlib

    for row in receipt["files"]:
        assert hashlib.sha256((folder / row["path"]).read_bytes()).hexdigest() == row["sha256"]
    whole = "".join(f"{row['sha256']}  {row['path']}\n" for row in receipt["files"])
    assert receipt["sha256"] == hashlib.sha256(whole.encode()).hexdigest()
    assert receipt["number"] == number_of(receipt["sha256"])
    assert receipt["number"] in (folder / "receipt.txt").read_text()
    record = json.loads((folder / "case.json").read_text())
    assert record["subject"] == "bliver væk fra skolen"
    assert [row["text"] for row in record["actions"]] == ["ringe til skolen"]
    assert [row["text"] for row in record["actions"][0]["notes"]] == ["talte med læreren"]


def test_peoples_own_messages_about_it_are_deleted_too(chat: Chat, records: Records) -> None:
    agreed = chat.send("karla", f"!aftale {CODE} @lene ringe til skolen inden fredag")
    other = chat.send("karla", "!aftale @lene købe kaffe inden fredag")
    noted = chat.send("lene", "!note 1 talte med læreren")
    chat.edit("lene", noted, "!note 1 talte med rektor")
    typo = chat.send("lene", f"!status {CODE} han smiler")
    records.homeserver.known[typo] = ["$typo:example.dk"]
    chat.say("karla", f"!sag slet {CODE}")
    chat.say("anna", "ja", "dm")
    edit = f"${int(noted[1:].split(':')[0]) + 2}:example.dk"
    records.work()
    deleted = records.deleted()
    assert {agreed, noted, typo, "$typo:example.dk"} <= deleted
    assert edit in deleted, "what the edit said stands in a message of its own"
    assert other not in deleted
    assert "købe kaffe" in chat.say("karla", "!aftaler")


def test_what_the_bot_may_not_delete_is_listed(chat: Chat, records: Records) -> None:
    agreed = chat.send("karla", f"!aftale {CODE} @lene ringe til skolen inden fredag")
    chat.messages()
    chat.say("karla", f"!sag slet {CODE}")
    chat.say("anna", "ja", "dm")
    assert records.step()  # the folder
    assert records.step()  # the rows

    def refuse(session):  # type: ignore[no-untyped-def]
        row = session.exec(select(Outbox).where(Outbox.redacts == agreed)).one()
        row.state, row.error = "refused", "M_FORBIDDEN"

    chat.ask(refuse)
    chat.messages()
    records.work()
    link = f"https://matrix.to/#/!fremdrift:example.dk/{agreed}"
    assert link in chat.last("dm:@karla:example.dk")["body"]
    after = records.root / f"{CODE}-2026-11-20" / "after.txt"
    assert link in after.read_text()


def test_no_ends_it_and_who_asked_hears_that(chat: Chat, records: Records) -> None:
    chat.say("karla", f"!sag slet {CODE}")
    assert "Den slettes ikke" in chat.say("anna", "nej", "dm")
    assert "Anna Vind sagde nej" in chat.last("dm:@karla:example.dk")["body"]
    assert records.work() == 0
    assert "bliver væk" in chat.say("karla", f"!sag {CODE}")


def test_signs_say_yes_and_no(chat: Chat, records: Records) -> None:
    chat.say("karla", f"!sag {CODE} slet")
    question = chat.newest("dm", "anna")
    chat.react("anna", question, "❌", "dm")
    assert records.state(CODE) == "withdrawn"
    chat.say("karla", f"!sag {CODE} slet")
    chat.react("anna", chat.newest("dm", "anna"), "✅", "dm")
    records.work()
    assert records.state(CODE) == "erased"


def test_a_doubtful_answer_is_no_consent(chat: Chat, records: Records) -> None:
    chat.say("karla", f"!sag slet {CODE}")
    asked = chat.newest("dm", "anna")
    for words in ("ja, men ikke endnu", "måske", "hvad står der i den?"):
        assert "Skriv ja eller nej" in chat.say("anna", words, "dm", reply_to=asked)
    assert records.work() == 0


def test_nobody_consents_for_themselves(chat: Chat, records: Records) -> None:
    chat.say("karla", f"!sag slet {CODE}")
    assert "Jeg venter på ja fra Anna Vind" in chat.say("karla", f"!sag slet {CODE}")
    assert records.work() == 0
    assert "Den slettes ikke" in chat.say("karla", f"!sag slet {CODE} nej")
    assert "slettes ikke alligevel" in chat.last("dm:@anna:example.dk")["body"]


def test_the_same_command_of_a_second_person_is_their_consent(chat: Chat, records: Records) -> None:
    chat.say("karla", f"!sag slet {CODE}")
    assert "Tak" in chat.say("anna", f"!sag slet {CODE}")
    records.work()
    assert records.state(CODE) == "erased"


def test_the_log_says_that_it_was_somebodys_right_and_not_that_time_was_up(
    chat: Chat, records: Records
) -> None:
    chat.say("karla", f"!sag slet {CODE}")
    chat.say("anna", f"!sag slet {CODE}")
    records.work()
    done = chat.ask(lambda s: [(e.act, e.purpose) for e in queries.audit_of(s, {f"case:{CODE}"})])
    assert ("exported", "rights") in done
    assert ("erased", "rights") in done
    assert "retention" not in {purpose for _, purpose in done}


def test_nobody_answers_for_a_week(chat: Chat, records: Records) -> None:
    chat.say("karla", f"!sag slet {CODE}")
    chat.at("2026-11-28 11:00")
    assert "Ingen sagde ja i 7 dage" in chat.last("dm:@karla:example.dk")["body"]
    assert "afgjort" in chat.say("anna", "ja", "dm", reply_to=_consent(chat))
    assert records.work() == 0


def _consent(chat: Chat) -> str:
    rows = [m for m in chat.messages(0, "dm:@anna:example.dk") if m["kind"] == "erasure.consent"]
    return str(rows[-1]["event_id"])


def test_a_member_may_not_and_a_stranger_hears_what_an_unknown_code_says(chat: Chat) -> None:
    assert "Karla Bech" in chat.say("lene", f"!sag slet {CODE}")
    for who, room in (("mona", "nord"), ("clara", "dm"), ("mona", "dm")):
        for words in ("slet", "hold", "arkiveret"):
            known = chat.say(who, f"!sag {words} {CODE}", room)
            assert known == chat.say(who, f"!sag {words} HS-26-077", room).replace("HS-26-077", CODE)


def test_a_full_disk_is_told_and_nothing_goes(
    chat: Chat, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat.say("karla", f"!sag slet {CODE}")
    chat.say("anna", "ja", "dm")
    records.root.parent.joinpath("taken").write_text("a file where the folder has to be")
    records.root = records.root.parent / "taken"
    records.work()
    assert "Jeg kan ikke lægge" in chat.last("dm:@karla:example.dk")["body"]
    assert "bliver væk" in chat.say("karla", f"!sag {CODE}")
    records.root = records.root.parent / "records"
    records.work()
    assert records.state(CODE) == "erased"


def test_somebody_elses_folder_in_the_way_is_left_alone(chat: Chat, records: Records) -> None:
    theirs = records.root / f"{CODE}-2026-11-20"
    theirs.mkdir(parents=True)
    (theirs / "vigtigt.txt").write_text("rør ikke")
    chat.say("karla", f"!sag slet {CODE}")
    chat.say("anna", "ja", "dm")
    records.work()
    assert records.folders() == [f"{CODE}-2026-11-20", f"{CODE}-2026-11-20-2"]
    assert (theirs / "vigtigt.txt").read_text() == "rør ikke"


def test_what_was_said_of_several_cases_is_said_again_without_it(chat: Chat, records: Records) -> None:
    chat.say("karla", "!sag ny uro i gården")
    chat.say("karla", f"!aftale {CODE} @lene ringe til skolen inden 27/11")
    chat.say("karla", "!aftale HS-26-002 @lene tale med naboen inden 27/11")
    chat.at("2026-11-24 10:01")
    chat.say("karla", "!møde start")
    chat.say("karla", f"!beslutning {CODE} vi ringer til skolen")
    chat.say("karla", "!beslutning HS-26-002 vi taler med naboen")
    chat.say("karla", "!møde slut")
    chat.say("karla", "!referat godkend")
    chat.at("2026-11-25 09:00")
    chat.say("karla", f"!sag slet {CODE}")
    chat.say("anna", "ja", "dm")
    before = chat.last_seq()
    records.work()
    again = {row["kind"]: row["body"] for row in chat.messages(before) if row["what"] == "message"}
    assert "vi taler med naboen" in again["minutes"]
    assert "tale med naboen" in again["reminder"]
    kept = [body for kind, body in again.items() if kind != "erasure.done"]
    assert not [body for body in kept if CODE in body or "skolen" in body]
    files = chat.ask(lambda s: [r.template for r in queries.messages_after(s, 0, 10_000) if r.what == "file"])
    assert files
    assert not [one for one in files if CODE in (one or "")]


def test_a_message_that_named_it_before_an_edit_is_deleted_and_the_words_that_stay_can_be_read(
    chat: Chat, records: Records
) -> None:
    """A client shows what an edited message said before. The action is none of the case's any more."""
    event = chat.send("karla", f"!aftale {CODE} @lene ringe om krebsekloen inden fredag")
    confirmed = chat.messages()[-1]
    chat.edit("karla", event, "!aftale @lene ringe rundt inden fredag")
    wordless = chat.send("karla", f"!aftale {CODE} @lene inden fredag")
    asked = chat.messages()[-1]
    chat.edit("karla", wordless, "!aftale @lene inden fredag")
    chat.ask(in_the_room)
    chat.say("karla", f"!sag slet {CODE}")
    chat.say("anna", "ja", "dm")
    records.work()
    assert {event, confirmed["event_id"], wordless, asked["event_id"]} <= records.deleted()
    assert (confirmed["kind"], asked["kind"]) == ("action.recorded", "action.asked")
    said = chat.say("karla", "!vis 1")
    assert "ringe rundt" in said
    assert CODE not in said
    assert not [body for body in shown(chat) if "krebsekloen" in body]


def in_the_room(session: Session) -> None:
    """The bot's messages stand in the room that they went to."""
    for row in session.exec(select(Outbox).where(Outbox.state == "sent")):
        row.room_id = row.room_id or ROOMS["fremdrift"][0]


def test_what_an_edit_puts_to_a_case_needs_its_key_from_then_on(chat: Chat) -> None:
    event = chat.send("karla", "!aftale @lene ringe om krebsekloen inden fredag")
    confirmed = chat.messages()[-1]["event_id"]
    chat.edit("karla", event, f"!aftale {CODE} @lene ringe om krebsekloen inden fredag")

    def keys(session: Session) -> list[str]:
        said = session.exec(select(Outbox).where(Outbox.event_id == confirmed)).one()
        words = [row for row in queries.texts_of_event(session, event) if row.words]
        steps = session.exec(select(Change).where(Change.event_id == event)).all()
        return [said.key, *(row.key for row in words), *(row.seal_key or "in clear" for row in steps)]

    assert {code for key in chat.ask(keys) for code in cases_in(key) or [key]} == {CODE}
