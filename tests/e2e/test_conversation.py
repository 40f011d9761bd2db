"""What people do with messages in a client: pills, threads, edits, deletions, reactions, hostile text, pictures."""

import struct

from bot.demo.participant import Participant
from bot.demo.process import RunBot
from bot.demo.stage import SetUp, Stage
from tests.e2e.programmes import ONE_ROOM


async def _meeting(programme: SetUp, run_bot: RunBot) -> tuple[Stage, Participant, Participant, str]:
    stage = await programme(ONE_ROOM)
    await run_bot(stage.config)
    await stage.bot_joined()
    return stage, stage.people["karla"], stage.people["lene"], stage.rooms["fremdrift"]


async def test_an_edited_command_changes_the_action_and_the_bots_answer(
    programme: SetUp, run_bot: RunBot
) -> None:
    stage, karla, _, room = await _meeting(programme, run_bot)
    lene = stage.people["lene"]
    said = await karla.say(
        room,
        f"!aftale {lene.displayname} søge friplads inden fredag",
        html=f"!aftale {lene.pill} søge friplads inden fredag",
    )
    answer = await karla.wait_for_bot(room, "action.recorded")
    assert "Lene Holm (BUF)" in answer["content"]["body"]
    assert answer["content"]["m.relates_to"]["m.in_reply_to"]["event_id"] == said

    await karla.say(room, "!aftale Ali søge kontaktperson inden fredag", replace=said)
    await karla.wait_for(lambda _: "Ali Demir" in karla.latest(answer["event_id"])["content"]["body"], room)
    now = karla.latest(answer["event_id"])["content"]["body"]
    assert "søge kontaktperson" in now
    assert "Aftale 1" in now


async def test_a_deleted_command_is_withdrawn_and_its_words_are_gone(
    programme: SetUp, run_bot: RunBot
) -> None:
    _, karla, _, room = await _meeting(programme, run_bot)
    said = await karla.say(room, "!aftale Lene hemmelige ord inden fredag")
    answer = await karla.wait_for_bot(room, "action.recorded")
    await karla.redact(room, said)
    withdrawn = await karla.wait_for_bot(room, "action.withdrawn")
    assert "trukket tilbage" in withdrawn["content"]["body"]
    await karla.wait_for(lambda event: event.get("redacts") == answer["event_id"], room)
    standing = [event for event in karla.shown(room) if "hemmelige" in str(event["content"])]
    assert standing == []


async def test_a_reaction_is_an_answer_and_can_be_taken_back(programme: SetUp, run_bot: RunBot) -> None:
    stage, karla, lene, room = await _meeting(programme, run_bot)
    ali = stage.people["ali"]
    await karla.say(room, "!aftale Lene søge friplads inden fredag")
    answer = await lene.wait_for_bot(room, "action.recorded")
    await ali.react(room, answer["event_id"], "✅")  # not his: no effect
    reaction = await lene.react(room, answer["event_id"], "✅")
    done = await lene.wait_for_bot(room, "action.done")
    await lene.redact(room, reaction)
    await lene.wait_for(lambda event: event.get("redacts") == done["event_id"], room)
    await karla.say(room, "!aftaler")
    listed = await karla.wait_for_bot(room, "actions.list")
    assert "søge friplads" in listed["content"]["body"]


async def test_a_thread_is_answered_in_the_thread(programme: SetUp, run_bot: RunBot) -> None:
    _, karla, lene, room = await _meeting(programme, run_bot)
    said = await karla.say(room, "!aftale Lene søge friplads inden fredag")
    await karla.wait_for_bot(room, "action.recorded")
    await lene.say(room, "næste onsdag", thread=said)
    moved = await lene.wait_for_bot(room, after=karla.bot_messages(room, "action.recorded")[0]["event_id"])
    relation = moved["content"]["m.relates_to"]
    assert (relation["rel_type"], relation["event_id"]) == ("m.thread", said)
    assert "ons." in moved["content"]["body"]


async def test_hostile_words_stay_words_and_ping_nobody(programme: SetUp, run_bot: RunBot) -> None:
    _, karla, _, room = await _meeting(programme, run_bot)
    words = "<b>@room</b> [klik](javascript:alert(1)) <img src=x onerror=alert(1)> **fed** \u202egnirts"
    await karla.say(room, f"!aftale Lene {words} inden fredag")
    answer = await karla.wait_for_bot(room, "action.recorded")
    html = answer["content"]["formatted_body"]
    assert "<img" not in html
    assert "<a " not in html
    assert "<b>" not in html
    assert answer["content"]["m.mentions"] == {}
    assert "javascript:alert(1)" in answer["content"]["body"]


async def test_three_lines_are_three_commands_each_with_its_answer(programme: SetUp, run_bot: RunBot) -> None:
    _, karla, _, room = await _meeting(programme, run_bot)
    said = await karla.say(
        room, "Fra mødet:\n!aftale Lene søge friplads inden fredag\n!aftale Ali ringe\ntil skolen\n!færdig 1"
    )
    await karla.wait_for_bot(room, "action.done")
    answers = [each for each in karla.bot_messages(room) if "m.relates_to" in each["content"]]
    assert [a["content"]["dk.hotspotbot"]["numbers"] for a in answers] == [[1], [2], [1]]
    assert {a["content"]["m.relates_to"]["m.in_reply_to"]["event_id"] for a in answers} == {said}


async def test_a_digest_brings_a_picture_with_words_for_it(programme: SetUp, run_bot: RunBot) -> None:
    _, karla, _, room = await _meeting(programme, run_bot)
    await karla.say(room, "!aftale Lene søge friplads inden fredag")
    await karla.wait_for_bot(room, "action.recorded")
    await karla.say(room, "!ugestatus")
    await karla.wait_for_bot(room, "digest")
    message = await karla.wait_for_bot(room, "digest.picture", timeout=30)
    picture = message["content"]
    assert "BUF: 1 åben" in picture["body"], "the figures in words"
    assert "url" not in picture, "the homeserver could look at it"
    png = await karla.download(message)
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", png[16:24]) == (picture["info"]["w"], picture["info"]["h"])
