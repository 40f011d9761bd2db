"""Files for encrypted rooms (client-server API, "Sending encrypted attachments"), by nio's own cipher."""

from __future__ import annotations

from typing import Any

from nio.crypto.attachments import encrypt_attachment as nio_encrypt


def encrypt_attachment(data: bytes) -> tuple[bytes, dict[str, Any]]:
    """The file's ciphertext, and the `file` object of its event but for the address."""
    ciphertext, keys = nio_encrypt(data)
    return ciphertext, {"v": "v2", "key": keys["key"], "iv": keys["iv"], "hashes": keys["hashes"]}
