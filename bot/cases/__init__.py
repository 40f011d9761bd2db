"""Cases (sager): what can happen to one, what is asked about it, and where it is lifted to.

Every step that a person causes is a `Change` with a snapshot of the row before and after (bot.history), so that
undoing, editing and taking back a reaction work as everywhere.
"""

from bot.cases.case import Cases, code_of, following_up

__all__ = ["Cases", "code_of", "following_up"]
