"""Migrations: the schema they make is the models', and each is done wholly or not at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Boolean, Connection, DateTime, Integer, MetaData, Table, inspect, text
from sqlmodel import Session, SQLModel, col, select

from bot.storage import migrations
from bot.storage.cases import Case, CaseTrend
from bot.storage.database import Database, DatabaseError, SchemaTooNew, SchemaTooOld
from bot.storage.engine import build_engine
from bot.storage.migrations import migrate, schema_state
from bot.storage.models import Change, Outbox, Text
from bot.storage.sealing import Vault

Write = Callable[[str], None]


def in_database(url: str, *statements: str) -> None:
    engine = build_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def tables(url: str) -> set[str]:
    engine = build_engine(url)
    with engine.connect() as connection:
        names = set(inspect(connection).get_table_names())
    engine.dispose()
    return names


@pytest.fixture
def next_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Adds a revision 0002 with the given body, as the next version of the program would."""
    newest = max(path.name[:4] for path in Path(migrations.__file__).parent.glob("versions/*.py"))
    following = f"{int(newest) + 1:04d}"
    configuration = migrations.configuration

    def with_one_more(connection: Connection) -> Config:
        config = configuration(connection)
        here = Path(migrations.__file__).parent / "versions"
        config.set_main_option("version_locations", f"{here}:{tmp_path / 'versions'}")
        return config

    def write(body: str) -> None:
        (tmp_path / "versions").mkdir()
        (tmp_path / "versions" / f"{following}_next.py").write_text(
            f"import sqlalchemy as sa\nfrom alembic import op\n"
            f"revision, down_revision = {following!r}, {newest!r}\n"
            f"def upgrade():\n    {body}\n"
        )
        monkeypatch.setattr(migrations, "configuration", with_one_more)

    return write


def test_the_migrated_schema_is_exactly_the_models(url: str) -> None:
    migrate(url)
    engine = build_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        difference = compare_metadata(context, SQLModel.metadata)
    engine.dispose()
    assert difference == [], "write the revision: python -m bot.storage.migrations 'what changes'"


def test_migrating_makes_the_database_once(url: str) -> None:
    assert schema_state(url) == "empty"
    assert migrate(url)[0] == "0001"
    assert schema_state(url) == "current"
    assert migrate(url) == []


def test_looking_at_a_database_that_is_not_there_makes_none(url: str, vault: Vault, tmp_path: Path) -> None:
    assert schema_state(url) == "empty"
    with pytest.raises(SchemaTooOld, match="hotspotbot migrate"):
        Database(url, vault).open(exclusive=True)
    assert list(tmp_path.glob("*.db*")) == []


def test_a_newer_schema_is_refused_and_left_alone(url: str, vault: Vault) -> None:
    migrate(url)
    in_database(url, "UPDATE alembic_version SET version_num = '9999'")
    assert schema_state(url) == "newer"
    with pytest.raises(SchemaTooNew, match="newer hotspotbot"):
        Database(url, vault).open(exclusive=True)
    with pytest.raises(SchemaTooNew, match="newer hotspotbot"):
        migrate(url)
    assert schema_state(url) == "newer"


def test_an_older_schema_says_to_migrate_and_then_works(url: str, vault: Vault, next_revision: Write) -> None:
    migrate(url)
    next_revision("op.create_table('novelty', sa.Column('uid', sa.String(), primary_key=True))")
    assert schema_state(url) == "older"
    database = Database(url, vault)
    with pytest.raises(SchemaTooOld, match="hotspotbot migrate"):
        database.open(exclusive=True)
    assert len(migrate(url)) == 1
    assert schema_state(url) == "current"
    database.open(exclusive=True)
    database.close()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            "op.create_table('novelty', sa.Column('n', sa.Integer())); op.execute('no such words')",
            "changed nothing",
        ),
        (
            "op.create_table('novelty', sa.Column('n', sa.Integer())); "
            'op.execute("INSERT INTO room (room_id, forum_uid, state, encrypted, since)'
            " VALUES ('!a:b', 'none', 'joined', false, '2026-11-27 08:00:00+00')\")",
            "point nowhere|violates foreign key",
        ),
    ],
)
def test_a_revision_that_fails_leaves_the_schema_as_it_was(
    url: str, next_revision: Write, body: str, said: str
) -> None:
    migrate(url)
    before = tables(url)
    next_revision(body)
    with pytest.raises(DatabaseError, match=said):
        migrate(url)
    assert tables(url) == before
    assert schema_state(url) == "older"


def test_a_table_made_anew_on_sqlite_keeps_the_rows_that_point_to_it(url: str, next_revision: Write) -> None:
    migrate(url)
    in_database(
        url,
        "INSERT INTO forum (uid, config_room, kind, created_at) "
        " VALUES ('f', '#f:b', 'gadeteam', '2026-11-27 08:00:00+00')",
        "INSERT INTO room (room_id, forum_uid, state, encrypted, since)"
        " VALUES ('!a:b', 'f', 'joined', false, '2026-11-27 08:00:00+00')",
    )
    next_revision(
        "with op.batch_alter_table('forum') as batch:\n"
        "        batch.add_column(sa.Column('extra', sa.String()))\n"
        "        batch.alter_column('kind', type_=sa.Text())"
    )
    assert len(migrate(url)) == 1
    engine = build_engine(url)
    with engine.connect() as connection:
        joined = connection.execute(
            text("SELECT kind, extra, room_id FROM forum JOIN room ON forum_uid = uid")
        ).all()
    engine.dispose()
    assert [tuple(row) for row in joined] == [("gadeteam", None, "!a:b")]


def put(connection: Connection, table: str, **values: object) -> None:
    """A row as an older version wrote it: what has to be there and is not said is empty."""
    found = Table(table, MetaData(), autoload_with=connection)
    empty = {Boolean: False, DateTime: datetime(2026, 11, 20, tzinfo=UTC), Integer: 0}
    for column in found.columns:
        if not column.nullable:
            values.setdefault(
                column.name, next((v for kind, v in empty.items() if isinstance(column.type, kind)), "")
            )
    connection.execute(found.insert().values(values))


def test_owners_of_an_older_version_keep_what_they_were_told_but_not_beyond_leaving(url: str) -> None:
    """Who was never in the forum was told of it. Who left it is a leaver, and a missing one was told nothing."""
    engine = build_engine(url, foreign_keys=False)
    with engine.connect() as connection:
        command.upgrade(migrations.configuration(connection), "0005")
    owners = {
        "@inside:example.dk": ("join", True, False),
        "@left:example.dk": ("leave", True, False),
        "@outside:example.dk": (None, False, True),
        "partner:KAB": (None, False, True),
        "missing:1": (None, False, False),
    }
    with engine.begin() as connection:
        put(connection, "forum", uid="f1", config_room="#f:example.dk")
        put(connection, "room", room_id="!f:example.dk", forum_uid="f1", state="joined")
        put(connection, "action", uid="a1", number=1, forum_uid="f1", state="open")
        for position, (person, (membership, joined, _)) in enumerate(owners.items()):
            put(connection, "owner", action_uid="a1", person=person, position=position)
            if membership is not None:
                put(
                    connection,
                    "member",
                    room_id="!f:example.dk",
                    user_id=person,
                    membership=membership,
                    ever_joined=joined,
                )
    engine.dispose()
    migrate(url)
    engine = build_engine(url)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT person, disclosed FROM owner"))
        assert {person: bool(told) for person, told in found} == {
            person: told for person, (*_, told) in owners.items()
        }
    engine.dispose()


CASE = "case:HS-26-001"


def a_case_of_an_older_version(url: str, vault: Vault) -> None:
    """At revision 0005: a case with a trend and a history in clear, words that name it, and a message about it."""
    engine = build_engine(url, foreign_keys=False)
    with engine.connect() as connection:
        command.upgrade(migrations.configuration(connection), "0005")
    steps: tuple[dict[str, object], ...] = (
        {"case_uid": "c1", "field": "trend:t1", "before": None, "after": {"trend": "worse"}},
        {"case_uid": "c1", "field": "case:c1", "before": {"state": "resting"}, "after": {"state": "open"}},
        {"action_uid": "a1", "field": "due", "before": "2026-11-27", "after": "2026-12-04"},
        {"meeting_uid": "m1", "field": "item:i1", "before": None, "after": {"case_code": "HS-26-001"}},
        {"action_uid": "a2", "field": "due", "before": None, "after": "2026-12-11"},
    )
    texts = {
        "w1": (CASE, "zebrafisk"),
        "w2": ("forum:f1", "se HS-26-001: flodhest"),
        "w3": ("forum:f1", "giraf"),
    }
    with engine.begin() as connection:
        put(connection, "forum", uid="f1", config_room="#f:example.dk")
        put(connection, "case_file", uid="c1", code="HS-26-001", forum_uid="f1")
        put(connection, "case_trend", uid="t1", case_uid="c1", parameter="education", trend="worse")
        put(connection, "action", uid="a1", number=1, forum_uid="f1", case_code="HS-26-001", source_line=1)
        put(connection, "action", uid="a2", number=2, forum_uid="f1", case_code=None, source_line=2)
        for seq, step in enumerate(steps, start=1):
            put(connection, "change", seq=seq, event_id=f"$e{seq}", **step)
        for uid, (key, words) in texts.items():
            sealed = vault.seal(key, f"text:{uid}:sealed_text", words)
            put(connection, "text", uid=uid, key=key, sealed_text=sealed)
        for seq, said in enumerate(("HS-26-001: det går tilbage", "God morgen"), start=1):
            sealed = vault.seal("forum:f1", f"outbox:u{seq}:template_sealed", said)
            put(
                connection, "outbox", seq=seq, id=f"o{seq}", uid=f"u{seq}", key="forum:f1", reason=f"r{seq}",
                template_sealed=sealed, case_uid=None, state="sent", what="message",
            )  # fmt: skip
    engine.dispose()


def test_what_an_older_version_kept_of_a_case_in_clear_is_sealed_under_its_key(
    url: str, vault: Vault
) -> None:
    a_case_of_an_older_version(url, vault)
    assert migrate(url, lambda: vault)
    database = Database(url, vault)
    database.open()
    try:

        def whole(session: Session) -> None:
            changes = session.exec(select(Change).order_by(col(Change.seq))).all()
            assert [row.seal_key for row in changes] == [CASE, CASE, CASE, CASE, None]
            assert [(row.before_clear, row.after_clear) for row in changes] == [(None, None)] * 4 + [
                (None, "2026-12-11")
            ]
            assert [row.after for row in changes[:3]] == [{"trend": "worse"}, {"state": "open"}, "2026-12-04"]
            assert changes[2].before == "2026-11-27"
            assert [row.trend for row in session.exec(select(CaseTrend))] == ["worse"]
            assert session.get_one(Case, "c1").reopened_at is not None
            found = {row.uid: (row.key, row.words) for row in session.exec(select(Text))}
            assert found == {
                "w1": (CASE, "zebrafisk"),
                "w2": (f"forum:f1+{CASE}", "se HS-26-001: flodhest"),
                "w3": ("forum:f1", "giraf"),
            }
            said = [(row.key, row.template) for row in session.exec(select(Outbox).order_by(col(Outbox.seq)))]
            assert said == [(CASE, "HS-26-001: det går tilbage"), ("forum:f1", "God morgen")]

        def raw(session: Session) -> None:
            rows = session.execute(
                text('SELECT before, after FROM "change" WHERE seal_key IS NOT NULL')
            ).all()
            assert not any("worse" in str(row) or "resting" in str(row) or "2026" in str(row) for row in rows)

        database.run_sync(whole)
        database.run_sync(raw)
    finally:
        database.close()


def test_without_the_keys_a_database_with_cases_is_left_as_it_was(url: str, vault: Vault) -> None:
    a_case_of_an_older_version(url, vault)
    with pytest.raises(DatabaseError, match="needs the keys"):
        migrate(url)
    assert schema_state(url) == "older"
    in_database(url, "UPDATE case_trend SET trend = 'same'")
