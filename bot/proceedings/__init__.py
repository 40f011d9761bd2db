"""What a meeting's turn makes the bot owe: agenda and invitation, draft and approved minutes, files, pins.

Commands, reactions and time all come here, so that it happens once and the same way, whoever caused it. Each message
has a reason that names its occasion.
"""

from bot.proceedings.addenda import Recorded, amended, owe_addendum, recorded
from bot.proceedings.common import home, name, room_language
from bot.proceedings.invitation import owe_calendar, planned_of, post_agenda, show_agenda, year_of
from bot.proceedings.minutes import (
    approval,
    approve,
    may_read,
    minutes_of,
    owe_draft,
    owe_minutes_file,
    refresh_draft,
)
from bot.proceedings.refreshing import refresh

__all__ = [
    "Recorded",
    "amended",
    "approval",
    "approve",
    "home",
    "may_read",
    "minutes_of",
    "name",
    "owe_addendum",
    "owe_calendar",
    "owe_draft",
    "owe_minutes_file",
    "planned_of",
    "post_agenda",
    "recorded",
    "refresh",
    "refresh_draft",
    "room_language",
    "show_agenda",
    "year_of",
]
