"""What should have been sent in a programme-year, restated from docs/domain, Time, and from nothing else.

Imports nothing from `bot` and computes no holiday: the closed days of the years are written out by hand. Where
the bot keeps the next moment of each promise and works forward, the oracle counts working days between today and
the deadline, every day anew. It is told what people say (with the moment it was said), when the bot was up, and
answers with every message that was due: (who, local minute, kind, numbers of the actions).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dateutil.rrule import WEEKLY, rrule

CPH = ZoneInfo("Europe/Copenhagen")
DAY = timedelta(days=1)

CLOSED = frozenset(
    date.fromisoformat(day)
    for day in (
        "2026-01-01",  # New Year's Day
        "2026-04-02",  # Maundy Thursday
        "2026-04-03",  # Good Friday
        "2026-04-05",  # Easter Sunday
        "2026-04-06",  # Easter Monday
        "2026-05-14",  # Ascension Day
        "2026-05-24",  # Whit Sunday
        "2026-05-25",  # Whit Monday
        "2026-06-05",  # Constitution Day
        "2026-12-24",  # Christmas Eve
        "2026-12-25",
        "2026-12-26",
        "2026-12-31",  # New Year's Eve
        "2027-01-01",
        "2027-03-25",  # Maundy Thursday
        "2027-03-26",  # Good Friday
        "2027-03-28",  # Easter Sunday, and the clocks go forward
        "2027-03-29",  # Easter Monday
        "2027-05-06",  # Ascension Day
        "2027-05-16",  # Whit Sunday
        "2027-05-17",  # Whit Monday
        "2027-06-05",  # Constitution Day
        "2027-12-24",
        "2027-12-25",
        "2027-12-26",
        "2027-12-31",
    )
)
OFFICE = frozenset({0, 1, 2, 3, 4})
OFFICE_HOUR = time(8)


class Due(NamedTuple):
    """A deadline: a local day, or a local minute on it."""

    day: date
    at: time | None = None

    def passes(self) -> datetime:
        """The moment from which it is missed."""
        if self.at is None:
            return datetime.combine(self.day + DAY, time(), CPH).astimezone(UTC)
        # In the hour that the clock shows twice, the second showing counts.
        return datetime.combine(self.day, self.at.replace(fold=1), CPH).astimezone(UTC)


class Sent(NamedTuple):
    """A message: to whom, at which local minute, of which kind, about which actions."""

    minute: str
    to: str
    kind: str
    numbers: tuple[int, ...] = ()


@dataclass
class Person:
    """When somebody works and when their morning message comes."""

    workdays: frozenset[int] = OFFICE
    hour: time = OFFICE_HOUR
    away: tuple[date, date] | None = None
    last_morning: date | None = None
    raised_on: date | None = None
    back: datetime | None = None  # came back early: this is the first morning after it

    def works(self, day: date) -> bool:
        """Whether the day is an open working day of theirs; leave is another matter."""
        return day.weekday() in self.workdays and day not in CLOSED

    def on_leave(self, day: date) -> bool:
        """Whether the day lies in their leave."""
        return self.away is not None and self.away[0] <= day <= self.away[1]

    def morning(self, day: date) -> datetime:
        """Their morning hour of a day."""
        return datetime.combine(day, self.hour, CPH).astimezone(UTC)

    def next_morning(self, after: datetime) -> datetime:
        """The first morning strictly after a moment on which they are at work."""
        day = after.astimezone(CPH).date()
        while not (self.works(day) and not self.on_leave(day) and self.morning(day) > after):
            day += DAY
        return self.morning(day)

    def at_work(self, now: datetime) -> bool:
        """Whether a morning message may reach them at this moment, on time or late."""
        day = now.astimezone(CPH).date()
        return self.works(day) and not self.on_leave(day) and self.morning(day) <= now


@dataclass
class Part:
    """One owner's part in an action: what they still have to hear."""

    person: str
    given: datetime
    since: datetime
    told: bool = False
    done: bool = False
    waiting: bool = False  # a morning's reminder that has not been heard yet
    not_before: datetime | None = None
    at_once: bool = False
    hour_heard: bool = False
    judged: date | None = None  # the last local day whose morning was looked at


@dataclass
class Action:
    """An agreed action as the programme knows it."""

    number: int
    room: str
    by: str
    parts: dict[str, Part]
    due: Due
    state: str = "open"
    closed: datetime | None = None
    raise_from: datetime | None = None  # a deadline that passes from then on is raised once
    raised: bool = False
    raise_waiting: bool = False
    raise_judged: date | None = None


def working_days(first: date, last: date, works: Callable[[date], bool]) -> int:
    """How many days from the first to the last, both included, somebody works."""
    return sum(works(first + DAY * n) for n in range((last - first).days + 1))


def is_reminder_day(today: date, due: date, works: Callable[[date], bool]) -> bool:
    """Two working days before, on the day (or the last working day before it), every second one after."""
    if not works(today):
        return False
    if today > due:
        return working_days(due + DAY, today, works) % 2 == 0
    return working_days(today, due - DAY, works) == 2 or working_days(today, due, works) == 1


def is_raise_day(today: date, due: date, works: Callable[[date], bool]) -> bool:
    """The fifth working day after the deadline."""
    return today > due and works(today) and working_days(due + DAY, today, works) == 5


def office_works(day: date) -> bool:
    """Whether the programme's office is open."""
    return day.weekday() in OFFICE and day not in CLOSED


@dataclass
class Digest:
    """A regular digest: its weekdays and hour, and whether one is waiting to be sent."""

    weekdays: frozenset[int]
    hour: time
    judged: date
    waiting: bool = False

    def falls_on(self, day: date) -> bool:
        """Whether one is due that day: its own weekday, or moved there from closed days just before."""
        if day in CLOSED:
            return False
        if day.weekday() in self.weekdays:
            return True
        if day.weekday() not in OFFICE:
            return False
        back = day - DAY
        while not office_works(back):
            if back in CLOSED and back.weekday() in self.weekdays:
                return True
            back -= DAY
        return False


MONTHS = "jan. feb. marts april maj juni juli aug. sept. okt. nov. dec.".split()


@dataclass
class Gathering:
    """One meeting of a forum as it is planned: `police` says whether they come, None where they never do."""

    forum: str
    start: datetime
    end: datetime
    police: bool | None = None
    posted: bool = False
    asked: bool = False

    @property
    def agenda(self) -> datetime:
        """When its agenda goes out: at the office's hour, two working days before."""
        day = self.start.astimezone(CPH).date() - DAY
        while working_days(day, self.start.astimezone(CPH).date() - DAY, office_works) < 2:
            day -= DAY
        return datetime.combine(day, OFFICE_HOUR, CPH).astimezone(UTC)

    @property
    def named(self) -> str:
        """How its agenda names it."""
        at = self.start.astimezone(CPH)
        comes = {None: "", True: " med", False: " uden"}[self.police]
        return f"{at.day}. {MONTHS[at.month - 1]} {at.year} kl. {at.hour}.{at.minute:02d}{comes}"


def gatherings(
    forum: str,
    first: datetime,
    last: date,
    *,
    weeks: int,
    after: bool = False,
    police: int | None = None,
    minutes: int = 60,
) -> list[Gathering]:
    """A forum's meetings every so many weeks, the first (on the wall, not aware) to the last day.

    `after`: one that falls on a closed day is held on the next working day, else not at all. The police come to the
    first and then to every so manieth, called off or not.
    """
    found = []
    rule = rrule(WEEKLY, interval=weeks, dtstart=first, until=datetime.combine(last, time(23)))
    for number, local in enumerate(rule):
        day = local.date()
        while not office_works(day) and after:
            day += DAY
        if office_works(day):
            start = datetime.combine(day, local.time(), CPH).astimezone(UTC)
            comes = None if police is None else number % police == 0
            found.append(Gathering(forum, start, start + timedelta(minutes=minutes), comes))
    return found


@dataclass
class Oracle:
    """The year as it should be. `coordinators`: room → people; `digests`: target → digest; `contacts`: partners."""

    people: dict[str, Person]
    coordinators: dict[str, list[str]]
    digests: dict[str, Digest]
    contacts: dict[str, str]
    start: datetime
    meetings: list[Gathering] = field(default_factory=list)
    actions: dict[int, Action] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)

    # --- what people do; `at` is when it was said, which may be long before the bot hears it

    def reached(self, owner: str) -> str:
        """Whose direct messages an owner's reminders go to."""
        return self.contacts.get(owner, owner)

    def record(self, number: int, room: str, by: str, owners: Iterable[str], due: Due, at: datetime) -> None:
        """An action is agreed."""
        action = Action(number, room, by, {}, due, raise_from=at)
        self.actions[number] = action
        self.give(number, owners, by, at)

    def give(self, number: int, owners: Iterable[str], by: str, at: datetime) -> None:
        """An action is handed over; who had it keeps their part. It is open again if declined, or done by others."""
        action = self.actions[number]
        parts = {o: action.parts.get(o) or Part(self.reached(o), at, at) for o in owners}
        fresh = [o for o in parts if o not in action.parts]
        action.parts = parts
        unfinished = any(not part.done for part in parts.values())
        if action.state == "declined":
            self._start_again(action)
            self._open(action, by, at)
        elif action.state == "done" and unfinished:
            self._open(action, by, at)
        elif action.state == "open":
            self._settle(action, at)
            for owner in fresh:
                self._news(action, parts[owner], by, at)

    def move(self, number: int, due: Due, by: str, at: datetime) -> None:
        """The deadline moves; what was closed is open again."""
        action = self.actions[number]
        changed, action.due = action.due != due, due
        if changed:
            action.raise_from, action.raised, action.raise_waiting, action.raise_judged = (
                at,
                False,
                False,
                None,
            )
            for part in action.parts.values():
                self._from_now(part, at)
        if action.state != "open":
            self._start_again(action)
            self._open(action, by, at)
        elif changed:
            for part in action.parts.values():
                self._news(action, part, by, at)

    def finish(self, number: int, by: str, at: datetime) -> None:
        """Done: the part of the owner who says so; all of it if the writer or somebody else does."""
        action = self.actions[number]
        if action.state in ("declined", "cancelled"):
            self._open(action, by, at)
        mine = [p for p in action.parts.values() if p.person == by]
        for part in mine if mine and by != action.by else action.parts.values():
            part.done = True
        self._settle(action, at)

    def decline(self, number: int, by: str, at: datetime) -> None:
        """An owner cannot: one of several steps back, the last one declines the whole."""
        action = self.actions[number]
        rest = {o: p for o, p in action.parts.items() if p.person != by}
        if rest and len(rest) < len(action.parts):
            action.parts = rest
            self._settle(action, at)
        else:
            self._close(action, "declined", at)

    def cancel(self, number: int, at: datetime) -> None:
        """No longer needed."""
        self._close(self.actions[number], "cancelled", at)

    def leave(self, person: str, away: tuple[date, date] | None, at: datetime) -> None:
        """Leave begins, moves or ends; what waited for its end waits for the first morning after it."""
        who = self.people[person]
        self.judge(at)
        was_away = who.on_leave(at.astimezone(CPH).date())
        who.away = away
        if was_away:
            who.back = who.next_morning(at)
            for _, part in self._open_parts(person):
                if part.waiting:
                    part.not_before = who.back

    def hour(self, person: str, hour: time, at: datetime) -> None:
        """Another morning hour; what would have come later today still comes today."""
        who = self.people[person]
        self.judge(at)
        today = at.astimezone(CPH).date()
        later = who.morning(today) > at
        still = [
            part for action, part in self._open_parts(person) if later and self._wanted(action, part, today)
        ]
        who.hour = hour
        if who.morning(today) <= at:
            for part in still:
                part.waiting, part.judged = True, today

    # --- time

    def moments(self, after: datetime, until: datetime) -> list[datetime]:
        """The moments of a stretch at which something may fall due; the end is one of them."""
        found = {until}
        day = after.astimezone(CPH).date()
        while day <= until.astimezone(CPH).date():
            found |= {p.morning(day) for p in self.people.values()}
            found |= {datetime.combine(day, d.hour, CPH).astimezone(UTC) for d in self.digests.values()}
            found.add(datetime.combine(day, OFFICE_HOUR, CPH).astimezone(UTC))
            day += DAY
        found |= {at for meeting in self.meetings for at in (meeting.agenda, meeting.start)}
        found |= {a.due.passes() - timedelta(hours=1) for a in self.actions.values() if a.due.at}
        return sorted(m for m in found if after < m <= until)

    def judge(self, now: datetime) -> None:
        """Look at every morning that has passed since the last look: whom should it have reminded of what?"""
        today = now.astimezone(CPH).date()
        for action in self.actions.values():
            if action.state == "open":
                for part in action.parts.values():
                    if not part.done:
                        self._judge_part(action, part, now, today)
                self._judge_raise(action, now, today)

    def act(self, now: datetime) -> None:
        """The bot is up at this moment: everything that is due and can be heard goes out."""
        self.judge(now)
        for name in self.people:
            self._remind(name, now)
        self._raise(now)
        for target, digest in self.digests.items():
            today = now.astimezone(CPH).date()
            day = digest.judged
            while day <= today and datetime.combine(day, digest.hour, CPH).astimezone(UTC) <= now:
                moment = datetime.combine(day, digest.hour, CPH).astimezone(UTC)
                digest.waiting = digest.waiting or (digest.falls_on(day) and moment > self.start)
                day += DAY
                digest.judged = day
            if digest.waiting:
                digest.waiting = False
                self._say(now, target, "digest")

        for meeting in self.meetings:
            self._meet(meeting, now)

    def _meet(self, meeting: Gathering, now: datetime) -> None:
        """An agenda that could not go out in time goes out late, and the question is asked while the meeting lasts."""
        if meeting.agenda <= now < meeting.start and not meeting.posted:
            meeting.posted = True
            self._say(now, meeting.forum, f"meeting.agenda {meeting.named}")
        if meeting.start <= now < meeting.end and not meeting.asked:
            meeting.asked = True
            self._say(now, meeting.forum, "meeting.ask_start")

    # --- the inside

    def _say(self, now: datetime, to: str, kind: str, numbers: Iterable[int] = ()) -> None:
        minute = f"{now.astimezone(CPH):%Y-%m-%d %H:%M}"
        self.sent.append(Sent(minute, to, kind, tuple(sorted(set(numbers)))))

    def _open_parts(self, person: str) -> list[tuple[Action, Part]]:
        return [
            (action, part)
            for action in self.actions.values()
            if action.state == "open"
            for part in action.parts.values()
            if part.person == person and not part.done
        ]

    def _open(self, action: Action, by: str, at: datetime) -> None:
        action.state = "open"
        action.raise_from, action.raised, action.raise_waiting, action.raise_judged = at, False, False, None
        for part in action.parts.values():
            self._from_now(part, at)
            self._news(action, part, by, at)

    @staticmethod
    def _start_again(action: Action) -> None:
        for part in action.parts.values():
            part.done = False

    def _close(self, action: Action, state: str, at: datetime) -> None:
        action.state, action.closed = state, at
        action.raise_waiting = False
        for part in action.parts.values():
            part.waiting = part.at_once = False

    def _settle(self, action: Action, at: datetime) -> None:
        if action.parts and all(part.done for part in action.parts.values()):
            self._close(action, "done", at)

    @staticmethod
    def _from_now(part: Part, at: datetime) -> None:
        part.since, part.waiting, part.at_once, part.hour_heard, part.judged = at, False, False, False, None
        part.not_before = None

    def _news(self, action: Action, part: Part, by: str, at: datetime) -> None:
        """Told at once: somebody else gave it or moved it, and it ends before the next morning message."""
        who = self.people[part.person]
        if part.done or by == part.person or action.due.passes() > who.next_morning(at):
            return
        if who.on_leave(at.astimezone(CPH).date()):
            part.waiting = True
        else:
            part.at_once = True

    def _wanted(self, action: Action, part: Part, day: date) -> bool:
        """Whether a day's morning is one that reminds of this part."""
        who = self.people[part.person]
        if who.morning(day) <= part.since:
            return False
        first = not part.told and who.works(day) and who.morning(day) > part.given
        return first or is_reminder_day(day, action.due.day, who.works)

    def _judge_part(self, action: Action, part: Part, now: datetime, today: date) -> None:
        who = self.people[part.person]
        day = part.since.astimezone(CPH).date() if part.judged is None else part.judged + DAY
        while day <= today and who.morning(day) <= now:
            part.waiting = part.waiting or self._wanted(action, part, day)
            part.judged = day
            day += DAY

    def _judge_raise(self, action: Action, now: datetime, today: date) -> None:
        if action.raised or action.raise_from is None:
            return
        day = action.raise_judged + DAY if action.raise_judged else action.due.day + DAY
        while day <= today and datetime.combine(day, OFFICE_HOUR, CPH).astimezone(UTC) <= now:
            action.raise_waiting = action.raise_waiting or is_raise_day(day, action.due.day, office_works)
            action.raise_judged = day
            day += DAY

    def _hour_before(self, action: Action, part: Part, now: datetime) -> bool:
        """Whether the hour before a deadline with a time of day has come for somebody who has not heard it."""
        if action.due.at is None or part.hour_heard:
            return False
        early = action.due.passes() - timedelta(hours=1)
        if now < early or early <= part.since:
            return False
        part.hour_heard = True
        if self.people[part.person].on_leave(early.astimezone(CPH).date()):
            return False
        if now >= action.due.passes():  # the bot was down: a reminder that is late, like any other
            part.waiting = True
            return False
        return True

    def _remind(self, name: str, now: datetime) -> None:
        who = self.people[name]
        today = now.astimezone(CPH).date()
        parts = self._open_parts(name)
        urgent = [(a, p) for a, p in parts if self._hour_before(a, p, now) or p.at_once]
        if who.on_leave(today):
            for _, part in urgent:
                part.waiting, part.at_once = True, False
            return
        ready = who.at_work(now) and who.last_morning != today
        due = [
            (a, p) for a, p in parts if ready and p.waiting and (p.not_before is None or p.not_before <= now)
        ]
        if due:
            who.last_morning = today
            items = due + [(a, p) for a, p in urgent if not any(p is q for _, q in due)]
            self._say(now, name, "reminder", [a.number for a, _ in items])
            told = [p for _, p in items]
        else:
            for action in {a.number: a for a, _ in urgent}.values():
                self._say(now, name, "reminder.now", [action.number])
            told = [p for _, p in urgent]
        for part in told:
            part.told, part.waiting, part.at_once, part.not_before = True, False, False, None

    @staticmethod
    def _can_be_told(who: Person, now: datetime) -> bool:
        """Whether a coordinator can have today's message about overdue actions now."""
        back = who.back is None or who.back <= now
        return back and who.at_work(now) and who.raised_on != now.astimezone(CPH).date()

    def _raise(self, now: datetime) -> None:
        today = now.astimezone(CPH).date()
        lists: dict[str, list[int]] = {}
        for action in self.actions.values():
            if action.state != "open" or not action.raise_waiting:
                continue
            ready = [c for c in self.coordinators[action.room] if self._can_be_told(self.people[c], now)]
            for name in ready:
                lists.setdefault(name, []).append(action.number)
            if ready:
                action.raise_waiting, action.raised = False, True
        for name, numbers in lists.items():
            self.people[name].raised_on = today
            self._say(now, name, "overdue.raised", numbers)
