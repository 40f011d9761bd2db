"""`!mig data` and `!mig slet`: what the bot knows of me, to me alone; what is mine goes, the records stay."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from docx import Document as read_docx
from sqlmodel import Session, col, select

from bot import audit
from bot.attached import plan, written
from bot.owed import File
from bot.storage import queries
from bot.storage.crypto import Verification
from bot.storage.models import Action, Change, Outbox, PersonState
from bot.storage.privacy import AuditEntry, Deputy
from tests.dialogs.chat import Chat

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LENE, ALI, KARLA = "@lene:example.dk", "@ali:example.dk", "@karla:example.dk"


@pytest.fixture
def lived(chat: Chat) -> Chat:
    """Lene has been in the programme for a while."""
    chat.say("lene", "!mig kl. 7.30")
    chat.say("lene", "!mig engelsk", "dm")
    chat.say("lene", "!mig dansk", "dm")
    chat.say("lene", "!mig fri til 30/11", "dm")
    chat.say("lene", "!mig stedfortræder @ali til 12/12", "dm")
    chat.say("karla", "!sag ny zebrafisk")
    chat.say("karla", "!aftale @lene spørge næsehornet inden fredag")
    chat.say("lene", "!aftale @ali male giraffen inden fredag")
    chat.say("lene", "!skema HS-26-001 fremmøde: omkring 60 %")
    return chat


def files(chat: Chat, who: str) -> dict[str, tuple[bytes, str]]:
    """What was sent to somebody as files: by format the bytes, and the target."""

    def read(session: Session) -> dict[str, tuple[bytes, str]]:
        found = {}
        for row in session.exec(
            select(Outbox).where(Outbox.kind == "me.data.file").order_by(col(Outbox.seq))
        ):
            file = plan(
                File.from_json(row.template or ""), lambda uid: queries.words(session, uid), row.language
            )
            found[file.format] = (written(file, row.created_at).data, row.target)
        return found

    return {name: one for name, one in chat.ask(read).items() if one[1] == f"dm:@{who}:example.dk"}


def data(chat: Chat, who: str = "lene") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files(chat, who)["json"][0])
    return found


def kept(chat: Chat, table: Any, whose: Any) -> int:
    return len(chat.ask(lambda session: session.exec(select(table).where(whose == LENE)).all()))


class TestData:
    @pytest.mark.parametrize(
        "words", ["!mig data", "!me data", "!mig hvad ved du om mig?", "!mig mine oplysninger"]
    )
    def test_alone_with_the_bot_it_is_said_at_once(self, lived: Chat, words: str) -> None:
        said = lived.say("lene", words, "dm")
        for part in (
            "Lene Holm",
            "BUF",
            "07:30",
            "30. november 2026",
            "20. november 2026 til 12. december 2026",
            "Ali Demir",
            "Aftaler, du ejer: 1",
            "(nr. 2)",
            "Roller: deltager",
            "Sprog: dansk",
        ):
            assert part in said, part
        assert set(files(lived, "lene")) == {"docx", "json"}

    def test_days_are_written_as_people_say_them(self, lived: Chat) -> None:
        for words in (lived.say("lene", "!mig data", "dm"), lived.say("lene", "!mig data", "fremdrift")):
            assert not re.search(r"\d{4}-\d\d-\d\d", words)
        word = read_docx(io.BytesIO(files(lived, "lene")["docx"][0]))
        cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
        shown = "\n".join([*(each.text for each in word.paragraphs), *cells])
        assert "20. november 2026 kl. " in shown
        assert not re.search(r"\d{4}-\d\d-\d\d", shown)
        assert data(lived)["deputies"][0]["last"] == "2026-12-12", "for machines as they read it"

    def test_what_was_held_back_about_others_is_not_told(self, lived: Chat) -> None:
        def held_back(session: Session) -> None:
            audit.note(session, "refused", "action:7", by="", at=NOW, recipient=f"dm:{LENE}", detail="digest",
                       purpose="security")  # fmt: skip
            audit.note(session, "refused", "room:!x", by=LENE, at=NOW, detail="cpr", purpose="security")

        before = lived.say("lene", "!mig data", "dm")
        lived.ask(held_back)
        after = lived.say("lene", "!mig data", "dm")
        lines = [int(re.findall(r"gjorde hvad: (\d+)", said)[0]) for said in (before, after)]
        assert lines[1] == lines[0] + 2, "her own, and the data she asked for"
        refused = [
            (entry["subject"], entry["by"]) for entry in data(lived)["log"] if entry["act"] == "refused"
        ]
        assert refused == [("room:!x", LENE)]

    @pytest.mark.parametrize(
        ("words", "example"),
        [
            ("!mig slete", "!mig slet"),
            ("!mig slet aftaler", "!mig slet"),
            ("!mig dat", "!mig data"),
            ("!mig stedfortæder @ali til 12/12", "!mig stedfortræder @ali til 12/12"),
            ("!mig ingen stedfortræder", "!mig stedfortræder slut"),
            ("!stedfortræder @ali til 12/12", "!mig stedfortræder @ali til 12/12"),
            ("!mine data", "!mig data"),
            ("!data", "!mig data"),
        ],
    )
    def test_a_near_miss_gets_the_line_to_write(self, chat: Chat, words: str, example: str) -> None:
        assert chat.say("lene", words, "dm").endswith(example)

    def test_in_a_room_nothing_of_it_is_said(self, lived: Chat) -> None:
        before = lived.last_seq()
        lived.send("lene", "!mig data")
        new = lived.messages(before)
        here = [one for one in new if one["target"] == lived.target("fremdrift")]
        assert [one["body"] for one in here] == ["Det skriver jeg til dig direkte, ikke her."]
        assert {one["target"] for one in new} == {lived.target("fremdrift"), lived.target("dm", "lene")}
        assert any("Lene Holm" in one["body"] for one in new if one["target"] == f"dm:{LENE}")

    def test_the_files_have_all_of_it_and_of_nobody_else(self, lived: Chat) -> None:
        lived.say("lene", "!mig data", "dm")
        found = data(lived)
        assert found["user_id"] == LENE
        assert found["settings"]["morning"] == "07:30"
        assert found["deputies"][0]["deputy"] == ALI
        assert found["actions"] == [
            {"number": 1, "state": "open", "owner": True, "writer": False},
            {"number": 2, "state": "open", "owner": False, "writer": True},
        ]
        assert found["counts"]["fields"] == 1
        assert found["counts"]["messages"] == 8
        about_her = {LENE, f"dm:{LENE}", f"person:{LENE}"}
        assert found["log"]
        for entry in found["log"]:
            assert about_her & {entry["by"], entry["recipient"], entry["subject"]}
        word = read_docx(io.BytesIO(files(lived, "lene")["docx"][0]))
        text = "\n".join(paragraph.text for paragraph in word.paragraphs)
        assert "Lene Holm" in text
        cells = {cell.text for table in word.tables for row in table.rows for cell in row.cells}
        assert "action:2" in cells

    def test_no_words_of_anybody_are_in_it(self, lived: Chat) -> None:
        said = lived.say("lene", "!mig data", "dm")
        for name, (content, _) in files(lived, "lene").items():
            shown = content.decode() if name == "json" else ""
            for word in ("næsehorn", "giraf", "zebrafisk", "60 %"):
                assert word not in shown
                assert word not in said

    def test_a_citizen_and_somebody_without_anything_get_theirs(self, chat: Chat) -> None:
        said = chat.say("clara", "!mig data", "dm")
        assert "Clara Berg" in said
        assert "Aftaler, du ejer: 0" in said
        assert data(chat, "clara")["actions"] == []

    def test_in_english(self, lived: Chat) -> None:
        lived.say("lene", "!me English", "dm")
        said = lived.say("lene", "!me data", "dm")
        assert "This is what I know of you" in said
        assert "Actions you own: 1" in said

    def test_it_is_in_the_log(self, lived: Chat) -> None:
        lived.say("lene", "!mig data", "dm")
        rows = lived.ask(
            lambda session: session.exec(
                select(AuditEntry).where(AuditEntry.subject == f"person:{LENE}")
            ).all()
        )
        assert [(row.act, row.by, row.recipient, row.purpose) for row in rows] == [
            ("exported", LENE, f"dm:{LENE}", "rights")
        ]


class TestErase:
    @pytest.mark.parametrize("words", ["!mig slet", "!me erase", "!mig glem mig"])
    def test_it_asks_first_and_says_what_stays(self, lived: Chat, words: str) -> None:
        said = lived.say("lene", words, "dm")
        assert "kan ikke fortrydes" in said
        assert "Svar ja eller nej" in said
        assert "24 måneder" in said
        assert kept(lived, PersonState, PersonState.user_id) == 1

    @pytest.mark.parametrize("how", ["ja", "Ja tak!", "yes", "✅", "reply"])
    def test_after_a_yes_what_is_hers_is_gone(self, lived: Chat, how: str) -> None:
        lived.say("lene", "!mig slet", "dm")
        if how == "✅":
            said = lived.reacts("lene", "✅", "dm")
        elif how == "reply":
            said = lived.answer("lene", "ja", "dm")
        else:
            said = lived.say("lene", how, "dm")
        assert "Slettet:" in said
        assert kept(lived, PersonState, PersonState.user_id) == 0
        assert kept(lived, Deputy, Deputy.person) == 0
        assert kept(lived, Change, Change.person) == 0
        # The programme's records stay.
        assert lived.ask(lambda session: len(session.exec(select(Action)).all())) == 2
        assert "Aftaler, du ejer: 1" in lived.say("lene", "!mig data", "dm")
        assert data(lived)["settings"] == {}
        act = lived.ask(
            lambda session: session.exec(select(AuditEntry).where(AuditEntry.act == "erased")).one()
        )
        assert (act.subject, act.by, act.purpose) == (f"person:{LENE}", LENE, "rights")

    def test_her_reminders_come_again_at_the_programmes_hour(self, lived: Chat) -> None:
        """She was away until the thirtieth; without that the action due on Friday is reminded of."""
        lived.say("lene", "!mig slet", "dm")
        lived.say("lene", "ja", "dm")
        before = lived.last_seq()
        lived.at("2026-11-27 09:00")
        told = [one for one in lived.messages(before, f"dm:{LENE}") if one["kind"].startswith("reminder")]
        assert told

    @pytest.mark.parametrize("how", ["nej", "no thanks", "❌"])
    def test_after_a_no_nothing_is(self, lived: Chat, how: str) -> None:
        lived.say("lene", "!mig slet", "dm")
        said = lived.reacts("lene", "❌", "dm") if how == "❌" else lived.say("lene", how, "dm")
        assert said == "Godt, så sletter jeg ikke noget."
        assert kept(lived, PersonState, PersonState.user_id) == 1

    def test_other_words_erase_nothing_and_it_is_asked_again(self, lived: Chat) -> None:
        lived.say("lene", "!mig slet", "dm")
        assert "Jeg har ikke slettet noget" in lived.answer("lene", "måske i morgen", "dm")
        assert kept(lived, PersonState, PersonState.user_id) == 1

    def test_a_yes_a_day_later_may_be_meant_for_something_else(self, lived: Chat) -> None:
        lived.say("lene", "!mig slet", "dm")
        question = lived.newest("dm", "lene")
        lived.at("2026-11-22 10:00")
        assert "over et døgn" in lived.answer("lene", "ja", "dm", to=question)
        assert kept(lived, PersonState, PersonState.user_id) == 1

    def test_asked_in_a_room_it_is_asked_alone(self, lived: Chat) -> None:
        assert "direkte" in lived.say("lene", "!mig slet")
        assert lived.last(f"dm:{LENE}")["kind"] == "me.erase"
        # Nobody else's yes, and none in the room.
        lived.say("ali", "ja")
        assert kept(lived, PersonState, PersonState.user_id) == 1
        assert "Slettet:" in lived.say("lene", "ja", "dm")

    def test_messages_that_are_over_go_and_open_ones_stay(self, chat: Chat) -> None:
        chat.say("karla", "!aftale @lene spørge næsehornet inden fredag")
        chat.say("lene", "!mig kl. 7.30", "dm")
        chat.at("2026-11-27 09:00")
        reminders = [one for one in chat.messages(0, f"dm:{LENE}") if one["kind"].startswith("reminder")]
        assert reminders, "Lene was reminded of an action that is open"
        chat.say("lene", "!mig slet", "dm")
        before = chat.last_seq()
        chat.say("lene", "ja", "dm")
        gone = {one["about"] for one in chat.messages(before) if one["what"] == "redact"}
        assert gone
        assert not gone & {one["id"] for one in reminders}
        chat.say("lene", "!færdig 1", "dm")
        chat.say("lene", "!mig slet", "dm")
        before = chat.last_seq()
        chat.say("lene", "ja", "dm")
        gone = {one["about"] for one in chat.messages(before) if one["what"] == "redact"}
        assert {one["id"] for one in reminders} <= gone
        assert all(one["target"] == f"dm:{LENE}" for one in chat.messages(before))

    def test_it_cannot_be_undone(self, lived: Chat) -> None:
        lived.say("lene", "!mig slet", "dm")
        lived.say("lene", "ja", "dm")
        lived.say("lene", "!fortryd", "dm")
        assert kept(lived, PersonState, PersonState.user_id) == 0

    def test_verifications_that_are_over_are_forgotten(self, lived: Chat) -> None:
        def verified(session: Session) -> None:
            for number, state in enumerate(("done", "cancelled", "keys")):
                session.add(
                    Verification(
                        user_id=LENE,
                        transaction_id=f"{number}",
                        device_id="LENE1",
                        state=state,
                        since=lived.now,
                    )
                )

        lived.ask(verified)
        lived.say("lene", "!mig slet", "dm")
        lived.say("lene", "ja", "dm")
        left = lived.ask(lambda session: [row.state for row in session.exec(select(Verification))])
        assert left == ["keys"]

    def test_twice_is_no_harm(self, lived: Chat) -> None:
        lived.say("lene", "!mig slet", "dm")
        question = lived.newest("dm", "lene")
        assert "Slettet:" in lived.answer("lene", "ja", "dm", to=question)
        assert "Slettet:" in lived.answer("lene", "ja", "dm", to=question)
