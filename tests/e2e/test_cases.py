"""The story of one case on a real homeserver, encrypted: asked about, met over, failed, lifted, decided, closed."""

from bot.demo.account import Event
from bot.demo.participant import Participant
from bot.demo.process import RunBot
from bot.demo.stage import PersonSpec, Programme, RoomSpec, SetUp
from tests.e2e.test_meetings import about, asked, body, from_then_on, saying

CODE = "HS-26-001"
PROGRESS = ("karla", "lene", "ali", "jonas", "pia", "bo")
PROGRAMME = Programme(
    people=(
        PersonSpec("anna", "Anna Vind", "HOTSPOT", roles=("lead",)),
        PersonSpec("karla", "Karla Bech", "HOTSPOT", roles=("coordinator",)),
        PersonSpec("lene", "Lene Holm", "BUF"),
        PersonSpec("ali", "Ali Demir", "SOF"),
        PersonSpec("jonas", "Jonas Friis", "BIF"),
        PersonSpec("pia", "Pia Lund", "BIF"),
        PersonSpec("bo", "Bo Skov", "POLITI"),
        PersonSpec("mona", "Mona Kjær", "BUF"),
        PersonSpec("finn", "Finn Dam", "SOF", roles=("manager",)),
    ),
    rooms=(
        RoomSpec(
            "fremdrift",
            "fremdriftsgruppe",
            PROGRESS,
            "Fremdriftsgruppen",
            {"meeting": "FREQ=WEEKLY;BYDAY=TU;BYHOUR=10;BYMINUTE=0", "meeting_start": "2026-12-01"},
        ),
        RoomSpec("ledelse", "ledelsesgruppe", ("anna", "finn"), "Ledelsesgruppen"),
    ),
    agencies={
        "HOTSPOT": {"name": "Hotspot-sekretariatet"},
        "BUF": {"name": "Børne- og Ungdomsforvaltningen", "representative": "lene"},
        "SOF": {"name": "Socialforvaltningen", "representative": "ali"},
        "BIF": {"name": "Beskæftigelses- og Integrationsforvaltningen", "representative": "jonas"},
        "POLITI": {"name": "Lokalpolitiet", "representative": "bo"},
    },
)


async def in_thread(person: Participant, root: Event, words: str, *, kind: str, after: str = "") -> Event:
    """Answer in the thread of a question; returns what the bot says there then."""
    room, thread = root["room_id"], root["event_id"]
    said = await person.say(room, words, thread=thread)

    def fits(event: Event) -> bool:
        relates = event["content"].get("m.relates_to", {})
        mark = event["content"].get("dk.hotspotbot", {})
        return mark.get("kind") == kind and relates.get("event_id") == thread and about(event) == said

    return await person.wait_for(fits, room, timeout=30)


async def test_a_case_from_its_opening_to_its_end(programme: SetUp, run_bot: RunBot) -> None:
    stage = await programme(PROGRAMME)
    people = stage.people
    anna, karla, lene, ali, jonas, pia, bo = (
        people[key] for key in ("anna", "karla", "lene", "ali", "jonas", "pia", "bo")
    )
    room, managers = stage.rooms["fremdrift"], stage.rooms["ledelse"]

    async def question_to(key: str) -> Event:
        return await people[key].wait_for_bot(
            await stage.direct_room(key, timeout=30), "case.question", timeout=30
        )

    # Week 1: the case, and Wednesday's questions.
    bot = await run_bot(stage.config, rehearse="2026-11-24T13:00@60")
    await stage.bot_joined()
    opened = await asked(karla, room, "!sag ny bliver væk fra skolen efter frokost", kind="case.opened")
    assert CODE in body(opened)
    assert opened["content"]["dk.hotspotbot"]["case"] == CODE
    await from_then_on(bot, "2026-11-25T07:58", 60)
    questions = {key: await question_to(key) for key in ("lene", "ali", "jonas", "bo")}
    for question in questions.values():
        assert question["encrypted"]
        assert CODE in body(question)
        assert question["content"]["msgtype"] == "m.text", "it rings"
    await in_thread(lene, questions["lene"], "han har været i skole tre dage", kind="case.question")
    await in_thread(lene, questions["lene"], "skolen går bedre, resten uændret", kind="case.question")
    await in_thread(ali, questions["ali"], "det må jeg ikke dele", kind="case.answered")
    await in_thread(jonas, questions["jonas"], "spørg Pia", kind="case.answered")
    handed = await question_to("pia")
    await in_thread(pia, handed, "han har søgt et fritidsjob i et supermarked", kind="case.question")

    # Friday: the agenda knows who has not answered, and Bo is reminded once.
    await from_then_on(bot, "2026-11-27T07:58", 60)
    reminded = await bo.wait_for_bot(questions["bo"]["room_id"], "case.question.again", timeout=30)
    assert CODE in body(reminded)
    agenda = await karla.wait_for_bot(room, "meeting.agenda", timeout=30)
    assert CODE in body(agenda)
    assert "POLITI" in body(agenda).split("Mangler svar")[1].splitlines()[0]
    await in_thread(bo, questions["bo"], "intet nyt", kind="case.answered")

    # Monday: what each agency said, in the room.
    await from_then_on(bot, "2026-11-30T07:58", 60)
    summary = await saying(lene, room, CODE, "tre dage", "supermarked", kind="case.summary")
    assert summary["encrypted"]

    # Tuesday's meeting: a plan with a plan B, under the item of the case.
    await from_then_on(bot, "2026-12-01T09:58", 60)
    await karla.wait_for_bot(room, "meeting.ask_start", timeout=30)
    await asked(karla, room, "!møde start", kind="meeting.started")
    await asked(karla, room, "!aftale Lene få ham med i klubben senest torsdag", kind="action.recorded")
    await asked(karla, room, "!planb 1 spørge ungdomsskolen", kind="action.planb")
    await asked(karla, room, "!møde slut", kind="meeting.ended")
    plan = await asked(ali, room, f"!sag {CODE} plan", kind="case.plan")
    assert "få ham med i klubben" in body(plan)
    assert "ungdomsskolen" in body(plan)

    # It fails; plan B; then it has to be lifted.
    await asked(lene, room, "!afvis 1 klubben er fuld", kind="action.declined")
    proposed = await karla.wait_for_bot(room, "case.planb", timeout=30)
    await karla.say(room, "ja, Ali, fredag", reply_to=proposed["event_id"])
    await saying(karla, room, "spørge ungdomsskolen", "Ali Demir", "4. dec.", kind="action.recorded")
    await asked(
        karla, room, f"!eskaler {CODE} der mangler penge til ungdomsskolen haster", kind="case.changed"
    )
    lifted = await anna.wait_for_bot(managers, "case.escalated", timeout=30)
    assert "der mangler penge" in body(lifted)
    assert lifted["content"]["msgtype"] == "m.text", "it rings"
    await asked(anna, managers, f"!sag {CODE}", kind="case.shown")
    decided = await asked(
        anna, managers, f"!beslutning {CODE} vi betaler ungdomsskolen i foråret", kind="decision.recorded"
    )
    assert CODE in body(decided)
    returned = await saying(karla, room, CODE, "vi betaler ungdomsskolen", "2026-W49-1", kind="case.returned")
    assert returned["encrypted"]
    gone = await asked(anna, managers, f"!sag {CODE}", kind="problem")
    assert gone["content"]["dk.hotspotbot"].get("case") is None, "it is not lifted any more"

    # A month later it comes to the agenda by itself, and ends well.
    await from_then_on(bot, "2026-12-23T07:58", 60)
    again = await saying(karla, room, "29. dec.", CODE, kind="meeting.agenda")
    assert again["event_id"] != agenda["event_id"]
    await asked(karla, room, f"!luk {CODE} han går i skole hver dag", kind="case.changed")
    history = await asked(karla, room, f"!sag {CODE} historik", kind="case.shown")
    for part in ("Ledelsesgruppen", "Karla Bech"):
        assert part in body(history)
    # Lifted, the managers could read what the agencies had said; who is in neither room never heard a word.
    mona = people["mona"]
    assert not [event for each in mona.rooms for event in mona.timeline(each) if CODE in body(event)]
