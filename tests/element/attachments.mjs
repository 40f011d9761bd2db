// Encrypted attachments as Element writes and reads them (client-server API, 11.12.1, "Sending encrypted attachments").

import { createHash, webcrypto } from "node:crypto";

const unpadded = (bytes) => Buffer.from(bytes).toString("base64").replace(/=+$/, "");

/** Lower-case hexadecimal SHA-256 of some bytes. */
export const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** Bytes to `{ data, file }`: what is uploaded, and the event's `file` object without its `url`. */
export async function sealed(plain) {
    const iv = new Uint8Array(16);
    webcrypto.getRandomValues(iv.subarray(0, 8)); // the lower half counts
    const key = await webcrypto.subtle.generateKey({ name: "AES-CTR", length: 256 }, true, ["encrypt", "decrypt"]);
    const data = Buffer.from(await webcrypto.subtle.encrypt({ name: "AES-CTR", counter: iv, length: 64 }, key, plain));
    const file = {
        v: "v2",
        key: await webcrypto.subtle.exportKey("jwk", key),
        iv: unpadded(iv),
        hashes: { sha256: unpadded(createHash("sha256").update(data).digest()) },
    };
    return { data, file };
}

/** An event's `file` object and what was downloaded to the bytes inside. Throws when the hash is another. */
export async function opened(file, data) {
    const hash = unpadded(createHash("sha256").update(data).digest());
    if (file.v !== "v2") throw new Error(`unknown attachment version ${file.v}`);
    if (hash !== file.hashes.sha256) throw new Error("the attachment's hash does not match");
    const key = await webcrypto.subtle.importKey("jwk", file.key, { name: "AES-CTR" }, false, ["decrypt"]);
    const counter = new Uint8Array(Buffer.from(file.iv, "base64"));
    return Buffer.from(await webcrypto.subtle.decrypt({ name: "AES-CTR", counter, length: 64 }, key, data));
}
