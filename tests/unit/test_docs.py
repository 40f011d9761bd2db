"""The documentation says what is there: commands, config keys, log events, tables, links, conversations."""

from __future__ import annotations

import re
import types
import unicodedata
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import get_args, get_origin

import pytest
from pydantic import BaseModel
from sqlmodel import SQLModel

from bot.commands import registry
from bot.config_values import ForumKind
from bot.settings import Settings
from bot.storage import models
from tests.dialogs import guide
from tests.dialogs.chat import CONFIG, Chat

ROOT = Path(__file__).resolve().parents[2]
DOCS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
SECRETS = {"password", "master_key"}  # never in the file: from the environment
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")


def doc(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def section_models(annotation: object) -> Iterator[type[BaseModel]]:
    """The models inside a field's type: itself, or what a list or mapping of them holds."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) is not None or isinstance(annotation, types.UnionType):
        for inner in get_args(annotation):
            yield from section_models(inner)


def config_keys() -> Iterator[tuple[str, str]]:
    for section, field in Settings.model_fields.items():
        for model in section_models(field.annotation):
            yield from ((section, key) for key in model.model_fields if key not in SECRETS)


def code() -> str:
    files = (path for path in (ROOT / "bot").rglob("*.py") if "demo" not in path.parts)
    return "\n".join(path.read_text("utf-8") for path in files)


def test_the_guide_names_every_command_in_both_languages() -> None:
    row = {line.split("|")[1]: line for line in doc("docs/guide.md").splitlines() if line.startswith("| `!")}
    table = "\n".join(row.values())
    names = {name for info in registry().values() for spelled in info.names.values() for name in spelled}
    assert {name for name in names if f"`!{name}`" not in table} == set()
    assert set(re.findall(r"`!([\w-]+)`", table)) - names == set(), "no command that does not exist"
    for info in registry().values():
        assert any(
            f"`!{info.verb('da')}`" in line and f"`!{info.verb('en')}`" in line for line in row.values()
        ), f"{info.name}: both names in one row"


def test_the_operations_guide_explains_every_key_of_the_config() -> None:
    text = doc("docs/drift.md")
    keys = list(config_keys())
    assert ("rooms", "meeting_start") in keys, "the search itself finds the keys"
    sections = re.split(r"(?m)^#{2,3} ", text)
    for section, key in keys:
        body = next((part for part in sections if re.match(rf"`\[+{section}\b", part)), "")
        assert f"| `{key}` |" in body, f"[{section}] {key}"
    for body in sections[1:]:
        name = re.match(r"`\[+(\w+)", body)
        if name:
            written = set(re.findall(r"(?m)^\| `(\w+)` \|", body))
            assert written <= {key for section, key in keys if section == name[1]}, name[1]
    assert [kind for kind in ForumKind if f"`{kind}`" not in text] == []


def test_the_operations_guide_explains_every_log_event() -> None:
    said = set(re.findall(r'\blog\.(?:info|warning|error|exception)\(\s*"([a-z.]+)"', code()))
    said |= {"text.fault"}
    assert {"ready", "send.refused"} <= said, "the search itself finds the events"
    section = doc("docs/drift.md").split("## Loggen")[1].split("\n## ")[0]
    rows = "\n".join(line.split("|")[1] for line in section.splitlines() if line.startswith("| `"))
    assert {event for event in said if f"`{event}`" not in rows} == set()


def test_the_operations_guide_explains_every_exit_status() -> None:
    text = doc("docs/drift.md").split("## Exitkoder")[1]
    for status in (0, 1, 2, 77, 78):
        assert f"| {status} |" in text


def test_the_architecture_names_every_table_and_every_kind_of_message() -> None:
    text = doc("docs/architecture.md")
    tables = {str(name) for name in SQLModel.metadata.tables}
    assert models.Action.__tablename__ in tables
    assert {table for table in tables - {"note"} if f"`{table}`" not in text} == set()
    kinds = set(re.findall(r'\b(?:Reply|Message)\(\s*(?:kind=)?"([a-z._]+)"', code()))
    assert {"action.declined", "meeting.ask_start"} <= kinds
    assert {kind for kind in kinds if f"`{kind}`" not in text} == set()
    for module in (path.stem for path in (ROOT / "bot").glob("*.py")):
        assert f"bot/{module}.py" in text or module in ("__init__",) or module.startswith("config_"), module


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as code hosts make them."""
    found = set()
    for heading in re.findall(r"(?m)^#+ (.+)$", text):
        plain = re.sub(r"[`*]", "", heading).lower()
        kept = "".join(c for c in plain if c in " -_" or unicodedata.category(c)[0] in "LN")
        found.add(kept.strip().replace(" ", "-"))
    return found


@pytest.mark.parametrize("path", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_the_pages_lead_somewhere(path: Path) -> None:
    for target in LINK.findall(path.read_text("utf-8")):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        file, _, anchor = target.partition("#")
        page = (path.parent / file).resolve() if file else path
        assert page.exists(), f"{path.name}: {target}"
        assert ROOT in page.parents
        if anchor:
            assert anchor in anchors(page.read_text("utf-8")), f"{path.name}: {target}"


def test_what_the_code_refers_to_is_written() -> None:
    pages = {
        path.relative_to(ROOT / "docs").with_suffix("").as_posix() for path in (ROOT / "docs").rglob("*.md")
    }
    named = set(re.findall(r"docs/([a-z]+)\b", code()))
    assert "domain" in named
    assert named - pages - {"decisions"} == set()


def test_the_conversations_in_the_guide_are_what_the_bot_says(tmp_path: Path) -> None:
    text = doc("docs/guide.md")
    assert text.count("Botten  ") > 10
    now = guide.replay(text, tmp_path)
    differing = [
        f"the guide: {written}\nthe bot:   {said}"
        for written, said in zip(text.splitlines(), now.splitlines(), strict=False)
        if written != said
    ]
    assert now == text, "\n".join([*differing, "", "python -m tests.dialogs.guide writes it anew"])


def set_the_scene(chat: Chat, name: str) -> None:
    """What has to be there for the examples about a meeting: five items, one under way, two that were held."""
    if name in ("next", "here"):
        chat.send("karla", "!meeting start")
    if name in ("agenda", "next"):
        chat.send("karla", "\n".join(f"!agenda {letter}" for letter in "abcde"))
    if name == "minutes":
        for when in ("2026-11-20 11:00", "2026-11-24 10:00"):  # weeks 47 and 48
            chat.at(when)
            chat.send("lene", "!agenda a\n!agenda b\n!meeting start\n!decision a\n!decision b\n!decision c")
            chat.send("lene", "!meeting end")


def _danish(chat: Chat) -> None:
    chat.send("lene", "\n".join(f"!action @lene {'ab'[n % 2] * (n + 3)} i morgen" for n in range(44)))


def _english(chat: Chat) -> None:
    chat.send("lene", "\n".join(f"!action @lene {'ab'[n % 2] * (n + 3)} tomorrow" for n in range(44)))


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("name", sorted(registry()))
def test_the_examples_in_the_help_work(name: str, language: str, tmp_path: Path) -> None:
    """Said in a room of that language where the actions 42 to 44 exist, none is taken for a mistake."""
    config = CONFIG.replace('digest = "mon 08:30"', f'digest = "mon 08:30"\nlanguage = "{language}"')
    chat = Chat(tmp_path, config if language == "da" else config.replace("politi", "police"))
    try:
        chat.begin(_danish if language == "da" else _english)
        assert chat.action(44)["due"] == "2026-11-21"
        set_the_scene(chat, name)
        who = "lene"
        if registry()[name].family == "cases":
            who = "karla"  # who lets cases rest and closes them
            chat.send(who, "\n".join(f"!sag ny emne {number}" for number in range(1, 15)))
        if name == "return":
            chat.send(who, "!eskaler HS-26-014 skolen svarer ikke")
        examples = registry()[name].examples(language, "!")
        assert examples
        for example in examples:
            if example in ("!møde tid", "!møde overtag", "!meeting time", "!meeting take over"):
                chat.now += timedelta(minutes=1)
                chat.send("karla", "!meeting start")  # of one that somebody else has begun
            before = chat.last_seq()
            chat.send(who, example)
            answers = [m for m in chat.messages(before) if m["what"] == "message"]
            assert answers, example
            assert {m["kind"] for m in answers} & {"problem", "fault"} == set(), answers[0]["body"]
    finally:
        chat.close()
