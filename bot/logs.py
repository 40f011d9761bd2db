"""Structured logs: one JSON line for each thing that happened, never with what people wrote."""

from __future__ import annotations

import logging
import sys
from contextlib import suppress
from typing import TextIO, cast

import structlog
from structlog.tracebacks import ExceptionDictTransformer


class _Stream:
    """Standard error, which must not end the bot: a full disk or a closed pipe costs the line and nothing else."""

    def write(self, said: str) -> int:
        with suppress(OSError, ValueError):
            return sys.stderr.write(said)
        return len(said)

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            sys.stderr.flush()


def set_up(level: str) -> None:
    """Log JSON lines to standard error from this level on; libraries from "warning" on."""
    threshold = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            # Never the local variables: people's words and the config stand in them.
            structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, _Stream())),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(
        level=max(threshold, logging.WARNING), stream=sys.stderr, format="%(levelname)s %(name)s %(message)s"
    )
