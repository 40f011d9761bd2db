"""who saw what, erasures, holds, deputies"""

import sqlalchemy as sa
from alembic import op

from bot.storage.migrations.sealing_cases import seal_what_is_of_cases
from bot.storage.types import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=True),
        sa.Column("detail", sa.String(), nullable=True),
        sa.Column("purpose", sa.String(), nullable=True),
        sa.Column("event_id", sa.String(), nullable=True),
        sa.Column("prev", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
        sa.UniqueConstraint("prev", name=op.f("uq_audit_prev")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_subject"), ["subject"], unique=False)

    op.create_table(
        "deputy",
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("deputy", sa.String(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("forums", sa.JSON(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("source_event", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_deputy")),
    )
    with op.batch_alter_table("deputy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deputy_deputy"), ["deputy"], unique=False)
        batch_op.create_index(batch_op.f("ix_deputy_person"), ["person"], unique=False)

    op.create_table(
        "erasure",
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("case_uid", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("forum_uid", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("consent_by", sa.String(), nullable=True),
        sa.Column("not_before", UtcDateTime(), nullable=True),
        sa.Column("folder", sa.String(), nullable=True),
        sa.Column("receipt", sa.String(), nullable=True),
        sa.Column("records", sa.Integer(), nullable=True),
        sa.Column("exported_at", UtcDateTime(), nullable=True),
        sa.Column("confirmed_by", sa.String(), nullable=True),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("erased_at", UtcDateTime(), nullable=True),
        sa.Column("reported_at", UtcDateTime(), nullable=True),
        sa.Column("source_event", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_erasure")),
    )
    with op.batch_alter_table("erasure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_erasure_case_uid"), ["case_uid"], unique=False)
        batch_op.create_index(batch_op.f("ix_erasure_code"), ["code"], unique=False)
        batch_op.create_index("ix_erasure_state", ["state", "not_before"], unique=False)

    op.create_table(
        "legal_hold",
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("case_uid", sa.String(), nullable=False),
        sa.Column("text_uid", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("lifted_by", sa.String(), nullable=True),
        sa.Column("lifted_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["text_uid"], ["text.uid"], name=op.f("fk_legal_hold_text_uid")),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_legal_hold")),
    )
    with op.batch_alter_table("legal_hold", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_legal_hold_case_uid"), ["case_uid"], unique=False)

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("redacts", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("media", sa.String(), nullable=True))

    with op.batch_alter_table("said", schema=None) as batch_op:
        batch_op.add_column(sa.Column("media", sa.String(), nullable=True))

    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.add_column(sa.Column("seal_key", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("step_sealed", sa.LargeBinary(), nullable=True))
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reopened_at", UtcDateTime(), nullable=True))
    with op.batch_alter_table("case_trend", schema=None) as batch_op:
        batch_op.add_column(sa.Column("key", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("trend_sealed", sa.LargeBinary(), nullable=True))
    seal_what_is_of_cases(op.get_bind(), op.get_context().opts["vault"])
    with op.batch_alter_table("case_trend", schema=None) as batch_op:
        batch_op.alter_column("key", server_default=None)
        batch_op.drop_column("trend")

    with op.batch_alter_table("owner", schema=None) as batch_op:
        batch_op.add_column(sa.Column("asked_for", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("disclosed", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("owner", schema=None) as batch_op:
        batch_op.alter_column("disclosed", server_default=None)

    # Who owns an action of a forum they were never in was told of it before the writer could be asked. Who left it
    # loses what they had, and who is missing was told nothing.
    op.execute(
        "UPDATE owner SET disclosed = (1 = 1) WHERE person NOT LIKE 'missing:%' AND NOT EXISTS ("
        "SELECT 1 FROM action JOIN room ON room.forum_uid = action.forum_uid "
        "JOIN member ON member.room_id = room.room_id "
        "WHERE action.uid = owner.action_uid AND member.user_id = owner.person "
        "AND (member.membership = 'join' OR member.ever_joined = (1 = 1)))"
    )
