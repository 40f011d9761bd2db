"""The cases on an agenda: due ones and those lifted to its forum come by themselves, and what was left over again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime

from sqlmodel import Session

from bot.history import BOT
from bot.meetings.items import RANKS, Items
from bot.storage import queries
from bot.storage.cases import Case
from bot.storage.meetings import AgendaItem, Meeting
from bot.storage.models import Forum

_CASES = "fremdriftsgruppe"  # the kind of forum whose cases come to the agenda by themselves
GONE = "gone"  # the state of a nominated case's item while the case has no business there
_NAMED = 5  # cases that wait and are named; the others are counted


def is_due(case: Case, before: datetime) -> bool:
    """Whether a case has to be taken up before an instant: never was, its follow-up is due, or it returns from rest.

    The same rule as `queries.cases_due`, of one case.
    """
    over = case.follow_up_at is not None and case.follow_up_at <= before
    return (case.live and (case.followed_at is None or over)) or (case.state == "resting" and over)


def most_serious_first(case: Case) -> tuple[bool, datetime, str]:
    """Sorts cases: urgent ones first, then the longest not taken up."""
    return (not case.urgent, (case.followed_at or case.opened_at).astimezone(UTC), case.code)


def by_itself(item: AgendaItem) -> bool:
    """Whether an item came to the agenda by itself because of its case."""
    return item.case_code is not None and item.added_by == BOT


def untouched(item: AgendaItem) -> bool:
    """Whether nobody has done anything with an item."""
    return item.state == "open" and item.minutes is None and item.began_at is None


def comes_again(
    session: Session, forum_uid: str, item: AgendaItem, cases: Mapping[str, Case], before: datetime
) -> bool:
    """Whether an item that was left over goes on to the next meeting: not if its case is closed, rests or was returned.

    What came by itself comes again while it is due. A code that means nothing here is only a part of people's words.
    """
    case = cases.get(item.case_code or "")
    if case is None or case.state == "withdrawn":
        return not by_itself(item)
    if case.forum_uid == forum_uid:
        return is_due(case, before) if by_itself(item) else case.live
    here = [row for row in queries.escalations(session, case.uid) if row.to_uid == forum_uid]
    if by_itself(item) or here:
        return any(row.state == "standing" for row in here)
    return True


def _announced(meeting: Meeting) -> bool:
    """Whether people know what stands on a meeting's agenda: it was sent, or they were asked about its cases."""
    return meeting.posted_at is not None or meeting.asked_at is not None


class CaseItems(Items):
    """The operations on those items of agendas that are about cases."""

    def _cases(
        self, forum: Forum, meeting: Meeting, earlier: Sequence[Meeting], later: Sequence[Meeting]
    ) -> None:
        """Cases that come by themselves: those lifted to the forum, and in a progress group the due ones.

        With those that people nominated and that were left over they are at most `[cases] most`. One that has no
        business here any more leaves, unless somebody has given it time; one that was asked about does not make room.
        What stands on the agenda of an `earlier` meeting that is still to come does not come to this one, nor what
        people know to stand on that of a `later` one: a meeting called in between takes nothing from it.
        """
        config = self.access.settings.room(forum.config_room)
        if config is None or not config.personal_data:
            return
        lifted = {row.code: row for _, row in queries.escalated_to(self.session, forum.uid)}
        opens = forum.kind == _CASES and queries.has_cases(self.session, forum.uid)
        items = self._case_items(meeting)
        if not (lifted or opens or any(item.text_uid is None or by_itself(item) for item in items)):
            return
        before = self._next_but_one(forum, meeting)
        known = queries.cases_by_code(self.session, {item.case_code or "" for item in items})
        self._let_go(forum, items, known, lifted)
        elsewhere = {i.case_code for row in earlier for i in queries.case_items(self.session, row.uid)}
        elsewhere |= self._held(later)
        self._let_leave(forum, meeting, known, lifted, before, elsewhere)
        items = self._case_items(meeting)
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

    def _held(self, later: Sequence[Meeting]) -> set[str | None]:
        """The cases of later meetings that stay there: their agenda was sent, or people put them there."""
        return {
            item.case_code
            for row in later
            for item in queries.case_items(self.session, row.uid)
            if _announced(row) or not (by_itself(item) and untouched(item))
        }

    def _let_go(
        self, forum: Forum, items: Sequence[AgendaItem], known: Mapping[str, Case], lifted: Mapping[str, Case]
    ) -> None:
        """A case that somebody nominated is not shown while it is closed, rests or is no longer here; then it is again.

        What somebody gave words of their own stays: it may be about more than the case.
        """
        for item in items:
            case = known.get(item.case_code or "")
            if case is None or by_itself(item) or item.text_uid is not None or item.began_at is not None:
                continue
            here = case.forum_uid == forum.uid and case.live
            if item.state == "open" and not (here or case.code in lifted):
                item.state = GONE
            elif item.state == GONE and (here or case.code in lifted):
                item.state = "open"
        self.session.flush()

    def _let_leave(
        self,
        forum: Forum,
        meeting: Meeting,
        known: Mapping[str, Case],
        lifted: Mapping[str, Case],
        before: datetime,
        elsewhere: Collection[str | None],
    ) -> None:
        """Delete what came by itself and has no business here any more, or stands elsewhere, or in somebody's words."""
        items = self._case_items(meeting)
        elsewhere = () if _announced(meeting) else elsewhere
        people = {i.case_code for i in items if i.state in ("open", "done") and not by_itself(i)}
        seen: set[str] = set()
        for item in items:
            code = item.case_code or ""
            if not by_itself(item) or item.state not in ("open", "done"):
                continue
            case = known.get(code)
            own = case is not None and case.forum_uid == forum.uid and is_due(case, before)
            twice = code in people or code in seen or code in elsewhere
            if untouched(item) and (twice or not (own or code in lifted)):
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
        places = {"escalated": RANKS["escalated"], "case": RANKS["case"]}
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

    def _instead_of_what_came(self, forum: Forum, meeting: Meeting, item: AgendaItem) -> None:
        """A case stands on an agenda once: in somebody's words rather than by itself."""
        for other in self._case_items(meeting):
            if other.case_code == item.case_code and by_itself(other) and untouched(other):
                self.session.delete(other)
        self.session.flush()
        self.arrange(forum, meeting)
