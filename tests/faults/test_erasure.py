"""A case is erased on a real homeserver while the bot is killed at every step of it: gone everywhere, told once.

On PostgreSQL in `make long`; in `make test` the tables are erased there by `tests/storage/test_erasure.py`.
"""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlmodel import select

from bot.demo.account import Event
from bot.demo.process import RunBot
from bot.demo.stage import SetUp
from bot.faults import OF_ERASURE
from bot.settings import load
from bot.storage import queries
from bot.storage.privacy import Erasure
from tests.faults.judge import all_read, answers, doubled, said_by_bot
from tests.faults.programmes import NOON, OVERSEEN
from tests.faults.proxy import Proxy
from tests.faults.test_meetings import die, kind
from tests.owing import in_database_of

CODE = "HS-26-001"
SECRETS = ("zebrafisk", "kængurupose", "flodhestetand", "søanemone", "tigerrokke")


async def erased_while_dying(
    programme: SetUp, run_bot: RunBot, proxy: Proxy, database: str | None = None
) -> None:
    settings: dict[str, dict[str, object]] = {"matrix": {"homeserver": proxy.url, "request_timeout": 10.0}}
    if database is not None:
        settings["database"] = {"url": database}
    stage = await programme(replace(OVERSEEN, settings=settings))
    anna, karla, lene = (stage.people[key] for key in ("anna", "karla", "lene"))
    room = stage.rooms["fremdrift"]
    bot = await run_bot(stage.config, rehearse=NOON)
    await stage.bot_joined()

    async def said(words: str, **more: object) -> str:
        event = await karla.say(room, words, **more)  # type: ignore[arg-type]
        await karla.wait_for(lambda heard: answers(heard) == event, room, timeout=30)
        return event

    await said("!sag ny zebrafisk i køkkenet")
    agreed = await said(f"!aftale {CODE} @lene købe kængurupose i dag kl. 16")
    other = await said("!aftale @lene købe kaffe i dag kl. 16")
    noted = await said("!note 1 spurgt om flodhestetand")
    # An edit that changes nothing the bot keeps, but says its words once more.
    same = await karla.say(room, "!note 1 spurgt om flodhestetand", replace=noted)
    update = await said(f"!status {CODE} set med søanemone")
    edit = await karla.say(room, f"!status {CODE} set med tigerrokke", replace=update)
    await karla.caught_up(room)
    alone = await stage.direct_room("lene", timeout=30)  # reminded at once of what is due today
    await lene.wait_for_bot(alone, timeout=30)

    await said(f"!sag slet {CODE}")
    asked_in = await stage.direct_room("anna", timeout=30)
    await anna.wait_for(
        lambda e: e["sender"] == stage.bot and "slettes nu" in e["content"].get("body", ""), asked_in
    )

    async def agree(number: int) -> None:
        if number == 0:
            await anna.say(asked_in, "ja")

    await die(bot, [f"{point}:1" for point in OF_ERASURE], agree)
    await bot.begin()

    def is_done(event: Event) -> bool:
        return (
            event["sender"] == stage.bot
            and "dk.hotspotbot" in event["content"]
            and kind(event) == "erasure.done"
        )

    done = await anna.wait_for(is_done, asked_in, timeout=60)
    assert CODE in done["content"]["body"]
    # A client that looks now, and one that asks the homeserver itself for what was said.
    for person in (karla, lene, anna):
        for where in person.rooms:
            await person.caught_up(where)
            shown = json.dumps([event["content"] for event in person.shown(where)], ensure_ascii=False)
            assert not [word for word in SECRETS if word in shown]
            assert not doubled(said_by_bot(person, where, stage.bot))
    for event_id in (agreed, noted, same, update, edit):
        kept = await karla.call("GET", f"/_matrix/client/v3/rooms/{room}/event/{event_id}")
        assert kept["content"] == {}, "an encrypted message without its ciphertext"
    assert karla.latest(other)["content"]["body"].endswith("kl. 16")
    await all_read(stage)

    assert await bot.stop() == 0
    records = load(stage.config).retention.folder
    assert stage.directory in records.parents
    assert len([path for path in records.iterdir() if not path.name.startswith(".")]) == 1
    for path in stage.directory.rglob("*"):
        if path.is_file() and records not in path.parents:
            content = path.read_bytes()
            assert not [word for word in SECRETS if word.encode() in content], path

    def left(session, access):  # type: ignore[no-untyped-def]
        vault = session.info["vault"]
        rows = session.exec(select(Erasure).where(Erasure.code == CODE)).all()
        return (
            queries.case_by_code(session, CODE),
            [row.state for row in rows],
            vault.destroyed(f"case:{CODE}"),
            len([e for e in queries.audit(session, subject=f"case:{CODE}") if e.act == "erased"]),
        )

    assert in_database_of(stage.config, left) == (None, ["erased"], True, 1)


async def test_killed_at_every_step_of_an_erasure_it_ends_the_same(
    programme: SetUp, run_bot: RunBot, proxy: Proxy
) -> None:
    await erased_while_dying(programme, run_bot, proxy)


@pytest.mark.long
async def test_on_postgresql_as_well(
    postgresql_url: str, programme: SetUp, run_bot: RunBot, proxy: Proxy
) -> None:
    await erased_while_dying(programme, run_bot, proxy, postgresql_url)
