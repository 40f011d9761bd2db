// What Element does when somebody logs in on a new device and types their recovery key, told as one line of JSON.
//
// node recovery.mjs HOMESERVER USER PASSWORD ROOM SAY, the recovery key on stdin

import { Console } from "node:console";
import { readFileSync } from "node:fs";

globalThis.console = new Console(process.stderr, process.stderr); // stdout is ours; before the SDK takes it
const sdk = await import("matrix-js-sdk");
const api = await import("matrix-js-sdk/lib/crypto-api/index.js");

const [baseUrl, user, password, roomId, words] = process.argv.slice(2);
const key = api.decodeRecoveryKey(readFileSync(0, "utf8").trim());
const identifier = { type: "m.id.user", user };
const session = await sdk.createClient({ baseUrl }).loginRequest({ type: "m.login.password", identifier, password });
const client = sdk.createClient({
    baseUrl,
    userId: session.user_id,
    deviceId: session.device_id,
    accessToken: session.access_token,
    cryptoCallbacks: {
        async getSecretStorageKey({ keys }) {
            for (const [id, info] of Object.entries(keys)) {
                if (await client.secretStorage.checkKey(key, info)) return [id, key];
            }
            throw new Error("the recovery key is not the account's");
        },
    },
});
await client.initRustCrypto({ useIndexedDB: false });
const crypto = client.getCrypto();
crypto.setDeviceIsolationMode(new api.OnlySignedDevicesIsolationMode());
await client.startClient({ initialSyncLimit: 200 });
while (!client.isInitialSyncComplete()) await new Promise((resolve) => client.once(sdk.ClientEvent.Sync, resolve));

await crypto.userHasCrossSigningKeys(user, true);
await crypto.bootstrapCrossSigning({});
await crypto.loadSessionBackupPrivateKeyFromSecretStorage();
await crypto.checkKeyBackupAndEnable();
const { total, imported } = await crypto.restoreKeyBackup();
const own = () => crypto.getDeviceVerificationStatus(user, session.device_id);
for (let known = false; !known; known = (await own())?.signedByOwner) {
    const changed = new Promise((resolve) => client.once(api.CryptoEvent.DevicesUpdated, resolve));
    await crypto.getUserDeviceInfo([user], true); // the signature comes back with the keys
    if (!(await own())?.signedByOwner) await changed;
}
const { signedByOwner, crossSigningVerified } = await own();

const events = client.getRoom(roomId).getLiveTimeline().getEvents().filter((event) => event.isEncrypted());
for (const event of events) await client.decryptEventIfNeeded(event);
const read = events.filter((event) => !event.isDecryptionFailure()).map((event) => event.getContent().body);
const { event_id: said } = await client.sendEvent(roomId, null, "m.room.message", { msgtype: "m.text", body: words });
const ready = await crypto.isCrossSigningReady();
const told = { signed: signedByOwner, trusted: crossSigningVerified, ready, total, imported, read, sent: events.length, said };
process.stdout.write(JSON.stringify(told) + "\n", () => process.exit(0));
