"""Programmes for the fault tests: many rooms of one forum kind, so that each can suffer in its own way."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.demo.stage import PersonSpec, Programme, RoomSpec
from tests.faults.proxy import Proxy

NOON = "2026-11-24T10:00@1"  # a Tuesday: people work, may hear at once, and no morning or digest is near
PATIENCE = 1.0  # seconds the bot waits for an answer: little, since the tests wait as long

# A progress group with a coordinator, and a lead outside it who oversees it: together they may erase a case.
OVERSEEN = Programme(
    people=(
        PersonSpec("anna", "Anna Vind", "SOF", roles=("lead",)),
        PersonSpec("karla", "Karla Bech", "SOF", roles=("coordinator",)),
        PersonSpec("lene", "Lene Holm", "BUF"),
    ),
    rooms=(RoomSpec("fremdrift", "fremdriftsgruppe", ("karla", "lene"), "Fremdriftsgruppen"),),
    agencies={
        "SOF": {"name": "Socialforvaltningen"},
        "BUF": {"name": "Børne- og Ungdomsforvaltningen", "representative": "lene"},
    },
)

AGENCIES = {"BUF": {"name": "Børne- og Ungdomsforvaltningen"}, "SOF": {"name": "Socialforvaltningen"}}


def behind(
    proxy: Proxy,
    *,
    rooms: Mapping[str, Sequence[str]],
    database: str | None = None,
    more: Mapping[str, Any] | None = None,
    each: Mapping[str, Any] | None = None,
    patience: float = PATIENCE,
) -> Programme:
    """Karla's rooms with their owners, all of them encrypted, and the bot behind the proxy.

    `database` is a PostgreSQL URL, None for SQLite; `more` stands in each room's config and `each` in each owner's.
    """
    people = (
        PersonSpec("karla", "Karla Bech", "SOF", roles=("coordinator",)),
        *(
            PersonSpec(key, f"{key.capitalize()} Holm", "BUF")
            for key in sorted({key for owners in rooms.values() for key in owners})
        ),
    )
    settings: dict[str, dict[str, Any]] = {
        "matrix": {"homeserver": proxy.url, "request_timeout": patience},
        "reminders": {"at": "08:00", "before": ["0 days"]},
    }
    if database is not None:
        settings["database"] = {"url": database}
    return Programme(
        people=people,
        rooms=[
            RoomSpec(key, "fremdriftsgruppe", people=("karla", *owners), name=key, more=more or {})
            for key, owners in rooms.items()
        ],
        agencies=AGENCIES,
        settings=settings,
        encrypted=True,
    )
