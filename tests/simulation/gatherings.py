"""People who meet: they plan, begin, decide, promise, go on, forget to end, correct and approve, drawn from a seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from tests.simulation.bot import BOT, now
from tests.simulation.homeserver import Event
from tests.simulation.people import FORUMS, TASKS, Command, Life, mxid

# What a message with such a line did is not only its own words: taken back, it makes another story of a meeting.
STEPS = frozenset({"start", "end", "approve", "shift"})
SUBJECTS = ("friplads til søskende", "vagtplan for *ferien*", "puljen til fritidsjob", "nyt fra gaden")


@dataclass
class Gatherings(Life):
    """What happens, meetings included. `begun` are reactions that began, ended or approved something, perhaps."""

    begun: list[Event] = field(default_factory=list)
    shifted: set[str] = field(default_factory=set)  # forums whose calendar is not the config's alone any more
    muddled: set[str] = field(default_factory=set)  # forums in which a step of a meeting was taken back

    def _more(self) -> tuple[tuple[float, Callable[[], None]], ...]:
        return (
            (10, self._meeting),
            (3, self._begin),
            (3, self._end),
            (6, self._decide),
            (5, self._subject),
            (2, self._here),
            (2, self._agenda),
            (2, self._approve),
            (2, self._minutes),
            (2, self._shift),
        )

    # --- a whole meeting, while other things befall everybody

    def _meeting(self) -> None:
        forum, _, chair = self._somewhere()
        pace = self.random.choice((0.05, 1.0, 30.0))
        steps: list[Callable[[], None]] = [partial(self._begin, forum, chair)]
        for _ in range(self.random.randint(1, 5)):
            does: Callable[[str], None] = self.random.choices(
                (self._decide, self._promises, self._next, self._here, self._subject, self._says_something),
                (4, 3, 2, 1, 1, 1),
            )[0]
            steps.append(partial(does, forum))
        if self.random.random() < 0.7:
            steps.append(partial(self._end, forum, chair))
            if self.random.random() < 0.5:
                steps.append(partial(self._corrects, forum))
            if self.random.random() < 0.5:
                steps.append(partial(self._approve, forum, chair))
        at = 0.0
        for step in steps:
            self.loop.call_later(at, self._unless_over, step)
            at += self.random.expovariate(1 / pace)

    def _unless_over(self, step: Callable[[], None]) -> None:
        if not self.over:
            step()

    def _place(self, forum: str | None, who: str | None = None) -> tuple[str, str, str]:
        """A forum, its room, and somebody in it: whoever is named."""
        forum = forum or self.random.choice(self.forums)
        return forum, self.rooms[forum], who or self.random.choice(FORUMS[forum])

    def _of_kind(self, room_id: str, kind: str) -> Event | None:
        """The bot's newest message of a kind in a room."""
        events = self.world.rooms[room_id].events
        return next((e for e in reversed(events) if self._said_as(e) == kind), None)

    def _said_as(self, event: Event) -> str | None:
        if event.sender != BOT or event.redacted_by is not None:
            return None
        return str(self._mark(event).get("kind")) if "m.new_content" not in event.said else None

    def _agrees(self, who: str, event: Event) -> None:
        """✅ on one of the bot's questions."""
        relation = {"rel_type": "m.annotation", "event_id": event.event_id, "key": "✅"}
        made = self._post(who, event.room_id, {"m.relates_to": relation}, "m.reaction")
        if made is not None:
            self.reactions.append(made)
            self.begun.append(made)

    def _begin(self, forum: str | None = None, who: str | None = None) -> None:
        forum, room_id, who = self._place(forum, who)
        asked = self._of_kind(room_id, "meeting.ask_start")
        if asked is not None and self.random.random() < 0.7:
            self._agrees(who, asked)
        else:
            self._command(who, room_id, [("start", "!møde start")])

    def _end(self, forum: str | None = None, who: str | None = None) -> None:
        forum, room_id, who = self._place(forum, who)
        asked = self._of_kind(room_id, "meeting.ask_end")
        if asked is not None and self.random.random() < 0.5:
            self._agrees(who, asked)
        else:
            self._command(who, room_id, [("end", "!møde slut")])

    def _approve(self, forum: str | None = None, who: str | None = None) -> None:
        """The draft is approved: with a sign on it, in private or before everybody."""
        forum, room_id, who = self._place(forum, who)
        drafts = [d for rid in self._private_rooms(who) if (d := self._of_kind(rid, "minutes.draft"))]
        if drafts and self.random.random() < 0.5:
            self._agrees(who, drafts[-1])
        else:
            place = drafts[-1].room_id if drafts and self.random.random() < 0.5 else room_id
            self._command(who, place, [("approve", "!referat godkend")])

    def _decision(self, forum: str) -> str:
        return f"!beslutning {self.random.choice(SUBJECTS)} {self._word(forum)}"

    def _decide(self, forum: str | None = None) -> None:
        forum, room_id, who = self._place(forum)
        count = self.random.choice((1, 1, 1, 2))
        self._command(who, room_id, [("decide", self._decision(forum)) for _ in range(count)])

    def _promises(self, forum: str) -> None:
        _, room_id, who = self._place(forum)
        self._command(who, room_id, [("record", self._promise(forum))])

    def _next(self, forum: str) -> None:
        _, room_id, who = self._place(forum)
        self._command(who, room_id, [("next", "!næste")])

    def _here(self, forum: str | None = None) -> None:
        forum, room_id, who = self._place(forum)
        if self.random.random() < 0.3:
            self._command(who, room_id, [("apology", "!afbud")])
        else:
            self._command(who, room_id, [("here", self.random.choice(("!her", "!fremmødt BUF")))])

    def _says_something(self, forum: str) -> None:
        _, room_id, who = self._place(forum)
        self._post(who, room_id, {"msgtype": "m.text", "body": "Det kan jeg godt se på."})

    def _subject(self, forum: str | None = None) -> None:
        forum, room_id, who = self._place(forum)
        self._command(
            who, room_id, [("subject", f"!dagsorden {self.random.choice(TASKS)} {self._word(forum)} 10 min")]
        )

    def _agenda(self) -> None:
        _, room_id, who = self._place(None)
        words = self.random.choice(("!dagsorden", "!dagsorden", "!dagsorden 1 15 min", "!dagsorden stryg 1"))
        self._command(who, room_id, [("agenda", words)])

    def _minutes(self) -> None:
        _, room_id, who = self._place(None)
        self._command(who, room_id, [("minutes", self.random.choice(("!referat", "!møde", "!møde tid")))])

    def _shift(self) -> None:
        """A meeting is moved or called off, or one more is wanted."""
        forum, room_id, who = self._place(None)
        day = (now(self.loop) + timedelta(days=self.random.randint(1, 5))).date()
        words = self.random.choice((f"flyt {day} kl. 13", "aflys", f"ekstra {day} kl. 15"))
        self.shifted.add(forum)
        self._command(who, room_id, [("shift", f"!møde {words}")])

    # --- what is taken back or worded anew

    def _corrects(self, forum: str) -> None:
        """A decision is worded anew or deleted, which a draft has to follow."""
        own = [c for c in self.said if c.forum == forum and "decide" in c.verbs and not c.deleted]
        if not own:
            return
        if self.random.random() < 0.7:
            self._reword(own[-1])
        elif self._redact(own[-1].event):
            own[-1].deleted = True

    def _worded_anew(self, command: Command) -> str | None:
        if command.verbs[0] == "decide" and command.forum is not None:
            return self._decision(command.forum)
        return super()._worded_anew(command)

    def _redact(self, event: Event) -> bool:
        gone = super()._redact(event)
        command = next((c for c in self.said if c.event is event), None)
        if gone and (event in self.begun or (command is not None and STEPS & set(command.verbs))):
            self._muddle(event)
        return gone

    def _muddle(self, event: Event) -> None:
        """A step in private may be any forum's."""
        forum = self.homes.get(event.room_id)
        self.muddled |= {forum} if forum else set(self.forums)

    def member(self, forum: str, user_id: str) -> bool:
        """Whether somebody belongs to a forum."""
        return user_id in map(mxid, FORUMS[forum])


def body(content: Any) -> str:
    """The words of a message, as an edit leaves them."""
    return str(content.get("m.new_content", content).get("body", ""))
