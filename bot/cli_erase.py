"""`hotspotbot erase` and `subject-access`: a case away for good, or all of it in a folder for a human to review.

Both work while the bot runs: what has to be deleted in the rooms is owed, and the bot does it.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import Session

from bot import filing
from bot.access import Access
from bot.app import open_vault
from bot.audit import note
from bot.cli_common import Config, no_cpr, operator, told
from bot.clock import SystemClock
from bot.erasing import destroying, folder, steps
from bot.erasing.collecting import Collected, collect
from bot.settings import load
from bot.storage import queries
from bot.storage.database import Database
from bot.storage.sealing import Vault
from bot.text import t

Code = Annotated[str, typer.Argument(metavar="CODE", help="HS-26-014")]
By = Annotated[str, typer.Option("--by", metavar="@USER", help="who asks for it: leads the case")]
Consent = Annotated[str, typer.Option("--consent", metavar="@USER", help="who agrees: leads it too")]


def erase(code: Code, config: Config, by: By = "", consent: Consent = "") -> None:
    """Erase a case for good: its folder is written, then its rows, its messages and its keys go."""
    with told():
        settings = load(config)
        access, vault = Access(settings), open_vault(settings)
        db = Database(settings.database.url, vault)
        db.open()
        try:
            _erase(db, vault, access, code.upper(), by, consent)
        finally:
            db.close()
            vault.close()


def _erase(db: Database, vault: Vault, access: Access, code: str, by: str, consent: str) -> None:
    language = access.settings.general.language
    no_cpr(language, code)
    leading = db.run_sync(_leading, access, code)
    if leading is None:
        raise _refused(t(language, "erase-cli-unknown", code=code))
    _still_there(vault, language, code)
    typer.echo(t(language, "erase-cli-who", code=code, people=", ".join(leading)), err=True)
    first = by or typer.prompt("--by")
    second = consent or typer.prompt("--consent")
    no_cpr(language, first, second)
    if first == second:
        raise _refused(t(language, "erase-cli-same"))
    for each in (first, second):
        if each not in leading:
            raise _refused(t(language, "erase-cli-not-lead", person=each, code=code))
    clock = SystemClock()
    held = db.run_sync(_held, access, code)
    if held is not None:
        raise _refused(held)
    now = clock.now().astimezone(access.settings.general.tz)
    collected = db.run_sync(_collected, access, code, now)
    if collected is None:
        raise _refused(t(language, "erase-cli-unknown", code=code))
    written = _write(collected, access, f"erase:{now.isoformat()}", "asked", now, None)
    going = db.run_sync(_asked, access, code, (first, second), written, collected.counts, clock.now())
    if going is None:
        raise _refused(t(language, "erasure-over"))
    typer.echo(f"wrote {written.path}: {filing.counted(collected.counts)}")
    named_in: set[str] = set()
    looked_to, more = 0, True
    while more:
        page, looked_to, more = db.run_sync(destroying.mentioning, code, looked_to)
        named_in |= page
        if more:
            typer.echo(f"looked through {looked_to} messages", err=True)
    db.run_sync(filing.destroy, access, going, named_in, looked_to, (), clock.now())
    if db.run_sync(_leading, access, code) is not None:
        raise _refused(t(language, "erasure-over"))
    for name in db.run_sync(filing.erased_keys):
        vault.destroy(name)
    owed = db.run_sync(_owed, code)
    typer.echo(
        f"erased {code}: its rows and keys are gone; the running bot deletes {owed} messages in the rooms"
    )


def _leading(session: Session, access: Access, code: str) -> list[str] | None:
    case = queries.case_by_code(session, code)
    return [p.user_id for p in steps.deciders(session, access, case)] if case is not None else None


def _held(session: Session, access: Access, code: str) -> str | None:
    """Why a case must not go, if somebody said so."""
    case = queries.case_by_code(session, code)
    held = queries.hold(session, case.uid) if case is not None else None
    if held is None:
        return None
    reason = queries.words(session, held.text_uid) or ""
    return t(access.settings.general.language, "problem-erase-held", code=code, reason=reason)


def _asked(
    session: Session,
    access: Access,
    code: str,
    people: tuple[str, str],
    written: folder.Written,
    counts: dict[str, int],
    now: datetime,
) -> filing.Going | None:
    """Note that two people have asked for it and where its folder lies; None where it must not go any more."""
    case = queries.case_by_code(session, code)
    if case is None or queries.hold(session, case.uid) is not None:
        return None
    row = steps.ask(session, case, people[0], now, "")
    steps.consent(session, row, people[1], now, "")
    note(session, "asked", f"case:{code}", by=operator(), at=now, detail="erase", purpose="rights")
    steps.exported(session, access, row.uid, written, counts, now)
    return filing.Going(row.uid, case.uid, code, ())


def _owed(session: Session, code: str) -> int:
    rows = queries.owed_purges(session, f"erased:{steps.tag(session, code)}:")
    return sum(row.state == "owed" for row in rows)


def subject_access(
    code: Code,
    config: Config,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="where the folder goes")] = None,
) -> None:
    """Collect everything on a case in a folder, for a human to review before anybody is given it."""
    with told():
        settings = load(config)
        no_cpr(settings.general.language, code)
        access, vault = Access(settings), open_vault(settings)
        db = Database(settings.database.url, vault)
        db.open()
        try:
            now = SystemClock().now().astimezone(settings.general.tz)
            _still_there(vault, settings.general.language, code.upper())
            collected = db.run_sync(_collected, access, code.upper(), now, review=True)
            if collected is None:
                raise _refused(t(settings.general.language, "erase-cli-unknown", code=code.upper()))
            written = _write(collected, access, f"review:{now.isoformat()}", "review", now, out)
            db.run_sync(filing.note_review, collected.code, operator(), now)
        finally:
            db.close()
            vault.close()
    typer.echo(f"wrote {written.path}: {filing.counted(collected.counts)}")
    typer.echo(t(settings.general.language, "casefile-cover-review"))


def _still_there(vault: Vault, language: str, code: str) -> None:
    """A backup brings back the shell of a case that was erased; its words are gone, and the next start erases that."""
    if vault.destroyed(f"case:{code}"):
        raise _refused(t(language, "erase-cli-gone", code=code))


def _collected(
    session: Session, access: Access, code: str, now: datetime, *, review: bool = False
) -> Collected | None:
    case = queries.case_by_code(session, code)
    return collect(session, access, case, now, review=review) if case is not None else None


def _write(
    collected: Collected, access: Access, mark: str, why: folder.Why, at: datetime, out: Path | None
) -> folder.Written:
    root = out if out is not None else access.settings.retention.folder
    try:
        return folder.write(collected, root, mark, why, at)
    except OSError as fault:
        raise _refused(f"{root} cannot be written: {fault.strerror or type(fault).__name__}") from fault


def _refused(why: str) -> typer.Exit:
    typer.echo(why, err=True)
    return typer.Exit(1)
