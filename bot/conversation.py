"""What somebody says in a room and what the bot owes for it: commands, answers, edits and reactions.

Each function runs in the savepoint of its event. What was said is remembered as a command line with a keyed hash of
its words, so that an edit finds what its words changed (docs/domain, Commands).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot import proceedings, replies
from bot.access import Access, Place, is_citizen
from bot.actions import Cause
from bot.casework import refreshing as casework
from bot.casework.questions import newest_step, thread_for
from bot.commands import Context, Problem, Reply, escalation, look_up, meetings, minutes, run, split_line
from bot.commands.undo import ANSWER, REACTION, is_over, take_back
from bot.limits import Limits
from bot.matrix.batch import Arrival, string
from bot.matrix.crypto.guard import NOTED
from bot.matrix.reading import Line, command_lines, incoming
from bot.meetings import Meetings
from bot.owed import Message, direct, forum, outbox_id, owe, owe_edit, owe_reaction
from bot.programme import Person
from bot.seeing import note_seen
from bot.storage import queries
from bot.storage.cases import Case
from bot.storage.meetings import Meeting
from bot.storage.models import Command, InboxEvent, Outbox

# In a meeting what was noted is confirmed with a reaction and one line.
CONFIRMED = frozenset(
    "action.recorded action.done action.moved action.given action.noted action.cancelled action.planb "
    "action.declined decision.recorded agenda.changed meeting.present meeting.apology minutes.changed".split()
)
# Answers about a case that change nothing of it.
READS_CASES = frozenset({"case.shown", "case.plan", "case.sheet", "cases.list", "questions.list", "problem"})
UNREADABLE = frozenset({"m.image", "m.audio", "m.video", "m.file", "m.location"})


class Conversation:
    """Handles what people say where they may speak."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self.limits = Limits(access)

    def context(
        self, session: Session, arrival: Arrival, place: Place, person: Person, about: Outbox | None = None
    ) -> Context:
        seen = [
            row
            for row in (queries.actions_in(session, about.id) if about else ())
            if self.access.may_see(session, person, place, row)
        ]
        return Context(
            access=self.access,
            person=person,
            place=place,
            language=self.access.language(session, person.user_id, place),
            at=arrival.at,
            event_id=arrival.event_id,
            about=tuple(seen),
            meeting=queries.meeting_at(session, place.forum.uid, arrival.at) if place.forum else None,
            about_meeting=self._meeting_of(session, place, person, about) if about is not None else None,
            about_case=self._case_of(session, place, person, about) if about is not None else None,
        )

    def _meeting_of(self, session: Session, place: Place, person: Person, about: Outbox) -> Meeting | None:
        """The meeting that a message of ours speaks of, to who may know of it: its forum's people, and who oversees it.

        Others have such messages as well: an owner outside the forum hears of their own actions.
        """
        found = queries.meeting(session, about.meeting_uid)
        if found is None:
            return None
        if place.forum is not None:
            return found if found.forum_uid == place.forum.uid else None
        inside = self.access.is_of(session, person.user_id, found.forum_uid)
        return found if inside or self.access.leads_forum(session, person, found.forum_uid) else None

    def _case_of(self, session: Session, place: Place, person: Person, about: Outbox) -> Case | None:
        """The case that a message of ours speaks of, to who may know of it here: a case's thread implies the case."""
        found = queries.case(session, about.case_uid)
        return found if found and self.access.may_see_case(session, person, place, found) else None

    # --- messages

    def message(self, session: Session, arrival: Arrival, place: Place, person: Person) -> None:
        content = arrival.content
        if content.get("msgtype") == "m.notice":
            return
        relation = _relation(content)
        open_ = self.access.too_open(session, place)
        if relation.get("rel_type") == "m.replace" and not open_:
            self._edit(session, arrival, place, person, string(relation.get("event_id")))
            return
        about = self._answered(session, place, relation)
        ctx = self.context(session, arrival, place, person, about)
        if string(content.get("msgtype")) in UNREADABLE:
            if (place.direct or about is not None) and not self.limits.too_many(session, arrival, place):
                self._answer(session, arrival, ctx, Reply("unreadable", ctx.say("unreadable")), 0)
            return
        said = incoming(content)
        if said is None:
            return
        lines = command_lines(said.text, ctx.prefix)
        acts = bool(lines) or place.direct or about is not None
        if acts and self.limits.too_many(session, arrival, place):
            return
        if ctx.meeting is not None and not open_:
            # Of nobody's message in particular: deleting that does not take back that somebody was there.
            Meetings(session, self.access, Cause(person.user_id, arrival.at, "")).heard(
                ctx.meeting, person.user_id
            )
        if open_:
            if lines:
                self._answer(session, arrival, ctx, Reply("unencrypted", ctx.say("problem-not-encrypted")), 0)
            return
        if not lines:
            self._talk(session, arrival, ctx, said.text, about)
            return
        for line in lines:
            self._command(session, arrival, replace(ctx, line=line.index), line)
            if len(lines) > 1 and place.forum is not None:
                # It may have begun a meeting to which the lines below belong.
                ctx = replace(ctx, meeting=queries.meeting_at(session, place.forum.uid, arrival.at))

    def unheard(self, session: Session, arrival: Arrival, place: Place, person: Person) -> None:
        """What somebody says in a room in which they are a stranger: a command or an answer of theirs is not carried out.

        They are told so when the bot speaks there again (bot.release), without a word of what it was about.
        """
        if arrival.event.get("type") != "m.room.message" or arrival.content.get("msgtype") == "m.notice":
            return
        relation = _relation(arrival.content)
        if relation.get("rel_type") == "m.replace":
            mine = queries.commands_of(session, string(relation.get("event_id")))
            acts = any(row.sender == arrival.sender for row in mine)
        else:
            acts = self._answered(session, place, relation) is not None
        ctx = self.context(session, arrival, place, person)
        said = incoming(arrival.content)
        if not acts and (said is None or not command_lines(said.text, ctx.prefix)):
            return
        if not self.limits.too_many(session, arrival, place):
            key = "problem-not-for-you" if is_citizen(person) else "problem-stranger"
            self._answer(session, arrival, ctx, Reply("problem", ctx.say(key, prefix=ctx.prefix)), 0)

    def cleartext(self, session: Session, arrival: Arrival, place: Place, person: Person) -> None:
        """A message in the clear in an encrypted room: anybody on the way could have written it, so it never counts.

        Who typed a command is told so, once a day.
        """
        ctx = self.context(session, arrival, place, person)
        said = incoming(arrival.content)
        if (
            said is None
            or arrival.content.get("msgtype") == "m.notice"
            or not command_lines(said.text, ctx.prefix)
        ):
            return
        owe(
            session,
            f"cleartext:{place.room_id}:{person.user_id}:{self.access.today(arrival.at)}",
            target(place),
            Message("cleartext", ctx.say("problem-cleartext"), language=ctx.language),
            now=arrival.at,
            reply_to=arrival.event_id,
            room_id=place.room_id if place.direct else None,
        )

    def _answered(self, session: Session, place: Place, relation: Mapping[str, Any]) -> Outbox | None:
        """The message of ours that was replied to, or in whose thread something was said.

        A thread or reply to a person's own command is about what the bot answered to it.
        """
        replied = relation.get("m.in_reply_to")
        named = [string(replied.get("event_id"))] if isinstance(replied, Mapping) else []
        if relation.get("rel_type") == "m.thread":
            root = string(relation.get("event_id"))
            named = [root, *named] if relation.get("is_falling_back") else [*named, root]
        for event_id in filter(None, named):
            row = queries.outbox_by_event(session, event_id)
            if row is None:
                row = next(iter(queries.replies_to(session, event_id)), None)
            if row is not None and self._here(session, row, place):
                last = relation.get("rel_type") == "m.thread" and relation.get("is_falling_back", True)
                # A thread names its root; what was said in it answers the step that was asked last.
                return newest_step(session, row) if last else row
        return None

    def _here(self, session: Session, row: Outbox, place: Place) -> bool:
        return row.target == target(place)

    def _talk(
        self, session: Session, arrival: Arrival, ctx: Context, words: str, about: Outbox | None
    ) -> None:
        """What is no command: an answer to the bot, or people's own conversation."""
        if (about is None and not ctx.place.direct) or not words.strip():
            return
        about, made = self._read_talk(session, ctx, words, about)
        if made is None:
            return
        self._remember(session, arrival, ctx, ANSWER, words, about.id if about else None)
        self._answer(session, arrival, ctx, made, 0)

    def _read_talk(
        self, session: Session, ctx: Context, words: str, about: Outbox | None
    ) -> tuple[Outbox | None, Reply | None]:
        """What free words answer, and what is said to them."""
        try:
            with session.begin_nested():
                if about is None and ctx.place.direct:
                    about, asked = replies.spoken_of(session, ctx, words.strip())
                    if asked is not None:
                        return about, asked
                return about, replies.reply(session, ctx, words.strip(), about)
        except Problem as problem:
            return about, self._problem(ctx, problem)

    def _command(self, session: Session, arrival: Arrival, ctx: Context, line: Line) -> None:
        name, made = self._run(session, ctx, line.text)
        self._remember(session, arrival, ctx, name, line.text, None)
        self._answer(session, arrival, ctx, made, line.index)

    def _run(self, session: Session, ctx: Context, line: str) -> tuple[str, Reply]:
        """Carry out a command line; what the person can put right becomes the answer."""
        try:
            with session.begin_nested():
                return run(session, ctx, line)
        except Problem as problem:
            # A word that is no command's is somebody's own, and is kept nowhere in the clear.
            known = look_up(split_line(line, ctx.prefix)[0])
            return known.name if known is not None else "", self._problem(ctx, problem)

    @staticmethod
    def _problem(ctx: Context, problem: Problem) -> Reply:
        uids = tuple(row.uid for row in ctx.about)
        return Reply("problem", ctx.say(problem.key, **problem.args_), uids)

    def _remember(
        self, session: Session, arrival: Arrival, ctx: Context, name: str, words: str, about: str | None
    ) -> None:
        edited = ctx.event_id != arrival.event_id
        row = session.get(Command, (ctx.event_id, ctx.line)) if edited else None
        if row is None:
            row = Command(
                event_id=ctx.event_id,
                line=ctx.line,
                room_id=arrival.room_id,
                sender=arrival.sender,
                name=name,
                at=ctx.at,
                words="",
                about=about,
            )
            session.add(row)
        row.name = name
        row.words = session.info["vault"].digest("words", words)
        session.flush()

    def _answer(self, session: Session, arrival: Arrival, ctx: Context, made: Reply, line: int) -> None:
        """Owe the answer to a line, its picture, and whatever the command tells others."""
        relation = _relation(arrival.content)
        thread = string(relation.get("event_id")) if relation.get("rel_type") == "m.thread" else None
        reason = f"reply:{arrival.event_id}:{line}"
        owe(
            session,
            reason,
            target(ctx.place),
            made.message(ctx.language),
            now=arrival.at,
            reply_to=arrival.event_id,
            thread=thread or thread_for(session, outbox_id(session, reason)),
            room_id=ctx.place.room_id if ctx.place.direct else None,
        )
        if ctx.meeting is not None and made.kind in CONFIRMED:
            noted = f"noted:{arrival.event_id}"
            owe_reaction(session, noted, target(ctx.place), arrival.event_id, NOTED, now=arrival.at)
        self._further(session, ctx, made, reason, arrival.at)

    def _further(self, session: Session, ctx: Context, made: Reply, reason: str, now: datetime) -> None:
        self._seen(session, ctx, made, now)
        self._about_case(session, made, reason, now)
        if made.picture is not None:
            owe_picture(session, f"{reason}:picture", target(ctx.place), made.picture, ctx.language, now)
        for also in made.also:
            owe(session, also.reason, also.target, also.message, now=now)

    def _seen(self, session: Session, ctx: Context, made: Reply, now: datetime) -> None:
        by, where = ctx.person.user_id, target(ctx.place)
        note_seen(session, self.access, made, by=by, where=where, event_id=ctx.event_id, now=now)

    def _about_case(self, session: Session, made: Reply, reason: str, now: datetime) -> None:
        """What was said of a case says what is so now: its summaries, agendas, and word of where it was lifted."""
        case = queries.case(session, made.case) if made.kind not in READS_CASES else None
        if case is not None:
            casework.refresh(session, self.access, case, f"{reason}:{now.isoformat()}", now)

    # --- edits

    def _edit(self, session: Session, arrival: Arrival, place: Place, person: Person, original: str) -> None:
        """An edit of one's own message changes what its words changed, and the bot's answer along with it."""
        before = {row.line: row for row in queries.commands_of(session, original)}
        # From another room it may have come in the clear, or from a device that does not count here.
        if not original or not queries.was_said_in(session, original, arrival.room_id):
            return
        if any(row.sender != arrival.sender or row.name == REACTION for row in before.values()):
            return
        if not before and not self._writer_is(session, original, arrival.sender):
            return
        said = incoming(arrival.content)
        if said is None:
            return
        first_at = min((row.at for row in before.values()), default=arrival.at)
        ctx = replace(
            self.context(session, replace(arrival, at=first_at), place, person),
            event_id=original,
            heard=arrival.at,
        )
        lines = {line.index: line for line in command_lines(said.text, ctx.prefix)}
        if (lines or before) and self.limits.too_many(session, arrival, place):
            return
        if place.direct and any(
            is_over(session, ctx, each) for each in queries.changes_of(session, original)
        ):
            message = Message("problem", ctx.say("edit-left"), language=ctx.language)
            reason = f"edit-left:{arrival.event_id}"
            owe(session, reason, target(place), message, now=arrival.at, reply_to=original)
            return
        if not lines and before and all(row.name == ANSWER for row in before.values()):
            self._edit_answer(session, arrival, ctx, before[0], said.text)
            return
        for index in sorted({*before, *lines}):
            self._edit_line(session, arrival, replace(ctx, line=index), before.get(index), lines.get(index))

    def _writer_is(self, session: Session, event_id: str, sender: str) -> bool:
        """Whether a message that did nothing so far was this person's: then an edit may make it a command."""
        row = session.get(InboxEvent, event_id)
        return row is not None and row.sender == sender

    def _edit_line(
        self, session: Session, arrival: Arrival, ctx: Context, old: Command | None, new: Line | None
    ) -> None:
        vault = session.info["vault"]
        if old is not None and new is not None and old.words == vault.digest("words", new.text):
            return
        if old is not None and new is not None and self._same_step(session, ctx, new):
            self._remember(session, arrival, ctx, old.name, new.text, None)
            return
        existing = queries.action_of_line(session, ctx.event_id, ctx.line)
        stays = existing is not None and new is not None and _is(new, ctx, "action")
        # A decision is worded anew where it stands, under its own number.
        decided = queries.decision_of_line(session, ctx.event_id, ctx.line)
        stays |= decided is not None and new is not None and _is(new, ctx, "decision")
        # So is an agenda item, whichever agenda it has come to.
        item = queries.item_of_line(session, ctx.event_id, ctx.line)
        stays |= item is not None and new is not None and _is(new, ctx, "agenda")
        # A lifted case gets another reason where it is.
        stays |= (
            new is not None and _is(new, ctx, "escalate") and escalation.same_case(session, ctx, new.text)
        )
        approved = proceedings.recorded(session, self.access, ctx.event_id, ctx.line, ctx.at)
        reason = f"edit:{arrival.event_id}:{ctx.line}"
        if old is not None and not stays:
            before = replace(ctx, at=arrival.at)
            take_back(session, before, queries.changes_of(session, ctx.event_id, ctx.line))
            old.undone = True
        if new is None:
            if old is not None:
                opened = queries.case_of_line(session, ctx.event_id, ctx.line)
                stays_open = opened is not None and opened.state not in ("withdrawn", "closed")
                said = (
                    ctx.say("edit-case-stays", code=opened.code, prefix=ctx.prefix)
                    if opened is not None and stays_open
                    else ctx.say("edit-taken-back")
                )
                gone = Message("taken-back", said, language=ctx.language)
                self._amend(session, arrival, ctx, gone)
            proceedings.amended(session, self.access, approved, ctx.cause, reason)
            return
        name, made = self._run(session, replace(ctx, existing=existing if stays else None), new.text)
        self._remember(session, arrival, ctx, name, new.text, None)
        if old is not None:
            old.undone = False
        self._amend(session, arrival, ctx, made.message(ctx.language))
        self._further(session, ctx, made, reason, arrival.at)
        proceedings.amended(session, self.access, approved, ctx.cause, reason)

    def _same_step(self, session: Session, ctx: Context, new: Line) -> bool:
        """Whether a line that began or ended a meeting, or approved its minutes, was only worded otherwise."""
        changes = queries.changes_of(session, ctx.event_id, ctx.line)
        words = split_line(new.text, ctx.prefix)[1]
        return (_is(new, ctx, "meeting") and meetings.same_step(words, changes)) or (
            _is(new, ctx, "minutes") and minutes.same_step(words, changes)
        )

    def _edit_answer(
        self, session: Session, arrival: Arrival, ctx: Context, old: Command, words: str
    ) -> None:
        """An edited answer is taken back and heard anew."""
        if old.words == session.info["vault"].digest("words", words):
            return
        take_back(session, ctx, queries.changes_of(session, ctx.event_id, 0))
        about, made = self._read_talk(
            session, ctx, words, queries.outbox(session, old.about) if old.about else None
        )
        old.about = about.id if about else None
        self._remember(session, arrival, ctx, ANSWER, words, old.about)
        made = made or Reply("taken-back", ctx.say("edit-taken-back"))
        self._seen(session, ctx, made, arrival.at)
        self._about_case(session, made, f"edit:{arrival.event_id}", arrival.at)
        self._amend(session, arrival, ctx, made.message(ctx.language))

    def _amend(self, session: Session, arrival: Arrival, ctx: Context, message: Message) -> None:
        """Edit the bot's answer to a line, or answer now if it had none."""
        said = queries.outbox_by_reason(session, f"reply:{ctx.event_id}:{ctx.line}")
        if said is None or said.state in ("dropped", "refused"):
            reason = (
                f"reply:{ctx.event_id}:{ctx.line}"
                if said is None
                else f"reply:{ctx.event_id}:{ctx.line}:{arrival.event_id}"
            )
            owe(session, reason, target(ctx.place), message, now=arrival.at, reply_to=ctx.event_id)
            return
        owe_edit(session, said, f"edit-reply:{arrival.event_id}:{ctx.line}", message, now=arrival.at)

    # --- reactions and deletions

    def reaction(self, session: Session, arrival: Arrival, place: Place, person: Person) -> None:
        relation = _relation(arrival.content)
        about = queries.outbox_by_event(session, string(relation.get("event_id")))
        if about is None or not self._here(session, about, place):
            return
        if self.limits.too_many(session, arrival, place):
            return
        ctx = self.context(session, arrival, place, person, about)
        try:
            with session.begin_nested():
                made = replies.react(session, ctx, string(relation.get("key")), about)
        except Problem as problem:
            made = self._problem(ctx, problem)
        if queries.changes_of(session, arrival.event_id):  # what a sign did is undone like any other deed
            self._remember(session, arrival, ctx, REACTION, string(relation.get("key")), about.id)
        if made is not None:
            message = made.message(ctx.language)
            owe(
                session,
                f"reply:{arrival.event_id}:0",
                target(place),
                message,
                now=arrival.at,
                reply_to=about.event_id,
                thread=None,
            )
            self._further(session, ctx, made, f"reply:{arrival.event_id}:0", arrival.at)


def owe_picture(
    session: Session, reason: str, target: str, figures: Any, language: str, now: datetime
) -> Outbox | None:
    """Owe a picture of a digest's figures; it is drawn just before it is sent."""
    message = Message("digest.picture", figures.to_json(), language=language)
    return owe(session, reason, target, message, now=now, what="picture")


def _relation(content: Mapping[str, Any]) -> Mapping[str, Any]:
    found = content.get("m.relates_to")
    return found if isinstance(found, Mapping) else {}


def target(place: Place) -> str:
    """The outbox target that stands for a place."""
    return direct(place.person) if place.person else forum(place.forum.uid if place.forum else "")


def _is(line: Line, ctx: Context, name: str) -> bool:
    """Whether a line is a command of a name."""
    info = look_up(split_line(line.text, ctx.prefix)[0])
    return info is not None and info.name == name
