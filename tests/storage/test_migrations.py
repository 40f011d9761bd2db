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
from sqlmodel import SQLModel

from bot.storage import migrations
from bot.storage.database import Database, DatabaseError, SchemaTooNew, SchemaTooOld
from bot.storage.engine import build_engine
from bot.storage.migrations import migrate, schema_state
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
