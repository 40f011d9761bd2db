"""The drill with cases: the database is lost after a case was opened, asked about, answered, handed on and lifted.

What people were told stays so: the codes, what they were asked, what they answered. Nothing is asked or told again.
"""

from dataclasses import replace

from sqlmodel import Session, select

from bot.access import Access
from bot.demo.account import Event
from bot.demo.participant import relation
from bot.demo.process import RunBot
from bot.demo.stage import SetUp, Stage
from bot.storage.cases import Case, CaseQuestion, CaseTrend, CaseUpdate, Escalation
from tests.e2e.test_cases import PROGRAMME
from tests.e2e.test_drill import lost_and_restored
from tests.e2e.test_operations import hotspotbot
from tests.faults.judge import alone_with_bot, answers, doubled, said_by_bot
from tests.owing import in_database_of

ONE, TWO, THREE = "HS-26-001", "HS-26-002", "HS-26-003"
BEFORE_EIGHT = (
    "2026-11-25T07:55:00@20"  # the questions go out at eight, a quarter of a minute after the start
)


def kind(event: Event) -> str:
    return str(event["content"]["dk.hotspotbot"]["kind"])


def code(event: Event) -> str:
    return str(event["content"]["dk.hotspotbot"].get("case", ""))


async def question(stage: Stage, key: str, case: str) -> Event:
    """The first message in which somebody is asked about a case."""
    room = await stage.direct_room(key, timeout=60)
    return await stage.people[key].wait_for(
        lambda e: (
            e["sender"] == stage.bot
            and "dk.hotspotbot" in e["content"]
            and (kind(e), code(e)) == ("case.question", case)
        ),
        room,
        timeout=60,
    )


async def test_what_was_asked_and_answered_about_cases_outlives_the_database(
    programme: SetUp, run_bot: RunBot
) -> None:
    keep = {"anna", "karla", "lene", "jonas", "pia"}
    people = tuple(person for person in PROGRAMME.people if person.key in keep)
    rooms = tuple(
        replace(room, people=[key for key in room.people if key in keep]) for room in PROGRAMME.rooms
    )
    agencies = {name: PROGRAMME.agencies[name] for name in ("HOTSPOT", "BUF", "BIF")}
    stage = await programme(replace(PROGRAMME, people=people, rooms=rooms, agencies=agencies))
    bot = await run_bot(stage.config, rehearse=BEFORE_EIGHT)
    await stage.bot_joined()
    anna, karla = stage.people["anna"], stage.people["karla"]
    room, managers = stage.rooms["fremdrift"], stage.rooms["ledelse"]
    told: dict[str, tuple[str, str, str]] = {}

    async def to(said: tuple[str, str]) -> Event:
        """The bot's answer to what somebody said."""
        key, event = said
        return await stage.people[key].wait_for(lambda e: answers(e) == event, timeout=60)

    async def opened(words: str) -> str:
        return code(await to(("karla", await karla.say(room, f"!sag ny {words}"))))

    assert await opened("bliver væk fra skolen") == ONE
    await to(("anna", await anna.say(managers, "!hjælp")))
    backup = str(stage.directory / "kopi")
    made = await hotspotbot("backup", backup, "--config", stage.config)
    assert made.status == 0, made.err

    # What only the lost database knows: the second case, all questions, all answers.
    assert await opened("uro i gården") == TWO
    asked = {
        (key, case): await question(stage, key, case) for key in ("lene", "jonas") for case in (ONE, TWO)
    }

    async def tell(key: str, case: str, words: str, agency: str = "", what: str = "news") -> tuple[str, str]:
        root = asked[key, case]
        said = await stage.people[key].say(root["room_id"], words, thread=root["event_id"])
        if agency:
            told[said] = (case, agency, what)
        return key, said

    for said in (
        await tell("lene", ONE, "han har været i skole tre dage", "BUF"),
        await tell("lene", TWO, "intet nyt", "BUF", "nothing"),
        await tell("jonas", TWO, "det må jeg ikke dele", "BIF", "withheld"),
        await tell("jonas", ONE, "spørg Pia"),
    ):
        await to(said)
    asked["pia", ONE] = await question(stage, "pia", ONE)
    await to(await tell("pia", ONE, "han har søgt et fritidsjob", "BIF"))
    lifted = await to(("karla", await karla.say(room, f"!eskaler {TWO} der mangler penge")))
    assert kind(lifted) == "case.changed"
    await anna.wait_for_bot(managers, "case.escalated", timeout=60)

    def heard() -> dict[str, list[str]]:
        return {
            f"{key} {where}": [e["event_id"] for e in said_by_bot(person, where, stage.bot)]
            for key, person in stage.people.items()
            for where in person.rooms
        }

    before = heard()
    later: list[tuple[str, str]] = []

    async def meanwhile() -> None:
        later.append(await tell("lene", ONE, "skolen går bedre, resten uændret"))
        later.append(await tell("pia", ONE, "beskæftigelse bedre, resten uændret"))
        later.append(("karla", await karla.say(room, "!sag ny fritidsjob")))
        later.append(("anna", await anna.say(managers, f"!beslutning {TWO} vi betaler hegnet")))

    await lost_and_restored(stage, bot, None, backup, meanwhile)
    receipts = [await to(said) for said in later]
    assert [kind(e) for e in receipts] == [
        "case.question",
        "case.question",
        "case.opened",
        "decision.recorded",
    ]
    assert code(receipts[2]) == THREE, "a code that was told is not given to another case"
    returned = await karla.wait_for_bot(room, "case.returned", timeout=60)
    assert code(returned) == TWO
    await anna.wait_for_bot(managers, "case.changed", timeout=60)

    after = heard()
    for key, person in stage.people.items():
        for where in person.rooms:
            await person.quiet(where, 0.3)
            assert not doubled(said_by_bot(person, where, stage.bot))
            assert not doubled([e for e in person.bot_messages(where) if relation(e) == "m.replace"])
            assert after[f"{key} {where}"][: len(before.get(f"{key} {where}", []))] == before.get(
                f"{key} {where}", []
            )
    for key, cases in (("lene", [ONE, TWO]), ("jonas", [ONE, TWO]), ("pia", [ONE])):
        roots = [e for e in await alone_with_bot(stage, key) if kind(e) == "case.question" and not answers(e)]
        assert sorted(map(code, roots)) == cases, f"{key} was asked once"
    for where, who in ((room, karla), (managers, anna)):
        kinds = [kind(e) for e in said_by_bot(who, where, stage.bot)]
        assert kinds.count("case.escalated") == (where == managers)
        assert kinds.count("case.returned") == (where == room)

    await bot.stop()

    def records(session: Session, _: Access) -> None:
        cases = {row.uid: row.code for row in session.exec(select(Case))}
        assert sorted(cases.values()) == [ONE, TWO, THREE]
        rows = session.exec(select(CaseUpdate)).all()
        assert {r.source_event: (cases[r.case_uid], r.agency, r.kind) for r in rows} == told
        trends = session.exec(select(CaseTrend)).all()
        assert sorted((cases[t.case_uid], t.agency, t.parameter, t.trend) for t in trends) == [
            (ONE, "BIF", "education", "same"), (ONE, "BIF", "social", "same"), (ONE, "BIF", "work", "better"),
            (ONE, "BUF", "education", "better"), (ONE, "BUF", "social", "same"), (ONE, "BUF", "work", "same"),
        ]  # fmt: skip
        stands = {(cases[q.case_uid], q.agency): q for q in session.exec(select(CaseQuestion))}
        states = {where: q.state for where, q in stands.items() if where[0] != THREE}
        assert states[TWO, "BUF"] == "nothing"
        assert states[TWO, "BIF"] == "withheld"
        assert (stands[ONE, "BIF"].person, stands[ONE, "BIF"].handed_by) == (
            stage.user_id("pia"),
            stage.user_id("jonas"),
        )
        (escalation,) = session.exec(select(Escalation)).all()
        assert (cases[escalation.case_uid], escalation.state) == (TWO, "returned")

    in_database_of(stage.config, records)
