"""What an owner's free answer to a reminder means, Danish and English.

The source is docs/domain, "People also answer without commands".

`read` takes an answer about one action, `read_items` one about several. The iron rule is that nothing is "done"
that was not said: a question, a negation, a doubt, a condition, a part, a promise or hearsay never is. What an
answer says beside that follows two habits: a statement about the matter is a note, and a question or an
acknowledgement makes the bot ask. Both functions are pure and never raise, whatever the text.
"""

from bot.answer.items import Item, read_items
from bot.answer.meaning import REASONS, Answer, Kind, Reason, line, name_candidate, read
from bot.answer.talk import says_away

__all__ = [
    "REASONS",
    "Answer",
    "Item",
    "Kind",
    "Reason",
    "line",
    "name_candidate",
    "read",
    "read_items",
    "says_away",
]
