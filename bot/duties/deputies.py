"""Deputies begin and end by themselves: on their first day, and after their last, in local time."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlmodel import Session

from bot import standing_in, text
from bot.access import Access
from bot.actions import Cause
from bot.directory import is_citizen
from bot.meetings import BOT
from bot.owed import Message, direct, owe
from bot.storage import queries
from bot.storage.privacy import Deputy


def next_instant(session: Session, access: Access, now: datetime) -> datetime | None:
    """When the next deputy begins or ends."""
    moments = []
    for row in queries.deputies(session):
        on = row.first if row.state == "coming" else row.last + timedelta(days=1)
        moments.append(datetime.combine(on, time(), access.settings.general.tz))
    return min((at for at in moments if at > now), default=None)


def run(session: Session, access: Access, now: datetime) -> None:
    """Let deputies begin and end, and say when one cannot stand in any more."""
    today = access.today(now)
    for row in queries.deputies(session):
        cause = Cause(BOT, now, f"deputy:{row.source_event}")
        person = access.person(row.deputy)
        if person is None or is_citizen(person):
            _gone(session, access, row, now)
            standing_in.end(session, access, row, cause)
        elif row.last < today or access.person(row.person) is None:
            standing_in.end(session, access, row, cause)
        elif row.state == "coming" and row.first <= today:
            standing_in.begin(session, access, row, cause)


def _gone(session: Session, access: Access, row: Deputy, now: datetime) -> None:
    """The coordinators of the forums in which somebody has promises hear that their deputy cannot stand in any more."""
    forums = {action.forum_uid for action in queries.open_of_owner(session, row.person)}
    people = {p.user_id for uid in forums for p in access.coordinators(session, uid)} - {row.person}
    for user_id in sorted(people):
        language = access.language(session, user_id)
        names = {
            key: text.user_text(access.name(who))
            for key, who in (("name", row.person), ("deputy", row.deputy))
        }
        message = Message("deputy", text.t(language, "deputy-gone", **names), notify=True, language=language)
        owe(
            session,
            f"deputy-gone:{row.source_event}:{row.deputy}:{user_id}",
            direct(user_id),
            message,
            now=now,
        )
