"""cases"""

import sqlalchemy as sa
from alembic import op

from bot.storage.types import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_file",
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("forum_uid", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("text_uid", sa.String(), nullable=True),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("source_event", sa.String(), nullable=False),
        sa.Column("source_line", sa.Integer(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("closing_uid", sa.String(), nullable=True),
        sa.Column("followed_at", UtcDateTime(), nullable=True),
        sa.Column("follow_up_at", UtcDateTime(), nullable=True),
        sa.Column("look_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["closing_uid"], ["text.uid"], name=op.f("fk_case_file_closing_uid")),
        sa.ForeignKeyConstraint(["forum_uid"], ["forum.uid"], name=op.f("fk_case_file_forum_uid")),
        sa.ForeignKeyConstraint(["text_uid"], ["text.uid"], name=op.f("fk_case_file_text_uid")),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_case_file")),
        sa.UniqueConstraint("code", name=op.f("uq_case_file_code")),
        sa.UniqueConstraint(
            "source_event", "source_line", name=op.f("uq_case_file_source_event_source_line")
        ),
        sa.UniqueConstraint("year", "number", name=op.f("uq_case_file_year_number")),
    )
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.create_index("ix_case_file_closed", ["forum_uid", "closed_at"], unique=False)
        batch_op.create_index("ix_case_file_due", ["forum_uid", "state", "follow_up_at"], unique=False)
        batch_op.create_index("ix_case_file_look", ["look_at"], unique=False)
        batch_op.create_index("ix_case_file_opened", ["forum_uid", "opened_at"], unique=False)

    op.create_table(
        "case_follower",
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("case_uid", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_uid"], ["case_file.uid"], name=op.f("fk_case_follower_case_uid")),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_case_follower")),
        sa.UniqueConstraint("case_uid", "person", name=op.f("uq_case_follower_case_uid_person")),
    )
    with op.batch_alter_table("case_follower", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_follower_person"), ["person"], unique=False)

    op.create_table(
        "case_goal",
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("case_uid", sa.String(), nullable=False),
        sa.Column("parameter", sa.String(), nullable=False),
        sa.Column("text_uid", sa.String(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_uid"], ["case_file.uid"], name=op.f("fk_case_goal_case_uid")),
        sa.ForeignKeyConstraint(["text_uid"], ["text.uid"], name=op.f("fk_case_goal_text_uid")),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_case_goal")),
        sa.UniqueConstraint("case_uid", "parameter", name=op.f("uq_case_goal_case_uid_parameter")),
    )
    op.create_table(
        "case_question",
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("case_uid", sa.String(), nullable=False),
        sa.Column("meeting_uid", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("remind_at", UtcDateTime(), nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("handed_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["case_uid"], ["case_file.uid"], name=op.f("fk_case_question_case_uid")),
        sa.ForeignKeyConstraint(["meeting_uid"], ["meeting.uid"], name=op.f("fk_case_question_meeting_uid")),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_case_question")),
        sa.UniqueConstraint(
            "meeting_uid", "case_uid", "agency", name=op.f("uq_case_question_meeting_uid_case_uid_agency")
        ),
    )
    with op.batch_alter_table("case_question", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_question_case_uid"), ["case_uid"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_question_person"), ["person"], unique=False)
        batch_op.create_index("ix_case_question_remind", ["state", "remind_at"], unique=False)

    op.create_table(
        "case_relation",
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("case_uid", sa.String(), nullable=False),
        sa.Column("other_uid", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_uid"], ["case_file.uid"], name=op.f("fk_case_relation_case_uid")),
        sa.ForeignKeyConstraint(["other_uid"], ["case_file.uid"], name=op.f("fk_case_relation_other_uid")),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_case_relation")),
        sa.UniqueConstraint("case_uid", "other_uid", name=op.f("uq_case_relation_case_uid_other_uid")),
    )
    with op.batch_alter_table("case_relation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_relation_other_uid"), ["other_uid"], unique=False)

    op.create_table(
        "case_trend",
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("case_uid", sa.String(), nullable=False),
        sa.Column("parameter", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("trend", sa.String(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("said_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_uid"], ["case_file.uid"], name=op.f("fk_case_trend_case_uid")),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_case_trend")),
        sa.UniqueConstraint(
            "case_uid", "parameter", "agency", name=op.f("uq_case_trend_case_uid_parameter_agency")
        ),
    )
    op.create_table(
        "case_update",
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("case_uid", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("text_uid", sa.String(), nullable=True),
        sa.Column("question_uid", sa.String(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("said_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("source_event", sa.String(), nullable=False),
        sa.Column("source_line", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_uid"], ["case_file.uid"], name=op.f("fk_case_update_case_uid")),
        sa.ForeignKeyConstraint(["text_uid"], ["text.uid"], name=op.f("fk_case_update_text_uid")),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_case_update")),
        sa.UniqueConstraint(
            "source_event", "source_line", name=op.f("uq_case_update_source_event_source_line")
        ),
    )
    with op.batch_alter_table("case_update", schema=None) as batch_op:
        batch_op.create_index("ix_case_update_case", ["case_uid", "said_at"], unique=False)

    op.create_table(
        "escalation",
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("case_uid", sa.String(), nullable=False),
        sa.Column("forum_uid", sa.String(), nullable=False),
        sa.Column("to_uid", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("text_uid", sa.String(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("escalated_at", UtcDateTime(), nullable=False),
        sa.Column("returned_at", UtcDateTime(), nullable=True),
        sa.Column("returned_by", sa.String(), nullable=True),
        sa.Column("source_event", sa.String(), nullable=False),
        sa.Column("source_line", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_uid"], ["case_file.uid"], name=op.f("fk_escalation_case_uid")),
        sa.ForeignKeyConstraint(["forum_uid"], ["forum.uid"], name=op.f("fk_escalation_forum_uid")),
        sa.ForeignKeyConstraint(["text_uid"], ["text.uid"], name=op.f("fk_escalation_text_uid")),
        sa.ForeignKeyConstraint(["to_uid"], ["forum.uid"], name=op.f("fk_escalation_to_uid")),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_escalation")),
        sa.UniqueConstraint(
            "source_event", "source_line", name=op.f("uq_escalation_source_event_source_line")
        ),
    )
    with op.batch_alter_table("escalation", schema=None) as batch_op:
        batch_op.create_index("ix_escalation_case", ["case_uid", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_escalation_to_uid"), ["to_uid"], unique=False)

    op.create_table(
        "sheet_value",
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("case_uid", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("text_uid", sa.String(), nullable=True),
        sa.Column("agency", sa.String(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("said_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_uid"], ["case_file.uid"], name=op.f("fk_sheet_value_case_uid")),
        sa.ForeignKeyConstraint(["text_uid"], ["text.uid"], name=op.f("fk_sheet_value_text_uid")),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_sheet_value")),
        sa.UniqueConstraint("case_uid", "field", name=op.f("uq_sheet_value_case_uid_field")),
    )
    op.create_table(
        "question_step",
        sa.Column("outbox_id", sa.String(), nullable=False),
        sa.Column("question_uid", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_uid"], ["case_question.uid"], name=op.f("fk_question_step_question_uid")
        ),
        sa.PrimaryKeyConstraint("outbox_id", name=op.f("pk_question_step")),
    )
    with op.batch_alter_table("question_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_question_step_question_uid"), ["question_uid"], unique=False)

    with op.batch_alter_table("action", schema=None) as batch_op:
        batch_op.add_column(sa.Column("parameter", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("instead_of", sa.String(), nullable=True))

    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.add_column(sa.Column("case_uid", sa.String(), nullable=True))
        batch_op.create_index(batch_op.f("ix_change_case_uid"), ["case_uid"], unique=False)

    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.add_column(sa.Column("asked_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("summed_at", UtcDateTime(), nullable=True))

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("case_uid", sa.String(), nullable=True))
        batch_op.create_index("ix_outbox_case", ["case_uid", "kind"], unique=False)

    with op.batch_alter_table("person_state", schema=None) as batch_op:
        batch_op.add_column(sa.Column("asked", sa.String(), nullable=True))

    with op.batch_alter_table("said", schema=None) as batch_op:
        batch_op.add_column(sa.Column("case_code", sa.String(), nullable=True))
