"""What the history of meetings keeps of each table."""

from __future__ import annotations

from bot.history import Kept
from bot.storage.meetings import AgendaItem, Attendance, Decision, Meeting, Remark

KEPT = {
    "meeting": Kept(
        Meeting,
        (
            *("state", "starts_at", "ends_at", "began_at", "ended_at", "unended", "chair", "item_uid"),
            *("asked_start_at", "asked_end_at", "reordered", "minutes", "approve_at"),
            *("approved_at", "approved_by"),
        ),
        {"state": "cancelled"},
    ),
    "item": Kept(
        AgendaItem,
        ("meeting_uid", "place", "minutes", "text_uid", "case_code", "state", "began_at", "ended_at"),
        {"state": "struck"},
    ),
    "attendance": Kept(Attendance, ("state", "agency", "text_uid"), {}),  # forgotten altogether
    "decision": Kept(
        Decision, ("meeting_uid", "item_uid", "text_uid", "case_code", "state"), {"state": "withdrawn"}
    ),
    "remark": Kept(Remark, ("item_uid", "about", "text_uid", "state"), {"state": "withdrawn"}),
}
CALENDAR = ("state", "starts_at", "ends_at")
