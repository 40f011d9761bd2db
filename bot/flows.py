"""The rule behind each flow of `access.FLOWS`: whether one record may go to one room, with the people in it now.

A rule answers for one record and knows nothing of the others; `release` asks them all and lets out nothing that none
of them lets through. `records`, `export` and `erased` beyond the outbox have no rule here: a file on the operator's
disk, what a command prints there and a redaction are no message.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from sqlmodel import Session

from bot.access import Access
from bot.directory import is_citizen
from bot.documents.case import counts
from bot.programme import Person
from bot.storage import queries
from bot.storage.cases import Case
from bot.storage.meetings import Meeting
from bot.storage.models import Action, Forum, Outbox, Owner, Room
from bot.storage.queries import Quote


@dataclass(frozen=True)
class Record:
    """Something a message speaks of; what is known of it is set.

    `kind`: action, meeting, case (its code and no more), words (a text, by its key: of a forum, a case or a person),
    names (a text of a case's name register), or gone (a case that is no more).
    """

    kind: str
    action: Action | None = None
    meeting: Meeting | None = None
    case: Case | None = None
    quote: Quote | None = None
    forum_uid: str | None = None

    @property
    def home(self) -> str | None:
        """The forum that it belongs to."""
        if self.action is not None:
            return self.action.forum_uid
        if self.meeting is not None:
            return self.meeting.forum_uid
        return self.forum_uid or (self.case.forum_uid if self.case is not None else None)

    @property
    def subject(self) -> str:
        """What it is called in the audit log: its case's code, else its action's number."""
        if self.case is not None:
            return f"case:{self.case.code}"
        if self.action is not None:
            return (
                f"case:{self.action.case_code}" if self.action.case_code else f"action:{self.action.number}"
            )
        return f"forum:{self.home}" if self.home else "person"


@dataclass
class Audience:
    """Who would read a message: a forum's room, or one person's direct messages."""

    session: Session
    access: Access
    row: Outbox
    room: Room
    today: date
    undecided: frozenset[str] = frozenset()
    _leads: dict[str, bool] = field(default_factory=dict)
    _inside: dict[str, bool] = field(default_factory=dict)

    @cached_property
    def forum(self) -> str | None:
        """The forum whose room it is."""
        return self.row.target.removeprefix("forum:") if self.row.target.startswith("forum:") else None

    @cached_property
    def person(self) -> Person | None:
        """The configured person whose direct messages they are."""
        direct = self.row.target.startswith("dm:")
        return self.access.person(self.row.target.removeprefix("dm:")) if direct else None

    def leads(self, uid: str) -> bool:
        """Whether the person coordinates or oversees a forum."""
        if self.person is None:
            return False
        if not self._leads:
            self._leads = {one.uid: True for one in self.access.own_forums(self.session, self.person)}
            self._leads[""] = False
        return self._leads.get(uid, False)

    def inside(self, uid: str) -> bool:
        """Whether the person is in a forum's room now, and belongs there."""
        if self.person is None:
            return False
        if uid not in self._inside:
            self._inside[uid] = belongs_inside(self.session, self.access, self.person.user_id, uid)
        return self._inside[uid]

    def at_home(self, uid: str | None) -> bool:
        """Whether what a forum knows may be read here: its own room, its people's and overseers' direct messages."""
        return uid is not None and (uid == self.forum or self.leads(uid) or self.inside(uid))


def belongs_inside(session: Session, access: Access, user_id: str, forum_uid: str) -> bool:
    """Whether somebody has joined a forum's room and belongs there."""
    if forum_uid not in queries.homes(session, user_id):
        return False
    found = session.get(Forum, forum_uid)
    config = access.settings.room(found.config_room) if found is not None else None
    return (
        config is not None
        and access.person(user_id) is not None
        and access.fits_in(access.person(user_id), config)
    )


Rule = Callable[[Audience, Record], bool]


def own_room(to: Audience, record: Record) -> bool:
    """A forum's records go to its room; names and observations that wait do not."""
    return record.home is not None and record.home == to.forum and not _shut(to, record)


def lead(to: Audience, record: Record) -> bool:
    """A forum's records go to who coordinates or oversees it; an observation that waits has a flow of its own."""
    if record.kind == "names" and record.case is not None:
        return to.person is not None and to.access.may_lead_case(to.session, to.person, record.case)
    return record.home is not None and to.leads(record.home) and not _shut(to, record)


def member(to: Audience, record: Record) -> bool:
    """A forum's records go to who is in its room now and belongs there."""
    return record.home is not None and to.inside(record.home) and not _shut(to, record)


def owner(to: Audience, record: Record) -> bool:
    """An action goes to its owner who is in the forum, or to a partner's contact there.

    Where a forum has no personal data, to every owner.
    """
    action = record.action
    return (
        to.person is not None and action is not None and _owns(to, to.person.user_id, action, disclosed=False)
    )


def writer(to: Audience, record: Record) -> bool:
    """An action goes to who wrote it, while they are in the forum."""
    action = record.action
    wrote = action is not None and to.person is not None and action.created_by == to.person.user_id
    return wrote and action is not None and to.inside(action.forum_uid)


def disclosed(to: Audience, record: Record) -> bool:
    """An action goes to its owner outside the forum once its writer has agreed."""
    action = record.action
    return (
        to.person is not None and action is not None and _owns(to, to.person.user_id, action, disclosed=True)
    )


def deputy(to: Audience, record: Record) -> bool:
    """What goes to an owner goes to who stands in for them today as well."""
    action = record.action
    if to.person is None or action is None:
        return False
    return any(
        _owns(to, row.person, action, disclosed=known)
        for row in queries.deputy_for(to.session, to.person.user_id, to.today)
        if to.access.may_stand_in(to.session, row, action.forum_uid)
        for known in (False, True)
    )


def lifted(to: Audience, record: Record) -> bool:
    """A case and its actions go to the forum to which it is lifted, as long as it is."""
    case = _case_of(to, record)
    if case is None or _shut(to, record):
        return False
    row = queries.escalation(to.session, case.uid)
    return row is not None and to.at_home(row.to_uid)


def returned(to: Audience, record: Record) -> bool:
    """What was agreed about a case where it was lifted goes to the forum that it came from."""
    case = _case_of(to, record) if record.action is not None else record.case
    return case is not None and to.at_home(case.forum_uid) and not _shut(to, record)


def follower(to: Audience, record: Record) -> bool:
    """What a case is about, its goals and its plan go to its followers and caseworkers.

    A caseworker sees what their agency said of the sheet as well.
    """
    case = _case_of(to, record)
    if to.person is None or case is None or _shut(to, record) or is_citizen(to.person):
        return False
    if not to.access.follows(to.session, to.person.user_id, case):
        return False
    return record.quote is None or record.quote.uid in _core(to, case)


def observation(to: Audience, record: Record) -> bool:
    """What somebody saw goes to the coordinators of the case, who decide whether it counts."""
    case, quote = record.case, record.quote
    if to.person is None or case is None or quote is None or quote.uid not in to.undecided:
        return False
    return any(
        to.access.leads_forum(to.session, to.person, uid) for uid in to.access.case_forums(to.session, case)
    ) or (to.person.user_id in {one.user_id for one in to.access.coordinators(to.session, case.forum_uid)})


def own(to: Audience, record: Record) -> bool:
    """What somebody set or said themselves goes to their direct messages, and so does the receipt of it."""
    quote = record.quote
    if quote is not None:
        mine = to.row.target.removeprefix("dm:")
        return to.person is not None and (quote.key == f"person:{mine}" or quote.author == mine)
    if record.action is not None and to.person is not None and to.row.reply_to is not None:
        # Who gives their promise to somebody else still hears that it was done.
        who, said = to.person.user_id, to.row.reply_to
        return to.row.reason.startswith("reply:") and queries.gave_away(
            to.session, record.action.uid, who, said
        )
    if record.kind != "case" or record.case is None or to.row.kind != "case.update":
        return False
    if to.person is not None and to.access.may_observe(to.session, to.person, record.case):
        return True
    observer = to.person.user_id if to.person is not None else None
    return queries.observed_here(to.session, record.case.uid, observer, to.room.room_id)


def erased(to: Audience, record: Record) -> bool:
    """That something is gone is told to whoever knew of it: a case to where it was lifted, its code and no more."""
    if record.kind == "gone":
        return True
    case = record.case
    if case is None or record.kind != "case" or to.row.kind not in _GONE:
        return False
    lifts = queries.escalations_of_all_states(to.session, case.uid)
    return any(row.state != "withdrawn" and to.at_home(row.to_uid) for row in lifts)


_GONE = frozenset({"case.changed", "decision.recorded"})

RULES: Mapping[str, Rule] = {
    "own-room": own_room,
    "lead": lead,
    "member": member,
    "owner": owner,
    "writer": writer,
    "disclosed": disclosed,
    "deputy": deputy,
    "lifted": lifted,
    "returned": returned,
    "follower": follower,
    "observation": observation,
    "own": own,
    "erased": erased,
}
"""By the name of the flow. `figures`, `records` and `export` speak of no record (bot.release)."""


def _shut(to: Audience, record: Record) -> bool:
    """Whether a text is nobody's yet, or only the leaders' in their direct messages."""
    return record.kind == "names" or (record.quote is not None and record.quote.uid in to.undecided)


def _owns(to: Audience, user_id: str, action: Action, *, disclosed: bool) -> bool:
    """Whether somebody owns an action as one whom it may reach: in its forum, or told with its writer's yes."""
    found = _promises(to, user_id, action)
    person = to.access.person(user_id)
    if found is None or person is None:
        return False
    home = to.session.get(Forum, action.forum_uid)
    config = to.access.settings.room(home.config_room) if home is not None else None
    if config is not None and not config.personal_data:
        return not disclosed
    if is_citizen(person):
        return False
    if disclosed:
        return any(one.disclosed for one in found)
    return belongs_inside(to.session, to.access, user_id, action.forum_uid) or to.access.leads_forum(
        to.session, person, action.forum_uid
    )


def _promises(to: Audience, user_id: str, action: Action) -> list[Owner] | None:
    """The promises of an action that reach somebody: their own, and those of partners whose contact they are."""
    rows = queries.owners(to.session, action.uid)
    mine = [row for row in rows if to.access.reached_through(row.person) == user_id]
    return mine or None


def _case_of(to: Audience, record: Record) -> Case | None:
    """The case that a record belongs to; of an action only if it counts to it."""
    action = record.action
    if action is None:
        return record.case
    case = queries.case_by_code(to.session, action.case_code)
    if case is None or case.state == "withdrawn":
        return None
    lifts = queries.escalations(to.session, case.uid)
    return case if counts(case, lifts, action.forum_uid, action.created_at) else None


def _core(to: Audience, case: Case) -> set[str]:
    """The texts of a case that its followers may read: its subject, why it rests, its goals, its plan."""
    found = {case.text_uid, case.closing_uid}
    found |= {goal.text_uid for goal in queries.goals(to.session, case.uid).values()}
    for action in queries.actions_of_case(to.session, case.code, _forums(to, case)):
        if _case_of(to, Record("action", action=action)) is not None:
            found |= {action.text_uid, action.planb_uid}
    row = queries.follower(to.session, case.uid, to.person.user_id) if to.person is not None else None
    if row is not None and row.role == "caseworker":
        agency = row.agency or (to.person.agency if to.person is not None else None)
        values = queries.sheet_values(to.session, case.uid).values()
        found |= {value.text_uid for value in values if value.agency == agency}
    return {uid for uid in found if uid}


def _forums(to: Audience, case: Case) -> set[str]:
    return {case.forum_uid, *(row.to_uid for row in queries.escalations(to.session, case.uid))}
