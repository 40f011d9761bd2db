"""The conversations in docs/guide.md, held anew: what people say there is said, and the bot answers for real.

A block that contains a line `Botten  …` is a conversation. All of them are one story from Friday 20 November 2026
on. A line `--- mandag 30. november kl. 9.00 ---` moves the clock; with `, direkte besked til Ali ---` what follows
is said between Ali and the bot alone, and a line of the bot right after it is its newest message there. `↳` before
somebody's words makes them a reply to the bot's last message.

`python -m tests.dialogs.guide` writes the bot's lines of today into the guide.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.dialogs.chat import Chat

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide.md"
BOT = "Botten"
_BLOCK = re.compile(r"(?ms)^```\n(.*?)^```$")
_SAID = re.compile(r"([A-ZÆØÅ][a-zæøå]+) {2,}(↳ )?(.+)")
_MOMENT = re.compile(
    r"--- \w+ (\d+)\. (november|december) kl\. (\d+)\.(\d\d)(?:, direkte besked til (\w+))? ---"
)


def replay(guide: str, folder: Path) -> str:
    """The guide with every line of the bot as it says it now."""
    story = _Story(Chat(folder))
    try:
        return _BLOCK.sub(lambda block: "```\n" + "\n".join(story.told(block[1])) + "\n```", guide)
    finally:
        story.chat.close()


class _Story:
    def __init__(self, chat: Chat) -> None:
        self.chat = chat
        self.alone = ""
        self.answer = ""
        self.last: str | None = None

    def told(self, block: str) -> Iterator[str]:
        """A block's lines; one without the bot is no conversation and stays as it is."""
        if not re.search(rf"(?m)^{BOT} ", block):
            yield block.removesuffix("\n")
            return
        for line in block.splitlines():
            moment, said = _MOMENT.fullmatch(line), _SAID.fullmatch(line)
            if moment:
                self._move(moment)
                yield line
            elif said and said[1] == BOT:
                yield from self._bot_lines()
            elif said:
                yield line
                self._say(said[1].lower(), said[3], reply=bool(said[2]))

    def _move(self, moment: re.Match[str]) -> None:
        month = {"november": 11, "december": 12}[moment[2]]
        self.chat.at(f"2026-{month}-{int(moment[1]):02d}T{int(moment[3]):02d}:{moment[4]}")
        self.alone = (moment[5] or "").lower()
        self._listen(0)

    def _say(self, who: str, words: str, *, reply: bool) -> None:
        before = self.chat.last_seq()
        room = "dm" if self.alone else "fremdrift"
        self.chat.send(who, words, room, reply_to=self.last if reply else None)
        self._listen(before)

    def _listen(self, after: int) -> None:
        """Keep the newest message of the bot here."""
        direct = f"dm:@{self.alone}:example.dk"
        heard = [
            message
            for message in self.chat.messages(after)
            if message["what"] == "message"
            and (message["target"] == direct if self.alone else message["target"].startswith("forum:"))
        ]
        self.answer = heard[-1]["body"] if heard else ""
        self.last = heard[-1]["event_id"] if heard else self.last

    def _bot_lines(self) -> Iterator[str]:
        lines = [line for line in self.answer.splitlines() if line.strip()] or ["(siger ingenting)"]
        yield f"{BOT}  {lines[0]}"
        yield from (f"{' ' * (len(BOT) + 2)}{line}" for line in lines[1:])


def main() -> None:
    """Write the bot's lines of today into the guide."""
    with tempfile.TemporaryDirectory() as folder:
        now = replay(GUIDE.read_text("utf-8"), Path(folder))
    GUIDE.write_text(now, "utf-8")
    sys.stdout.write(f"wrote {GUIDE}\n")


if __name__ == "__main__":
    main()
