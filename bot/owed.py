"""What the bot owes: a message as data, and the one way to write it down so that it is owed exactly once."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Protocol

from sqlmodel import Session

from bot import text
from bot.access import Place
from bot.storage import queries
from bot.storage.models import Outbox, Room
from bot.storage.sealing import cases_in

What = Literal["message", "edit", "redact", "picture", "file", "event", "reaction", "pin", "media"]
MEDIA: Final = "media"
"""The target of uploads that are to be deleted: no room, for none has to wait for it."""


@dataclass(frozen=True)
class Message:
    """A message before it has a recipient.

    `template` is Markdown of ours in which people's words are tokens (bot.text); `actions` are the uids of the
    actions it speaks of, in its order; `notify` makes it m.text, so that a phone rings; `mentions` are user ids;
    `meeting` and `case` are the uids of the meeting and the case it speaks of.
    Owed as what="event" the template is a whole event instead: its type and content as JSON.
    """

    kind: str
    template: str
    actions: tuple[str, ...] = ()
    mentions: frozenset[str] = frozenset()
    notify: bool = False
    language: str = "da"
    meeting: str | None = None
    case: str | None = None


OF_WHAT_IS_GONE = frozenset({"erasure.answered", "erasure.done"})
"""The kinds that say that a case is gone: they outlive its key."""
_SPEAK = frozenset({"message", "edit", "file"})

FORMATS = frozenset({"docx", "txt", "md", "ics", "json"})
AS_IT_IS = frozenset({"ics", "json"})
"""The formats whose content is the file's own text, not a document."""


class Written(Protocol):
    """A document (bot.documents.model), which is above this module."""

    def to_json(self) -> str:
        """It as JSON, its tokens to be seen by `bot.text.tokens`."""


@dataclass(frozen=True)
class File:
    """A file before it is made (bot.attached): its name, its `format`, and in `alt` what it is, in words.

    `content` is a document as JSON for docx, txt and md, and the text itself for ics and json. Words of people in
    document and `alt` are tokens, as in a message; such a text holds none. ValueError for another format.
    """

    name: str
    format: str
    alt: str
    content: str

    def __post_init__(self) -> None:
        """The format is one of ours."""
        if self.format not in FORMATS:
            raise ValueError(f"a file is one of {', '.join(sorted(FORMATS))}")

    def to_json(self) -> str:
        """The file as a row's template, its tokens to be seen by `bot.text.tokens`."""
        said: dict[str, object] = {"name": self.name, "format": self.format, "alt": self.alt}
        as_it_is = self.format in AS_IT_IS
        said |= {"text": self.content} if as_it_is else {"document": json.loads(self.content)}
        return json.dumps(said, ensure_ascii=False)

    @classmethod
    def from_json(cls, said: str) -> File:
        """The file from a row's template."""
        found = json.loads(said)
        as_it_is = found["format"] in AS_IT_IS
        content = found["text"] if as_it_is else json.dumps(found["document"], ensure_ascii=False)
        return cls(found["name"], found["format"], found["alt"], content)


def direct(user_id: str) -> str:
    """The target that stands for a person's direct-message room, whichever room that is at the time."""
    return f"dm:{user_id}"


def forum(uid: str) -> str:
    """The target that stands for a forum's room, also after the room was upgraded."""
    return f"forum:{uid}"


def target_of(place: Place) -> str:
    """The target that stands for a place where somebody speaks."""
    return _target(place.person, place.forum.uid if place.forum else None)


def target_in(room: Room) -> str:
    """The target that a room belongs to: a person's direct messages, or a forum."""
    return _target(room.person, room.forum_uid)


def _target(person: str | None, forum_uid: str | None) -> str:
    return direct(person) if person else forum(forum_uid or "")


def outbox_id(session: Session, reason: str) -> str:
    """The id of the message owed for a reason: the same in every database that has our keyring."""
    found: str = session.info["vault"].digest("outbox", reason)
    return found


def unused(session: Session, reason: str) -> str:
    """A reason as it is, or numbered where something was owed for it before: what was taken back is said anew.

    The same in every database that holds the same history.
    """
    again, found = 1, reason
    while queries.outbox_by_reason(session, found) is not None:
        again += 1
        found = f"{reason}:{again}"
    return found


def owe(
    session: Session,
    reason: str,
    target: str,
    message: Message,
    *,
    now: datetime,
    what: What = "message",
    reply_to: str | None = None,
    thread: str | None = None,
    room_id: str | None = None,
) -> Outbox | None:
    """Write down that a message is owed to `forum(...)` or `direct(...)`.

    An answer in direct messages names the room in which it was asked, since a person may have several.

    Returns the new row, or None when a message with this reason was owed before: then nothing changes.
    """
    return _write(
        session,
        reason,
        target,
        message,
        what=what,
        about=None,
        now=now,
        reply_to=reply_to,
        thread=thread,
        room_id=room_id,
    )


def owe_file(
    session: Session,
    reason: str,
    target: str,
    kind: str,
    *,
    name: str,
    format: str,
    alt: str,
    content: Written | str,
    now: datetime,
    actions: tuple[str, ...] = (),
    meeting: str | None = None,
    case: str | None = None,
    language: str = "da",
    mentions: frozenset[str] = frozenset(),
    reply_to: str | None = None,
    thread: str | None = None,
    room_id: str | None = None,
) -> Outbox | None:
    """Owe a file; its words are looked up and its bytes made just before it is uploaded.

    `name`, `format`, `alt` and `content` are as in `File`, a document as it is; the rest as in `Message`. Returns as
    `owe`.
    """
    file = File(name, format, alt, content if isinstance(content, str) else content.to_json())
    message = Message(kind, file.to_json(), actions, mentions, language=language, meeting=meeting, case=case)
    return owe(
        session,
        reason,
        target,
        message,
        now=now,
        what="file",
        reply_to=reply_to,
        thread=thread,
        room_id=room_id,
    )


def owe_reaction(
    session: Session,
    reason: str,
    target: str,
    event_id: str,
    key: str,
    *,
    now: datetime,
    room_id: str | None = None,
) -> Outbox | None:
    """Owe a reaction of kind `noted` to somebody's message: a `key` of those that the guard lets out. As `owe`."""
    template = json.dumps({"event_id": event_id, "key": key}, ensure_ascii=False)
    return owe(session, reason, target, Message("noted", template), now=now, what="reaction", room_id=room_id)


def owe_pin(session: Session, reason: str, original: Outbox, *, now: datetime) -> Outbox | None:
    """Owe that a message of ours is pinned, in the place of the one of its kind that is pinned now. As `owe`."""
    message = Message(f"{original.kind}.pinned", "", language=original.language, meeting=original.meeting_uid)
    return _write(session, reason, original.target, message, what="pin", about=original.id, now=now)


def is_pinned(session: Session, original: Outbox) -> bool:
    """Whether a message of ours is the one of its kind that is pinned, or going to be."""
    newest = queries.newest_pin(session, original.target, f"{original.kind}.pinned")
    return newest is not None and newest.about == original.id


def owe_edit(
    session: Session, original: Outbox, reason: str, message: Message, *, now: datetime
) -> Outbox | None:
    """Owe an edit (m.replace) of an earlier message; the actions it speaks of become those of the edit."""
    # What it quoted before stays linked: clients show the history of an edited message.
    queries.forget_actions(session, original.id)
    _link(session, original.id, message, queries.quotes(session, original.id))
    row = _write(session, reason, original.target, message, what="edit", about=original.id, now=now)
    if row is not None:
        # What the message says now is what a later erasure has to find and a retry has to render. It also goes with
        # what it said before: clients show that too.
        _seal_along(session, original, row.key)
        original.template = message.template
    return row


def owe_redaction(session: Session, original: Outbox, reason: str, *, now: datetime) -> Outbox | None:
    """Owe the redaction of an earlier message and of the edits made to it; one not yet sent is dropped instead.

    It is not pinned any more if that was still to come.
    """
    first: Outbox | None = None
    for pin in queries.owed_pins(session, original.id):
        pin.state = "dropped"
    for row in (original, *queries.edits_of(session, original.id)):
        row.template = None
        row.content = row.ciphertext = None
        row.key = queries.seal_key_for(row.target)  # what goes out empty has to leave without its case's key
        if row.state == "owed" and row.attempts == 0:
            row.state = "dropped"
            continue
        kind = Message(kind=f"{original.kind}.redacted", template="", language=original.language)
        owed = _write(
            session, f"{reason}:{row.id}", original.target, kind, what="redact", about=row.id, now=now
        )
        first = first or owed
    give_up_media(session, original, now=now)
    queries.forget_links(session, original.id)
    return first


def give_up_media(session: Session, row: Outbox, *, now: datetime) -> None:
    """Owe the deletion of what was uploaded for a row, if anything was: nobody is to read it any more.

    It leaves after what is owed to the row's target already, the redaction of the message among it.
    """
    if row.media is not None:
        owe_media(session, f"{MEDIA}:{row.id}:{row.media}", row.target, row.media, now=now)
        row.media = None


def owe_media(session: Session, reason: str, target: str, address: str, *, now: datetime) -> Outbox | None:
    """Owe the deletion of an upload at the homeserver, behind what is owed to a target. As `owe`.

    It stands by itself, whatever becomes of its message. Where the bot has no power to, the row becomes `refused`.
    """
    message = Message("media.deleted", "")
    return _write(session, reason, target, message, what=MEDIA, about=None, now=now, media=address)


def owe_purge(
    session: Session, reason: str, kind: str, target: str, room_id: str, event_id: str, *, now: datetime
) -> Outbox | None:
    """Owe the redaction of an event that is no row of the outbox: somebody else's, or one of ours whose row is gone.

    It stands by itself, whatever becomes of the records. Where the bot has no power to, the row becomes `refused`.
    """
    message = Message(kind, "")
    return _write(
        session,
        reason,
        target,
        message,
        what="redact",
        about=None,
        now=now,
        room_id=room_id,
        redacts=event_id,
    )


def _write(
    session: Session,
    reason: str,
    target: str,
    message: Message,
    *,
    what: What,
    about: str | None,
    now: datetime,
    reply_to: str | None = None,
    thread: str | None = None,
    room_id: str | None = None,
    redacts: str | None = None,
    media: str | None = None,
) -> Outbox | None:
    if queries.outbox_by_reason(session, reason) is not None:
        return None
    vault = session.info["vault"]
    row = Outbox(
        id=outbox_id(session, reason),
        key=_key(session, target, message, what),
        reason=reason,
        kind=message.kind,
        what=what,
        target=target,
        txn_id=vault.digest("transaction", f"{what}:{reason}"),
        language=message.language,
        notify=message.notify,
        mentions=sorted(message.mentions),
        reply_to=reply_to,
        thread=thread,
        room_id=room_id,
        about=about,
        redacts=redacts,
        media=media,
        meeting_uid=message.meeting,
        case_uid=message.case,
        created_at=now,
    )
    session.add(row)
    row.template = None if what == MEDIA else message.template
    said = queries.said(session, row.id)
    if said is not None:  # a lost database had owed and sent it
        row.state, row.event_id, row.room_id, row.sent_at = "sent", said.event_id, said.room_id, said.at
        row.template = None if what == "picture" else row.template
        row.media = said.media
    session.flush()
    if what not in ("redact", MEDIA):
        _link(session, row.id, message, frozenset())
    return row


def _key(session: Session, target: str, message: Message, what: What) -> str:
    """Under which keys a message lies: of every case it speaks of, so that it goes with each; else the target's."""
    if what not in _SPEAK or message.kind in OF_WHAT_IS_GONE:
        return queries.seal_key_for(target)
    segments = list(text.segments(message.template))
    own = [each.value for each in segments if each.kind in ("", "x")]
    quoted = {each.value for each in segments if each.kind == "t"}
    cases = queries.key_of_message(session, message.case, message.actions, quoted, own)
    return cases or queries.seal_key_for(target)


def _seal_along(session: Session, row: Outbox, key: str) -> None:
    """Let a message need the keys of the cases that it speaks of now as well as of those it spoke of."""
    cases = dict.fromkeys(code for each in (row.key, key) for code in cases_in(each))
    found = queries.key_of_cases(session, "", cases)
    queries.reseal(row, found or queries.seal_key_for(row.target))


def _link(session: Session, outbox_id: str, message: Message, known: Collection[str]) -> None:
    """Note which actions a message speaks of and which texts it quotes, except the `known` ones."""
    actions = dict.fromkeys(message.actions)
    queries.link(session, outbox_id, list(actions), sorted(set(_quoted(message.template)).difference(known)))


def _quoted(template: str) -> Iterable[str]:
    return (value for kind, value in text.tokens(template) if kind == "t")
