"""What `hotspotbot check --flows` says: where information goes, from the one table that the bot itself obeys."""

from __future__ import annotations

from bot import text
from bot.access import FLOWS, Flow


def flow_lines(language: str) -> list[str]:
    """The table for a terminal: the flow's name, what goes where, and whether each use is logged."""
    width = max(len(flow.name) for flow in FLOWS)
    return [f"{flow.name:<{width}}  {_sentence(flow, language)}{_logged(flow, language)}" for flow in FLOWS]


def flow_table(language: str) -> str:
    """The same table in Markdown, as it stands in docs/databeskyttelse.md."""
    head = [text.t(language, key) for key in ("flow-head", "flow-says", "flow-logged")]
    yes = text.t(language, "flow-yes")
    rows = [
        f"| `{flow.name}` | {_sentence(flow, language)} | {yes if flow.logged else ''} |".replace("  |", " |")
        for flow in FLOWS
    ]
    return "\n".join([f"| {' | '.join(head)} |", "| --- | --- | --- |", *rows])


def _sentence(flow: Flow, language: str) -> str:
    return text.t(language, f"flow-{flow.name}")


def _logged(flow: Flow, language: str) -> str:
    return f" [{text.t(language, 'flow-logged').lower()}]" if flow.logged else ""
