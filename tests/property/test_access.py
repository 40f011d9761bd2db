"""Whatever people do: nothing rendered for a room or a person holds a word of a forum that is not theirs.

Random programmes (who is in which room, with which role), random joins and leaves, random commands. Every text carries
a secret word of its forum. The rules are written here a second time, from docs/domain, over the people of the test.
"""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from bot.storage import queries
from tests.dialogs.chat import ROOMS, Chat
from tests.more import MORE

HOUSE = """
[matrix]
homeserver = "http://127.0.0.1:8008"
user_id = "@hotspotbot:example.dk"
[privacy]
require_encryption = false
[agencies.BUF]
name = "Børne- og Ungdomsforvaltningen"
[agencies.SOF]
name = "Socialforvaltningen"
[[partners]]
key = "KAB"
name = "Boligforeningen"
contact = "@p2:example.dk"
[[rooms]]
room = "#fremdrift:example.dk"
forum = "fremdriftsgruppe"
digest = "mon 08:30"
meeting = "FREQ=WEEKLY;BYDAY=TU;BYHOUR=10;BYMINUTE=0"
[[rooms]]
room = "#ledelse:example.dk"
forum = "ledelsesgruppe"
digest = "mon 08:30"
[[rooms]]
room = "#raad:example.dk"
forum = "hotspotraad"
digest = "mon 08:30"
"""
KINDS = {"fremdrift": "fremdriftsgruppe", "ledelse": "ledelsesgruppe", "raad": "hotspotraad"}
PEOPLE = [f"p{n}" for n in range(6)]
SECRETS = {"fremdrift": "Fremdriftord", "ledelse": "Ledelsesord", "raad": "Raadsord"}
PLACES = [*KINDS, "dm", "dm"]
# Answers to one's own words in direct messages: a member records in the only forum they sit in.
JUST_SAID = ("action.recorded", "action.asked", "taken-back", "problem", "action.withdrawn", "undone")


@dataclass
class Programme:
    """Who is what and where; and whose each action is, as far as the test saw it."""

    roles: dict[str, str]
    oversees: dict[str, tuple[str, ...]]
    inside: dict[str, set[str]]
    ever: dict[str, set[str]] = field(default_factory=dict)

    def config(self) -> str:
        """The people as the config names them."""
        people = []
        for number, who in enumerate(PEOPLE):
            oversees = json.dumps([KINDS[room] for room in self.oversees[who]])
            agency = ("BUF", "SOF")[number % 2]
            people.append(
                f'[[people]]\nuser_id = "@{who}:example.dk"\nname = "Person{number} Test"\n'
                f'agency = "{agency}"\nroles = ["{self.roles[who]}"]\noversees = {oversees}\n'
            )
        return HOUSE + "\n".join(people)

    def oversees_room(self, who: str, room: str) -> bool:
        """Whether somebody may see a forum in direct messages by their role."""
        if self.roles[who] == "lead":
            return not self.oversees[who] or room in self.oversees[who]
        return self.roles[who] == "coordinator" and who in self.inside[room]


def programmes() -> st.SearchStrategy[Programme]:
    """Six people with roles, some leads narrowed to some forums, in any rooms."""
    rooms = st.lists(st.sampled_from(list(KINDS)), unique=True, max_size=2).map(tuple)
    return st.builds(
        Programme,
        roles=st.fixed_dictionaries(
            {who: st.sampled_from(["lead", "coordinator", "member", "member", "citizen"]) for who in PEOPLE}
        ),
        oversees=st.fixed_dictionaries(dict.fromkeys(PEOPLE, rooms)),
        inside=st.fixed_dictionaries({room: st.sets(st.sampled_from(PEOPLE), min_size=2) for room in KINDS}),
    )


WHAT = "act act act act list show show digest me verb verb verb talk reply react edit delete join leave time"
STEPS = st.lists(
    st.tuples(
        st.sampled_from(PEOPLE),
        st.sampled_from(PLACES),
        st.sampled_from(WHAT.split()),
        st.integers(0, 10_000),
    ),
    min_size=15,
    max_size=60,
)


@contextmanager
def chat_of(programme: Programme) -> Iterator[Chat]:
    """A chat with the programme's people in its rooms."""
    rooms = dict(ROOMS)
    with tempfile.TemporaryDirectory() as folder:
        for room, (room_id, _) in rooms.items():
            ROOMS[room] = (room_id, sorted(programme.inside[room]))
        try:
            chat = Chat(Path(folder), programme.config())
        finally:
            ROOMS.update(rooms)
        try:
            yield chat
        finally:
            chat.close()


class Play:
    """Plays steps, and checks after each what the bot owes because of it."""

    def __init__(self, programme: Programme, chat: Chat) -> None:
        self.programme = programme
        self.chat = chat
        self.seq = 0
        self.recorded = 0
        self.said: list[tuple[str, str, str]] = []
        self.reached: set[tuple[str, str]] = set()
        self.targets = {chat.target(room): room for room in KINDS}
        self.owned: dict[str, set[str]] = {who: set() for who in PEOPLE}
        self.told: dict[str, set[str]] = {who: set() for who in PEOPLE}

    def step(self, who: str, place: str, what: str, dice: int) -> None:
        """One thing happens."""
        chance = random.Random(dice)
        number = chance.randint(1, max(1, self.recorded))
        room = chance.choice(list(KINDS))
        match what:
            case "act":
                self._act(who, place, chance)
            case "list":
                self._say(
                    who,
                    place,
                    "!aftaler " + chance.choice(["", "alle", "mine", "BUF", "overskredne", "Person1"]),
                )
            case "show":
                self._say(who, place, f"!vis {number}")
            case "digest":
                self._say(who, place, "!ugestatus " + chance.choice(["", "BUF", "14 dage", "direktion"]))
            case "me":
                self._say(who, place, "!mig " + chance.choice(["", "fri til 1/12", "tilbage"]))
            case "verb":
                verb = chance.choice(
                    ["færdig", "frist", "giv", "note", "afvis", "annuller", "planb", "fortryd"]
                )
                self._say(
                    who,
                    place,
                    f"!{verb} {number} {chance.choice(['fredag', '@p1', '@p4', 'det går ikke', ''])}",
                )
            case "talk":
                self._say(
                    who,
                    "dm",
                    chance.choice(
                        [f"{number} færdig", "alle færdige", "næste uge", "det må jeg ikke dele", "@p3"]
                    ),
                )
            case "reply" | "react":
                self._answer(who, place, what, chance)
            case "edit" | "delete":
                self._change(what, chance)
            case "join":
                self.programme.inside[room].add(who)
                self._member(room, who, "join")
            case "leave":
                self.programme.inside[room].discard(who)
                self._member(room, who, "leave")
            case _:
                days = chance.choice([0, 0, 1, 1, 3])
                later = self.chat.now.replace(hour=9).toordinal() + days
                day = self.chat.now.fromordinal(later).date()
                if days:
                    self.chat.at(f"{day} 09:00")

    def _act(self, who: str, place: str, chance: random.Random) -> None:
        owners = chance.choice(["mig ", "@p0 ", "@p1 og @p2 ", "BUF ", "KAB ", "@p5 ", ""])
        secret = SECRETS.get(place) or "".join(SECRETS[r] for r in self._only_forum(who))
        self._say(
            who,
            place,
            f"!aftale {owners}{secret} {chance.choice(['fredag', 'mandag', 'i dag kl. 16', '', 'snart'])}",
        )

    def _only_forum(self, who: str) -> list[str]:
        """An action in direct messages belongs to the person's only forum."""
        mine = [room for room in KINDS if who in self.programme.inside[room]]
        return mine if len(mine) == 1 else []

    def _say(self, who: str, place: str, words: str) -> None:
        self.said.append((who, place, self.chat.send(who, words, place)))

    def _answer(self, who: str, place: str, what: str, chance: random.Random) -> None:
        rows = [m for m in self.chat.messages() if m["what"] == "message"]
        if not rows:
            return
        event_id = chance.choice(rows)["event_id"]
        if what == "react":
            self.chat.react(who, event_id, chance.choice("✅⏰❌👀"), place)
        else:
            words = chance.choice(
                [
                    "færdig",
                    "fredag",
                    "@p2",
                    "mig",
                    "ja",
                    "ja",
                    "nej",
                    "det må jeg ikke dele",
                    "!vis",
                    "!færdig",
                ]
            )
            self.said.append((who, place, self.chat.send(who, words, place, reply_to=event_id)))

    def _change(self, what: str, chance: random.Random) -> None:
        if not self.said:
            return
        who, place, event_id = chance.choice(self.said)
        who = chance.choice([who, who, *PEOPLE])
        if what == "delete":
            self.chat.delete(who, event_id, place)
        elif place in SECRETS:
            self.chat.edit(who, event_id, f"!aftale @p{chance.randint(0, 5)} {SECRETS[place]} tirsdag", place)
        else:
            self.chat.edit(who, event_id, chance.choice(["!aftaler", "!vis 1", "færdig"]), place)

    def _member(self, room: str, who: str, membership: str) -> None:
        self.chat.state(
            ROOMS[room][0], "m.room.member", f"@{who}:example.dk", {"membership": membership}, by=who
        )

    # --- the rule, a second time

    def check(self) -> None:
        """What was owed since the last check holds only words that its readers may see."""
        actions = self.chat.actions()
        self.recorded = len(actions)
        for action in actions:
            room = next(r for r, kind in KINDS.items() if kind == action["forum"])
            for owner in action["owners"]:
                who = "p2" if owner == "partner:KAB" else owner[1:].split(":")[0]
                self.owned[who].add(room)
        for who, room in self.chat.ask(_disclosed):
            self.told[who].add(room)
        for row in self.chat.messages(self.seq):
            shown = row["body"] + row["html"]
            for room, secret in SECRETS.items():
                if secret in shown:
                    self._may(row, room)
        self.seq = self.chat.last_seq()

    def _may(self, row: dict[str, Any], room: str) -> None:
        target = row["target"]
        if target in self.targets:
            assert self.targets[target] == room, (
                f"{room} in {self.targets[target]}: {row['kind']} {row['body']}"
            )
            self.reached.add((room, room))
            return
        who = target.removeprefix("dm:@").split(":")[0]
        # Who has left has nothing of it any more, but what was disclosed to them; the council's holds no personal data.
        owns = room in self.owned[who] and (room == "raad" or who in self.programme.inside[room])
        allowed = (
            owns
            or room in self.told[who]
            or self.programme.oversees_room(who, room)
            or (row["kind"] == "action.declined" and who in self.programme.inside[room])  # its writer
            or (
                row["reason"].startswith("reply:") and who in self.programme.inside[room]
            )  # they just wrote it
        )
        assert allowed, f"{room} to {who} ({self.programme.roles[who]}): {row['kind']} {row['body']}"
        self.reached.add((room, who))


def _disclosed(session: Session) -> set[tuple[str, str]]:
    """To whom an action of which room was disclosed, by the log: the short names of both."""
    found = set()
    for entry in queries.audit(session):
        if entry.act == "disclosed":
            action = queries.action(session, int(entry.subject.removeprefix("action:")))
            assert action is not None
            kind = queries.forum(session, action.forum_uid).kind
            who = (entry.recipient or "").removeprefix("dm:@").split(":")[0]
            found.add((who, next(room for room, each in KINDS.items() if each == kind)))
    return found


@settings(
    max_examples=10 * MORE,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(programmes(), STEPS)
def test_nothing_leaves_a_forum_but_by_a_named_flow(
    programme: Programme, steps: list[tuple[str, str, str, int]]
) -> None:
    with chat_of(programme) as chat:
        play = Play(programme, chat)
        for step in steps:
            play.step(*step)
            play.check()
        chat.at("2026-12-07 09:00")
        play.check()


def test_the_allowed_flows_deliver() -> None:
    programme = Programme(
        roles={
            "p0": "lead",
            "p1": "coordinator",
            "p2": "member",
            "p3": "member",
            "p4": "citizen",
            "p5": "member",
        },
        oversees=dict.fromkeys(PEOPLE, ()),
        inside={"fremdrift": {"p0", "p1", "p2", "p3"}, "ledelse": {"p0", "p1", "p5"}, "raad": {"p0", "p4"}},
    )
    with chat_of(programme) as chat:
        play = Play(programme, chat)
        chat.say("p3", f"!aftale @p2 {SECRETS['fremdrift']} mandag")
        chat.say("p0", f"!aftale @p5 {SECRETS['ledelse']} mandag", "ledelse")
        chat.say("p0", f"!aftale @p4 {SECRETS['raad']} mandag", "raad")
        chat.say("p1", f"!aftale KAB {SECRETS['fremdrift']} mandag")
        chat.at("2026-11-23 09:00")  # reminders and digests
        chat.say("p2", "!afvis 1 det må jeg ikke dele", "dm")
        chat.at("2026-12-01 09:00")  # long overdue: raised
        play.check()
        rooms = {(room, room) for room in KINDS}
        owners = {("fremdrift", "p2"), ("ledelse", "p5"), ("raad", "p4")}
        lead = {(room, "p0") for room in KINDS}
        assert play.reached >= rooms | owners | lead | {
            ("fremdrift", "p1"),
            ("ledelse", "p1"),
            ("fremdrift", "p3"),
        }
        # The secret words of one forum never reached anybody of another.
        assert play.reached <= rooms | owners | lead | {
            ("fremdrift", "p1"),
            ("ledelse", "p1"),
            ("fremdrift", "p3"),
        }


def test_who_has_left_has_nothing_of_it_and_who_was_told_still_does() -> None:
    programme = Programme(
        roles={
            "p0": "lead", "p1": "coordinator", "p2": "member", "p3": "member", "p4": "citizen", "p5": "member",
        },
        oversees=dict.fromkeys(PEOPLE, ()),
        inside={"fremdrift": {"p0", "p1", "p2", "p3"}, "ledelse": {"p0", "p1", "p5"}, "raad": {"p0", "p4"}},
    )  # fmt: skip
    with chat_of(programme) as chat:
        play = Play(programme, chat)
        chat.say("p1", f"!aftale @p3 {SECRETS['fremdrift']} mandag", "fremdrift")
        chat.say("p1", f"!aftale @p5 {SECRETS['fremdrift']} mandag", "fremdrift")
        play.check()
        assert ("fremdrift", "p5") not in play.reached
        chat.answer("p1", "ja")
        for who in ("p3", "p5"):
            programme.inside["fremdrift"].discard(who)
            play._member("fremdrift", who, "leave")
        play.reached.clear()
        chat.at("2026-12-01 09:00")
        for who in ("p3", "p5"):
            for words in ("!aftaler", "!vis 1", "!vis 2", "!mig", "færdig", "!ugestatus"):
                chat.say(who, words, "dm")
                play.check()
        assert ("fremdrift", "p5") in play.reached
        assert ("fremdrift", "p3") not in play.reached
