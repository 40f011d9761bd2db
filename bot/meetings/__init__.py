"""Meetings of a forum: which come, and what can happen to one and its agenda, decisions and minutes.

Until there is something to remember a meeting is what the config's rhythm says (bot.planned); then it gets a row,
found again by its `slot`. Every step that a person causes is a `Change` with a snapshot of the row before and after,
so that undoing, editing and taking back a reaction are one operation, `revert`, as with actions.
"""

from bot.history import BOT
from bot.meetings.calendar import (
    Planned,
    calendar,
    next_meeting,
    occurrence,
    planned,
    upcoming,
    week_label,
)
from bot.meetings.case_items import most_serious_first
from bot.meetings.closing import asking_at, closing_at, last_heard
from bot.meetings.meeting import BACK_WITHIN, EARLY, Meetings

__all__ = [
    "BACK_WITHIN",
    "BOT",
    "EARLY",
    "Meetings",
    "Planned",
    "asking_at",
    "calendar",
    "closing_at",
    "last_heard",
    "most_serious_first",
    "next_meeting",
    "occurrence",
    "planned",
    "upcoming",
    "week_label",
]
