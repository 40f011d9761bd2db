"""What the bot says beside a confirmation about a case: leave a name out, for a code says enough (docs/domain, Law)."""

from __future__ import annotations

from sqlmodel import Session

from bot import text
from bot.commands import Context
from bot.names import names_in
from bot.storage import queries
from bot.storage.cases import Case

_SHOWN = 2  # names in the hint; one is enough to know what is meant


def hint(session: Session, ctx: Context, words: str, case: Case | None) -> str | None:
    """The line that suggests leaving out a name that words about a case hold; None where none is seen.

    Colleagues, agencies and partners may be named. With `[cases] names` the names in the case's own sheet are known.
    It never stops anything: the words are recorded as they are.
    """
    found = names_in(words, _may_be_named(ctx), _of_case(session, ctx, case))
    if not found:
        return None
    shown = ", ".join(text.user_text(name[:80]) for name in found[:_SHOWN])
    return ctx.say("case-hint-name", names=shown, count=len(found))


def _may_be_named(ctx: Context) -> list[str]:
    settings = ctx.access.settings
    return [
        *(name for person in settings.people for name in (person.name, *person.nicknames)),
        *(name for partner in settings.partners for name in (partner.name, partner.key, *partner.nicknames)),
        *(name for code, agency in settings.agencies.items() for name in (code, agency.name)),
    ]


def _of_case(session: Session, ctx: Context, case: Case | None) -> list[str]:
    """The names that the case's own sheet holds, where the config lets it hold any."""
    if case is None or not ctx.access.settings.cases.names:
        return []
    values = queries.sheet_values(session, case.uid)
    named = [row.text_uid for field, row in values.items() if field.rsplit(".", 1)[-1] == "name"]
    return [said for uid in named if (said := queries.words(session, uid))]
