"""The first words of what somebody wrote, where the whole would be too long: in a list to choose from.

The token stays the one of the whole text, so that erasing the text reaches the excerpt as well.
"""

from typing import Final

EXCERPT: Final = "\ue004"
"""Stands in our Markdown right before a token whose words are shown in part. Tokens themselves never hold it."""

LENGTH: Final = 40
"""Characters of an excerpt, about."""


def excerpt(token: str) -> str:
    """A token (`text_ref`, `user_text`) of which only the first words are shown."""
    return EXCERPT + token


def shortened(words: str) -> str:
    """The first words of a text, with an ellipsis where some are left out; whole words where they allow it."""
    if len(words) <= LENGTH:
        return words
    start = words[: LENGTH - 1]
    whole = start.rpartition(" ")[0]
    return f"{whole if len(whole) > LENGTH // 2 else start}".rstrip(" ,;:–-") + "…"
