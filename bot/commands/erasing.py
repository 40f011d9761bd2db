"""What people say of a case's way out: erase it now, keep it, or that the records system has it (`!sag slet`)."""

from __future__ import annotations

import re
from typing import Final

from sqlmodel import Session

from bot import text
from bot.commands import Context, Problem, Reply, consent, fold
from bot.commands.case_changes import changed, checked, may_say
from bot.commands.case_people import said_first
from bot.commands.heard import CANNOT, DONE, on_reaction, on_reply
from bot.documents.lines import listed, with_agency
from bot.erasing import steps
from bot.erasing.belongings import belongings
from bot.erasing.folder import same_number
from bot.storage import queries
from bot.storage.cases import Case
from bot.storage.models import Outbox
from bot.storage.privacy import Erasure

_YES: Final = frozenset({"ja", "jo", "jep", "ok", "okay", "yes", "yep", "y", "j"})
_NO: Final = frozenset({"nej", "nope", "no", "n", "stop", "fortryd", "annuller", "cancel"})
_NOT: Final = re.compile(r"(?:alligevel )?(?:ikke|not|don'?t|do not)\b")  # "slet ikke" is no "slet"
_NOW: Final = frozenset({"nu", "helt", "straks", "tak", "ja tak", "now", "please", "sagen", "den", "it"})
_ENDS: Final = re.compile(
    r"(?:slut|ophaev\w*|ophoer\w*|ikke laengere|no longer|end(?:ed|s)?|off|released?|lift(?:ed)?)"
    r"(?: (?:nu|igen|tak|now|please))?"
)
# "klagen er slut", "ophører til nytår": over, or until when?
_ENDING: Final = re.compile(
    r"(?:slut|ophaev|ophoer|ikke laengere|no longer|end(?:s|ed)?\b|lift)|.*\b(?:slut|forbi|over|ended)$"
)

ERASE: Final = ("slet, slet helt, slette, slettes, skal slettes", "erase, delete")
HOLD: Final = ("hold, bevar, skal bevares", "hold, legal hold, keep")
LET_GO: Final = (
    "ophæv hold, ophæv, hold ophævet, hold slut, slut hold, bevares ikke, bevar ikke, skal ikke bevares",
    "end hold, release hold, lift hold, release, hold end, hold no, do not keep",
)
ARCHIVED: Final = ("arkiveret, journaliseret, arkiver", "archived, filed")


def erase(session: Session, ctx: Context, row: Case, words: str) -> Reply:
    """Ask that a case be erased now; a second person's word is their consent; "nej" ends what was asked."""
    _lead(session, ctx, row)
    standing = queries.erasure_under_way(session, row.uid)
    said = fold(words).strip(" .!")
    if said in _NO or _NOT.match(said):
        return _stopped(session, ctx, row, standing)
    if (first := said_first(words)) is not None:
        example = f"{ctx.typed('case')} {row.code} stop {first[0]}"
        shown = f"{'slet' if ctx.language == 'da' else 'erase'} {first[0]}"
        raise Problem("problem-case-verb-near", word=text.user_text(shown), example=text.user_text(example))
    if said and said not in _YES | _NOW:
        example = f"`{steps.command(ctx.access, ctx.language, 'erase', row.code)}`"
        raise Problem("problem-erase-words", words=text.user_text(words[:80]), code=row.code, example=example)
    held = queries.hold(session, row.uid)
    if held is not None:
        reason = text.text_ref(held.text_uid) if held.text_uid else ""
        raise Problem("problem-erase-held", code=row.code, reason=reason)
    others = [p.user_id for p in steps.deciders(session, ctx.access, row) if p.user_id != ctx.person.user_id]
    stop = f"`{steps.command(ctx.access, ctx.language, 'erase', row.code, _no(ctx))}`"
    if standing is not None and standing.why == "asked":
        if standing.consent_by is not None or standing.state != "asked":
            return Reply("erasure.answered", ctx.say("erasure-agreed"))
        if standing.by == ctx.person.user_id:
            who = listed(ctx.access, others)
            return Reply("erasure.asked", ctx.say("erasure-asked-already", who=who, stop=stop), case=row.uid)
        return _agreed(session, ctx, standing)
    if not others:
        raise Problem("problem-erase-nobody", code=row.code)
    steps.ask(session, row, ctx.person.user_id, ctx.heard or ctx.at, ctx.event_id)
    reason = f"{steps.tag(session, row.code)}:consent:{ctx.saying}"
    who = with_agency(ctx.access, ctx.person.user_id)
    now = ctx.heard or ctx.at
    steps.tell(
        session,
        ctx.access,
        others,
        "erasure.consent",
        "erasure-consent",
        reason,
        now,
        case=row,
        who=who,
        code=row.code,
    )
    return Reply(
        "erasure.asked", ctx.say("erasure-asked", who=listed(ctx.access, others), stop=stop), case=row.uid
    )


def _no(ctx: Context) -> str:
    return "nej" if ctx.language == "da" else "no"


def _decides(session: Session, ctx: Context, case: Case) -> bool:
    """Whether the person coordinates or oversees the case's own forum."""
    return any(p.user_id == ctx.person.user_id for p in steps.deciders(session, ctx.access, case))


def _lead(session: Session, ctx: Context, row: Case) -> None:
    """Problem unless the person coordinates or oversees the case's own forum: who leads a meeting is not enough."""
    if not _decides(session, ctx, row):
        may_say(session, ctx, row)
        leading = [p.user_id for p in steps.deciders(session, ctx.access, row)]
        if not leading:
            raise Problem("problem-erase-nobody", code=row.code)
        raise Problem("problem-erase-lead", code=row.code, who=listed(ctx.access, leading))


def _agreed(session: Session, ctx: Context, row: Erasure) -> Reply:
    steps.consent(session, row, ctx.person.user_id, ctx.heard or ctx.at, ctx.event_id)
    return Reply("erasure.answered", ctx.say("erasure-agreed"))


def _stopped(session: Session, ctx: Context, case: Case, row: Erasure | None) -> Reply:
    """Nobody erases it now; whoever asked for it, or was asked, hears it."""
    if row is None or row.why != "asked" or row.state != "asked":
        return Reply("erasure.answered", ctx.say("erasure-not-asked", code=case.code))
    steps.stop(session, row, ctx.person.user_id, ctx.heard or ctx.at, ctx.event_id)
    by = ctx.person.user_id
    now = ctx.heard or ctx.at
    reason = f"{steps.tag(session, case.code)}:no:{ctx.saying}"
    told = [p.user_id for p in steps.deciders(session, ctx.access, case) if p.user_id != by]
    if by == row.by:
        steps.tell(session, ctx.access, told, "erasure.told", "erasure-told-stopped", reason, now, case=case,
                   code=case.code)  # fmt: skip
        return Reply("erasure.answered", ctx.say("erasure-withdrawn"))
    who = with_agency(ctx.access, by)
    steps.tell(session, ctx.access, [row.by], "erasure.told", "erasure-told-refused", reason, now, case=case,
               code=case.code, who=who)  # fmt: skip
    return Reply("erasure.answered", ctx.say("erasure-refused"))


# --- the second person's answer


def _asked_in(session: Session, ctx: Context, about: Outbox) -> tuple[Erasure, Case] | None:
    """What a message asks consent for, if that is still open and it is the person's to say."""
    case = queries.case(session, about.case_uid)
    row = queries.erasure_under_way(session, case.uid) if case is not None else None
    if case is None or row is None or not _waits_for(session, ctx, row, case):
        return None
    return row, case


def _waits_for(session: Session, ctx: Context, row: Erasure, case: Case) -> bool:
    """Whether an erasure waits for the person's yes or no."""
    if row.why != "asked" or row.state != "asked" or row.consent_by is not None:
        return False
    if row.by == ctx.person.user_id or queries.hold(session, case.uid) is not None:
        return False
    return _decides(session, ctx, case)


def awaited(session: Session, ctx: Context) -> list[Case]:
    """The cases of which somebody asked that they be erased, and the person has not said yes or no yet."""
    asked = ((row, queries.case(session, row.case_uid)) for row in queries.erasures_in(session, "asked"))
    return [case for row, case in asked if case is not None and _waits_for(session, ctx, row, case)]


@on_reply("erasure.consent")
def answered(session: Session, ctx: Context, words: str, about: Outbox) -> Reply | None:
    """A second person's "ja" or "nej"."""
    found = _asked_in(session, ctx, about)
    if found is None:
        return Reply("erasure.answered", ctx.say("erasure-over"))
    row, case = found
    agreed = consent.reading(words, case.code)
    if agreed is not None:
        return _agreed(session, ctx, row) if agreed else _stopped(session, ctx, case, row)
    return Reply("erasure.consent", ctx.say("erasure-consent-again", code=case.code), case=case.uid)


@on_reaction("erasure.consent")
def signed(session: Session, ctx: Context, sign: str, about: Outbox) -> Reply | None:
    """✅ agrees, ❌ does not."""
    if sign not in DONE | CANNOT:
        return None
    found = _asked_in(session, ctx, about)
    if found is None:
        return Reply("erasure.answered", ctx.say("erasure-over"))
    return _agreed(session, ctx, found[0]) if sign in DONE else _stopped(session, ctx, found[1], found[0])


# --- keeping


def hold(session: Session, ctx: Context, row: Case, words: str) -> Reply:
    """The lead says that a case has to be kept, and why; "slut" ends it."""
    leads = ctx.access.leads_forum(session, ctx.person, row.forum_uid)
    if "lead" not in ctx.person.roles or not leads:
        leading = [p.user_id for p in steps.deciders(session, ctx.access, row) if "lead" in p.roles]
        raise Problem("problem-hold-lead", who=listed(ctx.access, leading) if leading else "none")
    now = ctx.heard or ctx.at
    said = fold(words).strip(" .!")
    if said in _NO or _ENDS.fullmatch(said):
        ended = steps.release(session, row, ctx.person.user_id, now, ctx.event_id)
        return changed(ctx, row, "hold-ended" if ended else "hold-none")
    example = f"`{steps.command(ctx.access, ctx.language, 'hold', row.code, _because(ctx))}`"
    end = f"`{steps.command(ctx.access, ctx.language, 'hold', row.code, _over(ctx))}`"
    if _ENDING.match(said):
        raise Problem("problem-hold-unclear", words=text.user_text(words[:80]), end=end, example=example)
    reason = checked(ctx, words, "problem-hold-reason", example=example)
    before = queries.hold(session, row.uid) is not None
    stopped = steps.hold(session, row, reason, ctx.person.user_id, now, ctx.event_id)
    more = ctx.say("hold-set-stopped") if stopped else None
    if stopped:
        told = [p.user_id for p in ctx.access.coordinators(session, row.forum_uid)]
        mark = f"{steps.tag(session, row.code)}:held:{ctx.saying}"
        steps.tell(session, ctx.access, [each for each in told if each != ctx.person.user_id], "erasure.told",
                   "erasure-told-stopped", mark, now, case=row, code=row.code)  # fmt: skip
    return changed(ctx, row, "hold-already" if before else "hold-set", more, end=end)


def let_go(session: Session, ctx: Context, row: Case, words: str) -> Reply:
    """The lead says that a case need not be kept any more: "ophæv hold", as "hold ... slut"."""
    return hold(session, ctx, row, _over(ctx))


def _over(ctx: Context) -> str:
    return "slut" if ctx.language == "da" else "end"


def _because(ctx: Context) -> str:
    return "klagesag" if ctx.language == "da" else "complaint"


# --- the records system has it


def archived(session: Session, ctx: Context, row: Case, words: str) -> Reply:
    """The coordinator has found the number of the receipt in the folder: the case may go."""
    _lead(session, ctx, row)
    standing = queries.erasure_under_way(session, row.uid)
    if standing is None or standing.state != "exported" or standing.receipt is None:
        raise Problem("problem-archive-none", code=row.code)
    if not same_number(words, standing.receipt):
        example = f"`{steps.command(ctx.access, ctx.language, 'archived', row.code, 'K7F2-9QXM')}`"
        raise Problem("problem-archive-number", folder=standing.folder or "", example=example)
    if steps.standing(session, standing) is None:
        raise Problem("problem-archive-none", code=row.code)
    if steps.is_out_of_date(session, standing, belongings(session, row).counts()):
        return Reply("erasure.answered", ctx.say("erasure-anew", code=row.code))
    steps.confirm(session, standing, ctx.person.user_id, ctx.heard or ctx.at, ctx.event_id)
    return Reply("erasure.answered", ctx.say("erasure-confirmed"))


DOES: Final = (erase, hold, let_go, archived)
"""What is said in front of a case's code: "!sag slet HS-26-014"."""
