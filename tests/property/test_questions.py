"""Whatever is answered, edited, deleted and handed on before a meeting: each word is kept once, where it belongs.

People answer through the real inbox. A model beside it knows only who said which words last, about which case, and
whether they still stand; the bot's rows are held against it after every step.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlmodel import Session, col, select

from bot.access import Access
from bot.actions import Cause
from bot.cases import Cases
from bot.inbox import Inbox
from bot.storage import queries
from bot.storage.cases import CaseQuestion, CaseUpdate, SheetValue
from bot.storage.database import Database
from bot.storage.models import Outbox
from tests.dialogs import chat as chats
from tests.dialogs.chat import BOT, Chat
from tests.dialogs.test_case_questions import ASKED, CONFIG, MEETING, ROOMS, open_case
from tests.more import MORE

PEOPLE = {"lene": "BUF", "karen": "BUF", "ali": "SOF", "bo": "politi", "sara": "SOF", "ditte": "BUF"}
HEARS = {
    "HS-26-001": {"lene", "karen", "ali", "bo"},
    "HS-26-002": {"lene", "karen", "ali", "bo", "sara"},
    "HS-26-003": {"lene", "karen", "ali", "bo"},
}
NEWS = "han er begyndt i praktik hos {token}"
SHORT = (
    "intet nyt", "det må jeg ikke dele", "skole bedre, resten uændret", "uændret", "spring over", "ved ikke",
    "det ved jeg ikke endnu", "må jeg dele det her?", "tak", "alle", "et ad gangen",
)  # fmt: skip
HANDED = ("spørg Karen", "giv det til @lene", "spørg Ditte", "spørg Sara")

who = st.sampled_from(sorted(PEOPLE))
short = st.sampled_from(SHORT)
handed = st.sampled_from(HANDED)


@dataclass
class Said:
    """What somebody wrote: the message, the token in its words now (empty: none), and the case it is about."""

    event: str
    by: str
    code: str
    token: str
    command: bool = False


class Questions(RuleBasedStateMachine):
    """The days before a meeting with three cases on its agenda."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="questions-"))
        self.rooms = chats.ROOMS
        chats.ROOMS = ROOMS
        self.chat = Chat(self.folder, CONFIG)
        self.chat.at("2026-11-24 12:00")
        for words in ("Skolevægring", "Uro", "Gæld"):
            open_case(self.chat, words)
        self.on(lambda cases, case: cases.follow(case, "@sara:example.dk", "caseworker", "SOF"), "HS-26-002")
        self.chat.at(ASKED)
        self.said: list[Said] = []
        self.tokens = 0
        self.overs = 0

    def on(self, do: object, code: str) -> None:
        def change(session: Session) -> None:
            case = queries.case_by_code(session, code)
            assert case is not None
            do(
                Cases(session, self.chat.access, Cause("@karla:example.dk", self.chat.now, f"$do{code}")),
                case,
            )  # type: ignore[operator]

        self.chat.ask(change)

    def teardown(self) -> None:
        if hasattr(self, "chat"):
            self.chat.close()
            chats.ROOMS = self.rooms
            shutil.rmtree(self.folder, ignore_errors=True)

    def token(self) -> str:
        self.tokens += 1
        return "Firma" + "".join(chr(ord("a") + int(digit)) for digit in f"{self.tokens:03d}")

    def threads(self, name: str) -> list[tuple[str, str]]:
        """Event and case code of the questions somebody has got."""
        rows = self.chat.ask(_messages)
        return [(m.event, m.root) for m in rows if m.to == name and m.root and m.event]

    def write(self, name: str, thread: str, words: str) -> str:
        relation = {"rel_type": "m.thread", "event_id": thread, "is_falling_back": True}
        content = {"msgtype": "m.text", "body": words, "m.relates_to": relation}
        return self.chat.event(name, "dm", "m.room.message", content)

    # --- what happens

    @rule(name=who, pick=st.integers(0, 9))
    def tells(self, name: str, pick: int) -> None:
        threads = self.threads(name)
        if threads:
            thread, code = threads[pick % len(threads)]
            token = self.token()
            event = self.write(name, thread, NEWS.format(token=token))
            self.said.append(Said(event, name, code, token))

    @rule(name=who, pick=st.integers(0, 9), words=short)
    def answers(self, name: str, pick: int, words: str) -> None:
        threads = self.threads(name)
        if threads:
            thread, code = threads[pick % len(threads)]
            self.said.append(Said(self.write(name, thread, words), name, code, ""))

    @rule(name=who, code=st.sampled_from(sorted(HEARS)), command=st.booleans())
    def tells_by_code(self, name: str, code: str, command: bool) -> None:
        asked = any(code == each for _, each in self.threads(name))
        if not asked and not command:
            return
        token = self.token()
        words = ("!status " if command else "") + f"{code} {NEWS.format(token=token)}"
        event = self.chat.send(name, words, "dm")
        may = name in HEARS[code]
        self.said.append(Said(event, name, code, token if may else "", command))

    @rule(name=st.sampled_from(["lene", "karen", "ali"]), pick=st.integers(0, 9), words=handed)
    def hands_on(self, name: str, pick: int, words: str) -> None:
        threads = self.threads(name)
        if threads:
            thread, code = threads[pick % len(threads)]
            self.said.append(Said(self.write(name, thread, words), name, code, ""))
            self.overs += 1

    @precondition(lambda self: self.said)
    @rule(pick=st.integers(0, 99), words=st.one_of(st.none(), short))
    def edits(self, pick: int, words: str | None) -> None:
        row = self.said[pick % len(self.said)]
        if row.command:
            return
        token = "" if words else self.token()
        self.chat.edit(row.by, row.event, words or NEWS.format(token=token), "dm")
        self.overs += 1  # what a hand-over said before may be said anew
        row.token = token

    @precondition(lambda self: self.said)
    @rule(pick=st.integers(0, 99))
    def deletes(self, pick: int) -> None:
        row = self.said.pop(pick % len(self.said))
        self.chat.delete(row.by, row.event, "dm")

    @rule(minutes=st.sampled_from([1, 5, 15, 300]))
    def waits(self, minutes: int) -> None:
        until = (self.chat.now + timedelta(minutes=minutes)).replace(tzinfo=None)
        self.chat.at(until.isoformat())

    @rule()
    def the_meeting_begins(self) -> None:
        self.chat.at(max(MEETING, self.chat.now.replace(tzinfo=None).isoformat(" ", "minutes")))

    @rule()
    def restarts(self) -> None:
        self.chat.db.close()
        self.chat.db = Database(self.chat.url, self.chat.vault)
        self.chat.db.open()
        self.chat.access = Access(self.chat.settings)
        self.chat.inbox = Inbox(self.chat.access, BOT)

    # --- what holds

    @invariant()
    def each_word_is_kept_once_by_its_agency_on_its_case(self) -> None:
        if not hasattr(self, "chat"):
            return
        kept = self.chat.ask(_kept)
        for row in self.said:
            if not row.token:
                continue
            found = [each for each in kept if row.token in each[3]]
            assert [(by, agency, code) for by, agency, code, _ in found] == [
                (f"@{row.by}:example.dk", PEOPLE[row.by], row.code)
            ], (row, found)
        standing = {row.token for row in self.said}
        for _, _, _, words in kept:
            assert "Firma" not in words or any(token in words for token in standing if token), words

    @invariant()
    def nobody_is_asked_twice_or_about_what_they_may_not_hear(self) -> None:
        if not hasattr(self, "chat"):
            return
        roots: dict[tuple[str, str], int] = {}
        for message in self.chat.ask(_messages):
            if message.kind.startswith("case.question"):
                for code, hears in HEARS.items():
                    assert code not in message.words or message.to in hears, (message.to, code)
            if message.root:
                roots[(message.to, message.root)] = roots.get((message.to, message.root), 0) + 1
        assert roots[("lene", "HS-26-001")] >= 1
        assert ("ali", "HS-26-002") not in roots or self.overs, "its caseworker is asked"
        for count in roots.values():
            assert count <= 1 + self.overs
        questions = self.chat.ask(lambda s: list(s.exec(select(CaseQuestion)).all()))
        assert len({(row.meeting_uid, row.case_uid, row.agency) for row in questions}) == len(questions)
        for row in questions:
            assert PEOPLE[row.person[1:].split(":")[0]] == row.agency


@dataclass
class Message:
    """A message to somebody: our own words in it, and, if it is the root of a question's thread, the case's code."""

    to: str
    kind: str
    event: str
    words: str
    root: str


def _messages(session: Session) -> list[Message]:
    """What the bot owed people in direct messages; each counts as sent."""
    found: list[Message] = []
    for row in session.exec(
        select(Outbox).where(col(Outbox.target).startswith("dm:")).order_by(col(Outbox.seq))
    ):
        if row.what != "message" or row.state == "dropped":
            continue
        row.state, row.event_id = "sent", row.event_id or f"$bot{row.seq}:example.dk"
        asks = row.reason.startswith("question:") and ":step:" not in row.reason
        root = next((code for code in HEARS if asks and code in row.reason), "")
        to = row.target[4:].split(":")[0]
        found.append(Message(to, row.kind, row.event_id, row.template or "", root))
    return found


def _kept(session: Session) -> list[tuple[str, str | None, str, str]]:
    """Every standing text that came of an answer: by whom, of which agency, on which case, the words."""
    found: list[tuple[str, str | None, str, str]] = []
    updates = session.exec(select(CaseUpdate).where(CaseUpdate.state == "standing")).all()
    rows: list[CaseUpdate | SheetValue] = [*updates, *session.exec(select(SheetValue)).all()]
    for row in rows:
        words = queries.words(session, row.text_uid)
        case = queries.case(session, row.case_uid)
        if words and case is not None:
            found.append((row.by, row.agency, case.code, words))
    return found


Questions.TestCase.settings = settings(
    max_examples=6 * MORE,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate,),  # an example is short; making it shorter takes minutes
)
TestQuestions = Questions.TestCase
