"""Whatever happens, no secret word goes where the table of flows does not let it; and every flow delivers.

Random histories on the real inbox, duties and way out, in rooms with and without personal data: people join, leave,
are kicked, strangers are invited, the bot starts anew with other people in its config; every family of commands is
used, cases are filed and erased, an operator takes out what there is, and a careless sender owes messages about any
record to anybody. Rooms, direct messages, files, the log, exports and the bot's own folder are searched.

`make long` plays thousands of short ones. FLOWS_HISTORIES and FLOWS_STEPS make the others longer; FLOWS_SEED plays one
again.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from bot import text
from bot.access import FLOWS
from bot.owed import Message, owe, owe_edit, owe_file
from bot.storage.cases import Case
from bot.storage.models import Action, Outbox, Text
from bot.storage.privacy import AuditEntry
from tests.dialogs import chat as chats
from tests.more import MORE
from tests.property.flow_files import in_clear, journal
from tests.property.flow_history import History, Scene, tour
from tests.property.flow_world import BASE, LATER, ROOMS, STRANGERS

HISTORIES = int(os.environ.get("FLOWS_HISTORIES", "4"))
STEPS = int(os.environ.get("FLOWS_STEPS", "210"))
SEED = int(os.environ.get("FLOWS_SEED", "0"))
PARTS, SHORT, SHORT_STEPS = 10, 200, 16
"""Two thousand short histories, in parts that run beside each other."""


# --- what happens at random

CODES = ("HS-26-001", "HS-26-003", "HS-26-004")


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
            following = h.chat.ask(lambda s: len(s.exec(select(Case)).all())) + len(h.world.erased) + 1
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
            if dice.random() < 0.3:
                h.takes_out()
        case "wait":
            h.waits(dice.choice([1, 5, 30, 300, 60 * 24]))
        case "mute":
            h.chat.mute = True
        case "speak":
            h.speaks()
        case "number":
            h.types_a_number(who, room)
        case "review" | "erase":
            codes = h.chat.ask(lambda s: sorted(s.exec(select(Case.code).where(Case.state != "withdrawn"))))
            if what == "review" and codes and dice.random() < 0.2:  # a folder of documents takes its time
                h.reviews(dice.choice(codes))
            elif what == "erase" and len(codes) > 2 and not h.chat.mute:
                h.erases(dice.choice(codes), chat=False)
        case "careless":
            h.owned(lambda session: careless(session, h))


WHAT = """
    act act act-case act-case note planb decline case goal sheet status status lift decide item remark answer
    plain plain plain edit delete react move move calm calm calm home restart wait mute speak speak speak
    careless careless careless careless careless number review erase
""".split()
PLAIN = [
    line.strip()
    for line in """
    !aftaler; !ugestatus; !ugestatus direktion; !vis {number}; !sag {code}; !sag {code} plan; !sag; !sag {code} historik
    !skema {code}; !skema {code} fil; !møde start; !møde slut; !referat; !referat godkend; !referat word; !dagsorden
    !sag {code} følger @dorte; !sag {code} sagsbehandler {owner}; !luk {code}; !genåbn {code}; !retur {code}
    !bero {code}; !sag {code} dagsorden; !fortryd; !mig; !status; !giv {number} {owner}; !færdig {number}; !her; ja; nej
    !frist {number} fredag; !aftaler {code}; !planb {number} brug; !sag {code} trend skole fremgang; !referat {code}
    !hjælp; !annuller {number}; !mig stedfortræder {owner} til 30/11; !mig stedfortræder slut; !mig data; !mig slet; ja
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


@dataclass
class Tally:
    """What came of some histories."""

    histories: int = 0
    delivered: int = 0
    flows: Counter[str] = field(default_factory=Counter)
    acts: Counter[tuple[str, str | None]] = field(default_factory=Counter)
    logged: set[str] = field(default_factory=set)

    def play(
        self, seed: int, does: Callable[[History], None], scene: Scene | None = None, left: Path | None = None
    ) -> Scene | None:
        """One history from its beginning or from a scene; how it stood at the end, kept in `left`."""
        with (
            tempfile.TemporaryDirectory(prefix="flows-") as folder,
            journal() as log,
            pytest.MonkeyPatch.context() as patch,
        ):
            history = History(seed, Path(folder), scene)
            beside = Path(folder) / "tmp"
            beside.mkdir()
            patch.setattr(tempfile, "tempdir", str(beside))
            try:
                does(history)
                history.speaks()
                history.searched()
                assert not in_clear(log.text().encode()), "in the log:\n" + history.story()
                self.acts.update(history.chat.ask(_acts))
                return history.left_at(left) if left is not None else None
            except AssertionError as fault:
                raise AssertionError(f"FLOWS_SEED={seed}: {fault}") from None
            finally:
                history.chat.close()
                self.flows += history.flows
                self.delivered += len(history.delivered)
                self.logged |= log.events()
                self.histories += 1


@cache
def _toured() -> tuple[Scene, Tally]:
    """How things stand after the tour; played once in a process."""
    folder, tally = Path(tempfile.mkdtemp(prefix="flows-scene-")), Tally()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    scene = tally.play(0, tour, left=folder / "scene")
    assert scene is not None
    return scene, tally


def steps(number: int) -> Callable[[History], None]:
    """So many things happen."""

    def does(history: History) -> None:
        for _ in range(number):
            step(history)

    return does


def test_no_word_reaches_who_may_not_read_it_and_every_flow_delivers(rooms: None) -> None:
    scene, toured = _toured()
    assert set(toured.flows) >= {flow.name for flow in FLOWS}, "a flow that never delivers proves nothing"
    logged = {flow.name for flow in FLOWS if flow.logged}
    assert {detail for act, detail in toured.acts if act == "told"} == logged - {"records", "export"}
    assert any(act == "exported" for act, _ in toured.acts)
    assert {"stranger.here", "send.forbidden", "case.erased", "cpr.found"} <= toured.logged, (
        "a log that is silent"
    )
    tally = Tally()
    for seed in [SEED] if SEED else range(1, HISTORIES + 1):
        tally.play(seed, steps(STEPS), scene)
    assert tally.delivered > 60 * tally.histories
    assert any(act == "refused" for act, _ in tally.acts), "the careless sender was never stopped"


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_thousands_of_short_histories(rooms: None, part: int) -> None:
    """Each goes on from the tour, so that every record and every flow is there from the first step."""
    scene, _ = _toured()
    tally = Tally()
    for number in range(SHORT * MORE):
        tally.play(1000 + part * SHORT * MORE + number, steps(SHORT_STEPS), scene)
    assert tally.histories == SHORT * MORE
    assert tally.delivered > 3 * tally.histories
    assert any(act == "refused" for act, _ in tally.acts)


def _acts(session: Session) -> list[tuple[str, str | None]]:
    return [(row.act, row.detail) for row in session.exec(select(AuditEntry))]
