"""A real SIGKILL while a case is asked about, answered, summed up, lifted and decided: each asked once, each told once.

Two cases, so that every person has two threads which could be mixed up. People go on writing while the bot dies.
"""

from collections import Counter
from collections.abc import Sequence

from sqlmodel import Session, col, select

from bot.access import Access
from bot.demo.account import Event
from bot.demo.participant import Participant, relation
from bot.demo.process import RunBot
from bot.demo.stage import PersonSpec, Programme, RoomSpec, SetUp, Stage
from bot.storage import queries
from bot.storage.cases import Case, CaseQuestion, CaseTrend, CaseUpdate, Escalation
from bot.storage.models import Action
from tests.faults.judge import all_read, alone_with_bot, answered, answers, doubled, said_by_bot
from tests.faults.proxy import Proxy
from tests.faults.test_meetings import die, kind, stand_still_until
from tests.owing import in_database_of

ONE, TWO = "HS-26-001", "HS-26-002"
OF_THE_QUESTIONS = ("tick.committed:1", "outbox.sent:1")
# What Lene told; what Jonas handed on; and then the colleague's room is made, and she is asked.
OF_THE_ANSWERS = ("inbox.before-commit:1", "inbox.committed:1", "direct.created:1", "outbox.sent:1")
OF_THE_NEXT_STEP = ("outbox.before-send:1",)
OF_THE_SUMMARIES = ("outbox.sent:1",)
OF_A_LATE_ANSWER = ("outbox.sent:2",)  # the receipt, and the summary that says so
# The answer to plan B, what lifts the case, and then what both rooms hear of it.
OF_PLAN_B_AND_THE_LIFT = ("inbox.committed:1", "outbox.sent:1", "outbox.sent:2")
OF_THE_DECISION = ("outbox.sent:2",)


def programme_behind(proxy: Proxy) -> Programme:
    """A progress group of three agencies and its managers, all encrypted."""
    return Programme(
        people=(
            PersonSpec("anna", "Anna Vind", "HOTSPOT", roles=("lead",)),
            PersonSpec("karla", "Karla Bech", "HOTSPOT", roles=("coordinator",)),
            PersonSpec("lene", "Lene Holm", "BUF"),
            PersonSpec("jonas", "Jonas Friis", "BIF"),
            PersonSpec("pia", "Pia Lund", "BIF"),
            PersonSpec("bo", "Bo Skov", "POLITI"),
        ),
        rooms=(
            RoomSpec(
                "fremdrift",
                "fremdriftsgruppe",
                ("karla", "lene", "jonas", "pia", "bo"),
                "Fremdriftsgruppen",
                {"meeting": "FREQ=WEEKLY;BYDAY=TU;BYHOUR=10;BYMINUTE=0", "meeting_start": "2026-12-01"},
            ),
            RoomSpec("ledelse", "ledelsesgruppe", ("anna",), "Ledelsesgruppen"),
        ),
        agencies={
            "HOTSPOT": {"name": "Hotspot-sekretariatet"},
            "BUF": {"name": "Børne- og Ungdomsforvaltningen", "representative": "lene"},
            "BIF": {"name": "Beskæftigelses- og Integrationsforvaltningen", "representative": "jonas"},
            "POLITI": {"name": "Lokalpolitiet", "representative": "bo"},
        },
        settings={"matrix": {"homeserver": proxy.url, "request_timeout": 10.0}},
    )


def code(event: Event) -> str:
    """The case that a message of the bot is about."""
    return str(event["content"]["dk.hotspotbot"].get("case", ""))


def thread(event: Event) -> str:
    """The event that roots the thread of a message; empty for none."""
    relates = event["content"].get("m.relates_to", {})
    return str(relates.get("event_id", "")) if relates.get("rel_type") == "m.thread" else ""


async def roots(stage: Stage, key: str, cases: Sequence[str]) -> dict[str, Event]:
    """The question to a person about each case, each with a thread of its own."""
    room, found = await stage.direct_room(key, timeout=30), {}
    for case in cases:
        found[case] = await stage.people[key].wait_for(
            lambda e, case=case: (  # type: ignore[misc]
                e["sender"] == stage.bot and "dk.hotspotbot" in e["content"] and code(e) == case
            ),
            room,
            timeout=30,
        )
        assert (kind(found[case]), thread(found[case])) == ("case.question", "")
    return found


async def answer_in(person: Participant, root: Event, words: str) -> str:
    """Somebody writes in the thread of a question; the event's id."""
    return await person.say(root["room_id"], words, thread=root["event_id"])


async def answer_to(person: Participant, said: str) -> Event:
    """What the bot says to a message."""
    return await person.wait_for(lambda event: answers(event) == said, timeout=30)


async def test_killed_around_a_case_everybody_is_asked_once_and_told_once(
    programme: SetUp, run_bot: RunBot, proxy: Proxy
) -> None:
    stage = await programme(programme_behind(proxy))
    anna, karla, lene, jonas, pia, bo = (
        stage.people[key] for key in ("anna", "karla", "lene", "jonas", "pia", "bo")
    )
    room, managers = stage.rooms["fremdrift"], stage.rooms["ledelse"]
    bot = await run_bot(stage.config, rehearse="2026-11-24T13:00@1")
    await stage.bot_joined()
    said = [
        await karla.say(room, "!sag ny bliver væk fra skolen"),
        await karla.say(room, "!sag ny uro i gården"),
        await karla.say(room, f"!aftale {stage.user_id('lene')} {ONE} få ham i klub senest 1/12 2026"),
        await karla.say(room, "!planb 1 spørge ungdomsskolen"),
    ]
    assert [code(e) for e in await answered(stage, "karla", room, said)] == [ONE, TWO, "", ""]

    # The questions go out on Wednesday morning.
    await stand_still_until(bot, "2026-11-25T08:01")
    await die(bot, OF_THE_QUESTIONS, None)
    await bot.begin()
    asked = {key: await roots(stage, key, (ONE, TWO)) for key in ("lene", "jonas", "bo")}

    told: dict[str, tuple[str, str, str, str]] = {}  # event: case, agency, kind, person

    async def tell(number: int) -> None:
        if number == 0:
            event = await answer_in(lene, asked["lene"][ONE], "han har været i skole tre dage")
            told[event] = (ONE, "BUF", "news", stage.user_id("lene"))
        if number == 1:
            await answer_in(jonas, asked["jonas"][ONE], "spørg Pia")
            event = await answer_in(jonas, asked["jonas"][TWO], "det må jeg ikke dele")
            told[event] = (TWO, "BIF", "withheld", stage.user_id("jonas"))

    await die(bot, OF_THE_ANSWERS, tell)
    await bot.begin()
    for event, (_, _, what, _) in list(told.items()):
        key = "lene" if what == "news" else "jonas"
        assert thread(await answer_to(stage.people[key], event))
    asked["pia"] = await roots(stage, "pia", (ONE,))
    event = await answer_in(pia, asked["pia"][ONE], "han har søgt et fritidsjob")
    told[event] = (ONE, "BIF", "news", stage.user_id("pia"))
    await answer_to(pia, event)

    async def go_on(_: int) -> None:
        await answer_in(lene, asked["lene"][ONE], "skolen går bedre, resten uændret")
        event = await answer_in(lene, asked["lene"][TWO], "der er roligt om aftenen")
        told[event] = (TWO, "BUF", "news", stage.user_id("lene"))

    await die(bot, OF_THE_NEXT_STEP, go_on)
    await bot.begin()
    await answer_to(lene, list(told)[-1])

    # Monday: what each agency said, and Bo's answer comes after it.
    await stand_still_until(bot, "2026-11-30T08:01")
    await die(bot, OF_THE_SUMMARIES, None)
    await bot.begin()
    await bo.wait_for_bot(asked["bo"][ONE]["room_id"], "case.question.again", timeout=30)
    await karla.wait_for(
        lambda e: "dk.hotspotbot" in e["content"] and kind(e) == "case.summary" and code(e) == TWO,
        room,
        timeout=30,
    )

    async def late(_: int) -> None:
        event = await answer_in(bo, asked["bo"][ONE], "patruljen så ham ved stationen")
        told[event] = (ONE, "POLITI", "news", stage.user_id("bo"))

    await die(bot, OF_A_LATE_ANSWER, late)
    await bot.begin()
    await karla.wait_for(
        lambda e: (
            relation(e) == "m.replace"
            and kind(e) == "case.summary"
            and "patruljen" in e["content"]["m.new_content"]["body"]
        ),
        room,
        timeout=30,
    )

    # The plan fails: plan B, lifted, decided.
    said.append(await lene.say(room, "!afvis 1 klubben er fuld"))
    offered = await karla.wait_for_bot(room, "case.planb", timeout=30)
    await bot.stop()

    async def plan_and_lift(number: int) -> None:
        if number == 0:
            words = "ja, Jonas, fredag"
            said.append(await karla.say(room, words, reply_to=offered["event_id"]))
        if number == 1:
            said.append(await karla.say(room, f"!eskaler {ONE} der mangler penge"))

    await die(bot, OF_PLAN_B_AND_THE_LIFT, plan_and_lift)
    await bot.begin()
    await answer_to(karla, said[-1])
    await anna.wait_for_bot(managers, "case.escalated", timeout=30)
    await bot.stop()
    decided = await anna.say(managers, f"!beslutning {ONE} vi betaler ungdomsskolen")
    await die(bot, OF_THE_DECISION, None)
    await bot.begin()
    await answer_to(anna, decided)
    returned = await karla.wait_for_bot(room, "case.returned", timeout=30)
    assert "vi betaler ungdomsskolen" in returned["content"]["body"]
    await anna.wait_for_bot(managers, "case.changed", timeout=30)

    # What each participant's own client heard.
    summaries = {ONE: 1, TWO: 1}
    for key, where in (("karla", room), ("anna", managers)):
        await stage.people[key].caught_up(where)
        heard = said_by_bot(stage.people[key], where, stage.bot)
        assert not doubled(heard)
        edits = [e for e in stage.people[key].bot_messages(where) if relation(e) == "m.replace"]
        assert not doubled(edits)
        times = Counter(kind(e) for e in heard)
        given = [answers(e) for e in heard if answers(e) and kind(e) != "case.planb"]
        assert given == (said if key == "karla" else [decided]), "one answer each, in order"
        if key == "karla":
            assert Counter(code(e) for e in heard if kind(e) == "case.summary") == summaries
            assert (times["case.planb"], times["case.returned"], times["case.escalated"]) == (1, 1, 0)
            assert [code(e) for e in heard if kind(e) == "case.opened"] == [ONE, TWO]
        else:
            expected = {"purpose": 1, "case.escalated": 1, "decision.recorded": 1, "case.changed": 1}
            assert times == expected, "lifted, decided, and gone again"
    for key, reminded in (("lene", 0), ("jonas", 0), ("pia", 0), ("bo", 1)):
        heard = await alone_with_bot(stage, key)
        first = [e for e in heard if kind(e) == "case.question" and not thread(e)]
        assert Counter(code(e) for e in first) == dict.fromkeys(asked[key], 1), f"{key} was asked once"
        assert len([e for e in heard if kind(e) == "case.question.again"]) == reminded
        own = {root["event_id"]: case for case, root in asked[key].items()}
        behind = [e for e in heard if e not in first and kind(e) in ("case.question", "case.answered")]
        assert all(own[thread(e)] == code(e) for e in behind), f"{key} hears of each case in its thread"
        receipts = Counter(answers(e) for e in behind)
        assert set(receipts.values()) <= {1}, "one answer each"
        assert {event for event, row in told.items() if row[3] == stage.user_id(key)} <= set(receipts)
    await all_read(stage)

    await bot.stop()

    def records(session: Session, _: Access) -> None:
        cases = {row.uid: row.code for row in session.exec(select(Case).order_by(col(Case.number)))}
        assert list(cases.values()) == [ONE, TWO]
        rows = session.exec(select(CaseUpdate)).all()
        assert {r.source_event: (cases[r.case_uid], r.agency, r.kind, r.by) for r in rows} == told
        assert len(rows) == len(told)
        assert {r.state for r in rows} == {"standing"}
        trends = session.exec(select(CaseTrend)).all()
        assert {(cases[t.case_uid], t.agency, t.parameter, t.trend) for t in trends} == {
            (ONE, "BUF", "education", "better"),
            (ONE, "BUF", "work", "same"),
            (ONE, "BUF", "social", "same"),
        }
        stands = {(cases[q.case_uid], q.agency): q for q in session.exec(select(CaseQuestion))}
        assert len(stands) == 6
        assert stands[ONE, "BIF"].person == stage.user_id("pia")
        assert stands[TWO, "BIF"].state == "withheld"
        assert (stands[TWO, "POLITI"].state, stands[TWO, "POLITI"].step) == ("open", "news")
        first, second = session.exec(select(Action).order_by(col(Action.number))).all()
        assert (first.state, second.instead_of, second.case_code) == ("declined", first.uid, ONE)
        assert [o.person for o in queries.owners(session, second.uid)] == [stage.user_id("jonas")]
        (lifted,) = session.exec(select(Escalation)).all()
        assert (lifted.state, cases[lifted.case_uid]) == ("returned", ONE)

    in_database_of(stage.config, records)
