"""A table of the tests' own, beside the bot's: the storage is tested whatever the models become."""

from datetime import datetime

from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from bot.storage.sealing import sealed
from bot.storage.types import UtcDateTime


class Own(SQLModel, registry=registry()):
    """Keeps these tables out of the metadata that the bot's schema is compared with."""


class Note(Own, table=True):
    """A row with everything a row can have."""

    uid: str = Field(primary_key=True)
    key: str = "room:!abc:example.dk"
    author: str = "@marker-in-clear:example.dk"
    at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    answers: str | None = Field(default=None, foreign_key="note.uid")
    words_sealed: bytes | None = None
    other_sealed: bytes | None = None
    words = sealed("words_sealed")  # type: ignore[pydantic-field]
    other = sealed("other_sealed")  # type: ignore[pydantic-field]
