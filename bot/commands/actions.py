"""The actions family: record an action, and everything that may happen to it afterwards."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from sqlmodel import Session

from bot import text
from bot.actions import Ownership, deadline
from bot.cases import code_of
from bot.casework.refreshing import touched
from bot.commands import Also, Context, Numbers, Problem, Reply, Rest, command, listing
from bot.commands.case_places import code_at, unknown
from bot.commands.people import People, gap_to_agree, may_tell, people_of
from bot.commands.planb_offers import offers
from bot.documents.lines import day, listed, owners_line, with_agency
from bot.meetings import upcoming
from bot.owed import Message, direct
from bot.owed import forum as forum_target
from bot.storage import queries
from bot.storage.models import Action, Forum
from bot.when import Deadline, MeetingDay, NextMeeting, Recurring, WhenError, find, read

_REACH = timedelta(days=400)
_LONGEST_NAME = 3  # words; what is longer is a sentence and no misspelt name
ASKED = "action.asked"
DISCLOSE = "action.disclose"


@command("action", da=("aftale",), en=("agree", "todo"), family="actions")
def action(session: Session, ctx: Context, words: Rest) -> Reply:
    """Record an agreed action; what is unclear is left empty and asked for.

    da: Noter en aftale: hvem, hvad og hvornår.
        !aftale @lene søge friplads i klubben inden fredag
        !aftale BUF, SOF #HS-26-014 holde netværksmøde senest 3/12
    en: Record an agreed action: who, what and when.
        !action @lene apply for a place at the club by Friday
        !action BUF, SOF #HS-26-014 hold a network meeting by 3 December
    """
    if not words.strip(" \t\n,;:.!?–-"):
        raise Problem("problem-empty-action", prefix=ctx.prefix)
    forum = _forum_of(session, ctx)
    people = People(session, ctx, forum, owning=True)
    case, rest = code_at(words, ctx)
    named = people.leading(rest)
    if case is None:
        case, rest = code_at(named.rest, ctx)
    else:
        rest = named.rest
    case = case or case_inside(rest, ctx) or _case_at(session, ctx)
    of_before = ctx.existing.case_code if ctx.existing else None
    found = find(rest, now=ctx.at, lang=ctx.language, calendar=ctx.access.calendar)
    due, due_problem = resolve(session, ctx, forum, found.deadline, found.problem)
    assumed = False
    if due is None and due_problem is None:
        due = next_meeting(session, ctx, forum)
        assumed = due is not None
        due_problem = None if due else Problem("ask-due")
    said = _tidy(found.text)
    row = _write(session, ctx, forum, said, named.owners, due, case)
    for code in sorted({code for code in (of_before, row.case_code) if code}):
        touched(session, ctx.access, code, ctx.saying, ctx.heard or ctx.at)
    # Of an edited message some may have been completed in the meantime: nobody is asked for that again.
    owners = queries.owners(session, row.uid)
    asked = [may_tell(session, ctx, row)] if any(owner.asked_for for owner in owners) else []
    # Who only has to be agreed to is named already.
    if not owners or any(not owner.named and owner.asked_for is None for owner in owners):
        asked.append(named.problem or Problem("ask-owner"))
    if row.due is None:
        asked.append(due_problem or Problem("ask-due"))
    if row.text_uid is None:
        asked.append(Problem("ask-text"))
    made = recorded(session, ctx, row, asked, assumed=assumed)
    strange = _no_such_case(session, ctx, forum, row)
    return replace(made, template=f"{made.template}\n{strange}") if strange else made


def _no_such_case(session: Session, ctx: Context, forum: Forum, row: Action) -> str | None:
    """The line that an action's case is none that is known here, where the forum has cases; unknown or not theirs."""
    if row.case_code is None or not queries.has_cases(session, forum.uid):
        return None
    found = queries.case_by_code(session, row.case_code)
    if found is not None and ctx.access.may_see_case(session, ctx.person, ctx.place, found):
        return None
    problem = unknown(session, ctx, row.case_code)
    return ctx.say(problem.key, **problem.args_)


def _write(
    session: Session,
    ctx: Context,
    forum: Forum,
    said: str,
    owners: Sequence[Ownership],
    due: Deadline | None,
    case: str | None,
) -> Action:
    """Record the action; of an edited message only what its words changed, where nothing later stands."""
    actions = ctx.actions(session)
    existing = ctx.existing
    if existing is None:
        row = actions.record(forum, ctx.place.room_id, said, owners, due, case)
        if ctx.meeting is not None:
            row.meeting_uid, row.item_uid = ctx.meeting.uid, _item_at(session, ctx)
        return row
    later = {
        change.field
        for change in queries.history(session, existing.uid)
        if not change.undone and (change.event_id, change.line) != (ctx.event_id, ctx.line)
    }
    if "text" not in later:
        actions.reword(existing, said)
    wanted = actions.agreed(existing, owners)
    for name, value in (("owners", wanted), ("due", due.iso() if due else None), ("case", case)):
        if name not in later:
            actions.change(existing, name, value)
    if existing.state == "cancelled" and "state" not in later:
        actions.change(existing, "state", "open")
    return existing


def recorded(
    session: Session,
    ctx: Context,
    row: Action,
    questions: Sequence[Problem] = (),
    *,
    assumed: bool = False,
) -> Reply:
    """The confirmation of an action: number, owner, agency, what and by when, and what is asked."""
    lines = [f"**{ctx.say('action-recorded', number=row.number)}** {listing.line(session, ctx, row)}"]
    if assumed and ctx.meeting is not None and not questions:
        lines[0] += f" {ctx.say('action-next-meeting-short')}"  # in a meeting one line is enough
    elif assumed:
        lines.append(ctx.say("action-next-meeting"))
    lines += [ctx.say(q.key, **q.args_) for q in questions]
    kind = ASKED if questions else "action.recorded"
    kind = DISCLOSE if any(q.key == "ask-disclose" for q in questions) else kind
    return Reply(kind, "\n".join(lines), (row.uid,))


def _forum_of(session: Session, ctx: Context) -> Forum:
    """The forum an action belongs to: the room's, or in direct messages the person's only one."""
    if ctx.existing is not None:
        own = next((f for f in queries.forums(session) if f.uid == ctx.existing.forum_uid), None)
        if own is not None:
            return own
    if ctx.place.forum is not None:
        return ctx.place.forum
    mine = ctx.access.forums_inside(session, ctx.person.user_id)
    if len(mine) == 1:
        return mine[0]
    raise Problem("problem-action-in-room", prefix=ctx.prefix)


def _case_at(session: Session, ctx: Context) -> str | None:
    """The case whose thread this is; else that of the agenda item that the meeting is, or was, at."""
    if ctx.about_case is not None:
        return ctx.about_case.code
    item = queries.agenda_item(session, _item_at(session, ctx))
    return item.case_code if item else None


def _item_at(session: Session, ctx: Context) -> str | None:
    return ctx.existing.item_uid if ctx.existing else ctx.meetings(session).item_at(ctx.meeting)


def case_inside(words: str, ctx: Context) -> str | None:
    """The one case code that a sentence mentions: the action belongs to it, and the sentence stays as it is."""
    prefix = re.escape(ctx.access.settings.general.case_prefix)
    codes = {
        code_of(ctx.access, 2000 + int(year), int(number))
        for year, number in re.findall(
            rf"(?<![\w-]){prefix}-(\d\d)-(\d{{1,5}})(?![\w-])", words, re.IGNORECASE
        )
    }
    return codes.pop() if len(codes) == 1 else None


def _tidy(words: str) -> str:
    return words.replace("\ue002", "").replace("\ue003", "").strip(" \t\n,;–-")


def resolve(
    session: Session,
    ctx: Context,
    forum: Forum,
    value: Deadline | NextMeeting | Recurring | None,
    problem: WhenError | None,
) -> tuple[Deadline | None, Problem | None]:
    """What was understood about time as a deadline, or as the question that it raises."""
    if problem is not None:
        return None, when_problem(problem)
    if isinstance(value, Recurring):
        return None, Problem("ask-due-repeat")
    if isinstance(value, NextMeeting):
        meeting = meeting_meant(session, ctx, forum, value)
        return meeting, None if meeting else Problem("ask-due-no-meeting")
    if isinstance(value, MeetingDay):
        on_it = NextMeeting(value.forum, first=value.day, last=value.day)
        return meeting_meant(session, ctx, forum, on_it) or Deadline(value.day), None
    return value, None


def when_problem(error: WhenError) -> Problem:
    """The question that a phrase about time raises: `when-ask-<reason>`, with the words it is about."""
    shown = {name: text.user_text(value) for name, value in error.params.items()}
    return Problem(f"when-ask-{error.reason}", **shown)


def next_meeting(session: Session, ctx: Context, forum: Forum) -> Deadline | None:
    """The forum's next meeting as a deadline; None if unknown."""
    return meeting_meant(session, ctx, forum, NextMeeting())


def meeting_meant(session: Session, ctx: Context, forum: Forum, said: NextMeeting) -> Deadline | None:
    """The meeting that was meant as a deadline, of this forum or the one forum of another kind; None if none
    or several are."""
    if said.forum is not None and forum.kind != said.forum:
        others = [each for each in queries.forums(session) if each.kind == said.forum]
        if len(others) != 1:
            return None
        forum = others[0]
    ahead = upcoming(session, ctx.access, forum, ctx.at, ctx.at + _REACH)
    tz = ctx.access.settings.general.tz
    starts = [each.start.astimezone(tz) for each in ahead if each.lay_ahead(ctx.at)]
    if said.first is not None and said.last is not None:
        starts = [start for start in starts if said.first <= start.date() <= said.last]
        if len(starts) > 1:
            return None
    if len(starts) < said.count:
        return None
    return Deadline.of(starts[said.count - 1], tz)


# --- what happens to an action afterwards


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
