"""What is on its way or is said while a case is erased: an edit is deleted, a promise is in the folder."""

from __future__ import annotations

from pathlib import Path

from sqlmodel import Session, select

from bot.clock import SystemClock
from bot.matrix.crypto.speaking import Speaking
from bot.outgoing import Outgoing
from bot.storage import queries
from bot.storage.models import Outbox
from tests.dialogs.caserooms import open_rooms
from tests.dialogs.chat import BOT
from tests.dialogs.filing import Records

CODE = "HS-26-001"


def test_an_edit_under_way_is_deleted_too(tmp_path: Path) -> None:
    with open_rooms(tmp_path) as chat:
        records = Records(chat, tmp_path / "records")
        chat.say("karla", "!sag ny bliver væk fra skolen")
        agreed = chat.send("karla", f"!aftale {CODE} @lene ringe til skolen inden fredag")
        chat.messages()
        chat.say("karla", f"!sag slet {CODE}")
        chat.say("anna", "ja", "dm")
        assert records.step()  # the folder
        chat.edit("karla", agreed, f"!aftale {CODE} @lene ringe til zebrafisken inden fredag")

        def tried(session: Session) -> tuple[int, str]:
            row = session.exec(select(Outbox).where(Outbox.what == "edit")).one()
            row.state, row.event_id, row.attempts, row.tried_at = "owed", None, 1, chat.now
            return row.seq or 0, row.target

        seq, target = chat.ask(tried)
        while chat.ask(lambda s: queries.case_by_code(s, CODE)) is not None:
            assert records.step()  # the folder anew, and the rows, while the edit's PUT is under way
        outgoing = Outgoing(chat.access, Speaking(chat.access, BOT), SystemClock(), lambda: "login")
        chat.db.run_sync(outgoing.sent, seq, "$edit:example.dk", "!fremdrift:example.dk", target)
        rows = chat.ask(lambda s: s.exec(select(Outbox).where(Outbox.what == "redact")).all())
        by_id = {row.id: row.event_id for row in chat.ask(lambda s: s.exec(select(Outbox)).all())}
        gone = {row.redacts or by_id.get(row.about or "") for row in rows}
        assert "$edit:example.dk" in gone


def test_what_is_said_after_the_folder_was_written_is_in_it(tmp_path: Path) -> None:
    with open_rooms(tmp_path) as chat:
        records = Records(chat, tmp_path / "records")
        chat.say("karla", "!sag ny bliver væk fra skolen")
        chat.say("karla", f"!sag slet {CODE}")
        chat.say("anna", "ja", "dm")
        assert records.step()  # the folder
        chat.say("karla", f"!aftale {CODE} @lene ringe til zebrafisken inden fredag")
        records.work()
        (folder,) = [path for path in records.root.iterdir() if not path.name.startswith(".")]
        assert "zebrafisken" in (folder / "case.json").read_text()
        assert chat.ask(lambda s: queries.case_by_code(s, CODE)) is None
