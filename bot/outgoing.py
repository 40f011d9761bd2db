"""What leaves next, decided on the storage thread: where to, whether it may, with which content; what became of it.

No network here: `outbox.Sender` sends what `Outgoing.prepare` hands it and reports back.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, cast

import structlog
from sqlmodel import Session

from bot import contents, purging, text
from bot.access import Access
from bot.clock import Clock
from bot.documents.digest import forum_name
from bot.matrix.crypto.guard import TO_ALL_DEVICES, guard, guard_reaction
from bot.matrix.crypto.mark import SEALED, seal_mark
from bot.matrix.crypto.megolm import encrypt
from bot.matrix.crypto.speaking import Speaking
from bot.owed import MEDIA, Message, direct, give_up_media, owe
from bot.release import NOTICES, Verdict, note_told, refuse, verdict
from bot.steps import InDoubt, NeedsKeys, NeedsPin, NeedsRoom, Ready, Step
from bot.storage import queries
from bot.storage.crypto import OutboundSession
from bot.storage.models import Forum, Outbox, PersonState, Room
from bot.storage.sealing import KeyDestroyed
from bot.uploads import Uploads, needed

log = structlog.get_logger(__name__)

# A homeserver forgets transaction ids after a day, and knows them for one login only (docs/promises).
DOUBT = timedelta(hours=12)
# A reaction in doubt is looked for when it is younger; an older one nobody waits for.
STALE_REACTION = timedelta(hours=1)


# Refusals that concern one message and not the room: the next may well arrive.
_OF_THE_MESSAGE = frozenset({"M_TOO_LARGE", "M_BAD_JSON", "M_NOT_JSON", "M_INVALID_PARAM"})
# What homeservers say of a message that relates to one it cannot (Synapse: M_UNKNOWN), which somebody's client named.
_OF_A_RELATION = frozenset({"M_UNKNOWN", "M_INVALID_PARAM", "M_BAD_JSON", "M_NOT_FOUND"})
_WHY = {"M_FORBIDDEN": "forbidden", "no room": "outside", "M_TOO_LARGE": "large"}
# These concern the room less than the message they belong to: without them nothing is lost, and nobody is alarmed.
_QUIET = frozenset({"reaction", "pin"})
DONE_BEFORE = "M_DUPLICATE_ANNOTATION"


class Outgoing:
    """The rows of the outbox on their way out. `login` names the login under which the next request is made."""

    def __init__(self, access: Access, speaking: Speaking, clock: Clock, login: Callable[[], str]) -> None:
        self.access = access
        self.speaking = speaking
        self.clock = clock
        self.login = login
        self.uploads = Uploads(clock)
        self._trying: dict[str, int] = {}  # the row that each target's step is about

    def prepare(self, session: Session, target: str, oldest: Outbox | None = None) -> Step:
        """The oldest row owed to a target that may leave; rows that no longer can are settled on the way.

        Where a stranger is, rows wait: None, though something is owed. What need not wait with them goes past them.
        """
        if target == MEDIA:
            return self.uploads.next(session)
        row = oldest or queries.oldest_owed(session, target)
        held: set[str] = set()
        while row is not None:
            if row.what == MEDIA:
                self.uploads.put_off(session, row)
                row = self._following(session, target, row.seq or 0, held)
                continue
            about = queries.outbox(session, row.about) if row.about else None
            room = self._room(session, row, about)
            found = self._judged(session, row, room)
            if found.says == "wait" and room is not None:
                held.add(room.room_id)
                row = self._beside(session, target, row.seq or 0, held)
                continue
            if found.says == "never":
                refuse(session, row, found.why, self.clock.now())
                give_up_media(session, row, now=self.clock.now())
            else:
                self._trying[target] = row.seq or 0
                quiet, first = row.what in _QUIET, row.tried_at is None
                try:
                    step = (self._quiet if quiet else self._loud)(session, row, room, about)
                except KeyDestroyed:  # a backup was put back: what this spoke of is erased
                    log.warning("send.erased", outbox=row.id, kind=row.kind)
                    row.state, row.error, step = "dropped", "erased", None
                    row.template = row.content = row.ciphertext = None
                if isinstance(step, Ready) and first:
                    # With the commit before the request: an answer that is lost loses no entry of the log.
                    note_told(session, row, found.flows, self.clock.now())
                if step is not None:
                    return step
            session.flush()  # it is settled
            row = self._following(session, target, row.seq or 0, held)
        return None

    def _judged(self, session: Session, row: Outbox, room: Room | None) -> Verdict:
        """What the guard says of a row, with the people who are in its room now."""
        if room is None or room.state not in ("joined", "replaced"):
            return Verdict("go")  # it leaves for nowhere
        return verdict(session, self.access, row, room, self.clock.now())

    def _following(self, session: Session, target: str, seq: int, held: set[str]) -> Outbox | None:
        """The next row after one that is settled."""
        return self._beside(session, target, seq, held) if held else queries.oldest_owed(session, target)

    def _beside(self, session: Session, target: str, seq: int, held: set[str]) -> Outbox | None:
        """The next row that need not wait with those of the rooms in which a stranger is."""
        now = self._home(session, target)
        return queries.owed_beside(
            session, target, seq, held, now.room_id if now is not None else "", NOTICES
        )

    def _loud(self, session: Session, row: Outbox, room: Room | None, about: Outbox | None) -> Step:
        """What has to be done next for a row that says something; None if it was settled."""
        if row.tried_in is not None and (room is None or room.room_id != row.tried_in):
            return self._doubt(row, row.tried_in, about)  # it may have arrived where the people were then
        alone = row.target.startswith("dm:")
        if room is None and alone and row.about is None and row.room_id is None:
            person = row.target.removeprefix("dm:")
            return NeedsRoom(person, len(queries.direct_rooms(session, person)))
        settled = self._settled(session, row, room, about)
        if settled is not None:
            row.state, row.error = settled
            log.warning("send.settled", outbox=row.id, kind=row.kind, state=row.state, why=row.error)
            if row.media is not None and row.attempts == 0:  # else it may have arrived, and its file is shown
                row.content = None
                give_up_media(session, row, now=self.clock.now())
            session.flush()
            if room is None or room.state not in ("joined", "replaced"):
                self._tell(session, row)
            return None
        assert room is not None  # noqa: S101 - else it is settled
        # A transaction id is known for one type of event: what was tried in the clear is in doubt encrypted.
        clear = room.encrypted and row.what != "redact" and row.ciphertext is None
        if row.tried_at is not None and (self._is_late(row) or clear):
            return self._doubt(row, room.room_id, about)  # before it is uploaded anew: its file may be shown
        upload = needed(session, row, room)
        if upload is not None:
            return upload
        content: Mapping[str, Any] | NeedsKeys
        if room.encrypted and row.what != "redact":
            kind = "m.room.encrypted"
            content = self._encrypted(session, row, room, about)
            if isinstance(content, NeedsKeys):
                return content
        else:
            kind = contents.event_type(row)
            content = self._kept_or_made(session, row, about)
        return self._ready(row, room, kind, content, _redacts(row, about))

    def _quiet(self, session: Session, row: Outbox, room: Room | None, about: Outbox | None) -> Step:
        """The same for a reaction or a pin: what cannot be done any more is let go without a word to anybody."""
        inside = room is not None and room.state in ("joined", "replaced")
        why = None if inside else "no room"
        content: dict[str, Any] = {}
        if row.what == "pin" and (about is None or about.event_id is None):
            why = "the message it concerns was never sent"
        elif row.what == "reaction":
            content = contents.reaction(row)
            why = why or guard_reaction(content)
        moved = row.tried_in is not None and (room is None or room.room_id != row.tried_in)
        doubt = row.what == "reaction" and row.tried_at is not None and (moved or self._is_late(row))
        if doubt and self.clock.now() - row.created_at > STALE_REACTION:
            why = "too late to look for it"
        if why is not None or room is None:
            row.state, row.error = "dropped", why
            log.info("send.let_go", outbox=row.id, kind=row.kind, why=why)
            return None
        if doubt:
            return self._doubt(row, row.tried_in or room.room_id, None)
        if about is not None:
            earlier, later = queries.pinned_beside(session, row)
            event_id = about.event_id or ""
            return NeedsPin(row.seq or 0, room.room_id, event_id, frozenset(earlier), frozenset(later))
        return self._ready(row, room, contents.event_type(row), content, "")

    def _is_late(self, row: Outbox) -> bool:
        """Whether the homeserver may not know any more under which transaction id a row was tried."""
        late = row.tried_at is not None and self.clock.now() - row.tried_at > DOUBT
        return late or row.login != self.login()

    def _ready(self, row: Outbox, room: Room, kind: str, content: Mapping[str, Any], redacts: str) -> Ready:
        """Note that a row is tried, and hand it out."""
        if row.tried_at is None:
            row.tried_at, row.tried_in, row.login = self.clock.now(), room.room_id, self.login()
        row.attempts += 1
        return Ready(row.seq or 0, row.what, room.room_id, row.txn_id, content, redacts, kind)

    def _encrypted(
        self, session: Session, row: Outbox, room: Room, about: Outbox | None
    ) -> Mapping[str, Any] | NeedsKeys:
        """The ciphertext that leaves: made once, and kept with the advanced ratchet in one transaction."""
        if row.ciphertext is not None:
            return cast(dict[str, Any], json.loads(row.ciphertext))
        key = self.speaking.before(session, room, self.clock.now(), to_all=row.kind in TO_ALL_DEVICES)
        if not isinstance(key, OutboundSession):
            return NeedsKeys(key)
        content = contents.content(session, row, about)
        sealed = encrypt(session, key, contents.event_type(row), content)
        mark = content["dk.hotspotbot"] | ({"media": row.media} if row.media else {})
        sealed[SEALED] = seal_mark(session.info["vault"], room.room_id, mark)
        row.ciphertext = json.dumps(sealed)
        return sealed

    @staticmethod
    def _doubt(row: Outbox, room_id: str, about: Outbox | None) -> InDoubt:
        return InDoubt(row.seq or 0, row.id, room_id, row.tried_at or row.created_at, _redacts(row, about))

    def _kept_or_made(self, session: Session, row: Outbox, about: Outbox | None) -> Mapping[str, Any]:
        """The content that leaves: made once and kept with its row; that of an upload gets its marks each time."""
        if row.what == "redact":
            return {}
        if row.what in contents.UPLOADED:
            return contents.content(session, row, about)
        if row.content is not None:
            return cast(dict[str, Any], json.loads(row.content))
        content = contents.content(session, row, about)
        row.content = json.dumps(content)
        return content

    def _room(self, session: Session, row: Outbox, about: Outbox | None) -> Room | None:
        """Where a row goes: an edit or redaction to where its original went, the rest to the target's room now."""
        if row.about is not None or row.room_id is not None:
            room_id = row.room_id if row.about is None else about.room_id if about else None
            return queries.room(session, room_id) if room_id else None
        return self._home(session, row.target)

    def _home(self, session: Session, target: str) -> Room | None:
        """The room that stands for a target now."""
        if target.startswith("dm:"):
            required = self.access.settings.privacy.require_encryption
            return queries.direct_room(session, target.removeprefix("dm:"), encrypted=required)
        return queries.forum_room(session, target.removeprefix("forum:"))

    def _settled(
        self, session: Session, row: Outbox, room: Room | None, about: Outbox | None
    ) -> tuple[str, str] | None:
        """The state of a row that cannot be sent (any more), and why; None if it can."""
        if row.about is not None and (about is None or about.event_id is None):
            return "dropped", "the message it concerns was never sent"
        if room is None or room.state not in ("joined", "replaced"):
            return "refused", "no room"
        if row.what == "redact":
            return None  # it holds nothing, and takes away what lies in the clear
        return guard(room, row.kind, required=self._must_be_encrypted(session, room))

    def _must_be_encrypted(self, session: Session, room: Room) -> bool:
        """Whether the config wants this room encrypted: direct messages and forums with personal data."""
        if not self.access.settings.privacy.require_encryption:
            return False
        if room.person is not None:
            return True
        place = self.access.home(session, room)
        return place is None or place.config is None or place.config.personal_data

    def untried(self, session: Session, seq: int, target: str) -> Step:
        """Note that a message in doubt has not arrived, and make it ready to be sent under today's login."""
        row = session.get(Outbox, seq)
        if row is not None:
            row.tried_at, row.tried_in, row.login, row.ciphertext = None, None, None, None
            session.flush()
        return self.prepare(session, target)

    def sent(self, session: Session, seq: int, event_id: str | None, room_id: str, target: str) -> Step:
        """Note that the homeserver has a message, and take the next."""
        row = session.get(Outbox, seq)
        if row is not None and row.state == "owed":
            row.state, row.event_id, row.room_id, row.sent_at = "sent", event_id, room_id, self.clock.now()
            row.content = row.ciphertext = None
            if row.what in ("redact", "picture", "event"):
                row.template = None
            session.flush()
        return self.prepare(session, target)

    def tried(self, target: str) -> int:
        """Which row a target's step is about; 0 for none. Asked before what follows is prepared."""
        return self._trying.get(target, 0)

    def refused(self, session: Session, target: str, seq: int, errcode: str) -> Step:
        """The homeserver refused a row for good: a state that a coordinator and the operator hear of.

        Nothing where it was settled in the meantime, as by an erasure; the row behind it has not been tried.
        """
        row = session.get(Outbox, seq)
        if row is None or row.state != "owed":
            log.info("send.refused_after", errcode=errcode)
        elif row.what in _QUIET:
            _let_go(row, errcode)
            session.flush()
        elif errcode in _OF_A_RELATION and _without_relation(row):
            log.info("send.unrelated", outbox=row.id, kind=row.kind, errcode=errcode)
            session.flush()
        else:
            log.error("send.refused", outbox=row.id, kind=row.kind, errcode=errcode)
            row.state, row.error, row.content, row.ciphertext = "refused", errcode, None, None
            give_up_media(session, row, now=self.clock.now())
            session.flush()
            if errcode not in _OF_THE_MESSAGE and target.startswith("dm:") and row.what == "message":
                self._unreachable(session, target.removeprefix("dm:"), row, self.clock.now())
            else:
                self._tell(session, row)
            session.flush()
        return self.prepare(session, target)

    def _tell(self, session: Session, row: Outbox) -> None:
        """Tell coordinators once that the bot cannot speak, where, why, and what to do; until it could again."""
        purging.refused(session, self.access, row, self.clock.now())
        before = queries.ended_before(session, row)
        if row.what == "redact" or (
            before is not None and (before.state, before.error) == (row.state, row.error)
        ):
            return
        forums = {action.forum_uid for action in queries.actions_in(session, row.id)}
        if row.target.startswith("forum:"):
            forums = {row.target.removeprefix("forum:")}
        why = _WHY.get(row.error or "", "other")
        for forum in forums:
            home = session.get(Forum, forum)
            for person in self.access.coordinators(session, forum) if home else ():
                lang = self.access.language(session, person.user_id)
                where = text.user_text(forum_name(self.access, home)) if home else ""
                if row.target.startswith("dm:"):
                    where = text.user_text(self.access.name(row.target.removeprefix("dm:")))
                said = text.t(lang, "refused-told", where=where, why=why, code=row.error or "")
                owe(
                    session,
                    f"refused:{row.id}:{person.user_id}",
                    direct(person.user_id),
                    Message("refused", said, notify=True, language=lang),
                    now=self.clock.now(),
                )

    def _unreachable(self, session: Session, user_id: str, row: Outbox, now: datetime) -> None:
        """Direct messages do not reach a person: what the row reminded of falls due again, to go another way."""
        state = queries.person_state(session, user_id) or PersonState(user_id=user_id)
        state.unreachable_since = state.unreachable_since or now
        session.add(state)
        if row.kind == "overdue.raised":
            for action in queries.actions_in(session, row.id):
                action.raise_at = now if action.state == "open" else None
        if row.kind.startswith("reminder"):
            for action in queries.actions_in(session, row.id):
                for owner in queries.owners(session, action.uid):
                    if self.access.acts_for(session, user_id, owner, action) and action.state == "open":
                        owner.remind_at = now


def _without_relation(row: Outbox) -> bool:
    """Say it outside the thread, then as an answer to nothing, rather than not at all; False where nothing is left.

    What was refused is not known under the transaction id, so that it stays.
    """
    if row.what not in ("message", "file", "picture") or (row.thread is None and row.reply_to is None):
        return False
    if row.thread is not None:
        row.thread = None
    else:
        row.reply_to = None
    row.ciphertext = None
    if row.what == "message":  # an upload's content has no relation
        row.content = None
    return True


def _let_go(row: Outbox, errcode: str) -> None:
    """A reaction or a pin was refused: an operator can see it, and nobody is told."""
    if row.what == "reaction":
        row.state = "sent" if errcode == DONE_BEFORE else "dropped"
        row.error = None if errcode == DONE_BEFORE else errcode
    else:
        row.state, row.error = "refused", f"pin {errcode}"
    log.info("send.let_go", outbox=row.id, kind=row.kind, why=errcode)


def _redacts(row: Outbox, about: Outbox | None) -> str:
    """The event that a redaction is for; empty for everything else."""
    if row.what != "redact":
        return ""
    return row.redacts or (about.event_id or "" if about is not None else "")
