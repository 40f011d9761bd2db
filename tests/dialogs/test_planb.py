"""Plan B: offered when an action is declined or fails, switched to in one word, and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.answer.failing import failed
from tests.dialogs.caserooms import english, open_rooms
from tests.dialogs.chat import Chat


def _opened(chat: Chat) -> None:
    chat.say("karla", "!sag ny skolefravær")
    chat.say("bo", "!aftale @lene HS-26-001 søge friplads i klubben inden fredag")
    chat.say("lene", "!planb 1 spørge ungdomsskolen")


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    """Bo wrote action 1, which is Lene's, with a plan B, about a case."""
    with open_rooms(tmp_path) as opened:
        opened.begin(_opened)
        yield opened


def offered(chat: Chat, before: int) -> list[str]:
    return [m["target"] for m in chat.messages(before) if m["kind"] == "case.planb"]


def offer(chat: Chat, room: str = "fremdrift", who: str = "") -> str:
    """The event of the newest offer."""
    asked = [m for m in chat.messages(0, chat.target(room, who)) if m["kind"] == "case.planb"]
    return str(asked[-1]["event_id"])


def test_a_decline_offers_it_in_the_room_and_to_the_writer(chat: Chat) -> None:
    before = chat.last_seq()
    chat.say("lene", "!afvis 1 klubben har ikke plads")
    assert offered(chat, before) == [chat.target("fremdrift"), "dm:@bo:example.dk"]
    said = next(m for m in chat.messages(before) if m["kind"] == "case.planb")
    assert said["body"].startswith("Aftale 1 har en plan B: „spørge ungdomsskolen“. Skal I skifte til den?")
    assert said["notify"], "it asks"


@pytest.mark.parametrize("how", ["answer", "sign"])
def test_so_does_an_answer_and_a_sign_with_a_reason(chat: Chat, how: str) -> None:
    chat.at("2026-11-25 08:00")  # Lene is reminded
    before = chat.last_seq()
    if how == "answer":
        chat.say("lene", "det kan jeg ikke, vi har ikke hjemmel", "dm")
    else:
        chat.reacts("lene", "❌", "dm")
        assert offered(chat, before) == []
        chat.say("lene", "vi har ikke hjemmel", "dm")
    assert set(offered(chat, before)) == {
        chat.target("fremdrift"),
        "dm:@bo:example.dk",
        "dm:@lene:example.dk",
    }


def test_without_a_plan_or_done_nothing_is_offered(chat: Chat) -> None:
    chat.say("bo", "!aftale @ali ringe til skolen inden fredag")
    before = chat.last_seq()
    chat.say("ali", "!afvis 2 det må vi ikke")
    chat.say("lene", "!færdig 1")
    assert offered(chat, before) == []
    assert chat.say("lene", "!planb 1 brug") == "Aftale 1 er færdig, så der er ikke brug for plan B."
    assert chat.say("ali", "!planb 2 brug").startswith("Aftale 2 har ingen plan B.")


@pytest.mark.parametrize("who", ["lene", "bo", "karla"])
@pytest.mark.parametrize("sign", ["✅", "ja", "Ja tak!", "ok", "skift"])
def test_owner_writer_and_coordinator_switch_in_one_step(chat: Chat, who: str, sign: str) -> None:
    chat.say("lene", "!afvis 1 klubben har ikke plads")
    said = chat.reacts(who, sign, to=offer(chat)) if sign == "✅" else chat.answer(who, sign, to=offer(chat))
    assert said.splitlines()[:2] == [
        "Aftale 2: BUF (mangler navn): HS-26-001 · spørge ungdomsskolen – senest tirs. 24. nov. kl. 10.00, uge 48",
        "Det er plan B for aftale 1.",
    ]
    assert "Hvem tager den fra BUF?" in said
    assert ("Bo Lund: hvem tager den nu?" in said) is (who != "bo"), "the writer is asked who"
    assert chat.action(2)["case"] == "HS-26-001"
    assert chat.action(2)["text"] == "spørge ungdomsskolen"
    assert chat.action(1)["state"] == "declined"


def test_nobody_else_can_and_nobody_twice(chat: Chat) -> None:
    chat.say("lene", "!afvis 1 klubben har ikke plads")
    where = offer(chat)
    assert chat.reacts("ali", "✅", to=where) == ""
    assert chat.answer("ali", "ja", to=where) == ""
    assert chat.reacts("bo", "👍", to=where) == ""
    chat.reacts("bo", "✅", to=where)
    assert "allerede skiftet til plan B for aftale 1: det er aftale 2" in chat.reacts("karla", "✅", to=where)
    assert "allerede skiftet" in chat.say("karla", "!planb 1 brug")
    assert [row["number"] for row in chat.actions()] == [1, 2]


def test_who_and_when_may_be_said_with_it(chat: Chat) -> None:
    chat.say("lene", "!afvis 1 klubben har ikke plads")
    said = chat.answer("bo", "ja, Ali, inden torsdag", to=offer(chat))
    assert said.startswith(
        "Aftale 2: Ali Demir (SOF): HS-26-001 · spørge ungdomsskolen – senest tors. 26. nov."
    )
    assert "Hvem" not in said


def test_a_name_alone_takes_it(chat: Chat) -> None:
    chat.say("lene", "!afvis 1 klubben har ikke plads")
    assert chat.answer("karla", "Ali tager den", to=offer(chat)).startswith("Aftale 2: Ali Demir (SOF)")


def test_no_leaves_it_as_it_is(chat: Chat) -> None:
    chat.say("lene", "!afvis 1 klubben har ikke plads")
    assert "Så bliver det ved det, der står." in chat.answer("bo", "nej", to=offer(chat))
    assert "Så bliver det ved det, der står." in chat.reacts("bo", "❌", to=offer(chat))
    assert len(chat.actions()) == 1


def test_yes_with_something_else_is_asked_about(chat: Chat) -> None:
    chat.say("lene", "!afvis 1 klubben har ikke plads")
    said = chat.answer("bo", "ja, men spørg først skolen om det passer", to=offer(chat))
    assert said.startswith("Skal I skifte til plan B for aftale 1? Svar bare „ja“")
    assert len(chat.actions()) == 1


def test_in_direct_messages_the_writer_switches_and_the_room_hears(chat: Chat) -> None:
    chat.say("lene", "!afvis 1 klubben har ikke plads")
    before = chat.last_seq()
    said = chat.say("bo", "ja, Ali", "dm")
    assert said.startswith("Aftale 2: Ali Demir (SOF)")
    told = [m["body"] for m in chat.messages(before, chat.target("fremdrift"))]
    assert len(told) == 1
    assert told[0].startswith("Aftale 2: Ali Demir (SOF): HS-26-001 · spørge ungdomsskolen")


def test_the_room_answers_who_takes_it(chat: Chat) -> None:
    chat.say("lene", "!afvis 1 klubben har ikke plads")
    chat.reacts("karla", "✅", to=offer(chat))
    asked = chat.last(chat.target("fremdrift"))
    assert "Bo Lund: hvem tager den nu?" in asked["body"]
    assert "Ali Demir (SOF)" in chat.answer("bo", "Ali", to=asked["event_id"])


def test_an_open_action_is_switched_by_command(chat: Chat) -> None:
    said = chat.say("bo", "!planb 1 brug")
    assert said.startswith(
        "Aftale 2: Lene Holm (BUF): HS-26-001 · spørge ungdomsskolen – senest tirs. 24. nov."
    )
    assert chat.action(1)["state"] == "declined"
    assert "I er skiftet til plan B: aftale 2." in chat.say("bo", "!vis 1")
    assert "Det er plan B for aftale 1." in chat.say("bo", "!vis 2")
    plan = chat.say("bo", "!sag 1 plan")
    assert "1 søge friplads i klubben – Lene Holm (BUF), senest fre. 27. nov., uge 48 · afvist" in plan
    assert "2 spørge ungdomsskolen" in plan


def test_undo_opens_the_old_one_again(chat: Chat) -> None:
    chat.say("bo", "!planb 1 brug")
    chat.say("bo", "!fortryd")
    assert chat.action(1)["state"] == "open"
    assert chat.action(2)["state"] == "cancelled"
    assert "skiftet" not in chat.say("bo", "!vis 1")
    assert chat.say("bo", "!planb 1 brug").startswith("Aftale 3:")


@pytest.mark.parametrize("how", ["✅", "ja"])
def test_undo_takes_back_the_switch_that_a_sign_or_a_yes_made(chat: Chat, how: str) -> None:
    chat.say("bo", "!planb 1 spørge biblioteket")
    chat.say("lene", "!afvis 1 klubben har ikke plads")
    if how == "✅":
        chat.reacts("bo", how, to=offer(chat))
    else:
        chat.answer("bo", how, to=offer(chat))
    assert chat.action(2)["state"] == "open"
    first = "Din reaktion gælder ikke længere." if how == "✅" else "Det, du svarede, er taget tilbage."
    said = chat.say("bo", "!fortryd").split("\n\n")
    assert first in said
    assert chat.action(2)["state"] == "cancelled"
    assert "Plan B: spørge biblioteket" in chat.say("bo", "!vis 1"), "its words stay"
    assert chat.say("bo", "!planb 1 brug").startswith("Aftale 3:")


def test_undo_in_direct_messages_takes_back_the_switch_made_there(chat: Chat) -> None:
    chat.say("bo", "!mig kl. 9", "dm")
    chat.say("lene", "!afvis 1 klubben har ikke plads")
    chat.say("bo", "ja", "dm")
    assert "Det, du svarede, er taget tilbage." in chat.say("bo", "!fortryd", "dm")
    assert chat.action(2)["state"] == "cancelled"
    assert "kl. 9.00" in chat.say("bo", "!mig", "dm")


def test_a_sign_taken_back_takes_the_switch_back(chat: Chat) -> None:
    chat.say("lene", "!afvis 1 klubben har ikke plads")
    sign = chat.react("bo", offer(chat), "✅")
    assert chat.action(2)["state"] == "open"
    chat.delete("bo", sign)
    assert chat.action(2)["state"] == "cancelled"
    assert chat.action(1)["state"] == "declined", "that was said before"
    assert chat.reacts("karla", "✅", to=offer(chat)).startswith("Aftale 3:")


def test_an_edit_says_it_otherwise(chat: Chat) -> None:
    event = chat.send("bo", "!planb 1 brug fredag")
    assert chat.action(2)["due"] == "2026-11-27"
    said = chat.edit("bo", event, "!planb 1 brug Ali torsdag")
    assert said.startswith(
        "Aftale 2: Ali Demir (SOF): HS-26-001 · spørge ungdomsskolen – senest tors. 26. nov."
    )
    assert [(row["number"], row["state"]) for row in chat.actions()] == [(1, "declined"), (2, "open")]
    chat.edit("bo", event, "!planb 1 spørge biblioteket")
    assert [(row["number"], row["state"]) for row in chat.actions()] == [(1, "open"), (2, "cancelled")]


@pytest.mark.parametrize("words", ["brug ungdomsskolen i stedet", "tag kontakt til mor", "use the library"])
def test_a_plan_that_begins_like_the_command_is_a_plan(chat: Chat, words: str) -> None:
    assert chat.say("lene", f"!planb 1 {words}") == "Plan B er skrevet på aftale 1."
    assert f"Plan B: {words}" in chat.say("lene", "!vis 1")


@pytest.mark.parametrize("word", ["slet", "fjern", "Ingen.", "remove", "delete", "slet den"])
def test_a_word_removes_it_and_says_so(chat: Chat, word: str) -> None:
    assert chat.say("lene", f"!planb 1 {word}") == "Plan B er fjernet fra aftale 1."
    shown = chat.say("bo", "!vis 1")
    assert "Plan B: " not in shown
    assert "Lene Holm fjernede plan B" in shown
    assert "Plan B" not in chat.say("bo", "!sag 1 plan")
    before = chat.last_seq()
    chat.say("lene", "!afvis 1 klubben har ikke plads")
    assert offered(chat, before) == []
    assert chat.say("bo", f"!planb 1 {word}").startswith("Aftale 1 har ingen plan B.")


def test_removing_it_is_undone_and_after_the_switch_it_is_too_late(chat: Chat) -> None:
    chat.say("lene", "!planb 1 slet")
    assert "!planb er taget tilbage." in chat.say("lene", "!fortryd")
    assert "Plan B: spørge ungdomsskolen" in chat.say("bo", "!vis 1")
    chat.say("bo", "!planb 1 brug")
    assert chat.say("lene", "!planb 1 slet") == (
        "I er allerede skiftet til plan B for aftale 1: det er aftale 2."
    )


def test_without_words_it_says_how_with_an_example_to_copy(chat: Chat) -> None:
    assert chat.say("lene", "!planb 1") == (
        "Hvad skal jeg skrive? Fx !planb 1 spørge ungdomsskolen i stedet."
    )


@pytest.mark.parametrize(
    ("plan", "said", "at_switch"),
    [
        ("ali: hjemmebesøg inden torsdag", "", "Ali Demir (SOF): HS-26-001 · hjemmebesøg – senest tors. 26. nov."),
        ("@ali hjemmebesøg", "", "Ali Demir (SOF): HS-26-001 · hjemmebesøg – senest tirs. 24. nov. kl. 10.00"),
        ("hjemmebesøg inden torsdag", "", "Lene Holm (BUF): HS-26-001 · hjemmebesøg – senest tors. 26. nov."),
        ("jeg tager ud til dem", "", "Lene Holm (BUF): HS-26-001 · tager ud til dem – senest tirs. 24. nov."),
        ("ali: hjemmebesøg inden torsdag", " Bo fredag", "Bo Lund (politi): HS-26-001 · hjemmebesøg – senest fre. 27."),
        ("ali inden torsdag", "", "Ali Demir (SOF): HS-26-001 · søge friplads i klubben – senest tors. 26. nov."),
        ("bo i klubben spørges", "", "Lene Holm (BUF): HS-26-001 · bo i klubben spørges – senest tirs. 24. nov."),
        ("ringe til dem inden længe", "", "Lene Holm (BUF): HS-26-001 · ringe til dem inden længe"),
    ],
)  # fmt: skip
def test_who_and_when_in_the_plan_count_at_the_switch(
    chat: Chat, plan: str, said: str, at_switch: str
) -> None:
    chat.say("lene", f"!planb 1 {plan}")
    assert chat.say("bo", f"!planb 1 brug{said}").startswith(f"Aftale 2: {at_switch}")


def test_a_sign_reads_them_too_and_a_day_is_read_at_the_switch(chat: Chat) -> None:
    chat.say("lene", "!planb 1 ali: hjemmebesøg inden torsdag")
    chat.at("2026-11-30 09:00")
    chat.say("lene", "!afvis 1 klubben har ikke plads")
    assert chat.reacts("bo", "✅", to=offer(chat)).startswith(
        "Aftale 2: Ali Demir (SOF): HS-26-001 · hjemmebesøg – senest tors. 3. dec."
    )


def test_a_day_of_the_plan_that_has_passed_is_left_out(chat: Chat) -> None:
    chat.say("lene", "!planb 1 ali: hjemmebesøg inden 24/11")
    chat.at("2026-11-26 09:00")
    assert chat.say("bo", "!planb 1 brug").startswith(
        "Aftale 2: Ali Demir (SOF): HS-26-001 · hjemmebesøg – senest tirs. 1. dec."
    )


def test_parts_of_a_plan_that_is_deleted_are_erased_as_well(chat: Chat) -> None:
    event = chat.send("lene", "!planb 1 ali: spørge hemmelig onkel inden torsdag")
    chat.say("bo", "!planb 1 brug")
    assert chat.action(2)["text"] == "spørge hemmelig onkel"
    chat.at("2026-11-20 12:00")
    chat.delete("lene", event)
    assert chat.action(2)["text"] is None
    assert "hemmelig" not in chat.everything()
    assert b"hemmelig" not in chat.raw()


def test_erased_words_are_erased_in_the_new_action_as_well(chat: Chat) -> None:
    event = chat.send("lene", "!planb 1 spørge hemmelig onkel")
    chat.say("bo", "!planb 1 brug")
    chat.at("2026-11-20 12:00")
    chat.delete("lene", event)
    assert chat.action(2)["text"] is None
    assert "hemmelig" not in chat.everything()


class TestFailing:
    def test_an_owner_who_tells_that_it_failed_is_offered_it(self, chat: Chat) -> None:
        chat.at("2026-11-25 08:00")
        before = chat.last_seq()
        said = chat.say("lene", "det lykkedes desværre ikke, klubben er fuld", "dm")
        assert "Jeg har skrevet det som en note på aftale 1." in said
        assert set(offered(chat, before)) == {
            chat.target("fremdrift"),
            "dm:@bo:example.dk",
            "dm:@lene:example.dk",
        }
        assert chat.say("lene", "ja", "dm").startswith("Aftale 2: Lene Holm (BUF)")
        assert chat.action(1)["state"] == "declined"

    def test_other_answers_to_the_offer_are_about_the_action(self, chat: Chat) -> None:
        chat.at("2026-11-25 08:00")
        chat.say("lene", "det lykkedes ikke", "dm")
        assert "Færdig" in chat.say("lene", "1 færdig", "dm") or chat.action(1)["state"] == "done"
        assert chat.action(1)["state"] == "done"

    def test_a_bystander_who_says_so_offers_nothing(self, chat: Chat) -> None:
        before = chat.last_seq()
        chat.say("ali", "!note 1 det lykkedes ikke")
        assert offered(chat, before) == []

    @pytest.mark.parametrize(
        "words",
        """det lykkedes ikke|det lykkedes desværre ikke|det virkede ikke|vi fik nej fra skolen|det gik ikke
        |planen holdt ikke
        |de har afvist os|ingen plads i klubben|forsøgt uden held|mislykkedes|det kunne ikke lade sig gøre
        |det er faldet til jorden|det gik i vasken|vi fik afslag fra klubben|It did not work|it failed
        |we got a rejection|no luck|They turned us down|it didn't work out""".replace("\n        ", "").split(
            "|"
        ),
    )
    def test_what_says_that_it_failed(self, words: str) -> None:
        assert failed(words)

    @pytest.mark.parametrize(
        "words",
        """lykkedes ikke endnu|det lykkedes|det lykkedes ikke i dag, prøver igen i morgen|er i gang, mangler svar
        |det går godt|lykkedes det ikke?|vi venter på svar|it did not work yet|har talt med skolen
        |plads i klubben er fundet|ingen problemer|ikke noget nyt|it worked|trying again tomorrow""".replace(
            "\n        ", ""
        ).split("|"),
    )
    def test_what_does_not(self, words: str) -> None:
        assert not failed(words)


def test_in_english(tmp_path: Path) -> None:
    with open_rooms(tmp_path, english()) as chat:
        chat.say("bo", "!action @lene apply for a place at the club by Friday")
        chat.say("lene", "!planb 1 ask the youth school")
        chat.say("lene", "!decline 1 the club is full")
        assert chat.last(chat.target("fremdrift"))["body"].startswith(
            "Action 1 has a plan B: “ask the youth school”."
        )
        said = chat.answer("bo", "yes, Ali, Friday", to=offer(chat))
        assert said.startswith("Action 2: Ali Demir (SOF): ask the youth school – by Fri 27 Nov")
        assert "This is plan B for action 1." in said
        assert "already" in chat.say("bo", "!planb 1 use")
