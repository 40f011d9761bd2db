"""What time makes due. A duty is `run(session, access, now)`: pure over the session and the instant.

Each module of this package that has such a function is a duty and is found by being there. A duty reads the
tables, writes down what the bot owes, and advances the rows it handled, all in the caller's transaction; running
it twice changes nothing. `next_instant`, where a duty has one, says when it wants to be asked next.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from datetime import datetime
from functools import cache
from types import ModuleType

from sqlmodel import Session

from bot.access import Access

Duty = Callable[[Session, Access, datetime], None]


@cache
def _modules() -> tuple[ModuleType, ...]:
    found = [importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__)]
    return tuple(module for module in found if hasattr(module, "run"))


def tick(session: Session, access: Access, now: datetime) -> datetime | None:
    """Run every duty for the instant. Returns when something is due next; None when nothing is known to be."""
    for module in _modules():
        module.run(session, access, now)
    session.flush()
    instants = [module.next_instant(session, access, now) for module in _modules()]
    return min((at for at in instants if at is not None), default=None)
