"""When a meeting that nobody ends is asked about, and when it is closed."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.storage.meetings import Meeting

SILENT = timedelta(minutes=15)
"""A meeting whose time is up, and in which nothing was said for so long, is asked about."""
UNANSWERED = timedelta(minutes=60)
"""After so long without an answer it is closed."""
AT_LAST = timedelta(hours=3)
"""So long after its time it is closed whatever is said in the room: that is no meeting any more."""


def last_heard(row: Meeting) -> datetime:
    """When the meeting last went on: its time, or the last word said in it."""
    return max(row.heard_at or row.ends_at, row.ends_at)


def asking_at(row: Meeting) -> datetime:
    """When it is time to ask whether a meeting is over: after a silence, and not again within the hour."""
    silent = last_heard(row) + SILENT
    return silent if row.asked_end_at is None else max(silent, row.asked_end_at + UNANSWERED)


def closing_at(row: Meeting) -> datetime | None:
    """When a meeting is closed by itself: an hour after the question, also where people only go on chatting.

    None while it was not asked about; talk puts the closing off until so long after its time.
    """
    asked = row.asked_end_at
    if asked is None:
        return None
    return asked + UNANSWERED if last_heard(row) <= asked else max(row.ends_at + AT_LAST, asked)
