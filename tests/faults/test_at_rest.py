"""What lies on the disk after a run: nothing of what people or the bot have said."""

import base64
from pathlib import Path

from bot.demo.process import RunBot
from bot.demo.stage import SetUp
from tests.faults.judge import all_read, answers
from tests.faults.programmes import NOON, behind
from tests.faults.proxy import Proxy

# Each was said once in one way of saying something; none stands in any other text.
SAID = {
    "a command": "zebrafisk",
    "an edit": "kængurupose",
    "a note": "flodhestetand",
    "an answer to the bot": "næsehornsbille",
    "chatter": "sneleopard",
    "a direct message": "søanemone",
    "a command that was deleted": "pindsvinebælg",
    "an unknown command": "guldsmedevinge",
    "a message from an unsigned device": "skarabæhorn",
}


async def test_nothing_that_was_said_lies_on_the_disk(
    programme: SetUp, run_bot: RunBot, proxy: Proxy
) -> None:
    stage = await programme(behind(proxy, rooms={"fremdrift": ("lene",)}))
    bot = await run_bot(stage.config, rehearse=NOON)
    await stage.bot_joined()
    karla, lene, room = stage.people["karla"], stage.people["lene"], stage.rooms["fremdrift"]

    async def say(what: str, words: str) -> str:
        event = await karla.say(room, words.format(SAID[what]))
        await karla.wait_for(lambda heard: answers(heard) == event, room, timeout=30)
        return event

    first = await say("a command", "!aftale @lene købe {} i dag kl. 16")
    await say("a note", "!note 1 spurgt efter {}")
    await say("an unknown command", "!{} nu")
    gone = await say("a command that was deleted", "!aftale @lene finde {} inden fredag")
    await karla.redact(room, gone)
    await karla.say(room, SAID["chatter"])
    edited = f"!aftale @lene købe {SAID['a command']} og {SAID['an edit']} i dag kl. 16"
    await karla.say(room, edited, replace=first)
    answer = next(event for event in karla.bot_messages(room) if answers(event) == first)
    await karla.wait_for(
        lambda event: (
            event["content"].get("m.relates_to", {}).get("event_id") == answer["event_id"]
            and SAID["an edit"] in event["content"]["body"]
        ),
        room,
    )
    await karla.say(room, f"er i gang, mangler {SAID['an answer to the bot']}", reply_to=answer["event_id"])
    alone = await stage.direct_room("lene", timeout=30)
    reminder = await lene.wait_for_bot(alone, timeout=30)
    assert SAID["a command"] in reminder["content"]["body"], "the bot has said the words as well"
    said = await lene.say(alone, f"!note 1 taler med {SAID['a direct message']}")
    await lene.wait_for(lambda event: answers(event) == said, alone, timeout=30)
    async with await karla.another_device(signed=False) as tablet:
        await tablet.say(room, f"!aftale @lene male {SAID['a message from an unsigned device']}")
    last = await karla.say(room, "!aftaler")
    await karla.wait_for(lambda event: answers(event) == last, room, timeout=30)
    await all_read(stage)

    # Killed, so that the write-ahead log is there as well; and once more after a clean stop.
    await bot.kill()
    names = found(stage.directory)
    assert {"hotspotbot.db", "hotspotbot.db-wal", "keyring.json", "bot-0.log"} <= names
    await bot.begin()
    assert await bot.stop() == 0
    found(stage.directory)


def found(folder: Path) -> set[str]:
    """Look for the words in every file, as people and as machines write them; the names of the files looked at."""
    names = set()
    for path in folder.rglob("*"):
        if path.is_file():
            names.add(path.name)
            data = path.read_bytes()
            for what, word in SAID.items():
                for form in forms_of(word):
                    assert form not in data, f"{path.name} holds {what}: {form!r}"
    return names


def forms_of(word: str) -> set[bytes]:
    """How a word may lie there: in UTF-8 and -16, escaped as JSON, in base64 wherever it begins."""
    texts = {word, word.capitalize(), word.encode("ascii", "backslashreplace").decode()}
    forms = {text.encode(code) for text in texts for code in ("utf-8", "utf-16-le", "utf-16-be", "latin-1")}
    data = word.encode()
    for before in range(3):
        # The characters at both ends hang on what stands beside the word.
        coded = base64.b64encode(bytes(before) + data + bytes(-(before + len(data)) % 3))
        forms.add(coded[(0, 2, 3)[before] : -4 if (before + len(data)) % 3 else None])
    return forms
