"""What an operator does and sees: init, check, run, stop, export, and clear words when something is wrong."""

import asyncio
import csv
import io
import json
import os
import re
import secrets
import shutil
import stat
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.demo.account import quoted
from bot.demo.homeserver import PASSWORD, Synapse
from bot.demo.participant import Participant
from bot.demo.process import RunBot
from bot.demo.stage import PersonSpec, Programme, RoomSpec, SetUp, Stage
from tests import warm

PROGRAMME = Programme(
    people=(
        PersonSpec("mette", "Mette Krogh", roles=("lead",)),
        PersonSpec("ali", "Ali Demir", "SOF", roles=("coordinator",)),
        PersonSpec("lene", "Lene Holm", "BUF"),
        PersonSpec("jonas", "Jonas Friis", "BUF", roles=("manager",)),
    ),
    rooms=(
        RoomSpec("fremdrift", "fremdriftsgruppe", people=("ali", "lene", "mette")),
        RoomSpec("ledelse", "ledelsesgruppe", people=("mette", "ali", "jonas")),
    ),
    agencies={"BUF": {"name": "Børne- og Ungdomsforvaltningen"}, "SOF": {"name": "Socialforvaltningen"}},
)


@dataclass(frozen=True)
class Ended:
    """How a command ended and what it printed."""

    status: int
    out: str
    err: str

    def lines(self, grade: str) -> list[str]:
        """The findings of `check` with this grade ("ok", "advarsel", "fejl"), without the word itself."""
        found = (line.split(maxsplit=1) for line in self.out.splitlines())
        return [text for word, text in found if word == grade]


async def hotspotbot(*arguments: str | Path, env: Mapping[str, str] | None = None) -> Ended:
    """Run a command to its end, as a shell would."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("HOTSPOTBOT_")}
    ended = await asyncio.to_thread(warm.hotspotbot, *arguments, env=own | dict(env or {}))
    return Ended(ended.returncode, ended.stdout, ended.stderr)


async def devices(synapse: Synapse, bot: str) -> set[str]:
    """The names of the bot's devices as the homeserver lists them, without the one that asks."""
    async with await synapse.register("vagt" + secrets.token_hex(4), admin=True) as admin:
        listed = await admin.call("GET", f"/_synapse/admin/v2/users/{quoted(bot)}/devices")
    # Registering the account made a device of its own, without a name.
    return {device["display_name"] for device in listed["devices"] if device.get("display_name")}


def edited(example: str, stage: Stage) -> str:
    """The config that `init` wrote, edited as an operator would for the people and rooms of the stage."""
    text = example.replace("http://127.0.0.1:8008", stage.synapse.url)
    text = re.sub(r"([@#][a-z]+):example\.dk", rf"\g<1>{stage.suffix}:example.dk", text)
    text = text.replace('# password_file = "var/password"', 'password_file = "var/password"')
    return text.replace("require_encryption = true", "require_encryption = false")


async def test_from_init_over_check_to_a_running_bot(
    programme: SetUp, synapse: Synapse, run_bot: RunBot, tmp_path: Path
) -> None:
    stage = await programme(PROGRAMME)
    home = tmp_path / "drift"
    made = await hotspotbot("init", home)
    assert made.status == 0, made.err
    config = home / "hotspot.toml"
    assert "hotspotbot check" in made.out
    assert stat.S_IMODE((home / "var/master.key").stat().st_mode) == 0o600

    again = await hotspotbot("init", home)
    assert again.status == 1
    assert "hotspot.toml" in again.err

    config.write_text(edited(config.read_text("utf-8"), stage), "utf-8")
    untold = await hotspotbot("check", "--config", config)
    assert untold.status == 1
    assert ["var/password findes ikke" in line for line in untold.lines("fejl")] == [True], untold.out

    password = home / "var/password"
    password.touch(0o600)
    password.write_text(PASSWORD)
    before = await hotspotbot("check", "--config", config)
    assert before.status == 0, before.out + before.err
    assert before.lines("fejl") == []
    assert sum("er inviteret og går ind" in line for line in before.lines("ok")) == 2
    assert not (home / "var/keyring.json").exists(), "a check makes no keys"
    assert await devices(synapse, stage.bot) == set(), "a check leaves no device behind"

    bot = await run_bot(config)
    await stage.bot_joined()
    while_running = await hotspotbot("check", "--config", config)
    assert while_running.status == 0, while_running.out
    assert any(f"({bot.pid})" in line for line in while_running.lines("ok")), "says who runs"
    assert sum("botten er med" in line for line in while_running.lines("ok")) == 2
    assert await devices(synapse, stage.bot) == {"hotspotbot"}

    ali, room = stage.people["ali"], stage.rooms["fremdrift"]
    said = await ali.say(room, "!aftale @lene ringe til klubben inden fredag")
    await ali.wait_for_bot(room, "action.recorded", after=said)
    assert await bot.stop(5.0) == 0
    stopped = await hotspotbot("check", "--config", config)
    assert stopped.status == 0, stopped.out
    assert any("kører ikke" in line for line in stopped.lines("ok"))


async def test_sigterm_stops_within_five_seconds_and_loses_nothing(programme: SetUp, run_bot: RunBot) -> None:
    stage = await programme(PROGRAMME)
    bot = await run_bot(stage.config)
    await stage.bot_joined()
    ali, room = stage.people["ali"], stage.rooms["fremdrift"]
    names = [f"skole{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(40)]
    sent = await ali.say_many(room, [f"!aftale @lene ringe til {name} inden fredag" for name in names])
    await ali.wait_for_bot(room, "action.recorded")
    loop = asyncio.get_running_loop()
    begun = loop.time()
    assert await bot.stop(5.0) == 0, bot.tail()
    assert loop.time() - begun < 5.0
    assert len(ali.bot_messages(room, "action.recorded")) < len(sent), "it was stopped in the middle"

    await bot.begin()
    last = await ali.say(room, "!aftale @lene ringe til klubben inden fredag")
    await ali.wait_for(lambda event: _answers(event) == last, room, timeout=30)
    await ali.caught_up(room)
    answered = [_answers(event) for event in ali.bot_messages(room, "action.recorded")]
    assert sorted(answered) == sorted([*sent, last]), "each is answered, and once"
    exported = json.loads((await hotspotbot("export", "actions", "--config", stage.config)).out)
    assert sorted(row["source_event"] for row in exported) == sorted([*sent, last])


def _answers(event: Mapping[str, object]) -> str:
    """Which message a message of the bot answers."""
    content = event["content"]
    assert isinstance(content, Mapping)
    found = content.get("m.relates_to", {}).get("m.in_reply_to", {}).get("event_id", "")
    return str(found)


async def test_a_second_bot_on_the_same_database_says_who_was_first(
    programme: SetUp, run_bot: RunBot
) -> None:
    stage = await programme(PROGRAMME)
    bot = await run_bot(stage.config)
    await stage.bot_joined()
    second = await hotspotbot("run", "--config", stage.config)
    assert second.status == 1
    assert re.search(rf"another bot is running on .*hotspotbot\.db: process {bot.pid}$", second.err.strip())
    assert len(second.err.strip().splitlines()) == 1, second.err
    ali, room = stage.people["ali"], stage.rooms["fremdrift"]
    said = await ali.say(room, "!aftaler")
    await ali.wait_for_bot(room, "actions.list", after=said)


async def test_what_cannot_be_put_right_by_trying_again_has_its_own_exit_status(
    programme: SetUp, tmp_path: Path
) -> None:
    stage = await programme(PROGRAMME)
    good = stage.config.read_text("utf-8")

    (stage.directory / "password").write_text("forkert")
    refused = await hotspotbot("run", "--config", stage.config)
    assert refused.status == 77, refused.err
    assert "refuses the login" in refused.err
    assert "Traceback" not in refused.err

    stage.config.write_text(good.replace("user_id", "userid", 1))
    bad = await hotspotbot("run", "--config", stage.config)
    assert bad.status == 78
    assert "userid" in bad.err
    assert "user_id" in bad.err, "names the nearest key"
    assert (await hotspotbot("check", "--config", stage.config)).status == 78
    assert (await hotspotbot("run", "--config", tmp_path / "findes-ikke.toml")).status == 78

    stage.config.write_text(good)
    (stage.directory / "master.key").unlink()
    keyless = await hotspotbot("run", "--config", stage.config)
    assert keyless.status == 78
    assert "master.key" in keyless.err
    assert "Traceback" not in keyless.err


async def test_check_names_everything_that_is_wrong_with_rooms(programme: SetUp, synapse: Synapse) -> None:
    people = (
        PersonSpec("mette", "Mette Krogh", roles=("lead",)),
        PersonSpec("lene", "Lene Holm", "BUF"),
        PersonSpec("clara", "Clara Berg", roles=("citizen",)),
        PersonSpec("ukendt", "Bo Lund", configured=False),
        PersonSpec("aldrig", "Jonas Friis"),
    )
    rooms = (
        RoomSpec("svag", "gadeteam", people=("mette", "lene"), more={"agencies": ["BUF"]}),
        RoomSpec("fremmed", "politi", people=("mette", "ukendt", "clara")),
        RoomSpec("aaben", "fremdriftsgruppe", people=("mette", "lene"), encrypted=False),
        RoomSpec("gammel", "byudvikling", people=("mette", "lene"), version="10"),
        RoomSpec("uden", "ledelsesgruppe", people=("mette",), invite_bot=False),
    )
    agencies = {"BUF": {"name": "Børn", "representative": "aldrig"}}
    stage = await programme(Programme(people, rooms, agencies))
    with stage.config.open("a", encoding="utf-8") as config:
        config.write('[[rooms]]\nroom = "#ingen:example.dk"\nforum = "samarbejde"\n')
    mette = stage.people["mette"]
    async with await synapse.register("gaest" + stage.suffix) as guest:
        await mette.invite(stage.rooms["gammel"], guest)
        stage.people["aldrig"].auto_join = False
        await mette.invite(stage.rooms["gammel"], stage.people["aldrig"])
    async with bot_itself(synapse, stage) as bot:
        for key in ("svag", "fremmed", "aaben", "gammel"):
            await bot.join(stage.rooms[key])
    levels = await mette.state(stage.rooms["svag"], "m.room.power_levels")
    await mette.set_state(stage.rooms["svag"], "m.room.power_levels", levels | {"users": {}})
    before = {"history_visibility": "shared"}
    await mette.set_state(stage.rooms["svag"], "m.room.history_visibility", before)
    open_room = stage.rooms["aaben"]
    await mette.set_state(open_room, "m.room.join_rules", {"join_rule": "public"})
    await mette.set_state(open_room, "m.room.history_visibility", {"history_visibility": "world_readable"})

    found = await hotspotbot("check", "--config", stage.config)
    assert found.status == 1
    errors, warnings = found.lines("fejl"), found.lines("advarsel")

    def told(lines: list[str], room: str, *words: str) -> bool:
        name = stage.alias(room) if room in stage.rooms else room
        return any(name in line and all(word in line for word in words) for line in lines)

    assert told(errors, "svag", "magtniveau 0", "50")
    assert told(errors, "fremmed", f"@ukendt{stage.suffix}:example.dk", "konfigurationen ikke kender")
    assert told(errors, "fremmed", "Clara Berg", "borgere")
    assert told(errors, "aaben", "ikke krypteret")
    assert told(errors, "aaben", "public")
    assert told(errors, "aaben", "alle og enhver")
    assert told(errors, "svag", "kan læse alt, der er skrevet før")
    assert told(warnings, "gammel", f"@gaest{stage.suffix}:example.dk", "hører ikke på")
    assert told(warnings, "gammel", "Jonas Friis", "ikke taget imod")
    assert told(warnings, "svag", "Jonas Friis", "mangler"), "the agency's representative is not there"
    assert told(errors, "uden", "invitere", stage.bot)
    assert told(errors, "#ingen:example.dk", "intet rum")
    assert not told(errors, "gammel"), "in a room before version 12 the bot's 50 is enough as well"
    assert len(errors) == 9, found.out


async def test_in_a_room_of_version_12_the_bot_that_made_it_stands_above_all_levels(
    programme: SetUp, synapse: Synapse
) -> None:
    people = (PersonSpec("mette", "Mette Krogh", roles=("lead", "coordinator")),)
    stage = await programme(Programme(people, (RoomSpec("by", "byudvikling", ("mette",)),)))
    async with bot_itself(synapse, stage) as bot:
        mine = await bot.create_room(alias="bottens" + stage.suffix, invite=[stage.people["mette"]])
        await bot.join(stage.rooms["by"])
    with stage.config.open("a", encoding="utf-8") as config:
        config.write(f'[[rooms]]\nroom = "{mine}"\nforum = "samarbejde"\n')
    found = await hotspotbot("check", "--config", stage.config)
    assert found.status == 0, found.out
    assert any(mine in line and "fastgøre" in line for line in found.lines("ok"))


async def test_check_goes_on_past_a_dead_server_and_lost_keys(
    programme: SetUp, run_bot: RunBot, synapse: Synapse
) -> None:
    stage = await programme(PROGRAMME)
    bot = await run_bot(stage.config)
    await stage.bot_joined()
    assert await bot.stop() == 0
    config, good = stage.config, stage.config.read_text("utf-8")

    # Nothing listens on port 1.
    config.write_text(good.replace(stage.synapse.url, "http://127.0.0.1:1"))
    dead = await hotspotbot("check", "--config", config)
    assert (dead.status, len(dead.lines("fejl"))) == (1, 1), dead.out
    assert "http://127.0.0.1:1 svarer ikke" in dead.lines("fejl")[0]
    assert any("Databasen svarer" in line for line in dead.lines("ok"))
    assert any("venter" in line for line in dead.lines("ok"))

    # The server answers, but it is no homeserver's address.
    config.write_text(good.replace(stage.synapse.url, stage.synapse.url + "/forkert"))
    elsewhere = await hotspotbot("check", "--config", config)
    assert elsewhere.status == 1
    assert "/forkert" in elsewhere.lines("fejl")[0]
    config.write_text(good)

    key = stage.directory / "master.key"
    right = key.read_text()
    key.write_text("0" * 64)
    other = await hotspotbot("check", "--config", config)
    assert other.status == 1
    assert any("passer ikke til nøgleringen" in line for line in other.lines("fejl"))
    assert sum("botten er med" in line for line in other.lines("ok")) == 2, "by the password, then"
    key.write_text(right)
    key.chmod(0o644)
    assert any("chmod 600" in line for line in (await hotspotbot("check", "--config", config)).lines("fejl"))
    key.chmod(0o600)

    ring = stage.directory / "keyring.json"
    ring.rename(ring.with_name("vaek.json"))
    lost = await hotspotbot("check", "--config", config)
    assert any("keyring.json mangler" in line for line in lost.lines("fejl")), lost.out
    assert not ring.exists()
    ring.with_name("vaek.json").rename(ring)

    moved = stage.directory / "andet"
    moved.mkdir()
    for name in ("hotspotbot.db", "hotspotbot.db-wal", "hotspotbot.db-shm"):
        if (stage.directory / name).exists():
            shutil.move(stage.directory / name, moved / name)
    empty = await hotspotbot("check", "--config", config)
    assert any("nøgleringen har været i brug" in line for line in empty.lines("fejl")), empty.out
    assert any("Adgangskoden" in line for line in empty.lines("ok"))
    assert not (stage.directory / "hotspotbot.db").exists()
    for path in moved.iterdir():
        shutil.move(path, stage.directory / path.name)

    async with await synapse.register("chef" + stage.suffix, admin=True) as admin:
        user = f"/_synapse/admin/v2/users/{quoted(stage.bot)}"
        listed = (await admin.call("GET", f"{user}/devices"))["devices"]
        ids = [device["device_id"] for device in listed]
        await admin.call("POST", f"{user}/delete_devices", {"devices": ids})
    ended = await hotspotbot("check", "--config", config)
    assert ended.status == 0, ended.out
    assert any("logger selv ind igen" in line for line in ended.lines("advarsel"))
    (stage.directory / "password").write_text("forkert")
    refused = await hotspotbot("check", "--config", config)
    assert refused.status == 1
    assert any("M_FORBIDDEN" in line for line in refused.lines("fejl"))


async def test_check_speaks_the_language_of_the_config(programme: SetUp) -> None:
    stage = await programme(PROGRAMME)
    stage.config.write_text(stage.config.read_text("utf-8") + '[general]\nlanguage = "en"\n')
    (stage.directory / "password").write_text("forkert")
    found = await hotspotbot("check", "--config", stage.config)
    assert found.status == 1
    assert "the server refuses the login" in found.out.casefold()
    assert {line.split()[0] for line in found.out.splitlines()} <= {"ok", "warning", "error"}


async def test_actions_are_exported_while_the_bot_runs(programme: SetUp, run_bot: RunBot) -> None:
    stage = await programme(PROGRAMME)
    await run_bot(stage.config)
    await stage.bot_joined()
    ali, room = stage.people["ali"], stage.rooms["fremdrift"]
    first = await ali.say(room, '!aftale @lene =1+1, "søge" friplads; æøå inden 3/12/2030')
    await ali.wait_for_bot(room, "action.recorded", after=first)
    second = await ali.say(room, "!aftale BUF, mig #HS-26-014 holde netværksmøde 4/12/2030 kl. 14")
    await ali.wait_for_bot(room, after=second)

    exported = await hotspotbot("export", "actions", "--config", stage.config)
    assert exported.status == 0, exported.err
    rows = json.loads(exported.out)
    keys = "number state forum room owners agency due text case created_by source_event".split()
    assert [list(row) for row in rows] == [keys, keys]
    assert rows[0] == {
        "number": 1,
        "state": "open",
        "forum": "fremdriftsgruppe",
        "room": room,
        "owners": [stage.user_id("lene")],
        "agency": "BUF",
        "due": "2030-12-03",
        "text": '=1+1, "søge" friplads; æøå',
        "case": None,
        "created_by": ali.user_id,
        "source_event": first,
    }
    assert (rows[1]["case"], rows[1]["due"]) == ("HS-26-014", "2030-12-04T14:00")

    as_csv = await hotspotbot("export", "actions", "--config", stage.config, "--format", "csv")
    table = list(csv.DictReader(io.StringIO(as_csv.out)))
    assert [list(row) for row in table] == [keys, keys]
    assert table[0]["text"] == '\'=1+1, "søge" friplads; æøå', "no formula for a spreadsheet"
    assert table[0]["owners"] == stage.user_id("lene")
    assert as_csv.err == ""


async def test_the_log_holds_no_word_that_was_said(programme: SetUp, run_bot: RunBot) -> None:
    stage = await programme(PROGRAMME)
    config = stage.config.read_text("utf-8")
    stage.config.write_text(config + '[general]\nlog_level = "debug"\n')
    bot = await run_bot(stage.config)
    await stage.bot_joined()
    ali, lene, room = stage.people["ali"], stage.people["lene"], stage.rooms["fremdrift"]
    said = await ali.say(room, "!aftale @lene besøge KVALMORBY inden i dag kl. 23.59")
    answer = await ali.wait_for_bot(room, "action.recorded", after=said)
    await ali.say(room, "!note 1 familien hedder FLONKERUP")
    await ali.say(room, "!afvis 1 vi tror ikke på GRIMSTRUPLE")
    await ali.say(room, "!sludrevrøvl SNORREBASSE")
    await ali.say(room, "VRINGELDAL skal ringe, bare mellem os")
    await lene.say(room, "nej, TRAMPEKLOV", reply_to=answer["event_id"])
    await ali.say(room, "!aftale @lene slå PLUDDERVAND op inden fredag", replace=said)
    direct = await stage.open_direct_room("lene")
    await lene.say(direct, "jeg kan ikke, fordi SKVULPEBRIK")
    await lene.say(direct, "!giv 1 HAMMERPJASK")
    last = await lene.say(direct, "!mig")
    await lene.wait_for_bot(direct, "me", after=last)
    assert await bot.stop() == 0
    log = bot.log.read_text("utf-8").casefold()
    assert '"event": "ready"' in log
    spoken = (
        "kvalmorby flonkerup grimstruple snorrebasse vringeldal trampeklov pluddervand skvulpebrik"
        " hammerpjask friplads besøge lene.holm mette.krogh"
    )
    assert [word for word in spoken.split() if word in log] == []
    assert not re.search("lene holm|ali demir", log), "nor names"
    for file in stage.directory.glob("hotspotbot.db*"):
        raw = file.read_bytes().lower()
        assert [word for word in spoken.split() if word.encode() in raw] == [], "sealed in the database"


@asynccontextmanager
async def bot_itself(synapse: Synapse, stage: Stage) -> AsyncIterator[Participant]:
    """The bot's account in our hands, to put it into rooms without running it; logged out afterwards."""
    async with Participant(synapse.url, stage.bot, "hotspotbot", PASSWORD, auto_join=False) as account:
        await account.login()
        yield account
        await account.call("POST", "/_matrix/client/v3/logout", {})
