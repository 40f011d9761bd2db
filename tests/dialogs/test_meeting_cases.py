"""What is agreed under a case's agenda item belongs to that case, also once its message was edited."""

from sqlmodel import Session, col, select

from bot.storage.models import Outbox
from tests.dialogs.chat import Chat


def begin(chat: Chat) -> None:
    chat.say("ali", "!dagsorden HS-26-014 friplads til søskende")
    chat.at("2026-11-24 10:00")
    chat.say("karla", "!møde start")


def test_an_edited_action_keeps_the_case_of_its_item(chat: Chat) -> None:
    begin(chat)
    said = chat.send("lene", "!aftale ali søge klubben inden fredag")
    assert chat.action(1)["case"] == "HS-26-014"
    chat.edit("lene", said, "!aftale ali søge klubben inden torsdag")
    assert chat.action(1)["case"] == "HS-26-014"
    assert "torsdag" in chat.say("karla", "!vis 1") or "tors." in chat.say("karla", "!vis 1")


def test_an_edited_decision_keeps_the_case_of_its_item(chat: Chat) -> None:
    begin(chat)
    said = chat.send("karla", "!beslutning familien tilbydes en kontaktperson")
    chat.say("karla", "!møde slut")
    chat.at("2026-11-24 11:30")
    chat.edit("karla", said, "!beslutning familien tilbydes to kontaktpersoner")
    only = chat.say("karla", "!referat HS-26-014")
    assert "familien tilbydes to kontaktpersoner" in only
    assert "2026-W48-1" in only


def test_a_decision_that_names_its_case_names_it_once(chat: Chat) -> None:
    chat.at("2026-11-24 10:00")
    chat.say("karla", "!møde start")
    chat.say("karla", "!beslutning HS-26-014 familien tilbydes en kontaktperson")
    chat.say("karla", "!møde slut")
    assert "HS-26-014 · HS-26-014" not in chat.say("karla", "!referat")


def test_a_meeting_nobody_had_planned_is_gone_once_its_beginning_is_taken_back(chat: Chat) -> None:
    chat.say("bo", "!møde start", "ledelse")
    chat.say("bo", "!fortryd", "ledelse")
    chat.at("2026-11-23 10:00")
    assert "meeting" not in chat.say("bo", "!digest 14 days", "ledelse").casefold()


def test_an_action_taken_back_after_the_approval_is_an_addendum(chat: Chat) -> None:
    begin(chat)
    chat.send("lene", "!aftale ali søge klubben inden fredag")
    chat.say("karla", "!møde slut")
    chat.say("karla", "!referat godkend")
    chat.say("lene", "!fortryd")
    told = [m["body"] for m in chat.messages() if m["kind"] == "minutes.addendum"]
    assert len(told) == 1
    assert "om aftale 1" in told[0]


def test_a_cases_part_of_approved_minutes_stands_as_it_was_approved(chat: Chat) -> None:
    begin(chat)
    agreed = chat.send("lene", "!aftale ali søge klubben inden fredag")
    chat.say("karla", "!møde slut")
    chat.say("karla", "!referat godkend")
    chat.at("2026-11-24 10:05")
    chat.edit("lene", agreed, "!aftale ali søge svømmehallen inden fredag")
    part = chat.say("karla", "!referat HS-26-014")
    assert "søge klubben" in part.partition("Tilføjelser")[0]
    assert "søge svømmehallen" not in part.partition("Tilføjelser")[0]
    assert "om aftale 1" in part
    assert "søge svømmehallen" in part


def test_a_draft_says_so_as_a_file_too(chat: Chat) -> None:
    begin(chat)
    chat.say("karla", "!møde slut")
    before = chat.last_seq()
    chat.say("karla", "!referat tekst")
    assert "Udkast, ikke godkendt endnu" in str(file_of(chat, before))
    chat.say("karla", "!referat godkend")
    before = chat.last_seq()
    chat.say("karla", "!referat tekst")
    assert "Udkast" not in str(file_of(chat, before))


def file_of(chat: Chat, after: int) -> str:
    """The document of the file that was owed last."""

    def look(session: Session) -> str:
        rows = session.exec(select(Outbox).where(col(Outbox.seq) > after, Outbox.what == "file")).all()
        return rows[-1].template or ""

    return chat.ask(look)
