"""the first schema"""

import sqlalchemy as sa
from alembic import op

from bot.storage.types import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "command",
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=True),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", "line", name=op.f("pk_command")),
    )
    op.create_index("ix_command_last", "command", ["sender", "room_id", "at"], unique=False)
    op.create_table(
        "digest_sent",
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("target", name=op.f("pk_digest_sent")),
    )
    op.create_table(
        "forum",
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("config_room", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_forum")),
        sa.UniqueConstraint("config_room", name=op.f("uq_forum_config_room")),
    )
    op.create_table(
        "inbox_event",
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("room_id", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_inbox_event")),
    )
    op.create_table(
        "member",
        sa.Column("room_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("membership", sa.String(), nullable=False),
        sa.Column("ever_joined", sa.Boolean(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("room_id", "user_id", name=op.f("pk_member")),
    )
    op.create_index(op.f("ix_member_user_id"), "member", ["user_id"], unique=False)
    op.create_table(
        "meta",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("seal_key", sa.String(), nullable=False),
        sa.Column("value_sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_meta")),
    )
    op.create_table(
        "outbox",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("room_id", sa.String(), nullable=True),
        sa.Column("txn_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("template_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("notify", sa.Boolean(), nullable=False),
        sa.Column("mentions", sa.JSON(), nullable=True),
        sa.Column("reply_to", sa.String(), nullable=True),
        sa.Column("thread", sa.String(), nullable=True),
        sa.Column("about", sa.String(), nullable=True),
        sa.Column("event_id", sa.String(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_outbox")),
        sa.UniqueConstraint("id", name=op.f("uq_outbox_id")),
        sa.UniqueConstraint("reason", name=op.f("uq_outbox_reason")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_about", "outbox", ["about"], unique=False)
    op.create_index(op.f("ix_outbox_event_id"), "outbox", ["event_id"], unique=False)
    op.create_index(
        "ix_outbox_owed",
        "outbox",
        ["target", "seq"],
        unique=False,
        sqlite_where=sa.text("state = 'owed'"),
        postgresql_where=sa.text("state = 'owed'"),
    )
    op.create_table(
        "outbox_action",
        sa.Column("outbox_id", sa.String(), nullable=False),
        sa.Column("action_uid", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("outbox_id", "action_uid", name=op.f("pk_outbox_action")),
    )
    op.create_index(op.f("ix_outbox_action_action_uid"), "outbox_action", ["action_uid"], unique=False)
    op.create_table(
        "outbox_text",
        sa.Column("outbox_id", sa.String(), nullable=False),
        sa.Column("text_uid", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("outbox_id", "text_uid", name=op.f("pk_outbox_text")),
    )
    op.create_index(op.f("ix_outbox_text_text_uid"), "outbox_text", ["text_uid"], unique=False)
    op.create_table(
        "person_state",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("morning", sa.String(), nullable=True),
        sa.Column("away_from", sa.Date(), nullable=True),
        sa.Column("away_until", sa.Date(), nullable=True),
        sa.Column("unreachable_since", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_person_state")),
    )
    op.create_table(
        "text",
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=True),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("erased_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_text")),
    )
    op.create_index(op.f("ix_text_event_id"), "text", ["event_id"], unique=False)
    op.create_table(
        "action",
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("forum_uid", sa.String(), nullable=False),
        sa.Column("room_id", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("text_uid", sa.String(), nullable=True),
        sa.Column("planb_uid", sa.String(), nullable=True),
        sa.Column("case_code", sa.String(), nullable=True),
        sa.Column("due", sa.String(), nullable=True),
        sa.Column("overdue_at", UtcDateTime(), nullable=True),
        sa.Column("raise_at", UtcDateTime(), nullable=True),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("source_event", sa.String(), nullable=False),
        sa.Column("source_line", sa.Integer(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["forum_uid"], ["forum.uid"], name=op.f("fk_action_forum_uid")),
        sa.ForeignKeyConstraint(["planb_uid"], ["text.uid"], name=op.f("fk_action_planb_uid")),
        sa.ForeignKeyConstraint(["text_uid"], ["text.uid"], name=op.f("fk_action_text_uid")),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_action")),
        sa.UniqueConstraint("number", name=op.f("uq_action_number")),
        sa.UniqueConstraint("source_event", "source_line", name=op.f("uq_action_source_event_source_line")),
    )
    op.create_index(op.f("ix_action_case_code"), "action", ["case_code"], unique=False)
    op.create_index(
        "ix_action_closed",
        "action",
        ["forum_uid", "closed_at", "state", "created_at", "overdue_at"],
        unique=False,
    )
    op.create_index(op.f("ix_action_created_at"), "action", ["created_at"], unique=False)
    op.create_index("ix_action_open", "action", ["forum_uid", "state", "overdue_at"], unique=False)
    op.create_index(op.f("ix_action_raise_at"), "action", ["raise_at"], unique=False)
    op.create_index(
        "ix_action_standing",
        "action",
        ["forum_uid", "state", "agency", "overdue_at", "created_at"],
        unique=False,
    )
    op.create_table(
        "room",
        sa.Column("room_id", sa.String(), nullable=False),
        sa.Column("forum_uid", sa.String(), nullable=True),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("inviter", sa.String(), nullable=True),
        sa.Column("encrypted", sa.Boolean(), nullable=False),
        sa.Column("successor", sa.String(), nullable=True),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["forum_uid"], ["forum.uid"], name=op.f("fk_room_forum_uid")),
        sa.PrimaryKeyConstraint("room_id", name=op.f("pk_room")),
    )
    op.create_index(op.f("ix_room_forum_uid"), "room", ["forum_uid"], unique=False)
    op.create_index(op.f("ix_room_person"), "room", ["person"], unique=False)
    op.create_table(
        "change",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("action_uid", sa.String(), nullable=True),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["action_uid"], ["action.uid"], name=op.f("fk_change_action_uid")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_change")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_change_action_uid"), "change", ["action_uid"], unique=False)
    op.create_index(op.f("ix_change_event_id"), "change", ["event_id"], unique=False)
    op.create_index("ix_change_field_at", "change", ["field", "at"], unique=False)
    op.create_table(
        "owner",
        sa.Column("action_uid", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("agency", sa.String(), nullable=True),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("remind_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["action_uid"], ["action.uid"], name=op.f("fk_owner_action_uid")),
        sa.PrimaryKeyConstraint("action_uid", "person", name=op.f("pk_owner")),
    )
    op.create_index("ix_owner_person", "owner", ["person", "remind_at"], unique=False)
    op.create_index(op.f("ix_owner_remind_at"), "owner", ["remind_at"], unique=False)
