"""meetings"""

import sqlalchemy as sa
from alembic import op

from bot.storage.types import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "decision",
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("forum_uid", sa.String(), nullable=False),
        sa.Column("meeting_uid", sa.String(), nullable=True),
        sa.Column("item_uid", sa.String(), nullable=True),
        sa.Column("week", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text_uid", sa.String(), nullable=True),
        sa.Column("case_code", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=False),
        sa.Column("source_event", sa.String(), nullable=False),
        sa.Column("source_line", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["forum_uid"], ["forum.uid"], name=op.f("fk_decision_forum_uid")),
        sa.ForeignKeyConstraint(["text_uid"], ["text.uid"], name=op.f("fk_decision_text_uid")),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_decision")),
        sa.UniqueConstraint("forum_uid", "week", "number", name=op.f("uq_decision_forum_uid_week_number")),
        sa.UniqueConstraint("source_event", "source_line", name=op.f("uq_decision_source_event_source_line")),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_case_code"), ["case_code"], unique=False)
        batch_op.create_index("ix_decision_forum", ["forum_uid", "decided_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_decision_meeting_uid"), ["meeting_uid"], unique=False)

    op.create_table(
        "meeting",
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("forum_uid", sa.String(), nullable=False),
        sa.Column("slot", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("began_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("unended", sa.Boolean(), nullable=False),
        sa.Column("chair", sa.String(), nullable=True),
        sa.Column("item_uid", sa.String(), nullable=True),
        sa.Column("heard_at", UtcDateTime(), nullable=True),
        sa.Column("posted_at", UtcDateTime(), nullable=True),
        sa.Column("asked_start_at", UtcDateTime(), nullable=True),
        sa.Column("asked_end_at", UtcDateTime(), nullable=True),
        sa.Column("reordered", sa.Boolean(), nullable=False),
        sa.Column("minutes", sa.String(), nullable=False),
        sa.Column("draft_change", sa.Integer(), nullable=False),
        sa.Column("approve_at", UtcDateTime(), nullable=True),
        sa.Column("approved_at", UtcDateTime(), nullable=True),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("minutes_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["forum_uid"], ["forum.uid"], name=op.f("fk_meeting_forum_uid")),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_meeting")),
        sa.UniqueConstraint("forum_uid", "slot", name=op.f("uq_meeting_forum_uid_slot")),
    )
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.create_index("ix_meeting_forum", ["forum_uid", "starts_at"], unique=False)
        batch_op.create_index("ix_meeting_minutes", ["minutes", "approve_at"], unique=False)
        batch_op.create_index("ix_meeting_state", ["state", "starts_at"], unique=False)

    op.create_table(
        "agenda_item",
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("forum_uid", sa.String(), nullable=False),
        sa.Column("meeting_uid", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("text_uid", sa.String(), nullable=True),
        sa.Column("case_code", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("carried_from", sa.String(), nullable=True),
        sa.Column("began_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("source_event", sa.String(), nullable=False),
        sa.Column("source_line", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["forum_uid"], ["forum.uid"], name=op.f("fk_agenda_item_forum_uid")),
        sa.ForeignKeyConstraint(["meeting_uid"], ["meeting.uid"], name=op.f("fk_agenda_item_meeting_uid")),
        sa.ForeignKeyConstraint(["text_uid"], ["text.uid"], name=op.f("fk_agenda_item_text_uid")),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_agenda_item")),
    )
    with op.batch_alter_table("agenda_item", schema=None) as batch_op:
        batch_op.create_index("ix_agenda_item_meeting", ["meeting_uid", "place"], unique=False)
        batch_op.create_index(batch_op.f("ix_agenda_item_source_event"), ["source_event"], unique=False)
        batch_op.create_index("ix_agenda_item_waiting", ["forum_uid", "state", "meeting_uid"], unique=False)

    op.create_table(
        "attendance",
        sa.Column("meeting_uid", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=True),
        sa.Column("text_uid", sa.String(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_uid"], ["meeting.uid"], name=op.f("fk_attendance_meeting_uid")),
        sa.ForeignKeyConstraint(["text_uid"], ["text.uid"], name=op.f("fk_attendance_text_uid")),
        sa.PrimaryKeyConstraint("meeting_uid", "who", name=op.f("pk_attendance")),
    )
    op.create_table(
        "remark",
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("meeting_uid", sa.String(), nullable=False),
        sa.Column("item_uid", sa.String(), nullable=True),
        sa.Column("about", sa.String(), nullable=True),
        sa.Column("text_uid", sa.String(), nullable=True),
        sa.Column("addendum", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("source_event", sa.String(), nullable=False),
        sa.Column("source_line", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_uid"], ["meeting.uid"], name=op.f("fk_remark_meeting_uid")),
        sa.ForeignKeyConstraint(["text_uid"], ["text.uid"], name=op.f("fk_remark_text_uid")),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_remark")),
    )
    with op.batch_alter_table("remark", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_remark_meeting_uid"), ["meeting_uid"], unique=False)
        batch_op.create_index(batch_op.f("ix_remark_source_event"), ["source_event"], unique=False)

    with op.batch_alter_table("action", schema=None) as batch_op:
        batch_op.add_column(sa.Column("meeting_uid", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("item_uid", sa.String(), nullable=True))
        batch_op.create_index(batch_op.f("ix_action_meeting_uid"), ["meeting_uid"], unique=False)

    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.add_column(sa.Column("meeting_uid", sa.String(), nullable=True))
        batch_op.create_index(batch_op.f("ix_change_meeting_uid"), ["meeting_uid"], unique=False)

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("meeting_uid", sa.String(), nullable=True))
        batch_op.create_index("ix_outbox_meeting", ["meeting_uid", "kind"], unique=False)
