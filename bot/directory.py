"""Who is who, and how each is reached: names, agencies, working hours and leave, by the config and what people set."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlmodel import Session

from bot.programme import Person
from bot.rhythm import Hours
from bot.settings import Settings
from bot.storage import queries
from bot.when import Calendar


class Directory:
    """The people, partners and agencies of the config."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.calendar = Calendar(
            tz=settings.general.tz,
            closed=settings.calendar.closed,
            school_holidays=settings.calendar.holidays,
        )

    def person(self, user_id: str) -> Person | None:
        """The configured person with this user id."""
        return self.settings.person(user_id)

    @staticmethod
    def stranger(user_id: str) -> Person:
        """Somebody who is not configured: no roles, no rights, only a name for the history."""
        return Person.model_construct(
            user_id=user_id, name=user_id, agency=None, roles=frozenset(), nicknames=(), oversees=()
        )

    def name(self, owner: str) -> str:
        """How a user id or an outside partner (`partner:KEY`) is called."""
        if owner.startswith("partner:"):
            partner = next((p for p in self.settings.partners if f"partner:{p.key}" == owner), None)
            return partner.name if partner else owner.removeprefix("partner:")
        person = self.person(owner)
        return person.name if person else owner

    def reached_through(self, owner: str) -> str:
        """Whose direct messages a reminder for this owner goes to: a partner's contact, else the owner."""
        if owner.startswith("partner:"):
            partner = next((p for p in self.settings.partners if f"partner:{p.key}" == owner), None)
            return partner.contact if partner else owner
        return owner

    def owners_behind(self, user_id: str) -> list[str]:
        """The owners whom a person answers for: themselves, and the outside partners whose contact they are."""
        return [user_id, *(f"partner:{p.key}" for p in self.settings.partners if p.contact == user_id)]

    def agency_of(self, owner: str) -> str | None:
        """The agency code of a person or an outside partner."""
        if owner.startswith("partner:"):
            partner = next((p for p in self.settings.partners if f"partner:{p.key}" == owner), None)
            return partner.agency if partner else None
        person = self.person(owner)
        return person.agency if person else None

    def agency_order(self, code: str) -> tuple[int, str]:
        """Sorts agencies' codes: the config's order, what it does not know behind."""
        order = list(self.settings.agencies)
        return (order.index(code) if code in order else len(order), code)

    def away(self, session: Session, user_id: str, day: date) -> bool:
        """Whether somebody is on leave on a local day."""
        state = queries.person_state(session, user_id)
        if state is None or state.away_until is None or day > state.away_until:
            return False
        return state.away_from is None or day >= state.away_from

    def hours(self, session: Session, owner: str) -> Hours:
        """Working days, morning hour and leave of an owner; for an outside partner those of its contact."""
        person = self.person(self.reached_through(owner))
        state = queries.person_state(session, person.user_id) if person else None
        morning = person.at if person and person.at else self.settings.reminders.at
        if state and state.morning:
            morning = time.fromisoformat(state.morning)
        return Hours(
            calendar=self.calendar,
            workdays=person.workdays if person else frozenset(range(5)),
            morning=morning,
            away_from=state.away_from if state else None,
            away_until=state.away_until if state else None,
        )

    def office_hours(self) -> Hours:
        """The programme's own working days and morning hour, where no single person is meant."""
        return Hours(self.calendar, frozenset(range(5)), self.settings.reminders.at)

    def today(self, now: datetime) -> date:
        """The local day."""
        return now.astimezone(self.settings.general.tz).date()


def is_citizen(person: Person) -> bool:
    """Whether a person sits in the programme as a citizen and nothing else."""
    return "citizen" in person.roles and not person.roles & {"lead", "coordinator", "manager", "member"}
