"""A turn of a conversation: what somebody said is carried out, remembered, and its answer owed.

Everything runs in the savepoint of its event. What was said is remembered as a command line with a keyed hash of its
words, so that an edit finds what its words changed (docs/domain, Commands).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot import replies
from bot.access import Access, Place
from bot.casework import refreshing as casework
from bot.casework.questions import thread_for
from bot.commands import Context, Problem, Reply, look_up, run, split_line
from bot.matrix.batch import Arrival, string
from bot.matrix.crypto.guard import NOTED
from bot.owed import Message, outbox_id, owe, owe_reaction, target_of
from bot.programme import Person
from bot.seeing import note_seen
from bot.storage import queries
from bot.storage.cases import Case
from bot.storage.meetings import Meeting
from bot.storage.models import Command, Outbox

# In a meeting what was noted is confirmed with a reaction and one line.
CONFIRMED = frozenset(
    "action.recorded action.done action.moved action.given action.noted action.cancelled action.planb "
    "action.declined decision.recorded agenda.changed meeting.present meeting.apology minutes.changed".split()
)
# Answers about a case that change nothing of it.
READS_CASES = frozenset({"case.shown", "case.plan", "case.sheet", "cases.list", "questions.list", "problem"})


class Turns:
    """What messages, edits and reactions have in common."""

    def __init__(self, access: Access) -> None:
        self.access = access

    def context(
        self, session: Session, arrival: Arrival, place: Place, person: Person, about: Outbox | None = None
    ) -> Context:
        """What a command is told of who speaks where and when; `about` is the message of ours that it answers."""
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

    def read_talk(
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
            return about, self.problem(ctx, problem)

    def run(self, session: Session, ctx: Context, line: str) -> tuple[str, Reply]:
        """Carry out a command line; what the person can put right becomes the answer."""
        try:
            with session.begin_nested():
                return run(session, ctx, line)
        except Problem as problem:
            # A word that is no command's is somebody's own, and is kept nowhere in the clear.
            known = look_up(split_line(line, ctx.prefix)[0])
            return known.name if known is not None else "", self.problem(ctx, problem)

    @staticmethod
    def problem(ctx: Context, problem: Problem) -> Reply:
        """The answer that says what the person can put right."""
        uids = tuple(row.uid for row in ctx.about)
        return Reply("problem", ctx.say(problem.key, **problem.args_), uids)

    def remember(
        self, session: Session, arrival: Arrival, ctx: Context, name: str, words: str, about: str | None
    ) -> None:
        """Remember a line, an answer or a reaction as a command row; an edited one is the row there was."""
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

    def answer(self, session: Session, arrival: Arrival, ctx: Context, made: Reply, line: int) -> None:
        """Owe the answer to a line, its picture, and whatever the command tells others."""
        relation = relation_of(arrival.content)
        thread = string(relation.get("event_id")) if relation.get("rel_type") == "m.thread" else None
        reason = f"reply:{arrival.event_id}:{line}"
        owe(
            session,
            reason,
            target_of(ctx.place),
            made.message(ctx.language),
            now=arrival.at,
            reply_to=arrival.event_id,
            thread=thread or thread_for(session, outbox_id(session, reason)),
            room_id=ctx.place.room_id if ctx.place.direct else None,
        )
        if ctx.meeting is not None and made.kind in CONFIRMED:
            noted = f"noted:{arrival.event_id}"
            owe_reaction(session, noted, target_of(ctx.place), arrival.event_id, NOTED, now=arrival.at)
        self.further(session, ctx, made, reason, arrival.at)

    def further(self, session: Session, ctx: Context, made: Reply, reason: str, now: datetime) -> None:
        """What follows from an answer beside itself: the log, the case's other messages, a picture, word to others."""
        self.seen(session, ctx, made, now)
        self.about_case(session, made, reason, now)
        if made.picture is not None:
            owe_picture(session, f"{reason}:picture", target_of(ctx.place), made.picture, ctx.language, now)
        for also in made.also:
            owe(session, also.reason, also.target, also.message, now=now)

    def seen(self, session: Session, ctx: Context, made: Reply, now: datetime) -> None:
        """Log what the answer showed of cases and actions."""
        by, where = ctx.person.user_id, target_of(ctx.place)
        note_seen(session, self.access, made, by=by, where=where, event_id=ctx.event_id, now=now)

    def about_case(self, session: Session, made: Reply, reason: str, now: datetime) -> None:
        """What was said of a case says what is so now: its summaries, agendas, and word of where it was lifted."""
        case = queries.case(session, made.case) if made.kind not in READS_CASES else None
        if case is not None:
            casework.refresh(session, self.access, case, f"{reason}:{now.isoformat()}", now)


def relation_of(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a message relates to, as the client says; empty where that is nothing, or nonsense."""
    found = content.get("m.relates_to")
    return found if isinstance(found, Mapping) else {}


def owe_picture(
    session: Session, reason: str, target: str, figures: Any, language: str, now: datetime
) -> Outbox | None:
    """Owe a picture of a digest's figures; it is drawn just before it is sent."""
    message = Message("digest.picture", figures.to_json(), language=language)
    return owe(session, reason, target, message, now=now, what="picture")
