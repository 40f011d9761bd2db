"""Everything that belongs to a case, over all tables: what is exported of it, and what goes when it is erased."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlmodel import Session

from bot.storage import queries
from bot.storage.cases import (
    Case,
    CaseFollower,
    CaseGoal,
    CaseQuestion,
    CaseRelation,
    CaseTrend,
    CaseUpdate,
    Escalation,
    QuestionStep,
    SheetValue,
)
from bot.storage.meetings import AgendaItem, Decision, Remark
from bot.storage.models import Action, Change, InboxEvent, Text
from bot.storage.privacy import LegalHold
from bot.storage.sealing import Vault

# Commands about a whole meeting: what they did to a case is the case's, the message that says them is not.
_OF_MEETINGS = frozenset({"meeting", "minutes", "next", "here", "apologies"})


@dataclass(frozen=True)
class Belongings:
    """The rows of a case, read once."""

    case: Case
    followers: Sequence[CaseFollower]
    relations: Sequence[CaseRelation]
    goals: Sequence[CaseGoal]
    trends: Sequence[CaseTrend]
    values: Sequence[SheetValue]
    updates: Sequence[CaseUpdate]
    escalations: Sequence[Escalation]
    questions: Sequence[CaseQuestion]
    steps: Sequence[QuestionStep]
    holds: Sequence[LegalHold]
    items: Sequence[AgendaItem]
    actions: Sequence[Action]
    decisions: Sequence[Decision]
    remarks: Sequence[Remark]
    changes: Sequence[Change]
    texts: Sequence[Text]

    @cached_property
    def action_uids(self) -> frozenset[str]:
        """The row ids of its actions."""
        return frozenset(row.uid for row in self.actions)

    @cached_property
    def text_uids(self) -> frozenset[str]:
        """The row ids of its texts, earlier wordings included."""
        return frozenset(row.uid for row in self.texts)

    @cached_property
    def meetings(self) -> list[str]:
        """The uids of the meetings that dealt with it, in no order."""
        named = {row.meeting_uid for row in self.items} | {row.meeting_uid for row in self.decisions}
        named |= {row.meeting_uid for row in self.actions} | {row.meeting_uid for row in self.remarks}
        return sorted(uid for uid in named if uid)

    def counts(self) -> dict[str, int]:
        """How many records of each kind there are."""
        observed = [row for row in self.updates if row.kind == "observation"]
        return {
            "actions": len(self.actions),
            "decisions": len(self.decisions),
            "updates": len(self.updates) - len(observed),
            "observations": len(observed),
            "questions": len(self.questions),
            "escalations": len(self.escalations),
            "goals": len(self.goals),
            "trends": len(self.trends),
            "sheet": len(self.values),
            "followers": len(self.followers),
            "related": len(self.relations),
            "agenda": len(self.items),
            "remarks": len(self.remarks),
            "meetings": len(self.meetings),
            "history": len(self.changes),
            "texts": len(self.texts),
        }


def belongings(session: Session, case: Case) -> Belongings:
    """Everything that belongs to a case."""
    uid, code = case.uid, case.code
    items = queries.items_with_code(session, code)
    item_uids = {row.uid for row in items}
    actions = queries.actions_with_code(session, code, item_uids)
    decisions = queries.decisions_with_code(session, code, item_uids)
    corrected = [(row.meeting_uid, row.label) for row in decisions if row.meeting_uid]
    corrected += [(row.meeting_uid, str(row.number)) for row in actions if row.meeting_uid]
    remarks = queries.remarks_about(session, item_uids, corrected)
    fields = {f"item:{row.uid}" for row in items} | {f"decision:{row.uid}" for row in decisions}
    fields |= {f"remark:{row.uid}" for row in remarks}
    questions: Sequence[CaseQuestion] = queries.rows_of_case(session, CaseQuestion, uid)
    holds: Sequence[LegalHold] = queries.rows_of_case(session, LegalHold, uid)
    named = [(row.text_uid, row.planb_uid) for row in actions]
    linked = {uid for pair in named for uid in pair if uid}
    for rows in (decisions, remarks, items, holds):
        linked |= {row.text_uid for row in rows if row.text_uid}
    under = queries.texts_under(session, (case.key, f"names:{code}"))
    known = {row.uid for row in under}
    changes = queries.changes_about(session, uid, code, {row.uid for row in actions}, fields)
    linked |= _texts_in(session, changes)
    texts = sorted(
        [*under, *queries.texts_by_uid(session, linked - known)], key=lambda row: (row.at, row.uid)
    )
    return Belongings(
        case=case,
        followers=queries.rows_of_case(session, CaseFollower, uid),
        relations=queries.relations_of(session, uid),
        goals=queries.rows_of_case(session, CaseGoal, uid),
        trends=queries.rows_of_case(session, CaseTrend, uid),
        values=queries.rows_of_case(session, SheetValue, uid),
        updates=sorted(
            queries.rows_of_case(session, CaseUpdate, uid), key=lambda row: (row.said_at, row.uid)
        ),
        escalations=sorted(
            queries.rows_of_case(session, Escalation, uid), key=lambda row: (row.escalated_at, row.uid)
        ),
        questions=sorted(questions, key=lambda row: (row.asked_at, row.agency)),
        steps=queries.steps_of_questions(session, {row.uid for row in questions}),
        holds=holds,
        items=items,
        actions=actions,
        decisions=decisions,
        remarks=remarks,
        changes=changes,
        texts=texts,
    )


def _texts_in(session: Session, changes: Sequence[Change]) -> set[str]:
    """The texts that an action's history points to: its notes, earlier words and plan B.

    None of a history that nobody can open any more: a backup has brought it back.
    """
    vault: Vault = session.info["vault"]
    found: set[str] = set()
    for change in changes:
        if change.seal_key and vault.destroyed(change.seal_key):
            continue
        if change.action_uid and change.field in ("text", "note", "planb"):
            found |= {value for value in (change.before, change.after) if isinstance(value, str)}
    return found


def own_messages(session: Session, own: Belongings, bot: str) -> Sequence[InboxEvent]:
    """People's own messages about a case: what said its words, and what changed or asked for something of it."""
    said = {row.event_id for row in own.texts}
    for rows in (
        (own.case,),
        own.updates,
        own.escalations,
        own.actions,
        own.decisions,
        own.remarks,
        own.items,
    ):
        said |= {row.source_event for row in rows}
    moved = {row.event_id for row in own.changes if row.case_uid == own.case.uid or row.action_uid}
    ids = queries.messages_about(session, own.case.uid, own.case.code, own.action_uids, own.text_uids)
    for row in queries.messages_by_id(session, ids):
        if row.case_uid == own.case.uid and row.reply_to:
            moved.add(row.reply_to)
        if row.what == "edit" and row.reason.startswith("edit-reply:"):
            said.add(row.reason.removeprefix("edit-reply:").rpartition(":")[0])
    named = queries.commands_named(session, moved - said)
    whole = {event for event, names in named.items() if names and names <= _OF_MEETINGS}
    return queries.heard_events(session, said | (moved - whole), bot)
