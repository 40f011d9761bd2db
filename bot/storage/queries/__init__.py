"""Every query, by subject. Each takes a session first and returns rows or plain values; none decides anything.

Statements that are asked between a command and its answer, or at every tick, are built once, as constants beside
their function: building one takes longer than running it.

Each module says in its `__all__` what belongs to `queries`; a new module needs its line here.
"""

# ruff: noqa: F403

from bot.storage.queries.agendas import *
from bot.storage.queries.alarms import *
from bot.storage.queries.audits import *
from bot.storage.queries.case_records import *
from bot.storage.queries.cases import *
from bot.storage.queries.compartments import *
from bot.storage.queries.deputies import *
from bot.storage.queries.erasures import *
from bot.storage.queries.keys import *
from bot.storage.queries.lists import *
from bot.storage.queries.media import *
from bot.storage.queries.meetings import *
from bot.storage.queries.messages import *
from bot.storage.queries.own import *
from bot.storage.queries.places import *
from bot.storage.queries.privacy import *
from bot.storage.queries.questions import *
from bot.storage.queries.records import *
from bot.storage.queries.said import *
from bot.storage.queries.traces import *
