"""What people write about time ↔ dates, in Danish and English; working days, holidays, recurrence.

`read` understands one phrase, `find` takes the deadline out of an action's words, `mentions` finds
every phrase in free text, `say` prints a deadline. All take `now`; nothing here reads a clock.
"""

from .calendar import Calendar
from .finding import Found, Mention, find, mentions
from .model import REASONS, Deadline, Meaning, MeetingDay, NextMeeting, Reason, Recurring, WhenError
from .reading import read
from .rhythm import Rhythm
from .say import full_day, full_moment, say, short_day

__all__ = [
    "REASONS",
    "Calendar",
    "Deadline",
    "Found",
    "Meaning",
    "MeetingDay",
    "Mention",
    "NextMeeting",
    "Reason",
    "Recurring",
    "Rhythm",
    "WhenError",
    "find",
    "full_day",
    "full_moment",
    "mentions",
    "read",
    "say",
    "short_day",
]
