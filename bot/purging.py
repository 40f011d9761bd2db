"""An event with a CPR number in it: it is deleted at once, and whoever wrote it is told kindly in private.

Nothing of it is kept but that it was (docs/domain, Law): not its words, not a hash of them. The room hears nothing, for
an answer there would point at it. Where the bot may not delete, the writer and the forum's coordinators are asked to.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote

import structlog
from sqlmodel import Session

from bot import audit, text
from bot.access import Access, Place
from bot.documents.digest import forum_name
from bot.matrix.batch import Arrival
from bot.owed import Message, direct, owe, owe_purge, target_of
from bot.storage import queries
from bot.storage.models import Forum, InboxEvent, Outbox

log = structlog.get_logger(__name__)

PURGE = "cpr.purge"


def purge(
    session: Session, access: Access, arrival: Arrival, place: Place, *, first: str | None = None
) -> None:
    """Owe the deletion of an event, and word of it to its writer; to the coordinators where that is a stranger.

    Once, however often the event comes. `first` is the message before it that holds the beginning of the number: it
    goes as well, and of both there is one word.
    """
    here = target_of(place)
    owed = []
    for event_id in filter(None, (first, arrival.event_id)):
        row = owe_purge(session, _reason(event_id), PURGE, here, place.room_id, event_id, now=arrival.at)
        if row is None:
            continue
        owed.append(event_id)
        log.warning("cpr.found", room_id=place.room_id, event_id=event_id)
        audit.note(
            session,
            "refused",
            f"room:{place.room_id}",
            by=arrival.sender,
            at=arrival.at,
            detail="cpr",
            purpose="security",
            event_id=event_id,
        )
    if arrival.event_id not in owed:
        return
    known = access.person(arrival.sender) is not None
    # In somebody's direct messages nobody coordinates: it is theirs to know.
    people = [arrival.sender] if known else _coordinators(session, access, place.forum, place.person)
    for person in people:
        lang = access.language(session, person)
        where = text.user_text(forum_name(access, place.forum)) if place.forum else ""
        said = text.t(
            lang,
            "cpr-told" if known else "cpr-told-other",
            what="two" if first else _what(arrival),
            place="room" if place.forum else "direct",
            where=where,
            who=text.user_text(arrival.sender),
        )
        owe(
            session,
            f"{_reason(arrival.event_id)}:told:{person}",
            direct(person),
            Message("cpr.told", said, notify=True, language=lang),
            now=arrival.at,
            room_id=place.room_id if place.person == person else None,
        )


def refused(session: Session, access: Access, row: Outbox, now: datetime) -> None:
    """The bot may not delete what it has to: it asks the writer and the coordinators, with a link to the event."""
    if row.kind != PURGE or not row.redacts or not row.room_id:
        return
    event = session.get(InboxEvent, row.redacts)
    home = session.get(Forum, row.target.removeprefix("forum:")) if row.target.startswith("forum:") else None
    owner = row.target.removeprefix("dm:") if home is None else None
    writer = event.sender if event is not None and access.person(event.sender) is not None else None
    asked = dict.fromkeys([*([writer] if writer else []), *_coordinators(session, access, home, owner)])
    link = f"https://matrix.to/#/{quote(row.room_id)}/{quote(row.redacts)}"
    for person in asked:
        lang = access.language(session, person)
        said = text.t(
            lang,
            "cpr-ask",
            who="writer" if person == writer else "other",
            place="room" if home else "direct",
            where=text.user_text(forum_name(access, home)) if home else "",
            message=f"[{text.t(lang, 'cpr-ask-link')}]({link})",
        )
        owe(
            session,
            f"{row.reason}:ask:{person}",
            direct(person),
            Message("cpr.ask", said, notify=True, language=lang),
            now=now,
        )


def gone(session: Session, event_id: str) -> None:
    """Somebody deleted an event: then the bot need not, nor does it say any more that it could not."""
    row = queries.outbox_by_reason(session, _reason(event_id))
    if row is not None and row.state in ("owed", "refused"):
        row.state = "dropped"


def _reason(event_id: str) -> str:
    return f"cpr:{event_id}"


def _coordinators(session: Session, access: Access, home: Forum | None, owner: str | None) -> list[str]:
    """Who hears of a room: a forum's coordinators, and whose direct messages it is."""
    if home is None:
        return [owner] if owner else []
    return [person.user_id for person in access.coordinators(session, home.uid)]


def _what(arrival: Arrival) -> str:
    """What an event is to people: a message, an edit, a file, a reaction, a setting of the room, or something else."""
    relation = arrival.content.get("m.relates_to")
    if "state_key" in arrival.event:
        return "member" if arrival.event.get("type") == "m.room.member" else "state"
    if arrival.event.get("type") == "m.reaction":
        return "reaction"
    if isinstance(relation, Mapping) and relation.get("rel_type") == "m.replace":
        return "edit"
    files = ("m.file", "m.image", "m.video", "m.audio")
    return "file" if arrival.content.get("msgtype") in files else "message"
