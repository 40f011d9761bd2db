"""Once a day: what of the log of who saw what has reached its end goes, and where the log stands is said aloud.

The head in the bot's own log lies outside the database: it shows later whether the end of the log was set back.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

import structlog
from sqlmodel import Session

from bot import audit
from bot.access import Access
from bot.storage import queries

log = structlog.get_logger(__name__)

_DAY = "audit_day"


def run(session: Session, access: Access, now: datetime) -> None:
    """Prune by `[retention] audit` and log the head, at the first tick of each local day."""
    today = access.today(now).isoformat()
    if queries.meta(session, _DAY) == today:
        return
    queries.set_meta(session, _DAY, today)
    kept = access.settings.retention.audit
    if kept is not None:
        audit.prune(session, kept.before(now.astimezone(access.settings.general.tz)), now)
    log.info("audit.head", head=audit.head(session), entries=queries.count_audit(session))


def next_instant(session: Session, access: Access, now: datetime) -> datetime | None:
    """The beginning of the next local day."""
    tomorrow = access.today(now) + timedelta(days=1)
    return datetime.combine(tomorrow, time(), access.settings.general.tz)
