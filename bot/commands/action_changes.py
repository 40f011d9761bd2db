"""What happens to an action after it was recorded: done, moved, given, noted, declined, cancelled."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlmodel import Session

from bot import text
from bot.commands import Also, Context, Numbers, Problem, Reply, Rest, command, listing
from bot.commands.actions import ASKED, DISCLOSE
from bot.commands.deadlines import resolve, when_problem
from bot.commands.people import gap_to_agree, may_tell, people_of
from bot.commands.planb_offers import offers
from bot.documents.lines import day, listed, owners_line, with_agency
from bot.owed import Message, direct
from bot.owed import forum as forum_target
from bot.reminding import deadline
from bot.storage import queries
from bot.storage.models import Action, Forum
from bot.when import Deadline, NextMeeting, Recurring, WhenError, read

_LONGEST_NAME = 3  # words; what is longer is a sentence and no misspelt name


def changeable(session: Session, ctx: Context, numbers: Sequence[int]) -> list[Action]:
    """The actions with these numbers, if the person sees and may change each of them."""
    rows = listing.find_all(session, ctx, numbers)
    for row in rows:
        if not ctx.access.may_change(session, ctx.person, row):
            people = listed(ctx.access, [o.person for o in queries.owners(session, row.uid) if o.named])
            said = {"number": row.number, "prefix": ctx.prefix}
            if people:
                raise Problem("problem-not-yours", owners=people, **said)
            raise Problem("problem-not-yours-ownerless", **said)
    return rows


def _lines(session: Session, ctx: Context, key: str, rows: Sequence[Action], note: str = "") -> str:
    said = [f"**{ctx.say(key, number=row.number)}** {listing.line(session, ctx, row)}" for row in rows]
    return "\n".join([*said, *([note] if note else [])])


@command("done", da=("færdig", "gjort", "klaret"), en=("finish", "finished"), family="actions")
def done(session: Session, ctx: Context, numbers: Numbers, words: Rest) -> Reply:
    """Report actions as done, with an optional note.

    da: Meld en aftale færdig, gerne med en bemærkning.
        !færdig 42 nået i dag
        !færdig 42, 43 og 44
    en: Report an action as done, with a note if you like.
        !done 42 finished today
        !done 42, 43 and 44
    """
    rows = changeable(session, ctx, numbers)
    return finish(session, ctx, rows, words)


def finish(session: Session, ctx: Context, rows: Sequence[Action], words: str = "") -> Reply:
    """Mark the person's part of each action as done: all of it where they wrote it or coordinate."""
    actions = ctx.actions(session)
    said: list[str] = []
    for row in rows:
        if row.state == "done":
            if words:
                actions.note(row, words)
            said.append(_lines(session, ctx, "action-done-already", [row]))
            continue
        owners = queries.owners(session, row.uid)
        acts_for = ctx.access.acts_for
        mine = [o for o in owners if acts_for(session, ctx.person.user_id, o, row)]
        whole = not mine or ctx.person.user_id == row.created_by
        complete = actions.finish(row, whole=whole)
        if words:
            actions.note(row, words)
        waiting = [o for o in queries.owners(session, row.uid) if o.done_at is None]
        if complete or not waiting:
            said.append(_lines(session, ctx, "action-done", [row]))
        else:
            names = owners_line(ctx.access, waiting, ctx.language)
            said.append(ctx.say("action-part-done", number=row.number, names=names))
    return Reply("action.done", "\n".join(said), tuple(r.uid for r in rows))


@command("due", da=("frist", "udsæt", "flyt"), en=("deadline", "snooze", "postpone"), family="actions")
def due(session: Session, ctx: Context, numbers: Numbers, words: Rest) -> Reply:
    """Move the deadline of actions.

    da: Giv en aftale en ny frist.
        !frist 42 om 14 dage
        !frist 42 fredag kl. 10
    en: Give an action another deadline.
        !due 42 in 2 weeks
        !due 42 Friday at 10
    """
    rows = changeable(session, ctx, numbers)
    if not words:
        raise Problem("problem-no-deadline", number=rows[0].number, prefix=ctx.prefix)
    moved = [move(session, ctx, row, words) for row in rows]
    return Reply("action.moved", "\n".join(moved), tuple(r.uid for r in rows))


def move(session: Session, ctx: Context, row: Action, words: str) -> str:
    """Set the deadline that the words name; raises Problem when they name none. Returns the line to say."""
    forum = queries.forum(session, row.forum_uid)
    try:
        value = read(words, now=ctx.at, lang=ctx.language, calendar=ctx.access.calendar)
    except WhenError as error:
        raise when_problem(error) from error
    return set_due(session, ctx, row, value, forum)


def set_due(
    session: Session, ctx: Context, row: Action, value: Deadline | NextMeeting | Recurring, forum: Forum
) -> str:
    """Set an understood deadline and say so."""
    new, problem = resolve(session, ctx, forum, value, None)
    if new is None:
        raise problem or Problem("ask-due")
    before = deadline(row)
    ctx.actions(session).set_due(row, new)
    said = day(ctx.access, new, ctx.language, ctx.at)
    if before is None or before == new:
        return ctx.say("action-due-set", number=row.number, due=said)
    return ctx.say(
        "action-due-moved", number=row.number, due=said, before=day(ctx.access, before, ctx.language, ctx.at)
    )


@command("give", da=("giv", "overdrag"), en=("assign", "handover"), family="actions")
def give(session: Session, ctx: Context, numbers: Numbers, words: Rest) -> Reply:
    """Hand actions over to other owners.

    da: Overdrag en aftale til en anden.
        !giv 42 @ali
        !overdrag 42 Lene fra BUF
    en: Hand an action over to somebody else.
        !give 42 @ali
        !give 42 Lene from BUF
    """
    rows = changeable(session, ctx, numbers)
    if not words:
        raise Problem("problem-no-name", number=rows[0].number, prefix=ctx.prefix)
    uids = tuple(row.uid for row in rows)
    try:
        for row in rows:
            hand_over(session, ctx, row, words)
    except Problem as problem:
        if len(rows) > 1 or not problem.key.startswith("ask-"):
            raise
        return Reply(ASKED, ctx.say(problem.key, **problem.args_), uids)  # a name in reply completes it
    return given(session, ctx, rows)


def given(session: Session, ctx: Context, rows: Sequence[Action]) -> Reply:
    """Say whom actions were given to, and ask where it has to be agreed to that they are told."""
    said = [_lines(session, ctx, "action-given", rows)]
    asked = [row for row in rows if gap_to_agree(session, row) is not None]
    for row in asked:
        head = f"**{ctx.say('action-head', number=row.number)}** " if len(rows) > 1 else ""
        problem = may_tell(session, ctx, row)
        said.append(head + ctx.say(problem.key, **problem.args_))
    kind = DISCLOSE if asked else "action.given"
    return Reply(kind, "\n".join(said), tuple(row.uid for row in rows))


def hand_over(session: Session, ctx: Context, row: Action, words: str) -> None:
    """Set the owners that the words name; raises Problem when they name nobody here."""
    people = people_of(session, ctx, row)
    named = people.whole(words) if words else None
    if named is None or (named.problem is not None and named.problem.key == "ask-owner-near"):
        said = re.sub(r"^(?:til|to)\s+", "", words, flags=re.IGNORECASE)
        near = people.nearest(said) if len(said.split()) <= _LONGEST_NAME else None
        shown = {
            "word": text.user_text(said[:60].removeprefix("@")),
            "number": row.number,
            "prefix": ctx.prefix,
        }
        if near is None:
            raise Problem("problem-no-owner", **shown)
        raise Problem("problem-near-owner", name=text.user_text(ctx.access.name(near)), **shown)
    if named.problem is not None:
        raise named.problem
    ctx.actions(session).set_owners(row, named.owners)


@command("note", da=("note", "notat", "bemærk"), family="actions")
def note(session: Session, ctx: Context, numbers: Numbers, words: Rest) -> Reply:
    """Add a note to actions; any member may.

    da: Skriv en bemærkning på en aftale.
        !note 42 skolen ringer tilbage mandag
    en: Add a note to an action.
        !note 42 the school calls back on Monday
    """
    rows = listing.find_all(session, ctx, numbers)
    if not words:
        raise Problem("problem-no-words", example=f"{ctx.prefix}note {rows[0].number} …")
    for row in rows:
        ctx.actions(session).note(row, words)
    said = ", ".join(str(row.number) for row in rows)
    return Reply("action.noted", ctx.say("action-noted", numbers=said), tuple(r.uid for r in rows))


@command("decline", da=("afvis", "afslå"), family="actions")
def decline(session: Session, ctx: Context, numbers: Numbers, words: Rest) -> Reply:
    """Say that an action cannot be done, with the reason; the forum and the writer hear it at once.

    da: Sig fra, med en grund. „Det må jeg ikke dele“ er altid et gyldigt svar.
        !afvis 42 vi har ikke hjemmel til det
    en: Say that you cannot, with the reason. “I may not share that” is always a valid answer.
        !decline 42 we have no legal basis for it
    """
    rows = changeable(session, ctx, numbers)
    if not words:
        raise Problem("problem-no-reason", number=rows[0].number, prefix=ctx.prefix)
    return refuse(session, ctx, rows, words)


def refuse(session: Session, ctx: Context, rows: Sequence[Action], words: str) -> Reply:
    """Decline actions for a reason: answers here, tells the forum (if said elsewhere) and the writer."""
    said: list[str] = []
    also: list[Also] = []
    for row in rows:
        actions = ctx.actions(session)
        reason = text.text_ref(actions.note(row, words).uid)
        whole = actions.decline(row)
        alone = whole or not any(owner.named for owner in queries.owners(session, row.uid))
        who = with_agency(ctx.access, ctx.person.user_id)
        key = "action-declined" if whole else "action-left" if alone else "action-stepped-back"
        line = listing.line(session, ctx, row)
        # Alone with the bot one is spoken to, in front of others one is named.
        if ctx.place.direct:
            head = ctx.say(_TO_YOU[key], number=row.number, reason=reason)
        else:
            head = ctx.say(key, number=row.number, who=who, reason=reason)
        said.append(f"{head}\n{line}")
        also += _announce(session, ctx, row, key, who=who, reason=reason)
        also += offers(session, ctx, row) if row.state == "declined" else []
    return Reply("action.declined", "\n".join(said), tuple(r.uid for r in rows), also=tuple(also))


_TO_YOU = {
    "action-declined": "action-declined-you",
    "action-stepped-back": "action-stepped-back-you",
    "action-left": "action-left-you",
}


def _announce(session: Session, ctx: Context, row: Action, key: str, **args: object) -> list[Also]:
    """What the forum and the writer are told, each in their language, unless it was said in front of them."""
    found: list[Also] = []
    room = queries.forum_room(session, row.forum_uid)
    here = room is not None and room.room_id == ctx.place.room_id
    targets = [forum_target(row.forum_uid)] if room is not None and not here else []
    if row.created_by != ctx.person.user_id and ctx.access.may_hear(session, row.created_by, row):
        targets.append(direct(row.created_by))
    for target in targets:
        person = target.removeprefix("dm:") if target.startswith("dm:") else None
        place = None if person or room is None else ctx.access.place(session, room)
        language = ctx.access.language(session, person, place)
        shown = (
            text.t(language, key, number=row.number, **args)
            + "\n"
            + listing.line(session, ctx, row, language)
        )
        message = Message("action.declined", shown, (row.uid,), notify=True, language=language)
        found.append(Also(f"declined:{ctx.event_id}:{ctx.line}:{row.number}:{target}", target, message))
    return found


@command("cancel", da=("annuller", "slet", "fjern"), en=("delete", "remove"), family="actions")
def cancel(session: Session, ctx: Context, numbers: Numbers, words: Rest) -> Reply:
    """Cancel actions that are no longer needed.

    da: Annuller en aftale, der ikke længere er brug for.
        !annuller 42 familien er flyttet
    en: Cancel an action that is no longer needed.
        !cancel 42 the family has moved
    """
    rows = changeable(session, ctx, numbers)
    for row in rows:
        actions = ctx.actions(session)
        if words:
            actions.note(row, words)
        actions.change(row, "state", "cancelled")
    return Reply(
        "action.cancelled", _lines(session, ctx, "action-cancelled", rows), tuple(r.uid for r in rows)
    )
