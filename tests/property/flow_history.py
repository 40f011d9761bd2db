"""One history of `test_flows`: what people do, what has left because of it; and a tour on which every flow delivers.

Each text that is typed is a word of its own. Whatever leaves, is logged, lies in the folder or is taken out of it is
held against the rules in `flow_world`, with the people who are there at that moment.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import re
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlmodel import Session, col, select

from bot import text
from bot.inbox import Inbox
from bot.owed import Message, owe
from bot.storage.database import Database
from bot.storage.models import Action, Owner
from bot.storage.privacy import Deputy
from bot.storage.sealing import Vault
from tests.dialogs.chat import BOT
from tests.dialogs.filing import Records
from tests.dialogs.wired import Left, Wired
from tests.property.flow_files import CPR, Operator, in_folder
from tests.property.flow_world import BASE, NOTICES, ROOMS, Rules, Word, World, config

SECRET = re.compile(r"Hemmelig[a-j]+q")
NUMBERED = ("m.text", "m.file", "topic")
DIRECT = re.compile(r"!dm-(\w+):example\.dk")


@dataclass(frozen=True)
class Scene:
    """How a history stood when it was left: others go on from a copy of it."""

    folder: Path
    now: datetime
    following: int
    world: World
    events: tuple[tuple[str, str, str], ...]


class History:
    """One history: what is done, and what has left because of it. It may go on from a scene."""

    def __init__(self, seed: int, folder: Path, scene: Scene | None = None) -> None:
        self.dice = random.Random(seed)
        self.world = World(dict(BASE))
        self.chat = Wired(folder, config(BASE))
        for room, (_, people, _) in ROOMS.items():
            self.world.inside[room] = dict.fromkeys(people, "join")
        self.world.direct = {who: {} for who in BASE}
        self.folder = folder
        self.operator = Operator(folder, config(BASE))
        self.records = Records(self.chat, self.operator.out / "records")
        self.targets = {self.chat.target(room): room for room in ROOMS}
        self.seen = 0
        self.flows: Counter[str] = Counter()
        self.told: Counter[str] = Counter()
        self.delivered: set[tuple[str, str]] = set()
        self.events: list[tuple[str, str, str]] = []
        self.did: list[str] = []
        if scene is not None:
            self._goes_on(scene)

    def _goes_on(self, scene: Scene) -> None:
        self.chat.db.close()
        shutil.copytree(scene.folder, self.folder, dirs_exist_ok=True)
        self._opens()
        self.chat.inbox = Inbox(self.chat.access, BOT)
        self.chat.now, self.chat.ids = scene.now, itertools.count(scene.following)
        self.world, self.events = deepcopy(scene.world), list(scene.events)

    def left_at(self, folder: Path) -> Scene:
        """The history ends here; how it stood."""
        following = self._peek()
        self.chat.close()
        shutil.copytree(
            self.folder, folder, ignore=shutil.ignore_patterns("operator.toml", "tmp", "taken out")
        )
        return Scene(folder, self.chat.now, following, self.world, tuple(self.events))

    def _opens(self) -> None:
        self.chat.vault = Vault(b"k" * 32, self.folder / "keyring.json")
        self.chat.db = Database(self.chat.url, self.chat.vault)
        self.chat.db.open()

    # --- saying things

    def word(self, by: str, room: str, kind: str, case: str = "", number: int = 0) -> tuple[str, Word]:
        """A new secret word, and what is known of it."""
        digits = str(len(self.world.words) + 1)
        said = "Hemmelig" + "".join("abcdefghij"[int(digit)] for digit in digits) + "q"
        forums = self._spoken_of(case)
        direct = room == "dm" and kind in ("sheet", "goal", "reason")
        home = case if room in forums or direct or kind == "status" else ""
        where = "" if room == "dm" else room
        agency = self.world.people[by][1] if by in self.world.people else ""
        self.world.words[said] = Word(by, where, "", kind, home, number, agency)
        return said, self.world.words[said]

    def _spoken_of(self, code: str) -> set[str]:
        def ask(session: Session) -> set[str]:
            rules = Rules(self.world, session)
            if code not in rules.by_code or rules.by_code[code].state == "withdrawn":
                return set()
            return {rules.forum_of_case[code]} | rules.lifted.get(code, set())

        return self.chat.ask(ask)

    def say(self, who: str, words: str, room: str, *known: Word, to: str | None = None) -> str:
        """Somebody types something that holds these secret words."""
        self.did.append(f"{who}@{room}: {words}")
        content = {"msgtype": "m.text", "body": words}
        if to is not None:
            content["m.relates_to"] = {"m.in_reply_to": {"event_id": to}}  # type: ignore[assignment]
        next_event = f"${self._peek()}:example.dk"
        for word in known:
            word.event = next_event
        event = self.chat.event(who, room, "m.room.message", content)
        assert event == next_event
        self.events.append((who, room, event))
        self.check()
        return event

    def _peek(self) -> int:
        number = next(self.chat.ids)
        self.chat.ids = itertools.count(number)
        return number

    # --- what left

    def check(self) -> None:
        """Everything that left since: each secret word in it may be read there, by all who are there."""
        new, self.seen = self.chat.left[self.seen :], len(self.chat.left)
        if new:
            self.chat.ask(lambda session: self._all_checked(session, new))

    def _all_checked(self, session: Session, new: Sequence[Left]) -> None:
        rules = Rules(self.world, session)
        for one in new:
            self._checked(rules, one)

    def _checked(self, rules: Rules, one: Left) -> None:
        self.flows.update(one.flows)
        if one.what == "redact":
            return
        alone = DIRECT.fullmatch(one.room_id)
        who = alone.group(1) if alone else ""
        room = self.targets.get(one.target, "")
        if one.kind not in NOTICES and one.what != "reaction":
            others = set(self.world.direct.get(who, {})) if who else set()
            assert not others, f"{one.kind} to {who} with {others} beside\n" + self.story()
            assert who or not self.world.strange(room), (
                f"{one.kind} in {room} before a stranger\n" + self.story()
            )
        if one.kind == "digest.picture" and who:
            assert any(self.world.leads(who, each) for each in ROOMS), (
                f"exact figures to {who}\n" + self.story()
            )
        assert not any(number in one.whole for number in CPR), one.whole
        for said in set(SECRET.findall(one.whole)):
            word = self.world.words[said]
            day = str(self.chat.now.date())
            fine = rules.in_direct(word, who, one.kind, day) if who else rules.in_room(word, room, one.kind)
            assert fine, (
                f"{said} ({word}) in {one.kind} to {who or room} by {set(one.flows)}\n" + self.story()
            )
            self.delivered.add((said, who or room))

    def story(self) -> str:
        return "\n".join(self.did[-25:])

    # --- what is left behind, and what is taken out

    def searched(self) -> None:
        """No file that the bot wrote has a secret word in clear."""
        found = in_folder(self.folder, self.operator.out)
        assert not found, f"{found}\n" + self.story()

    def _allowed(self, may: Callable[[Rules, Word], bool]) -> set[str]:
        """The words that may be read somewhere; of those of an erased case none."""

        def ask(session: Session) -> set[str]:
            rules = Rules(self.world, session)
            return {
                said for said, word in self.world.words.items() if may(rules, word) and not rules.gone(word)
            }

        return self.chat.ask(ask)

    def takes_out(self) -> None:
        """The operator exports everything, the log and a backup: words where words belong, and none elsewhere."""
        self.did.append("[export]")
        actions = [(int(str(row["number"])), str(row.pop("text")), row) for row in self.operator.actions()]
        meetings = [(str(row["room"])[1:].split(":")[0], str(row)) for row in self.operator.minutes()]
        assert not SECRET.findall(str([row for _, _, row in actions])), self.story()

        def ask(session: Session) -> list[tuple[str, Word]]:
            rules = Rules(self.world, session)
            wrong: list[tuple[str, Word]] = []
            for number, said, _ in actions:
                wrong += self._out(said, lambda word, n=number: rules.exported(word, n))  # type: ignore[misc]
            for room, said in meetings:
                wrong += self._out(said, lambda word, room=room: rules.in_room(word, room, "minutes"))  # type: ignore[misc]
            return wrong

        wrong = self.chat.ask(ask)
        assert not wrong, f"exported: {wrong}\n" + self.story()
        elsewhere = self.operator.nothing_readable()
        assert not elsewhere, f"{elsewhere}\n" + self.story()

    def _out(self, whole: str, may: Callable[[Word], bool]) -> list[tuple[str, Word]]:
        """The words of an export that may not be in it; the others count as delivered."""
        found = set(SECRET.findall(whole))
        self.flows.update({"export": len(found)})
        self.delivered |= {(said, "export") for said in found}
        return [(said, self.world.words[said]) for said in found if not may(self.world.words[said])]

    def reviews(self, code: str) -> None:
        """Somebody wants to see everything on a case (subject access)."""
        self.did.append(f"[subject access {code}]")
        allowed = self._allowed(lambda rules, word: rules.filed(word, code))
        self.operator.runs("subject-access", code)
        self._filed(code, allowed)

    def erases(self, code: str, *, chat: bool) -> None:
        """A case is erased with two people's consent, in the chat or at the command line."""
        self.did.append(f"[erase {code}]")
        allowed = self._allowed(lambda rules, word: rules.filed(word, code))
        if chat:
            for who in ("karla", "anna"):
                self.say(who, f"!sag slet {code}", "dm")
            self.world.erased.add(code)
            while asyncio.run(self.records._filing()._step()):
                self.speaks()
        else:
            self.operator.runs("erase", code, "--by", "@karla:example.dk", "--consent", "@anna:example.dk")
            self.world.erased.add(code)
        self._filed(code, allowed)
        self.speaks()

    def _filed(self, code: str, allowed: set[str]) -> None:
        lying = self.operator.folders()
        assert set(lying) == {code}, self.story()
        found = set(SECRET.findall(lying[code]))
        wrong = [(said, self.world.words[said]) for said in found - allowed]
        assert not wrong, f"in the folder of {code}: {wrong}\n" + self.story()
        assert not any(number in lying[code] for number in CPR)
        self.flows.update({"records": len(found)})
        self.delivered |= {(said, "records") for said in found}
        shutil.rmtree(self.operator.out / "records")

    def types_a_number(self, who: str, room: str, kind: str = "") -> None:
        """Somebody writes a CPR number, as text, a file's name or the room's topic."""
        number = self.dice.choice(CPR)
        self.did.append(f"{who}@{room}: a number")
        kind = kind or self.dice.choice(NUMBERED)
        if kind == "topic" and room != "dm":
            self.chat.state(self.chat.room_id(room), "m.room.topic", "", {"topic": f"om {number}"}, by=who)
        elif kind == "m.file":
            content = {"msgtype": "m.file", "body": f"{number}.pdf", "url": "mxc://example.dk/x"}
            self.chat.event(who, room, "m.room.message", content)
        else:
            words = f"!aftale mig ringe til {number} inden tirsdag"
            self.chat.event(who, room, "m.room.message", {"msgtype": "m.text", "body": words})
        self.check()

    # --- people

    def moves(self, who: str, membership: str, room: str, of: str = "") -> None:
        """Somebody joins, leaves, is invited or kicked."""
        self.did.append(f"[{who} {membership} {room} {of}]")
        user = f"@{who}:example.dk"
        there = self.world.direct[of] if room == "dm" else self.world.inside[room]
        if membership in ("join", "invite"):
            there[who] = membership
        else:
            there.pop(who, None)
        self.chat.state(
            self.chat.room_id(room, of), "m.room.member", user, {"membership": membership}, by="karla"
        )
        self.check()

    def restarts(self, people: dict[str, tuple[str, str, str]]) -> None:
        """The bot starts anew, with these people in its config."""
        self.did.append(f"[restart with {set(people) ^ set(BASE)} different]")
        self.world.people = dict(people)
        self.chat.db.close()
        self.searched()
        self._opens()
        self.chat.restart(config(people))
        self.check()

    def waits(self, minutes: int) -> None:
        self.did.append(f"[{minutes} minutes]")
        until = (self.chat.now + timedelta(minutes=minutes)).replace(tzinfo=None)
        self.chat.at(until.isoformat())
        self.check()

    def owned(self, does: Callable[[Session], None]) -> None:
        """Something else happens to the rows; what is owed then leaves, unless the bot is mute."""
        self.chat.ask(does)
        if not self.chat.mute:
            self.chat.speak()
        self.check()

    def speaks(self) -> None:
        self.chat.mute = False
        self.chat.speak()
        self.check()


# --- a tour on which every flow delivers


def tour(history: History) -> None:
    """Each flow once, by what people do; what has to arrive is asserted by its word."""
    h, chat = history, history.chat

    def said(who: str, command: str, room: str, kind: str, case: str = "", number: int = 0) -> str:
        secret, word = h.word(who, room, kind, case, number)
        word.case = case
        h.say(who, command.format(secret), room, word)
        return secret

    def arrived(secret: str, *where: str) -> None:
        for place in where:
            assert (secret, place) in h.delivered, (secret, place, h.story())

    chat.at("2026-11-20 10:00")
    one = said("karla", "!aftale @lene ringe til {} inden tirsdag", "fremdrift", "action")
    arrived(one, "fremdrift")
    subject = said("karla", "!sag ny {}", "fremdrift", "subject", "HS-26-001")
    goal = said("karla", "!sag HS-26-001 mål skole {}", "fremdrift", "goal", "HS-26-001")
    plan = said("karla", "!aftale @ali HS-26-001 spørge {} inden torsdag", "fremdrift", "action", "HS-26-001")
    h.say("karla", "!sag HS-26-001 sagsbehandler @dorte", "fremdrift")
    h.say("dorte", "!sag HS-26-001", "dm")
    arrived(subject, "fremdrift", "dorte")
    arrived(goal, "dorte")
    h.say("dorte", "!sag HS-26-001 plan", "dm")
    arrived(plan, "dorte")
    h.say("anna", "!ugestatus", "dm")
    arrived(one, "anna")
    seen = said("gitte", "!status HS-26-001 set {} ved klubben", "dm", "status", "HS-26-001")
    arrived(seen, "karla")
    h.say("sune", "!status HS-26-001 hvad så?", "dm")
    reason = said("karla", "!eskaler HS-26-001 {}", "fremdrift", "reason", "HS-26-001")
    arrived(reason, "ledelse")
    there = said("anna", "!aftale @maja HS-26-001 finde {} inden torsdag", "ledelse", "action", "HS-26-001")
    decided = said("anna", "!beslutning HS-26-001 {}", "ledelse", "decision", "HS-26-001")
    arrived(decided, "ledelse", "fremdrift")
    h.say("lene", "!sag HS-26-001 plan", "fremdrift")
    arrived(there, "fremdrift")
    # Somebody outside, whom the writer has agreed to tell; and who stands in for whom.
    away = said("karla", "!aftale @lene møde {} inden tirsdag", "fremdrift", "action")

    def disclose(session: Session) -> None:
        row = session.exec(select(Action).order_by(col(Action.number).desc())).first()
        assert row is not None
        session.add(Owner(action_uid=row.uid, person="@dorte:example.dk", position=1, disclosed=True))
        forum = row.forum_uid
        today = date(2026, 11, 20)
        session.add(
            Deputy(
                person="@lene:example.dk",
                deputy="@sune:example.dk",
                first=today,
                last=date(2026, 11, 30),
                by="@lene:example.dk",
                at=chat.now,
                source_event="$tour",
                forums=[forum],
            )
        )
        session.flush()
        session.add(
            Owner(action_uid=row.uid, person="@pia:example.dk", position=2)
        )  # and nobody agreed to that
        session.flush()
        for who in ("dorte", "sune", "pia"):
            owe_about(session, history, row, f"dm:@{who}:example.dk", "reminder")
        picture = Message("digest.picture", '[[["BUF",3,1]],[["47",1,1,0]]]')
        owe(session, "careless:picture", "dm:@ali:example.dk", picture, now=chat.now, what="picture")

    h.owned(disclose)
    arrived(away, "dorte", "sune")
    assert (away, "pia") not in h.delivered
    # What stands beside it is not told with it, whatever a sender thinks.
    number = max(chat.ask(lambda session: session.exec(select(Action.number)).all()))
    beside = said("karla", f"!planb {number} {{}}", "fremdrift", "planb", number=number)
    for who in ("dorte", "sune", "ali"):
        target = f"dm:@{who}:example.dk"
        h.owned(partial(owe_newest, history=history, kind="reminder", target=target, part="planb"))
    arrived(beside, "ali")
    assert not {(beside, "dorte"), (beside, "sune")} & h.delivered
    # A stranger is asked in, and whatever kind a message has, it waits.
    h.moves("nabo", "invite", "fremdrift")
    for kind in ("hint", "reminder", "problem", "help", "minutes"):
        h.owned(partial(owe_newest, history=history, kind=kind))
    h.moves("nabo", "leave", "fremdrift")
    h.say("anna", "!ugestatus direktion", "dm")
    h.say("ali", "!vis 2", "dm")
    council = said("anna", "!aftale @clara hilse på {} inden tirsdag", "raad", "action")
    h.waits(60 * 24 * 4)
    arrived(council, "clara")
    assert any(one.kind == "digest.picture" and one.target in h.targets for one in chat.left)
    arrived(one, "sune")  # who stands in for Lene is reminded
    # What is taken out, and what goes: a case's folder has that case, the exports what their records have.
    other = said("karla", "!sag ny {}", "fremdrift", "subject", "HS-26-002")
    h.say("karla", "!aftale @ali HS-26-002 hente nøglen inden fredag", "fremdrift")
    h.say("anna", "!møde start", "ledelse")
    minuted = said("anna", "!beslutning {}", "ledelse", "decision")
    h.say("anna", "!møde slut", "ledelse")
    h.reviews("HS-26-001")
    for word in (subject, goal, plan, seen, reason, decided, there):
        arrived(word, "records")
    h.takes_out()
    for word in (one, plan, away, minuted):
        arrived(word, "export")
    assert (other, "records") not in h.delivered
    assert (goal, "export") not in h.delivered
    h.erases("HS-26-002", chat=True)
    arrived(other, "records")
    h.takes_out()
    for kind in NUMBERED:
        h.types_a_number("lene", "fremdrift", kind)
        h.types_a_number("ali", "dm", kind)
    h.searched()


def owe_about(
    session: Session, history: History, action: Action, target: str, kind: str, part: str = "text"
) -> None:
    """A careless sender tells somebody of an action: its words, or its plan B."""
    uid = getattr(action, f"{part}_uid")
    words = text.text_ref(uid) if uid else "-"
    message = Message(kind, f"om {words}", (action.uid,))
    owe(session, f"careless:{next(history.chat.ids)}", target, message, now=history.chat.now)


def owe_newest(session: Session, history: History, kind: str, target: str = "", part: str = "text") -> None:
    """A careless sender tells the progress group, or somebody, of the newest action."""
    row = session.exec(select(Action).order_by(col(Action.number).desc())).first()
    assert row is not None
    target = target or next(each for each, room in history.targets.items() if room == "fremdrift")
    owe_about(session, history, row, target, kind, part)
