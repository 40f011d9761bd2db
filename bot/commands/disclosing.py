"""May somebody outside a forum be told of one of its actions? Asked, answered, written down.

Until whoever wrote it, named them or coordinates says yes, they are no owner: they neither hear of the action nor see
it (docs/decisions/disclosure).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from sqlmodel import Session

from bot import audit
from bot.access import Access
from bot.commands import Context, Reply, consent
from bot.commands import actions as acts
from bot.commands.heard import CANNOT, DONE, NotMine, on_reaction, on_reply
from bot.commands.people import gap_to_agree, still_open, with_places
from bot.documents.lines import with_agency
from bot.owed import Message, direct, owe, owe_redaction
from bot.ownership import Ownership
from bot.storage import queries
from bot.storage.models import Action, Change, Outbox


def reading(words: str) -> bool | None:
    """Whether words agree to a disclosure or do not; None: they say something else."""
    return consent.reading(words, plain=True)


def decides(session: Session, ctx: Context, row: Action) -> bool:
    """Whether somebody may agree: of the forum, and its coordinator or lead, the writer, or who named them."""
    person = ctx.person.user_id
    if ctx.access.leads_forum(session, ctx.person, row.forum_uid):
        return True
    if not ctx.access.is_of(session, person, row.forum_uid):
        return False
    return person == row.created_by or _named_by(session, row) == person


def _named_by(session: Session, row: Action) -> str | None:
    """Who named the owners as they stand."""
    steps = [c for c in queries.history(session, row.uid) if c.field == "owners" and not c.undone]
    return steps[-1].by if steps else None


def answer(session: Session, ctx: Context, row: Action, words: str) -> Reply | None:
    """A yes or no about an action of which somebody outside may be told; None where it is none, or not theirs."""
    agreed = reading(
        re.sub(rf"^\W*(?:aftale\s|action\s|nr\.?|no\.?)?\s*#?{row.number}\b[\s:.,–-]*", "", words.strip())
    )
    if agreed is None or gap_to_agree(session, row) is None or not decides(session, ctx, row):
        return None
    return settle(session, ctx, row, agreed=agreed)


def settle(session: Session, ctx: Context, row: Action, *, agreed: bool) -> Reply:
    """Tell those who were asked about, or do not: then it stays with whoever had it, or somebody else is asked for."""
    owners = queries.owners(session, row.uid)
    asked = [Ownership.of(o) for o in owners if o.asked_for]
    names = ", ".join(with_agency(ctx.access, o.asked_for or "", o.agency) for o in asked)
    if agreed:
        wanted = [_told(Ownership.of(o)) for o in owners]
        ctx.actions(session).set_owners(row, wanted)
        for one in asked:
            audit.note(
                session,
                "disclosed",
                f"action:{row.number}",
                by=ctx.person.user_id,
                at=ctx.cause.at,
                recipient=direct(ctx.access.reached_through(one.asked_for or "")),
                detail="owner",
                purpose="prevention",
                event_id=ctx.event_id,
            )
    else:
        ctx.actions(session).set_owners(row, _without(session, row, owners_before=asked))
    made = acts.recorded(session, ctx, row, still_open(session, ctx, row))
    first = ctx.say("disclose-yes" if agreed else "disclose-no", names=names)
    kind = made.kind if made.kind != "action.recorded" else "action.disclosed"
    return Reply(kind, f"{first}\n{made.template}", made.actions)


def _told(owner: Ownership) -> Ownership:
    if owner.asked_for is None:
        return owner
    return Ownership(owner.asked_for, owner.agency, disclosed=True)


def _without(session: Session, row: Action, owners_before: Sequence[Ownership]) -> list[Ownership]:
    """The owners without those who are not told: of who was named in somebody's place, that somebody again."""
    refused = {o.asked_for for o in owners_before}
    steps = [c for c in queries.history(session, row.uid) if c.field == "owners" and not c.undone]
    last = [Ownership.from_value(each) for each in (steps[-1].before or [])] if steps else []
    if any(each.named for each in last) and not any(each.asked_for in refused for each in last):
        return last
    rest = [Ownership.of(o) for o in queries.owners(session, row.uid)]
    return with_places(Ownership("", o.agency) if o.asked_for else o for o in rest)


@on_reply(acts.DISCLOSE)
def answered(session: Session, ctx: Context, words: str, about: Outbox) -> Reply | None:
    """ "ja" or "nej" to the question; anything else is read as an answer about the action: another name, a date."""
    rows = _asked(session, ctx, about)
    agreed = reading(words)
    if agreed is None or not rows:
        raise NotMine
    return _settled(session, ctx, rows, agreed=agreed)


@on_reaction(acts.DISCLOSE)
def reacted(session: Session, ctx: Context, sign: str, about: Outbox) -> Reply | None:
    """✅ and ❌ of who decides; from an owner they are about their part, from others nothing, also afterwards."""
    rows = _asked(session, ctx, about)
    if sign not in DONE | CANNOT:
        raise NotMine
    if rows:
        return _settled(session, ctx, rows, agreed=sign in DONE)
    for row in queries.actions_in(session, about.id):
        owners = queries.owners(session, row.uid)
        if any(ctx.access.acts_for(session, ctx.person.user_id, owner, row) for owner in owners):
            raise NotMine
    return None


def _asked(session: Session, ctx: Context, about: Outbox) -> list[Action]:
    """The actions of a message that wait for this person's yes or no."""
    return [
        row
        for row in queries.actions_in(session, about.id)
        if ctx.access.may_see(session, ctx.person, ctx.place, row)
        and gap_to_agree(session, row) is not None
        and decides(session, ctx, row)
    ]


def _settled(session: Session, ctx: Context, rows: Sequence[Action], *, agreed: bool) -> Reply:
    said = [settle(session, ctx, row, agreed=agreed) for row in rows]
    kinds = {each.kind for each in said}
    return Reply(
        kinds.pop() if len(kinds) == 1 else acts.ASKED,
        "\n".join(each.template for each in said),
        tuple(uid for each in said for uid in each.actions),
    )


def taken_back(
    session: Session, access: Access, changes: Iterable[Change], reason: str, ctx: Context
) -> None:
    """A disclosure was taken back: what its owner was told of that action is deleted, or not sent at all.

    What the same messages said of other actions is said again.
    """
    for change in changes:
        if change.field != "owners":
            continue
        before = {o.person for o in _values(change.before) if o.disclosed}
        for lost in (o.person for o in _values(change.after) if o.disclosed and o.person not in before):
            target = direct(access.reached_through(lost))
            for row in queries.told_of_action(session, change.action_uid or "", target):
                again = _without_action(session, row, change.action_uid or "")
                owe_redaction(session, row, f"undisclosed:{reason}", now=ctx.cause.at)
                if again is not None:
                    owe(session, f"undisclosed:{reason}:{row.id}:again", target, again, now=ctx.cause.at)


def _without_action(session: Session, row: Outbox, action_uid: str) -> Message | None:
    """A message that lists actions, a line each, without one of them; None where nothing is left of the list."""
    others = [each for each in queries.actions_in(session, row.id) if each.uid != action_uid]
    gone = queries.action_by_uid(session, action_uid)
    if not others or gone is None or row.template is None:
        return None
    kept = [line for line in row.template.split("\n") if not line.startswith(f"- **{gone.number}** ")]
    if not any(line.startswith("- **") for line in kept):
        return None
    uids = tuple(each.uid for each in others)
    return Message(
        row.kind, "\n".join(kept), uids, language=row.language, meeting=row.meeting_uid, case=row.case_uid
    )


def _values(said: Iterable[Sequence[object]] | None) -> list[Ownership]:
    return [Ownership.from_value(each) for each in said or ()]
