"""What the history of cases keeps of each table."""

from __future__ import annotations

from bot.history import Kept
from bot.storage.cases import (
    Case,
    CaseFollower,
    CaseGoal,
    CaseQuestion,
    CaseRelation,
    CaseTrend,
    CaseUpdate,
    Escalation,
    SheetValue,
)

_WITHDRAWN = {"state": "withdrawn"}
KEPT = {
    "case": Kept(
        Case,
        (
            *("state", "urgent", "text_uid", "closed_at", "closing_uid", "followed_at", "follow_up_at"),
            "reopened_at",
        ),
        _WITHDRAWN,
    ),
    "follower": Kept(CaseFollower, ("role", "agency", "state"), _WITHDRAWN),
    "relation": Kept(CaseRelation, ("state",), _WITHDRAWN),
    "goal": Kept(CaseGoal, ("text_uid", "by"), {"text_uid": None}),
    "trend": Kept(CaseTrend, ("trend", "by", "said_at"), {"trend": None}),
    "value": Kept(SheetValue, ("text_uid", "agency", "by", "said_at"), {"text_uid": None}),
    "update": Kept(CaseUpdate, ("kind", "state", "text_uid", "decided_by"), _WITHDRAWN),
    "escalation": Kept(Escalation, ("state", "urgent", "text_uid", "returned_at", "returned_by"), _WITHDRAWN),
    "question": Kept(
        CaseQuestion,
        ("person", "state", "step", "answered_at", "remind_at", "handed_by"),
        {"state": "dropped"},
    ),
}
