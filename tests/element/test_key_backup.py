"""The operator's Element could read the backup of room keys with the recovery file's key: its engine opens an entry."""

import json
import subprocess

import vodozemac as vz

from bot.matrix.crypto.keybackup import Cipher, RoomKey
from bot.matrix.crypto.signing import unpadded
from tests.element.conftest import HERE

KEY = bytes(range(32))
OPEN = """
import { readFileSync } from "node:fs";
import * as engine from "@matrix-org/matrix-sdk-crypto-wasm";
await engine.initAsync();
const { key, data } = JSON.parse(readFileSync(0, "utf8"));
const opens = engine.BackupDecryptionKey.fromBase64(key);
const said = opens.decryptV1(data.ephemeral, data.mac, data.ciphertext);
console.log(JSON.stringify({ public: opens.megolmV1PublicKey.publicKeyBase64, said: JSON.parse(said) }));
"""


def test_elements_engine_opens_an_entry(node: str) -> None:
    session = vz.InboundGroupSession(vz.GroupSession().session_key)
    exported = session.export_at(0)
    assert exported is not None
    key = RoomKey("!r:x", session.session_id, 0, exported.to_base64(), "@lene:x", "curve", "ed")
    cipher = Cipher(KEY)
    given = json.dumps({"key": unpadded(KEY), "data": cipher.seal(key)["session_data"]})
    done = subprocess.run(  # noqa: S603 - our own command line
        [node, "--input-type=module", "-e", OPEN],
        input=given,
        cwd=HERE,
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout)
    assert told["public"] == cipher.public
    assert told["said"]["session_key"] == exported.to_base64()
    assert told["said"]["sender_claimed_keys"] == {"ed25519": "ed"}
