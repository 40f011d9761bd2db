"""Whatever happens, no secret word goes where the table of flows does not let it; and every flow delivers.

Random histories on the real inbox, duties and way out, in rooms with and without personal data: people join, leave,
are kicked, strangers are invited, the bot starts anew with other people in its config; every family of commands is
used, and a careless sender owes messages about any record to anybody. Each text that is typed is a word of its own;
what leaves is held against the rules in `flow_world`, with the people who are there at that moment.

FLOWS_HISTORIES and FLOWS_STEPS make it longer (`make soak`); FLOWS_SEED plays one history again.
"""

from __future__ import annotations

import itertools
import os
import random
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from bot import text
from bot.access import FLOWS
from bot.owed import Message, owe, owe_edit, owe_file
from bot.storage.cases import Case
from bot.storage.models import Action, Outbox, Owner, Text
from bot.storage.privacy import AuditEntry, Deputy
from tests.dialogs import chat as chats
from tests.dialogs.wired import Left, Wired
from tests.property.flow_world import BASE, LATER, NOTICES, ROOMS, STRANGERS, Rules, Word, World, config

HISTORIES = int(os.environ.get("FLOWS_HISTORIES", "4"))
STEPS = int(os.environ.get("FLOWS_STEPS", "260"))
SEED = int(os.environ.get("FLOWS_SEED", "0"))
SECRET = re.compile(r"Hemmelig[a-j]+q")
DIRECT = re.compile(r"!dm-(\w+):example\.dk")


class History:
    """One history: what is done, and what has left because of it."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.dice = random.Random(seed)
        self.world = World(dict(BASE))
        self.chat = Wired(folder, config(BASE))
        for room, (_, people, _) in ROOMS.items():
            self.world.inside[room] = dict.fromkeys(people, "join")
        self.world.direct = {who: {} for who in BASE}
        self.targets = {self.chat.target(room): room for room in ROOMS}
        self.seen = 0
        self.flows: Counter[str] = Counter()
        self.told: Counter[str] = Counter()
        self.delivered: set[tuple[str, str]] = set()
        self.events: list[tuple[str, str, str]] = []
        self.did: list[str] = []

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
    # A stranger is asked in, and whatever kind a message has, it waits.
    h.moves("nabo", "invite", "fremdrift")
    for kind in ("hint", "reminder", "problem", "help", "minutes"):
        h.owned(lambda session, kind=kind: owe_newest(session, history, kind))  # type: ignore[misc]
    h.moves("nabo", "leave", "fremdrift")
    h.say("anna", "!ugestatus direktion", "dm")
    h.say("ali", "!vis 2", "dm")
    council = said("anna", "!aftale @clara hilse på {} inden tirsdag", "raad", "action")
    h.waits(60 * 24 * 4)
    arrived(council, "clara")
    arrived(one, "sune")  # who stands in for Lene is reminded


def owe_about(session: Session, history: History, action: Action, target: str, kind: str) -> None:
    """A careless sender tells somebody of an action."""
    words = text.text_ref(action.text_uid) if action.text_uid else "-"
    message = Message(kind, f"om {words}", (action.uid,))
    owe(session, f"careless:{next(history.chat.ids)}", target, message, now=history.chat.now)


def owe_newest(session: Session, history: History, kind: str) -> None:
    """A careless sender tells the progress group of the newest action."""
    row = session.exec(select(Action).order_by(col(Action.number).desc())).first()
    assert row is not None
    target = next(target for target, room in history.targets.items() if room == "fremdrift")
    owe_about(session, history, row, target, kind)


# --- what happens at random

CODES = ("HS-26-001", "HS-26-002", "HS-26-003")


def step(h: History) -> None:
    """One thing happens."""
    dice = h.dice
    what = dice.choice(WHAT)
    who = dice.choice(list(h.world.people))
    room = dice.choice([*(room for room in ROOMS if h.world.joined(who, room)), "dm"])
    code = dice.choice(CODES)
    number = dice.randint(1, 20)
    owner = dice.choice(["@lene", "@ali", "@dorte", "@clara", "KAB", "BUF", "@bo", "@pia", "@gitte", "mig"])

    def said(words: str, kind: str, case: str = "", number: int = 0, to: str | None = None) -> None:
        secret, word = h.word(who, room, kind, case, number)
        if kind == "subject":
            following = h.chat.ask(lambda s: len(s.exec(select(Case)).all())) + 1
            word.case = f"HS-26-{following:03d}" if room == "fremdrift" else ""
        h.say(who, words.format(secret), room, word, to=to)

    match what:
        case "act":
            said(
                f"!aftale {owner} tale med {{}} inden {dice.choice(['tirsdag', 'torsdag', 'i morgen'])}",
                "action",
            )
        case "act-case":
            said(f"!aftale {owner} {code} tale med {{}} inden torsdag", "action", code)
        case "note":
            said(f"!note {number} {{}}", "note", number=number)
        case "planb":
            said(f"!planb {number} {{}}", "planb", number=number)
        case "decline":
            said(f"!afvis {number} {{}}", "note", number=number)
        case "case":
            who, room = dice.choice(["karla", "lene", "anna"]), "fremdrift"
            if h.world.joined(who, room):
                said("!sag ny {}", "subject")
        case "goal":
            said(f"!sag {code} mål skole {{}}", "goal", code)
        case "sheet":
            said(f"!skema {code} skole: {{}}", "sheet", code)
        case "status":
            said(f"!status {code} {{}} er begyndt", "status", code)
        case "lift":
            said(f"!eskaler {code} {{}}", "reason", code)
        case "decide":
            said(f"!beslutning {dice.choice([code + ' ', ''])}{{}}", "decision", code)
        case "item":
            said("!dagsorden {}", "item")
        case "remark":
            said("!referat tilføj {}", "remark")
        case "answer":
            last = h.chat.ask(lambda s: _last(s, h, room, who))
            if last:
                said(dice.choice(["{} mangler", "ja {}", "færdig {}"]), "answer", to=last)
        case "plain":
            h.say(who, dice.choice(PLAIN).format(code=code, number=number, owner=owner), room)
        case "edit":
            mine = [row for row in h.events if row[0] in h.world.people]
            if mine:
                who, room, event = dice.choice(mine)
                secret, word = h.word(who, room, "action", code)
                word.event = event
                h.did.append(f"{who}@{room} edits {event}: {secret}")
                h.chat.edit(who, event, f"!aftale {owner} tale med {secret} inden torsdag", room)
                h.check()
        case "delete":
            if h.events:
                who, room, event = dice.choice(h.events)
                h.did.append(f"{who}@{room} deletes {event}")
                h.chat.delete(who, event, room)
                h.check()
        case "react":
            last = h.chat.ask(lambda s: _last(s, h, room, who))
            if last:
                h.did.append(f"{who}@{room} reacts")
                h.chat.react(who, last, dice.choice(["✅", "⏰", "👀", "❌"]), room)
                h.check()
        case "move":
            somebody = dice.choice([*BASE, *STRANGERS, *STRANGERS])
            there = dice.choice([*ROOMS, "fremdrift", "ledelse", "dm"])
            of = dice.choice(list(BASE))
            if there != "dm" or somebody != of:
                h.moves(somebody, dice.choice(["join", "invite", "leave", "leave", "ban"]), there, of)
        case "calm":  # everybody who does not belong goes, so that what waits is said
            for there in ROOMS:
                for one in list(h.world.inside[there]):
                    if not h.world.fits(one, there):
                        h.moves(one, "leave", there)
            for of in BASE:
                for one in list(h.world.direct[of]):
                    h.moves(one, "leave", "dm", of)
        case "home":  # whoever left comes back
            for there, (_, people, _) in ROOMS.items():
                for one in people:
                    if not h.world.joined(one, there):
                        h.moves(one, "join", there)
        case "restart":
            known = dict(BASE)
            if dice.random() < 0.4:
                known.pop(dice.choice(["bo", "dorte", "sune"]))
            if dice.random() < 0.5:
                known |= LATER
            h.restarts(known)
        case "wait":
            h.waits(dice.choice([1, 5, 30, 300, 60 * 24]))
        case "mute":
            h.chat.mute = True
        case "speak":
            h.speaks()
        case "careless":
            h.owned(lambda session: careless(session, h))


WHAT = """
    act act act-case act-case note planb decline case goal sheet status status lift decide item remark answer
    plain plain plain edit delete react move move calm calm calm home restart wait mute speak speak speak
    careless careless careless careless careless
""".split()
PLAIN = [
    line.strip()
    for line in """
    !aftaler; !ugestatus; !ugestatus direktion; !vis {number}; !sag {code}; !sag {code} plan; !sag; !sag {code} historik
    !skema {code}; !skema {code} fil; !møde start; !møde slut; !referat; !referat godkend; !referat word; !dagsorden
    !sag {code} følger @dorte; !sag {code} sagsbehandler {owner}; !luk {code}; !genåbn {code}; !retur {code}
    !bero {code}; !sag {code} dagsorden; !fortryd; !mig; !status; !giv {number} {owner}; !færdig {number}; !her; ja; nej
    !frist {number} fredag; !aftaler {code}; !planb {number} brug; !sag {code} trend skole fremgang; !referat {code}
    !hjælp; !annuller {number}
    """.replace("\n", ";").split(";")
    if line.strip()
]


def _last(session: Session, h: History, room: str, who: str) -> str | None:
    target = (
        f"dm:@{who}:example.dk"
        if room == "dm"
        else next(target for target, each in h.targets.items() if each == room)
    )
    rows = session.exec(
        select(Outbox.event_id)
        .where(Outbox.target == target, Outbox.state == "sent", Outbox.what == "message")
        .order_by(col(Outbox.seq).desc())
        .limit(5)
    ).all()
    return h.dice.choice(rows) if rows else None


def careless(session: Session, h: History) -> None:
    """Somebody's mistake in the code: a message about any records to anybody, which the guard alone stands before."""
    dice = h.dice
    targets = [*h.targets, *(f"dm:@{who}:example.dk" for who in BASE)]
    target = dice.choice(targets)
    actions = session.exec(select(Action)).all()
    cases = session.exec(select(Case)).all()
    texts = session.exec(select(Text.uid).where(col(Text.sealed_text).is_not(None))).all()
    chosen = dice.sample(actions, min(len(actions), dice.choice([0, 1, 1, 2])))
    case = dice.choice(cases).uid if cases and dice.random() < 0.3 else None
    quotes = [row.text_uid for row in chosen if row.text_uid]
    if texts and (not chosen or dice.random() < 0.3):
        quotes.append(dice.choice(texts))
    template = "Her: " + " ".join(text.text_ref(uid) for uid in quotes)
    kind = dice.choice(
        ["reminder", "hint", "case.changed", "case.update", "minutes.own", "minutes", "case.shown"]
    )
    meetings = session.exec(select(Action.meeting_uid).where(col(Action.meeting_uid).is_not(None))).all()
    meeting = dice.choice(meetings) if meetings and dice.random() < 0.3 else None
    message = Message(kind, template, tuple(row.uid for row in chosen), case=case, meeting=meeting)
    reason = f"careless:{next(h.chat.ids)}"
    sent = session.exec(
        select(Outbox).where(
            Outbox.target == target,
            Outbox.what == "message",
            Outbox.state == "sent",
            col(Outbox.template_sealed).is_not(None),
        )
    ).all()
    how = dice.random()
    if how < 0.2 and sent:
        owe_edit(session, dice.choice(sent), reason, message, now=h.chat.now)
    elif how < 0.4:
        owe_file(
            session, reason, target, kind, name="x.ics", format="ics", alt=template, content="BEGIN:VCALENDAR\r\n",
            now=h.chat.now, actions=message.actions, case=case, meeting=meeting,
        )  # fmt: skip
    else:
        owe(session, reason, target, message, now=h.chat.now)


@pytest.fixture
def rooms(monkeypatch: pytest.MonkeyPatch) -> None:
    """The programme of this test instead of the dialogs'."""
    monkeypatch.setattr(
        chats, "ROOMS", {room: (f"!{room}:example.dk", people) for room, (_, people, _) in ROOMS.items()}
    )


def test_no_word_reaches_who_may_not_read_it_and_every_flow_delivers(rooms: None) -> None:
    flows: Counter[str] = Counter()
    acts: Counter[tuple[str, str | None]] = Counter()
    delivered = 0
    for seed in [SEED] if SEED else range(1, HISTORIES + 1):
        with tempfile.TemporaryDirectory(prefix="flows-") as folder:
            history = History(seed, Path(folder))
            try:
                tour(history)
                for _ in range(STEPS):
                    step(history)
                history.speaks()
            except AssertionError as fault:
                raise AssertionError(f"FLOWS_SEED={seed}: {fault}") from None
            finally:
                acts.update(history.chat.ask(_acts))
                flows += history.flows
                delivered += len(history.delivered)
                history.chat.close()
    beyond = {"records"}  # a file on the operator's disk, and no message (tests/dialogs/test_erasing)
    assert {flow.name for flow in FLOWS} - beyond <= set(flows), "a flow that never delivers proves nothing"
    assert delivered > 60 * (1 if SEED else HISTORIES)
    logged = {flow.name for flow in FLOWS if flow.logged} - beyond
    assert {detail for act, detail in acts if act == "told"} == logged
    assert any(act == "refused" for act, _ in acts), "the careless sender was never stopped"


def _acts(session: Session) -> list[tuple[str, str | None]]:
    return [(row.act, row.detail) for row in session.exec(select(AuditEntry))]
