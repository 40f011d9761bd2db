"""What can happen to the agenda (dagsorden) of a meeting."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from bot.history import BOT, History
from bot.meetings.calendar import next_meeting, upcoming
from bot.meetings.case_items import by_itself, comes_again, is_due, most_serious_first, untouched
from bot.meetings.kept import KEPT
from bot.storage import queries
from bot.storage.cases import Case
from bot.storage.meetings import AgendaItem, Meeting
from bot.storage.models import Action, Forum
from bot.storage.queries import Selection

# Where a new item stands, by its kind, while nobody has put the agenda in an order of their own.
_RANKS = {
    "escalated": 0,
    "case": 5_000,
    "carried": 10_000,
    "overdue": 20_000,
    "due": 30_000,
    "added": 40_000,
    "standing": 50_000,
}
_CASES = "fremdriftsgruppe"  # the kind of forum whose cases come to the agenda by themselves
_NAMED = 5  # cases that wait and are named; the others are counted


class Agenda(History):
    """The operations on agendas, within one transaction."""

    kept = KEPT
    about = "meeting_uid"

    def prepare(self, forum: Forum, meeting: Meeting) -> None:
        """Bring a planned meeting's agenda up to date.

        Left over from earlier ones, cases, actions over the deadline and due, what waits for a meeting, what comes by
        itself. Running it twice changes nothing.
        """
        self._reclaim(meeting)
        earlier = upcoming(self.session, self.access, forum, self.cause.at, meeting.starts_at)
        first = not any(each.state == "planned" and each.slot != meeting.slot for each in earlier)
        # What is left over, and what waits, belongs to the very next meeting.
        left = queries.items_left_over(self.session, forum.uid, self.cause.at) if first else ()
        self._carry_over(forum, meeting, [old for old in left if old.meeting_uid != meeting.uid])
        for waiting in queries.waiting_items(self.session, forum.uid) if first else ():
            waiting.meeting_uid = meeting.uid
            waiting.place = self._place(meeting, waiting.kind)
            self.session.flush()
        items = {each.source_event: each for each in queries.agenda_of_all_states(self.session, meeting.uid)}
        for kind, other in (("overdue", "due"), ("due", "overdue")):
            item, wanted = items.get(kind), self.actions_about(forum, meeting, kind, limit=1)
            if wanted and item is None:
                added = self._add(meeting, kind, source=kind)
                twin = items.get(other)
                if meeting.reordered and twin is not None and twin.state == "open":
                    added.place = twin.place  # a deadline has passed: it stands where people put it
            elif item is not None and not wanted and item.state == "open":
                self.session.delete(item)
        self._standing(forum, meeting, set(items))
        self.session.flush()
        before = [each.row for each in earlier if each.state == "planned" and each.slot != meeting.slot]
        self._cases(forum, meeting, [row for row in before if row is not None])

    def actions_about(self, forum: Forum, meeting: Meeting, kind: str, *, limit: int) -> Sequence[Action]:
        """The open actions that an item "overdue" or "due" is about, the most urgent first."""
        return queries.select_actions(self.session, self._about(forum, meeting, kind), limit=limit)

    def count_about(self, forum: Forum, meeting: Meeting, kind: str) -> int:
        """How many open actions such an item is about."""
        return queries.count(self.session, self._about(forum, meeting, kind))

    def _about(self, forum: Forum, meeting: Meeting, kind: str) -> Selection:
        """Over the deadline when the meeting begins or now, whichever is earlier; due before the next meeting."""
        now = min(self.cause.at, meeting.starts_at)
        inside = frozenset({forum.uid})
        if kind == "overdue":
            return Selection(inside, states=("open",), overdue_at=now)
        return Selection(
            inside, states=("open",), due_after=now, due_until=self._next_but_one(forum, meeting)
        )

    def _next_but_one(self, forum: Forum, meeting: Meeting) -> datetime:
        """When the meeting after this one begins; a week later where none is known."""
        after = next_meeting(self.session, self.access, forum, max(self.cause.at, meeting.starts_at))
        return after.start if after else meeting.starts_at + timedelta(days=7)

    # --- cases

    def _cases(self, forum: Forum, meeting: Meeting, earlier: Sequence[Meeting]) -> None:
        """Cases that come by themselves: those lifted to the forum, and in a progress group the due ones.

        With those that people nominated and that were left over they are at most `[cases] most`. One that has no
        business here any more leaves, unless somebody has given it time; one that was asked about does not make room.
        What stands on the agenda of an `earlier` meeting that is still to come does not come to this one.
        """
        config = self.access.settings.room(forum.config_room)
        if config is None or not config.personal_data:
            return
        lifted = {row.code: row for _, row in queries.escalated_to(self.session, forum.uid)}
        opens = forum.kind == _CASES and queries.has_cases(self.session, forum.uid)
        items = self._case_items(meeting)
        if not (lifted or opens or any(by_itself(item) for item in items)):
            return
        before = self._next_but_one(forum, meeting)
        known = queries.cases_by_code(self.session, {item.case_code or "" for item in items})
        self._let_leave(forum, items, known, lifted, before)
        items = self._case_items(meeting)
        elsewhere = {i.case_code for row in earlier for i in queries.case_items(self.session, row.uid)}
        # What stands there, and what somebody has struck or moved on, does not come by itself again.
        taken = {item.case_code for item in items if item.state in ("open", "done") or by_itself(item)}
        for code in lifted:
            if code not in taken | elsewhere:
                self._add(meeting, "escalated", source=f"case:{code}").case_code = code
        if opens:
            self._due_cases(forum, meeting, items, known, before, elsewhere)
        for item in self._case_items(meeting):
            if by_itself(item) and item.case_code in lifted:  # as it read when it was here, for later minutes
                item.text_uid = lifted[item.case_code].text_uid
        self.session.flush()
        self.arrange(forum, meeting)

    def _case_items(self, meeting: Meeting) -> list[AgendaItem]:
        return [i for i in queries.agenda_of_all_states(self.session, meeting.uid) if i.case_code]

    def _let_leave(
        self,
        forum: Forum,
        items: Sequence[AgendaItem],
        known: Mapping[str, Case],
        lifted: Mapping[str, Case],
        before: datetime,
    ) -> None:
        """Delete what came by itself and has no business here any more, or stands here in somebody's words as well."""
        people = {i.case_code for i in items if i.state in ("open", "done") and not by_itself(i)}
        seen: set[str] = set()
        for item in items:
            code = item.case_code or ""
            if not by_itself(item) or item.state not in ("open", "done"):
                continue
            case = known.get(code)
            own = case is not None and case.forum_uid == forum.uid and is_due(case, before)
            if untouched(item) and (code in people or code in seen or not (own or code in lifted)):
                self.session.delete(item)
            else:
                seen.add(code)
        self.session.flush()

    def _due_cases(
        self,
        forum: Forum,
        meeting: Meeting,
        items: Sequence[AgendaItem],
        known: Mapping[str, Case],
        before: datetime,
        elsewhere: Collection[str | None],
    ) -> None:
        """Put due cases on the agenda while there is room: urgent ones first, then the longest not taken up."""
        most = self.access.settings.cases.most
        asked = (
            {each.case_uid for each in queries.questions_of_meeting(self.session, meeting.uid)}
            if meeting.asked_at
            else set()
        )
        own = {
            item.case_code or "": item
            for item in items
            if item.state in ("open", "done")
            and (case := known.get(item.case_code or "")) is not None
            and case.forum_uid == forum.uid
        }
        yielding = {
            code: item
            for code, item in own.items()
            if item.kind == "case" and untouched(item) and known[code].uid not in asked
        }
        gone = ({item.case_code for item in items if by_itself(item)} - set(yielding)) | set(elsewhere)
        due = queries.cases_due(self.session, forum.uid, before, most + len(own) + len(gone))
        new = {case.code: case for case in due if case.code not in own and case.code not in gone}
        candidates = sorted([*(known[code] for code in yielding), *new.values()], key=most_serious_first)
        room = max(0, most - (len(own) - len(yielding)))
        for case in candidates[room:]:
            if case.code in yielding:
                self.session.delete(yielding[case.code])
        self.session.flush()
        for case in candidates[:room]:
            if case.code in new:
                self._add(meeting, "case", source=f"case:{case.code}").case_code = case.code

    def arrange(self, forum: Forum, meeting: Meeting) -> None:
        """Put an agenda's cases in their order: lifted ones first, then the forum's own, the most serious first.

        Not once people have an order of their own.
        """
        if meeting.reordered or meeting.state == "running":
            return
        items = [item for item in self._case_items(meeting) if item.state in ("open", "done")]
        known = queries.cases_by_code(self.session, {item.case_code or "" for item in items})
        lifted = [row.code for _, row in queries.escalated_to(self.session, forum.uid)] if known else []
        places = {"escalated": _RANKS["escalated"], "case": _RANKS["case"]}
        ordered = sorted(
            (item for item in items if item.case_code in known),
            key=lambda item: most_serious_first(known[item.case_code or ""]),
        )
        ordered = sorted(
            ordered,
            key=lambda item: lifted.index(item.case_code) if item.case_code in lifted else len(lifted),
        )
        for item in ordered:
            kind = "escalated" if item.case_code in lifted else "case"
            if kind == "case" and known[item.case_code or ""].forum_uid != forum.uid:
                continue
            places[kind] += 1
            item.place = places[kind]
        self.session.flush()

    def cases_waiting(self, forum: Forum, meeting: Meeting) -> tuple[list[str], int]:
        """The due cases that the agenda has no room for: the codes of the first, and how many they are in all."""
        if forum.kind != _CASES or not queries.has_cases(self.session, forum.uid):
            return [], 0
        before = self._next_but_one(forum, meeting)
        here = {item.case_code or "" for item in queries.case_items(self.session, meeting.uid)}
        limit = len(here) + _NAMED
        due = queries.cases_due(self.session, forum.uid, before, limit)
        codes = [case.code for case in due if case.code not in here]
        if len(due) < limit:
            return codes, len(codes)
        standing = queries.cases_by_code(self.session, here).values()
        standing_due = sum(each.forum_uid == forum.uid and is_due(each, before) for each in standing)
        return codes[:_NAMED], queries.count_cases_due(self.session, forum.uid, before) - standing_due

    # --- what comes without a case

    def _standing(self, forum: Forum, meeting: Meeting, known: set[str]) -> None:
        config = self.access.settings.room(forum.config_room)
        for each in config.standing if config else ():
            source = f"standing:{each.item}"[:200]
            if source in known or not self._first_of(forum, meeting, each.every):
                continue
            item = self._add(meeting, "standing", source=source, minutes=each.minutes)
            item.text_uid = self._text(each.item, meeting.key, source=source).uid

    def _first_of(self, forum: Forum, meeting: Meeting, period: str) -> bool:
        """Whether a meeting is its forum's first of the month or quarter; each one is its own."""
        if period == "meeting":
            return True
        tz = self.access.settings.general.tz
        local = meeting.starts_at.astimezone(tz)
        month = local.month if period == "month" else (local.month - 1) // 3 * 3 + 1
        start = local.replace(month=month, day=1, hour=0, minute=0, second=0, microsecond=0)
        begin = start.astimezone(UTC) - timedelta(microseconds=1)
        before = upcoming(self.session, self.access, forum, begin, meeting.starts_at)
        return all(
            each.slot == meeting.slot or (each.state == "planned" and each.end < self.cause.at)
            for each in before
        )

    def _reclaim(self, meeting: Meeting) -> None:
        """Take back what went on to a later meeting that is still to come: this one takes place after all."""
        for old in queries.agenda_of_all_states(self.session, meeting.uid):
            again = queries.item_carried_from(self.session, old.uid) if old.state == "carried" else None
            later = queries.meeting(self.session, again.meeting_uid) if again else None
            if again is not None and later is not None and later.state == "planned" and again.state == "open":
                old.state = "open"
                self.session.delete(again)
        self.session.flush()

    def _carry_over(self, forum: Forum, meeting: Meeting, left: Sequence[AgendaItem]) -> None:
        """Put what earlier meetings left over on this agenda; of a case that stands on it only people's words."""
        if not left:
            return
        codes = {old.case_code for old in left if old.case_code}
        cases = queries.cases_by_code(self.session, codes)
        before = self._next_but_one(forum, meeting) if cases else meeting.starts_at
        standing = (
            {item.case_code for item in queries.case_items(self.session, meeting.uid)} if cases else set()
        )
        for old in left:
            if old.case_code and not comes_again(self.session, forum.uid, old, cases, before):
                continue
            if old.text_uid is None or by_itself(old):
                if old.case_code in standing:
                    continue
                standing.add(old.case_code)
            self._carry(meeting, old)

    def _carry(self, meeting: Meeting, old: AgendaItem) -> None:
        kind = old.kind if old.kind == "escalated" else "carried"
        item = self._add(meeting, kind, source=f"carried:{old.uid}", minutes=old.minutes)
        item.text_uid, item.case_code, item.carried_from = old.text_uid, old.case_code, old.uid
        item.added_by = old.added_by
        old.state = "carried"
        self.session.flush()

    def _add(self, meeting: Meeting, kind: str, *, source: str, minutes: int | None = None) -> AgendaItem:
        item = AgendaItem(
            forum_uid=meeting.forum_uid,
            meeting_uid=meeting.uid,
            kind=kind,
            place=self._place(meeting, kind),
            minutes=minutes,
            added_by=BOT,
            added_at=self.cause.at,
            source_event=source,
        )
        self.session.add(item)
        self.session.flush()
        return item

    def _place(self, meeting: Meeting, kind: str) -> int:
        """Behind those of its kind, or behind everything once the order is somebody's own or the meeting runs."""
        items = queries.agenda_of_all_states(self.session, meeting.uid)
        if meeting.reordered or meeting.state == "running":
            return max((each.place for each in items), default=0) + 1
        rank = _RANKS[kind]
        above = min((other for other in _RANKS.values() if other > rank), default=sys.maxsize)
        return max((each.place for each in items if rank <= each.place < above), default=rank) + 1

    def add_item(
        self, forum: Forum, meeting: Meeting | None, words: str, *, minutes: int | None, case: str | None
    ) -> AgendaItem:
        """Put a person's item on a meeting's agenda, or let it wait for the next meeting.

        Without words it is about its case. An edited message words its item anew, where it stands.
        """
        item = queries.item_of_line(self.session, self.cause.event_id, self.cause.line)
        if item is not None and item.state == "carried":
            item = queries.newest_copy(self.session, item)
        before = self.snapshot(item) if item else None
        if item is None:
            item = AgendaItem(
                forum_uid=forum.uid,
                kind="added",
                place=self._place(meeting, "added") if meeting else 0,
                meeting_uid=meeting.uid if meeting else None,
                added_by=self.cause.by,
                added_at=self.cause.at,
                source_event=self.cause.event_id,
                source_line=self.cause.line,
            )
        key = queries.text_key(self.session, forum.uid, case)
        item.text_uid = self._text(words, key).uid if words else None
        item.minutes, item.case_code = minutes, case
        item.state = "open" if item.state == "struck" else item.state
        self.session.add(item)
        self.session.flush()
        self._note(meeting.uid if meeting else None, f"item:{item.uid}", before, self.snapshot(item))
        if meeting is not None and case is not None:
            self._instead_of_what_came(forum, meeting, item)
        return item

    def _instead_of_what_came(self, forum: Forum, meeting: Meeting, item: AgendaItem) -> None:
        """A case stands on an agenda once: in somebody's words rather than by itself."""
        for other in self._case_items(meeting):
            if other.case_code == item.case_code and by_itself(other) and untouched(other):
                self.session.delete(other)
        self.session.flush()
        self.arrange(forum, meeting)

    def strike(self, meeting: Meeting | None, item: AgendaItem) -> None:
        """Take an item off the agenda."""
        with self._changing(item, meeting.uid if meeting else None):
            item.state = "struck"

    def give_time(self, meeting: Meeting | None, item: AgendaItem, minutes: int) -> None:
        """Ask for so many minutes for an item."""
        with self._changing(item, meeting.uid if meeting else None):
            item.minutes = minutes

    def put(self, meeting: Meeting, item: AgendaItem, position: int) -> None:
        """Put an item at a position (1 is the first); from then on the order is people's own."""
        items = [each for each in queries.agenda(self.session, meeting.uid) if each.uid != item.uid]
        items.insert(max(0, min(position - 1, len(items))), item)
        for place, each in enumerate(items, start=1):
            with self._changing(each, meeting.uid):
                each.place = place
        with self._changing(meeting, meeting.uid):
            meeting.reordered = True

    def turn_to(self, meeting: Meeting, item: AgendaItem | None) -> None:
        """Close the item that the meeting is at, and go to another; None: the agenda is through."""
        current = queries.agenda_item(self.session, meeting.item_uid)
        if current is not None and (item is None or current.uid != item.uid):
            with self._changing(current, meeting.uid):
                current.state, current.ended_at = "done", self.cause.at
        if item is not None:
            with self._changing(item, meeting.uid if meeting else None):
                item.state, item.ended_at = "open", None
                item.began_at = item.began_at or self.cause.at
        with self._changing(meeting, meeting.uid):
            meeting.item_uid = item.uid if item else None

    def item_at(self, meeting: Meeting | None) -> str | None:
        """The agenda item that a meeting was at when the cause was said, which may have been heard later."""
        if meeting is None:
            return None
        at = self.cause.at
        current = queries.agenda_item(self.session, meeting.item_uid)
        if current is not None and (current.began_at is None or current.began_at <= at):
            return current.uid
        begun = [
            (item.began_at, item.uid)
            for item in queries.agenda_of_all_states(self.session, meeting.uid)
            if item.began_at and item.began_at <= at and (item.ended_at is None or at <= item.ended_at)
        ]
        return max(begun)[1] if begun else None
