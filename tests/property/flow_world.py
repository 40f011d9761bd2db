"""The programme of `test_flows`, and its rules written a second time: who may read which words.

Nothing here knows bot.access, bot.flows or bot.release. What happened is read from what the test itself did (who is in
which room, who said which word where) and from the rows as facts (who owns an action, where a case is lifted); what may
follow from it is decided here, from docs/domain.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from bot.storage.cases import Case, CaseFollower, CaseUpdate, Escalation
from bot.storage.meetings import AgendaItem, Decision, Meeting, Remark
from bot.storage.models import Action, Change, Forum, Owner
from bot.storage.privacy import Deputy

ROOMS = {
    "fremdrift": ("fremdriftsgruppe", ["anna", "karla", "lene", "ali", "bo"], ["BUF", "SOF", "politi"]),
    "ledelse": ("ledelsesgruppe", ["anna", "karla", "maja", "bo"], []),
    "gade": ("gadeteam", ["anna", "gitte", "sune"], []),
    "raad": ("hotspotraad", ["anna", "clara", "carl"], []),
    "by": ("byudvikling", ["anna", "erik", "lene", "pia"], []),
}
PERSONAL = {"fremdrift", "ledelse", "gade"}
BASE: dict[str, tuple[str, str, str]] = {  # name, agency, role
    "anna": ("Anna Vind", "", "lead"),
    "karla": ("Karla Bech", "SOF", "coordinator"),
    "gitte": ("Gitte Rask", "SOF", "coordinator"),
    "lene": ("Lene Holm", "BUF", "member"),
    "ali": ("Ali Demir", "SOF", "member"),
    "bo": ("Bo Lund", "politi", "member"),
    "maja": ("Maja Friis", "BIF", "manager"),
    "sune": ("Sune Toft", "SOF", "member"),
    "erik": ("Erik Dahl", "", "lead"),
    "pia": ("Pia Krog", "BUF", "member"),
    "dorte": ("Dorte Juhl", "SOF", "member"),
    "clara": ("Clara Berg", "", "citizen"),
    "carl": ("Carl Munk", "", "citizen"),
}
LATER = {"morten": ("Morten Kjær", "SOF", "member")}  # known to some of the configs only
STRANGERS = ("morten", "nabo")
OVERSEES = {"erik": ["byudvikling"]}
NOTICES = {"stranger.here", "stranger.gone"}


def config(people: dict[str, tuple[str, str, str]]) -> str:
    """The programme as its config says it."""
    lines = ['[matrix]\nhomeserver = "http://127.0.0.1:8008"\nuser_id = "@hotspotbot:example.dk"']
    lines.append("[privacy]\nrequire_encryption = false\n[limits]\nmessages = 100000")
    for code, name in (
        ("BUF", "Børneforvaltningen"),
        ("SOF", "Socialforvaltningen"),
        ("BIF", "Jobforvaltningen"),
        ("politi", "Politiet"),
    ):
        lines.append(f'[agencies.{code}]\nname = "{name}"')
        if code == "BUF":
            lines.append('representative = "@lene:example.dk"')
    for who, (name, agency, role) in people.items():
        lines.append(f'[[people]]\nuser_id = "@{who}:example.dk"\nname = "{name}"\nroles = ["{role}"]')
        lines += [f'agency = "{agency}"'] if agency else []
        lines += [f"oversees = {json.dumps(OVERSEES[who])}"] if who in OVERSEES else []
    lines.append('[[partners]]\nkey = "KAB"\nname = "Boligforeningen"\ncontact = "@ali:example.dk"')
    rhythm = {"fremdrift": "TU;BYHOUR=10", "ledelse": "TH;BYHOUR=13", "by": "WE;BYHOUR=9"}
    for room, (kind, _, agencies) in ROOMS.items():
        lines.append(f'[[rooms]]\nroom = "#{room}:example.dk"\nforum = "{kind}"\ndigest = "mon 08:30"')
        if room in rhythm:
            lines.append(f'meeting = "FREQ=WEEKLY;BYDAY={rhythm[room]};BYMINUTE=0"')
        lines += [f"agencies = {json.dumps(agencies)}"] if agencies else []
    return "\n".join(lines) + "\n"


@dataclass
class Word:
    """A secret word: who typed it, in which room ("" in direct messages), what it is of which record."""

    by: str
    room: str
    event: str = ""
    kind: str = "talk"
    case: str = ""  # only where the case could be spoken of there when it was said
    number: int = 0  # the action that it notes, changes, answers
    agency: str = ""


@dataclass
class World:
    """Who is where, and what was said."""

    people: dict[str, tuple[str, str, str]]
    inside: dict[str, dict[str, str]] = field(default_factory=dict)  # room → user → join or invite
    direct: dict[str, dict[str, str]] = field(
        default_factory=dict
    )  # whose → user → join or invite, but themselves
    words: dict[str, Word] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)  # codes of cases

    # --- people

    def role(self, who: str) -> str:
        return self.people[who][2] if who in self.people else ""

    def fits(self, who: str, room: str) -> bool:
        """Whether somebody may be in a room at all."""
        if room not in PERSONAL:
            return True
        if self.role(who) in ("", "citizen"):
            return False
        agencies = ROOMS[room][2]
        return not agencies or self.role(who) in ("lead", "coordinator") or self.people[who][1] in agencies

    def joined(self, who: str, room: str) -> bool:
        return self.inside[room].get(who) == "join"

    def leads(self, who: str, room: str) -> bool:
        role = self.role(who)
        if role == "lead":
            return who not in OVERSEES or ROOMS[room][0] in OVERSEES[who]
        return role == "coordinator" and self.joined(who, room)

    def home(self, who: str, room: str) -> bool:
        """Whether somebody may read in direct messages what a room may read."""
        return who in self.people and (
            self.leads(who, room) or (self.joined(who, room) and self.fits(who, room))
        )

    def strange(self, room: str) -> bool:
        """Whether somebody is in a room, or invited, who does not belong there."""
        return room in PERSONAL and any(not self.fits(who, room) for who in self.inside[room])


class Rules:
    """What may be read, over a world and the rows as they are now."""

    def __init__(self, world: World, session: Session) -> None:
        self.world = world
        forums = {row.uid: row.config_room[1:].split(":")[0] for row in session.exec(select(Forum))}
        self.cases = {row.uid: row for row in session.exec(select(Case))}
        self.by_code = {row.code: row for row in self.cases.values()}
        self.forum_of_case = {row.code: forums[row.forum_uid] for row in self.cases.values()}
        self.lifted: dict[str, set[str]] = {}
        self.ever: dict[str, set[str]] = {}
        self.lifts: list[tuple[str, str, Escalation]] = []
        for lift in session.exec(select(Escalation)):
            code = self.cases[lift.case_uid].code
            self.lifts.append((code, forums[lift.to_uid], lift))
            if lift.state == "standing":
                self.lifted.setdefault(code, set()).add(forums[lift.to_uid])
            if lift.state != "withdrawn":
                self.ever.setdefault(code, set()).add(forums[lift.to_uid])
        self.actions = {row.number: row for row in session.exec(select(Action))}
        self.forum_of_action = {row.number: forums[row.forum_uid] for row in self.actions.values()}
        numbers = {row.uid: row.number for row in self.actions.values()}
        self.recorded: dict[str, list[int]] = {}
        for row in self.actions.values():
            self.recorded.setdefault(row.source_event, []).append(row.number)
        self.instead: dict[int, list[int]] = {}  # the actions that a plan B became
        for row in self.actions.values():
            if row.instead_of in numbers:
                self.instead.setdefault(numbers[row.instead_of], []).append(row.number)
        self.owners: dict[int, list[Owner]] = {}
        for owner in session.exec(select(Owner)):
            self.owners.setdefault(numbers[owner.action_uid], []).append(owner)
        self.followers: dict[tuple[str, str], CaseFollower] = {}
        for one in session.exec(select(CaseFollower).where(CaseFollower.state == "standing")):
            self.followers[(self.cases[one.case_uid].code, one.person[1:].split(":")[0])] = one
        waiting = select(CaseUpdate.source_event).where(
            CaseUpdate.kind == "observation", col(CaseUpdate.state) != "standing"
        )
        self.waiting = set(session.exec(waiting))
        self.kept: dict[str, set[str]] = {}  # what a forum wrote down, by the message that said it
        self.about: dict[str, set[str]] = {}  # and of which case
        of_item: dict[str | None, str | None] = {}
        for item in [*session.exec(select(AgendaItem)), *session.exec(select(Decision))]:
            self.kept.setdefault(item.source_event, set()).add(forums[item.forum_uid])
            self.about.setdefault(item.source_event, set()).add(item.case_code or "")
            of_item[item.uid] = item.case_code
        for remark in session.exec(select(Remark)):
            meeting = session.get_one(Meeting, remark.meeting_uid)
            self.kept.setdefault(remark.source_event, set()).add(forums[meeting.forum_uid])
            self.about.setdefault(remark.source_event, set()).add(of_item.get(remark.item_uid) or "")
        self.gave: set[tuple[str, int]] = set()  # who gave a promise of theirs to somebody else
        self.changed: dict[
            str, tuple[set[int], set[str]]
        ] = {}  # actions and cases, by the message that changed them
        for change in session.exec(select(Change)):
            found = self.changed.setdefault(change.event_id, (set(), set()))
            if change.action_uid in numbers:
                found[0].add(numbers[change.action_uid])
                if change.field == "owners" and change.by in json.dumps(change.before):
                    self.gave.add((change.by[1:].split(":")[0], numbers[change.action_uid]))
            if change.case_uid in self.cases:
                found[1].add(self.cases[change.case_uid].code)
        self.deputies = list(session.exec(select(Deputy).where(Deputy.state == "standing")))
        self.forums = forums

    # --- words

    def numbers(self, word: Word) -> list[int]:
        """The actions that a word is of."""
        if word.number:
            return [word.number]
        said = self._answered(word)[0]
        return [*self.recorded.get(word.event, []), *said]

    def _answered(self, word: Word) -> tuple[set[int], set[str]]:
        """The actions and cases that an answer, or something said in direct messages, was taken to be about."""
        found = self.changed.get(word.event)
        return found if found and (word.kind in ("answer", "reason") or not word.room) else (set(), set())

    def homes(self, word: Word) -> set[str]:
        """The rooms whose own a word is."""
        found = {word.room} if word.room else set()
        found |= self.kept.get(word.event, set())
        codes = {word.case, *self._answered(word)[1]}
        for number in self.numbers(word):
            if number in self.actions:
                found.add(self.forum_of_action[number])
                codes.add(self.case_of(number))
        for code in codes:
            if code in self.by_code:
                found |= {self.forum_of_case[code]} | self.lifted.get(code, set())
        return found

    def case_of(self, number: int) -> str:
        """The case that an action belongs to: agreed in its forum, or where it was lifted to at the time."""
        row, forum = self.actions[number], self.forum_of_action[number]
        code = row.case_code or ""
        if code not in self.by_code or self.by_code[code].state == "withdrawn":
            return ""
        had = any(
            of == code and to == forum and lift.state != "withdrawn" and lift.escalated_at <= row.created_at
            and (lift.returned_at is None or row.created_at <= lift.returned_at)
            for of, to, lift in self.lifts
        )  # fmt: skip
        return code if forum == self.forum_of_case[code] or had else ""

    def gone(self, word: Word) -> bool:
        """Whether a word was of a case that is erased."""
        return word.case in self.world.erased and word.kind in (
            "subject",
            "goal",
            "sheet",
            "status",
            "reason",
        )

    def _open_to_all(self, number: int) -> bool:
        return number in self.forum_of_action and self.forum_of_action[number] not in PERSONAL

    # --- what is taken out of the bot

    def exported(self, word: Word, number: int) -> bool:
        """Whether a word may stand in the export of all actions, as that of this number."""
        if word.kind == "planb":
            return any(number in self.instead.get(each, []) for each in self.numbers(word))
        return number in self.numbers(word)

    def filed(self, word: Word, code: str) -> bool:
        """Whether a word may stand in a case's folder: what is of the case, and nothing of another or of none."""
        codes = {word.case, *self._answered(word)[1], *self.about.get(word.event, ())}
        codes |= {self.actions[each].case_code or "" for each in self.numbers(word) if each in self.actions}
        return code in codes

    # --- messages

    def in_room(self, word: Word, room: str, kind: str) -> bool:
        """Whether a word may be read in a room."""
        if self.gone(word) or (word.event in self.waiting and word.kind == "status"):
            return False
        # What a forum wrote down of a case it had stays in what it wrote.
        written = word.kind in ("subject", "reason") and kind.startswith(("minutes", "agenda", "meeting"))
        return room in self.homes(word) or (written and room in self.ever.get(word.case, set()))

    def in_direct(self, word: Word, who: str, kind: str, day: str) -> bool:
        """Whether a word may be read in somebody's direct messages."""
        world = self.world
        if who not in world.people or self.gone(word):
            return False
        if word.by == who:
            return True
        if word.event in self.waiting and word.kind == "status":
            rooms = self.homes(word)
            return any(world.leads(who, room) for room in rooms)
        if any(world.home(who, room) for room in ROOMS if self.in_room(word, room, kind)):
            return True
        for number in self.numbers(word):
            told = [number] if word.kind == "action" else []
            if word.kind == "planb":  # it goes with the action where nothing is personal, and once it is one
                told = [*([number] if self._open_to_all(number) else []), *self.instead.get(number, [])]
            if any(self._owns(who, each, day) for each in told):
                return True
            if kind.startswith("action.") and (who, number) in self.gave:
                return True  # the receipt of that
        codes = {
            word.case,
            *(self.case_of(number) for number in self.numbers(word) if number in self.actions),
        }
        rows = [self.followers[(code, who)] for code in codes if (code, who) in self.followers]
        if not rows or world.role(who) == "citizen":
            return False
        plan = word.kind in ("subject", "goal", "closing", "action", "planb")
        return plan or (
            word.kind == "sheet"
            and any(row.role == "caseworker" and row.agency == word.agency for row in rows)
        )

    def _owns(self, who: str, number: int, day: str) -> bool:
        if self._reaches(who, number):
            return True
        if self.world.role(who) in ("", "citizen"):
            return False
        forum = self.forum_of_action[number]
        for row in self.deputies:
            mine = row.deputy == f"@{who}:example.dk" and str(row.first) <= day <= str(row.last)
            theirs = forum not in PERSONAL or self.world.home(row.person[1:].split(":")[0], forum)
            agreed = theirs and any(self.forums[uid] == forum for uid in row.forums or ())
            may = agreed or self.world.joined(who, forum) or self.world.leads(who, forum)
            if mine and may and self._reaches(row.person[1:].split(":")[0], number):
                return True
        return False

    def _reaches(self, who: str, number: int) -> bool:
        """Whether an action goes to somebody because it is theirs."""
        room = self.forum_of_action[number]
        for owner in self.owners.get(number, []):
            contact = "@ali:example.dk" if owner.person == "partner:KAB" else owner.person
            if contact != f"@{who}:example.dk" or who not in self.world.people:
                continue
            if room not in PERSONAL:
                return True
            if self.world.role(who) != "citizen" and (owner.disclosed or self.world.home(who, room)):
                return True
        return False
