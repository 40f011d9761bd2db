"""What must hold of the meetings of a whole history: what people saw and what the documents say.

Times and kinds of what was owed come from the outbox, the words from the rooms. When a meeting begins, when its agenda
is due and when nobody has objected for long enough is worked out here, from the config's words and a list of holidays.
"""

from __future__ import annotations

import base64
import io
import re
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from dateutil.rrule import TH, TU, WE, WEEKLY, rrule, weekday
from sqlmodel import Session, select

from bot.storage.meetings import Decision
from bot.storage.models import Action, Forum, Outbox
from tests.simulation.bot import BOT, START
from tests.simulation.gatherings import Gatherings, body
from tests.simulation.homeserver import Event
from tests.simulation.oracle import CPH, OFFICE_HOUR, office_works
from tests.simulation.people import mxid

RHYTHM = {"fremdrift": ((TU, TH), time(10)), "by": ((WE,), time(14))}  # the config, written out a second time
FULL_NAMES = {
    "Anna Vind": "anna",
    "Karla Bech": "karla",
    "Lene Holm": "lene",
    "Ali Demir": "ali",
    "Tove Lind": "tove",
}
NOTED = frozenset(
    "action.recorded action.done action.moved action.given action.noted action.cancelled action.declined "
    "decision.recorded agenda.changed meeting.present meeting.apology minutes.changed".split()
)
MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_WORD = re.compile(r"ord(\d+)q")
_LABEL = re.compile(r"Beslutning (\d{4}-W\d\d)-(\d+):")
_SPAN = re.compile(r"\b(\d{1,2})\. (\w{3})\w*\.? (\d{4}) kl\. (\d{1,2})\.(\d\d)–")
_ASKED = re.compile(r"Klokken er (\d{1,2}\.\d\d)")
_ACTION = re.compile(r"^- (\d+) (.*?): ", re.MULTILINE)


@dataclass
class Held:
    """One meeting as the room saw it: the rows of its beginning and its end, and who led it."""

    forum: str
    start: Outbox
    chair: str
    end: Outbox | None = None
    asked: datetime | None = (
        None  # nobody ended it, and this is when the bot asked: what came later is another matter
    )
    drafts: list[Outbox] = field(default_factory=list)
    minutes: list[Outbox] = field(default_factory=list)

    def surely_in(self, at: datetime, heard: Outbox | None) -> bool:
        """Whether something was said after its beginning and before its end, by its writer's clock and in the room."""
        ended = self.end.created_at if self.end else datetime.max.replace(tzinfo=UTC)
        return self.start.created_at < at < (self.asked or ended) and _after(heard, self.start)

    def perhaps_in(self, at: datetime, heard: Outbox | None) -> bool:
        """Whether by its writer's clock, or by the order in the room, something may have been said in it."""
        ended = self.end.created_at if self.end else datetime.max.replace(tzinfo=UTC)
        in_order = _after(heard, self.start) and (self.end is None or not _after(heard, self.end))
        return self.start.created_at <= at <= ended or in_order


def _after(row: Outbox | None, other: Outbox) -> bool:
    return row is not None and (row.seq or 0) > (other.seq or 0)


@dataclass
class Meetings:
    """The meetings of a history that is over. `rows` are what was owed, in order."""

    session: Session
    life: Gatherings
    rows: list[Outbox]
    said: list[Event]

    def __post_init__(self) -> None:
        self.world = self.life.world
        found = self.session.exec(select(Forum))
        self.forums = {f"forum:{f.uid}": f.config_room[1:].split(":")[0] for f in found}
        by_row = {row.event_id: row for row in self.rows if row.event_id}
        self.event_of = {by_row[e.event_id].id: e for e in self.said if e.event_id in by_row}
        self.kinds: dict[str, list[Outbox]] = defaultdict(list)
        for row in self.rows:
            if row.what in ("message", "file") and not row.reason.startswith("again:"):
                self.kinds[row.kind].append(row)
        self.by_reason = {row.reason: row for row in self.rows}
        self.held = {forum: list(self._meetings(target)) for target, forum in self.forums.items()}
        self.until = START + timedelta(seconds=self.life.loop.time())
        self.settled = self.until - timedelta(hours=4)  # what was due by then has left

    def broken(self) -> list[str]:
        """Everything that does not hold."""
        return [
            *self._numbers(),
            *self._agendas(),
            *self._pins(),
            *self._questions(),
            *self._one_after_another(),
            *self._drafts(),
            *self._approved(),
            *self._files(),
            *self._own_lists(),
            *self._drafts_say_the_same(),
            *self._content(),
            *self._signs(),
            *self._once_in_a_document(),
        ]

    # --- from rows to meetings

    def _meetings(self, target: str) -> Iterator[Held]:
        current: Held | None = None
        rows = [*self.kinds["meeting.started"], *self.kinds["meeting.ended"]]
        for row in sorted((r for r in rows if r.target == target), key=lambda r: r.seq or 0):
            if row.kind == "meeting.started":
                if current is not None:
                    yield current
                current = Held(self.forums[target], row, self._asker(row))
            elif current is not None:
                current.end = row
                if row.reply_to is None and not row.reason.startswith("reply:"):
                    questions = [r for r in self.kinds["meeting.ask_end"] if r.target == target]
                    current.asked = max(r.created_at for r in questions if _after(row, r))
                yield current
                current = None
        if current is not None:
            yield current

    def _asker(self, row: Outbox) -> str:
        return self.world.events[row.reason.split(":")[1]].sender

    def _ended(self) -> Iterator[Held]:
        yield from (m for meetings in self.held.values() for m in meetings if m.end is not None)

    def _is_plain(self, forum: str) -> bool:
        """Whether nobody took back a step of a meeting there."""
        return forum not in self.life.muddled

    def _words(self, row: Outbox) -> str:
        event = self.event_of.get(row.id)
        return body(event.said) if event is not None else ""

    # --- decisions

    def _numbers(self) -> Iterator[str]:
        """A number for each line that decides, 1, 2, 3 … in a forum's week, in the order of the answers."""
        decided = list(self.session.exec(select(Decision)))
        per_line = Counter((d.source_event, d.source_line) for d in decided)
        for command in self.life.said:
            if command.edited or command.deleted:
                continue
            for line, verb in enumerate(command.verbs, 1):
                answer = self.by_reason.get(f"reply:{command.event.event_id}:{line}")
                if verb != "decide" or answer is None:
                    continue
                if answer.kind != "decision.recorded" or per_line[command.event.event_id, line] != 1:
                    count = per_line[command.event.event_id, line]
                    yield f"decided {count} times: {command.event.event_id} ({answer.kind})"
                spoken = command.event.said["body"].split("\n")[line - 1]
                said = self._words(answer)
                if said and (not _LABEL.search(said) or _WORD.findall(said) != _WORD.findall(spoken)):
                    yield f"{spoken} was answered with {said}"
        weeks: dict[tuple[str, str], set[int]] = defaultdict(set)
        for one in decided:
            weeks[one.forum_uid, one.week].add(one.number)
        for (uid, week), numbers in weeks.items():
            if numbers != set(range(1, len(numbers) + 1)):
                yield f"numbers of {week} in {self.forums[f'forum:{uid}']}: {sorted(numbers)}"
        yield from self._in_order()

    def _in_order(self) -> Iterator[str]:
        highest: dict[tuple[str, str], int] = {}
        lines: dict[tuple[str, str, int], str] = {}
        for row in self.kinds["decision.recorded"]:
            found = _LABEL.search(self._words(row))
            if found is None or not row.reason.startswith("reply:"):
                continue
            where, number = (row.target, found[1]), int(found[2])
            line = row.reason
            if lines.setdefault((*where, number), line) != line:
                yield f"{found[0]} stands for {line} and {lines[(*where, number)]}"
            if number < highest.get(where, 0) and not self._edited(row):
                yield f"{found[0]} comes after number {highest[where]}"
            highest[where] = max(number, highest.get(where, 0))

    def _edited(self, row: Outbox) -> bool:
        event_id = row.reason.split(":")[1]
        return any(c.event.event_id == event_id and c.edited for c in self.life.said)

    # --- before the meeting

    def _now_says(self, row: Outbox) -> str:
        """What a message of the bot's says after its edits."""
        said = self._words(row)
        for edit in self.rows:
            if edit.about == row.id and edit.what == "edit" and edit.id in self.event_of:
                said = body(self.event_of[edit.id].said)
        return said

    def _live(self, kind: str) -> Iterator[tuple[Outbox, Event]]:
        """The messages of a kind that still stand, said again or not."""
        for row in self.rows:
            event = self.event_of.get(row.id)
            if row.kind == kind and row.what == "message" and event is not None and event.redacted_by is None:
                yield row, event

    def _agendas(self) -> Iterator[str]:
        posted: Counter[tuple[str, str]] = Counter()
        starts: dict[str, set[datetime]] = defaultdict(set)
        for row, _ in self._live("meeting.agenda"):
            now = self._now_says(row)
            span = _SPAN.search(now)
            if span is None:
                continue  # called off
            posted[self.forums[row.target], span[0]] += 1
            starts[self.forums[row.target]].add(_began(span))
        yield from (f"{n} agendas for {span} in {forum}" for (forum, span), n in posted.items() if n > 1)
        told = Counter((row.target, row.created_at) for row in self.kinds["meeting.agenda"])
        files = Counter((row.target, row.created_at) for row in self.kinds["meeting.calendar"])
        for (target, at), count in told.items():
            if files[target, at] != count:
                yield f"{files[target, at]} calendar files with {count} agendas of {at} in {self.forums[target]}"
        for forum, (days, hour) in RHYTHM.items():
            if forum not in self.life.forums or forum in self.life.shifted or not self._always_there(forum):
                continue
            for start in _occurrences(days, hour, self.until):
                if start > self.until and _agenda_at(start) <= self.settled:
                    begun = any(m.start.created_at > start - timedelta(hours=24) for m in self.held[forum])
                    if start not in starts[forum] and not begun:
                        yield f"no agenda for {start} in {forum}: {sorted(starts[forum])}"

    def _always_there(self, forum: str) -> bool:
        """Whether the bot never left a forum's room, and the room was the same all the time."""
        rooms = [room_id for room_id, where in self.life.homes.items() if where == forum]
        events = self.world.rooms[rooms[0]].events
        left = any(e.state_key == BOT and e.content.get("membership") == "leave" for e in events)
        return len(rooms) == 1 and not left and self.world.rooms[rooms[0]].membership(BOT) == "join"

    def _pins(self) -> Iterator[str]:
        """In each room the newest agenda is pinned, and no older one."""
        newest: dict[str, tuple[Outbox, Event]] = {}
        ours: set[str] = set()
        for row in self.rows:
            event = self.event_of.get(row.id)
            if row.kind == "meeting.agenda" and row.what == "message" and event is not None:
                newest[event.room_id] = (row, event)
                ours.add(event.event_id)
        for room_id, (row, event) in newest.items():
            pin = next((r for r in self.rows if r.what == "pin" and r.about == row.id), None)
            if pin is None and event.redacted_by is None:
                yield f"the agenda {event.event_id} in {room_id} was not to be pinned"
            if pin is None or pin.state != "sent":
                continue
            state = self.world.rooms[room_id].state.get(("m.room.pinned_events", ""))
            pinned = [e for e in (state.content["pinned"] if state else []) if e in ours]
            if pinned != [event.event_id]:
                yield f"pinned in {room_id}: {pinned}, the newest agenda is {event.event_id}"

    def _questions(self) -> Iterator[str]:
        asked: Counter[tuple[str, date, str]] = Counter()
        for row in self.kinds["meeting.ask_start"]:
            found = _ASKED.search(self._words(row))
            if found is not None:
                forum = self.forums[row.target]
                asked[forum, row.created_at.astimezone(CPH).date(), found[1]] += 1
                if row.created_at.astimezone(CPH).time() < _clock(found[1]):
                    yield f"asked before the hour in {forum}: {row.created_at}"
        yield from (f"asked {n} times to begin: {which}" for which, n in asked.items() if n > 1)

    # --- the meeting and its minutes

    def _one_after_another(self) -> Iterator[str]:
        for forum, meetings in self.held.items():
            if self._is_plain(forum) and any(m.end is None for m in meetings[:-1]):
                yield f"a meeting began in {forum} while another was under way"
            long_ago = self.until - timedelta(days=2)
            if self._is_plain(forum) and any(
                m.end is None and m.start.created_at < long_ago for m in meetings
            ):
                yield f"a meeting in {forum} is still under way"

    def _drafts(self) -> Iterator[str]:
        ended = list(self._ended())
        for row in self.kinds["minutes.draft"]:
            of = [m for m in ended if m.end is not None and m.end.created_at == row.created_at]
            if not of:
                yield f"a draft to {row.target} at {row.created_at}, when no meeting ended"
            for one in of:
                one.drafts.append(row)
        for one in ended:
            to = [row.target for row in one.drafts]
            if self._is_plain(one.forum) and to != [f"dm:{one.chair}"]:
                yield f"drafts of the meeting in {one.forum} that ended {one.end and one.end.created_at} to {to}"

    def _approved(self) -> Iterator[str]:
        """Minutes once for each meeting that ended, after somebody approved them or the time to object was over."""
        spoken = {row.created_at for row in self.kinds["minutes.approved"]}
        for target, forum in self.forums.items():
            ended = [m for m in self._ended() if m.forum == forum]
            rows = [row for row in self.kinds["minutes"] if row.target == target]
            for row in rows:
                span = _SPAN.search(self._words(row))
                of = [
                    m
                    for m in ended
                    if span is None
                    or m.start.created_at.astimezone(CPH).replace(second=0, microsecond=0)
                    == _began(span).astimezone(CPH)
                ]
                free = [m for m in of if not m.minutes]
                if not free:
                    if self._is_plain(forum):
                        yield f"minutes of {span and span[0]} in {forum} without a meeting of their own"
                    continue
                silent = [m for m in free if m.end and _objected_until(m.end.created_at) <= row.created_at]
                if row.created_at in spoken:
                    free[-1].minutes.append(row)
                elif silent:
                    silent[0].minutes.append(row)
                elif self._is_plain(forum):
                    yield f"minutes of {span and span[0]} in {forum} at {row.created_at}, approved by nobody"
            for one in ended:
                late = one.end is not None and _objected_until(one.end.created_at) < self.settled
                if late and not one.minutes and self._is_plain(forum):
                    yield f"no minutes of the meeting in {forum} that began {one.start.created_at}"

    def _at_once(self, kind: str) -> dict[tuple[str, datetime], list[Outbox]]:
        """Messages of a kind by place and moment: one forum may have two meetings' minutes approved at once."""
        found: dict[tuple[str, datetime], list[Outbox]] = defaultdict(list)
        for row in self.kinds[kind]:
            found[row.target, row.created_at].append(row)
        return found

    def _files(self) -> Iterator[str]:
        """One document with each minutes, which says what they say."""
        files = self._at_once("minutes.file")
        for place, rows in self._at_once("minutes").items():
            if len(files[place]) != len(rows):
                yield f"{len(files[place])} files with {len(rows)} minutes of {place[1]}"
                continue
            events = [self.event_of.get(row.id) for row in files[place]]
            shown = [self._words(row) for row in rows]
            opened = [
                _document(self.world.uploads, e) for e in events if e is not None and e.redacted_by is None
            ]
            if not all(shown) or len(opened) != len(rows):
                continue
            differ = set(_WORD.findall(" ".join(shown))) ^ set(_WORD.findall(" ".join(opened)))
            if differ:
                yield f"file and minutes of {place[1]} differ in {sorted(differ)}"

    def _own_lists(self) -> Iterator[str]:
        """Each owner that the minutes name gets one own list, nobody else."""
        for (_, at), rows in self._at_once("minutes").items():
            shown = [self._words(row) for row in rows]
            if not all(shown):
                continue
            wanted = Counter(
                f"dm:{mxid(name)}"
                for words in shown
                for name in {
                    FULL_NAMES[n] for _, who in _ACTION.findall(words) for n in FULL_NAMES if n in who
                }
            )
            lists = [r for r in self.kinds["minutes.own"] if r.created_at == at]
            name = shown[0].split("\n")[2].split(" · ")[0]  # two forums' minutes may be approved at once
            got = Counter(r.target for r in lists if name in (self._words(r) or name))
            if got != wanted:
                yield f"own lists after the minutes of {at}: {dict(got)}, not {dict(wanted)}"

    def _drafts_say_the_same(self) -> Iterator[str]:
        """A draft that nobody approved says in the end what its minutes say: edits and deletions reach it."""
        spoken = {row.created_at for row in self.kinds["minutes.approved"]}
        for one in self._ended():
            for minutes in one.minutes:
                shown = self._words(minutes)
                for draft in one.drafts:
                    event = self.event_of.get(draft.id)
                    if (
                        not shown
                        or event is None
                        or event.redacted_by is not None
                        or minutes.created_at in spoken
                    ):
                        continue
                    differ = set(_WORD.findall(shown)) ^ set(_WORD.findall(self._now_says(draft)))
                    if differ and self._is_plain(one.forum):
                        yield f"draft and minutes of {one.start.created_at} differ in {sorted(differ)}"

    def _content(self) -> Iterator[str]:
        """What was agreed in a meeting, and stood when its minutes were made, is in them; and in no others."""
        gone = {
            (a.source_event, a.source_line)
            for a in self.session.exec(select(Action).where(Action.state == "cancelled"))
        }
        seen: Counter[str] = Counter()
        for one in self._ended():
            for minutes in one.minutes:
                shown = self._words(minutes)
                seen.update(set(_WORD.findall(shown)))
                if shown:
                    yield from self._missing(one, minutes, shown, gone)
        for word, count in seen.items():
            forum = self.life.words[int(word)]
            verb = self._verb_of(word)
            if count > 1 and verb in ("decide", "record") and self._is_plain(forum):
                yield f"ord{word}q ({verb}) stands in the minutes of {count} meetings of {forum}"

    def _verb_of(self, word: str) -> str | None:
        for command in self.life.said:
            if command.edited:
                continue
            for verb, line in zip(command.verbs, command.event.said["body"].split("\n"), strict=False):
                if f"ord{word}q" in line:
                    return verb
        return None

    def _missing(
        self, one: Held, minutes: Outbox, shown: str, gone: Iterable[tuple[str, int]]
    ) -> Iterator[str]:
        for command in self.life.said:
            if command.forum != one.forum or command.edited or command.deleted:
                continue
            event = command.event
            for line, verb in enumerate(command.verbs, 1):
                answer = self.by_reason.get(f"reply:{event.event_id}:{line}")
                if verb not in ("decide", "record") or answer is None or (event.event_id, line) in gone:
                    continue
                if not one.surely_in(_when(event), answer) or _after(answer, minutes):
                    continue
                spoken = event.said["body"].split("\n")[line - 1]
                for word in _WORD.findall(spoken):
                    if f"ord{word}q" not in shown:
                        yield f"not in the minutes of {one.forum}, {one.start.created_at}: {spoken}"

    def _signs(self) -> Iterator[str]:
        """One sign on each message of a meeting that noted something, none outside of meetings."""
        signs: Counter[str] = Counter()
        for event in self.said:
            if event.kind == "m.reaction":
                signs[str(event.said["m.relates_to"]["event_id"])] += 1
        for event_id, count in signs.items():
            event = self.world.events[event_id]
            forum = self.life.homes.get(event.room_id, "")
            if count > 1:
                yield f"{count} signs on {event_id}"
            first = self.by_reason.get(f"reply:{event_id}:1") or self.by_reason.get(f"reply:{event_id}:0")
            if self._is_plain(forum) and not any(
                m.perhaps_in(_when(event), first) for m in self.held.get(forum, ())
            ):
                yield f"a sign on {event_id} in {forum}, where no meeting was"
        for command in self.life.said:
            forum, event = command.forum or "", command.event
            answers = [
                self.by_reason.get(f"reply:{event.event_id}:{n + 1}") for n in range(len(command.verbs))
            ]
            sure = any(m.surely_in(_when(event), answers[0]) for m in self.held.get(forum, ()))
            plain = not (command.edited or command.deleted) and self._is_plain(forum)
            if not sure or not plain or not self._always_there(forum):
                continue
            if any(a is not None and a.kind in NOTED for a in answers) != bool(signs[event.event_id]):
                late = [
                    r for r in self.rows if r.reason == f"noted:{event.event_id}" and r.state == "dropped"
                ]
                if not late:
                    kinds = [a and a.kind for a in answers]
                    yield f"{signs[event.event_id]} signs on {event.event_id}, answered with {kinds}"

    def _once_in_a_document(self) -> Iterator[str]:
        """Nothing stands twice on an agenda or in minutes."""
        for kind in ("meeting.agenda", "agenda", "minutes", "minutes.draft"):
            for row, event in self._live(kind):
                for word, count in Counter(_WORD.findall(self._now_says(row))).items():
                    if count > 1:
                        yield f"ord{word}q stands {count} times in {kind} {event.event_id}"


def _when(event: Event) -> datetime:
    return datetime.fromtimestamp(event.ts / 1000, UTC)


def _clock(words: str) -> time:
    hour, minute = words.split(".")
    return time(int(hour), int(minute))


def _began(span: re.Match[str]) -> datetime:
    month = next(n for n, name in enumerate(MONTHS, 1) if span[2].startswith(name))
    local = datetime(int(span[3]), month, int(span[1]), int(span[4]), int(span[5]), tzinfo=CPH)
    return local.astimezone(UTC)


def _occurrences(days: tuple[weekday, ...], hour: time, until: datetime) -> list[datetime]:
    first, last = START.date(), until.date() + timedelta(days=9)
    rule = rrule(
        WEEKLY,
        byweekday=days,
        dtstart=datetime.combine(first, hour),  # on the wall, whatever the clocks do
        until=datetime.combine(last, hour),
    )
    local = [each.replace(tzinfo=CPH) for each in rule if office_works(each.date())]
    return [each.astimezone(UTC) for each in local]


def _agenda_at(start: datetime) -> datetime:
    """The office's hour two working days before a meeting."""
    day, left = start.astimezone(CPH).date(), 2
    while left:
        day -= timedelta(days=1)
        left -= office_works(day)
    return datetime.combine(day, OFFICE_HOUR, CPH).astimezone(UTC)


def _objected_until(ended: datetime) -> datetime:
    """The office's hour of the first working day after the one on which a draft was sent."""
    day = ended.astimezone(CPH).date() + timedelta(days=1)
    while not office_works(day):
        day += timedelta(days=1)
    return datetime.combine(day, OFFICE_HOUR, CPH).astimezone(UTC)


def _document(uploads: dict[str, bytes], event: Event) -> str:
    """The words of an uploaded document, as somebody in the room opens it."""
    file = event.said.get("file")
    data = uploads[file["url"] if file else event.said["url"]]
    if file:
        key, start = (_bytes(file["key"]["k"]), _bytes(file["iv"]))
        opened = Cipher(algorithms.AES(key), modes.CTR(start)).decryptor()
        data = opened.update(data) + opened.finalize()
    with zipfile.ZipFile(io.BytesIO(data)) as opened_file:
        return opened_file.read("word/document.xml").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text.replace("+", "-").replace("/", "_") + "=" * (-len(text) % 4))
