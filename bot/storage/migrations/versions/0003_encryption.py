"""Encryption"""

import sqlalchemy as sa
from alembic import op

from bot.storage.types import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "device",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("device_id", sa.String(), nullable=False),
        sa.Column("curve25519", sa.String(), nullable=False),
        sa.Column("ed25519", sa.String(), nullable=False),
        sa.Column("signed", sa.Boolean(), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.Column("unreachable_at", UtcDateTime(), nullable=True),
        sa.Column("wedged", sa.Boolean(), nullable=False),
        sa.Column("rescued_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("user_id", "device_id", name=op.f("pk_device")),
    )
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_device_curve25519"), ["curve25519"], unique=False)

    op.create_table(
        "heard_index",
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("curve25519", sa.String(), nullable=False),
        sa.Column("index", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("session_id", "curve25519", "index", name=op.f("pk_heard_index")),
    )
    op.create_table(
        "heard_to_device",
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_heard_to_device")),
    )
    op.create_table(
        "inbound_session",
        sa.Column("room_id", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("curve25519", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("ed25519", sa.String(), nullable=False),
        sa.Column("first_index", sa.Integer(), nullable=False),
        sa.Column("backed_up", sa.Boolean(), nullable=False),
        sa.Column("pickle_sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("room_id", "session_id", "curve25519", name=op.f("pk_inbound_session")),
    )
    with op.batch_alter_table("inbound_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inbound_session_backed_up"), ["backed_up"], unique=False)

    op.create_table(
        "key_owner",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=True),
        sa.Column("master", sa.String(), nullable=True),
        sa.Column("vouched", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_key_owner")),
    )
    op.create_table(
        "key_share",
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("device_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("curve25519", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("session_id", "user_id", "device_id", name=op.f("pk_key_share")),
    )
    op.create_table(
        "olm_account",
        sa.Column("device_id", sa.String(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("curve25519", sa.String(), nullable=False),
        sa.Column("ed25519", sa.String(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("owes_keys", sa.Boolean(), nullable=False),
        sa.Column("pickle_sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_olm_account")),
    )
    op.create_table(
        "olm_session",
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("curve25519", sa.String(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=False),
        sa.Column("pickle_sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_olm_session")),
    )
    with op.batch_alter_table("olm_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_olm_session_curve25519"), ["curve25519"], unique=False)

    op.create_table(
        "outbound_session",
        sa.Column("room_id", sa.String(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("devices", sa.String(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("pickle_sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("room_id", name=op.f("pk_outbound_session")),
    )
    op.create_table(
        "to_device",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("txn_id", sa.String(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=True),
        sa.Column("messages_sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_to_device")),
        sa.UniqueConstraint("txn_id", name=op.f("uq_to_device_txn_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("to_device", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_to_device_session_id"), ["session_id"], unique=False)

    op.create_table(
        "unread",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("room_id", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=True),
        sa.Column("event", sa.JSON(), nullable=True),
        sa.Column("asked", sa.Boolean(), nullable=False),
        sa.Column("looked", sa.Boolean(), nullable=False),
        sa.Column("tell_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_unread")),
        sa.UniqueConstraint("event_id", name=op.f("uq_unread_event_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("unread", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unread_sender"), ["sender"], unique=False)
        batch_op.create_index(batch_op.f("ix_unread_session_id"), ["session_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_unread_tell_at"), ["tell_at"], unique=False)

    op.create_table(
        "verification",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("room_id", sa.String(), nullable=False),
        sa.Column("transaction_id", sa.String(), nullable=False),
        sa.Column("device_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("emoji", sa.JSON(), nullable=True),
        sa.Column("master", sa.String(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "room_id", "transaction_id", name=op.f("pk_verification")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ciphertext", sa.String(), nullable=True))

    with op.batch_alter_table("room", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rotate_after", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("rotate_messages", sa.Integer(), nullable=True))
