"""What is agreed under a case's agenda item belongs to that case, also once its message was edited."""

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
