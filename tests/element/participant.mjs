// One person on one device of Element: matrix-js-sdk with Rust crypto, driven by JSON lines.
//
// In:  {"id": 1, "do": "send", ...}                     one command a line; the end of stdin ends the process
// Out: {"id": 1, "ok": ...} or {"id": 1, "error": "…"}  its answer
//      {"event": {...}}                                 a room event, again whenever it reads or looks different
//      {"flow": {...}}                                  a verification that changed
// An event has the keys that a homeserver gives it, content decrypted, and `element`: how Element shows it.

import { Console } from "node:console";
import { createInterface } from "node:readline";

import { opened, sealed, sha256 } from "./attachments.mjs";
import { Flows } from "./verification.mjs";

globalThis.console = new Console(process.stderr, process.stderr); // stdout is ours; before the SDK takes it
const sdk = await import("matrix-js-sdk");
const api = await import("matrix-js-sdk/lib/crypto-api/index.js");

const PAGE = 200; // as much of a timeline as a test needs, so that no sync leaves a gap
const COLOURS = { [api.EventShieldColour.NONE]: "none", [api.EventShieldColour.GREY]: "grey" };
// What Element itself sends in the clear, also in encrypted rooms, and puts no mark beside.
const UNMARKED = /^(m\.reaction|m\.room\.redaction|m\.key\.verification\..*)$/;
const MODES = {
    signed: () => new api.OnlySignedDevicesIsolationMode(),
    all: () => new api.AllDevicesIsolationMode(false),
};

let client, crypto, flows;
let away = null; // while the person is offline: { back, come }
let polls = new AbortController();
const told = new Map(); // event id -> the JSON that was last told
const say = (what) => process.stdout.write(JSON.stringify(what) + "\n");

// -- what the person sees

async function shield(event) {
    const shown = event.replacingEvent() ?? event; // Element marks what it shows
    const kind = event.getContent().msgtype === "m.key.verification.request" ? event.getContent().msgtype : event.getType();
    if (event.isState() || event.isRedacted() || UNMARKED.test(kind)) return null;
    if (shown.status !== null) return null; // an edit of ours, on its way
    if (!shown.isEncrypted()) {
        const encrypted = await crypto.isEncryptionEnabledInRoom(event.getRoomId());
        return encrypted ? { colour: "red", reason: "SENT_IN_CLEAR" } : null;
    }
    const info = await crypto.getEncryptionInfoForEvent(shown);
    if (!info) return null; // not decrypted: `failure` says why
    const reason = info.shieldReason === null ? null : api.EventShieldReason[info.shieldReason];
    return { colour: COLOURS[info.shieldColour] ?? "red", reason };
}

async function described(event) {
    const failure = event.isDecryptionFailure() ? (event.decryptionFailureReason ?? "UNKNOWN") : null;
    const unread = event.isEncrypted() && !event.isRedacted() && (failure !== null || !event.getClearContent());
    const relation = event.getWireContent()["m.relates_to"];
    const content = unread ? event.getWireContent() : event.getOriginalContent();
    return {
        event_id: event.getId(),
        room_id: event.getRoomId(),
        sender: event.getSender(),
        type: unread ? event.getWireType() : event.getType(),
        ...(event.isState() ? { state_key: event.getStateKey() } : {}),
        ...(event.event.redacts ? { redacts: event.event.redacts } : {}),
        origin_server_ts: event.getTs(),
        content: relation ? { "m.relates_to": relation, ...content } : content,
        element: {
            encrypted: event.isEncrypted(),
            failure,
            shield: await shield(event),
            now: unread ? {} : event.getContent(),
            edited: Boolean(event.replacingEvent()),
            deleted: event.isRedacted(),
        },
    };
}

let telling = Promise.resolve(); // one at a time, so that the newest word on an event comes last
const tell = (event) => {
    telling = telling
        .then(async () => {
            if (!event || event.status !== null) return; // our own, on its way
            const line = JSON.stringify({ event: await described(event) });
            if (told.get(event.getId()) === line) return;
            told.set(event.getId(), line);
            process.stdout.write(line + "\n");
        })
        .catch((error) => console.error("cannot describe an event", error));
    return telling;
};

const everything = () => client.getRooms().flatMap((room) => room.getLiveTimeline().getEvents());
const tellAgain = () => everything().forEach((event) => told.has(event.getId()) && tell(event));

function listen(autoJoin) {
    client.on(sdk.RoomEvent.Timeline, (event, room, toStart) => toStart || tell(event));
    client.on(sdk.RoomEvent.LocalEchoUpdated, (event, room) => {
        tell(event);
        tell(room.findEventById(event.relationEventId)); // an edit of ours has arrived
    });
    client.on(sdk.RoomEvent.Redaction, (event, room) => tell(room.findEventById(event.getAssociatedId())));
    client.on(sdk.MatrixEventEvent.Decrypted, tell);
    client.on(sdk.MatrixEventEvent.Replaced, tell);
    client.on(api.CryptoEvent.DevicesUpdated, tellAgain);
    client.on(api.CryptoEvent.UserTrustStatusChanged, tellAgain);
    client.on(api.CryptoEvent.VerificationRequestReceived, (request) => flows.follow(request));
    client.on(sdk.RoomEvent.MyMembership, (room, membership) => {
        if (autoJoin && membership === "invite") {
            client.joinRoom(room.roomId).catch((error) => console.error("cannot join", error));
        }
    });
}

/** A joined room, waited for: what is said into a room that the SDK does not know leaves in the clear. */
async function joined(id) {
    const here = () => {
        const room = client.getRoom(id);
        return room?.getMyMembership() === "join" ? room : null;
    };
    while (!here()) await new Promise((resolve) => client.once(sdk.ClientEvent.Sync, resolve));
    return here();
}

/** Waits until `holds`, asked again whenever what is known about somebody's keys has changed. */
async function trusted(holds) {
    for (;;) {
        const changed = new Promise((resolve) => {
            client.once(api.CryptoEvent.UserTrustStatusChanged, resolve);
            client.once(api.CryptoEvent.DevicesUpdated, resolve);
        });
        if (await holds()) return;
        await changed;
    }
}

// -- the network, which the person may be without

async function fetchWhenHere(url, options = {}) {
    while (away) await away.back;
    if (!String(url).includes("/v3/sync?")) return await fetch(url, options);
    const signal = options.signal ? AbortSignal.any([options.signal, polls.signal]) : polls.signal;
    try {
        return await fetch(url, { ...options, signal });
    } catch (error) {
        if (polls.signal.aborted || away) throw new TypeError("offline");
        throw error;
    }
}

async function uploaded() {
    const me = client.getUserId();
    for (;;) {
        const keys = await client.downloadKeysForUsers([me]);
        if (keys.device_keys?.[me]?.[client.getDeviceId()]) return;
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
}

const CROSS_SIGNING = {
    none: async () => {},
    first: async ({ user, password }) =>
        await crypto.bootstrapCrossSigning({
            authUploadDeviceSigningKeys: async (request) => {
                try {
                    await request(null);
                } catch (error) {
                    const session = error.data?.session;
                    if (!session) throw error;
                    const identifier = { type: "m.id.user", user };
                    await request({ type: "m.login.password", identifier, password, session });
                }
            },
        }),
};

const COMMANDS = {
    /** `cross_signing`: "first" makes the identity, "none" does without; `secrets` is another device's answer. */
    async login({ homeserver, user, password, device, cross_signing, secrets, isolation, auto_join }) {
        const session = await sdk.createClient({ baseUrl: homeserver }).loginRequest({
            type: "m.login.password",
            identifier: { type: "m.id.user", user },
            password,
            initial_device_display_name: device,
        });
        client = sdk.createClient({
            baseUrl: homeserver,
            userId: session.user_id,
            deviceId: session.device_id,
            accessToken: session.access_token,
            fetchFn: fetchWhenHere,
            verificationMethods: ["m.sas.v1"],
        });
        await client.initRustCrypto({ useIndexedDB: false });
        crypto = client.getCrypto();
        flows = new Flows(api, (flow) => say({ flow }));
        crypto.setDeviceIsolationMode(MODES[isolation]());
        listen(auto_join);
        await CROSS_SIGNING[cross_signing]({ user, password });
        const filter = new sdk.Filter(session.user_id);
        filter.setTimelineLimit(PAGE);
        await client.startClient({ initialSyncLimit: PAGE, filter, lazyLoadMembers: true, pendingEventOrdering: "detached" });
        while (!client.isInitialSyncComplete()) {
            await new Promise((resolve) => client.once(sdk.ClientEvent.Sync, resolve));
        }
        await uploaded();
        if (secrets) {
            await crypto.userHasCrossSigningKeys(session.user_id, true);
            await crypto.importSecretsBundle(secrets);
            await crypto.crossSignDevice(session.device_id);
        }
        return { device_id: session.device_id, access_token: session.access_token };
    },

    /** Makes the identity of somebody who logged in without one. */
    sign: async ({ user, password }) => await CROSS_SIGNING.first({ user, password }),

    /** The private cross-signing keys, for another device's login. */
    secrets: async () => await crypto.exportSecretsBundle(),

    isolate: ({ isolation }) => crypto.setDeviceIsolationMode(MODES[isolation]()),

    /** Encrypted when the room is (and the type is one that Element encrypts). */
    async send({ room, type, content, transaction }) {
        await joined(room);
        return (await client.sendEvent(room, null, type, content, transaction)).event_id;
    },

    async upload({ data, mime }) {
        const { data: bytes, file } = await sealed(Buffer.from(data, "base64"));
        const { content_uri: url } = await client.uploadContent(bytes, { type: "application/octet-stream" });
        return { ...file, url, mimetype: mime };
    },

    /** An attachment of a message: `data` as base64, `encrypted` whether it had to be decrypted. */
    async download({ room, event }) {
        const content = client.getRoom(room).findEventById(event).getContent();
        const url = client.mxcUrlToHttp(content.file?.url ?? content.url, undefined, undefined, undefined, false, true, true);
        const answer = await fetch(url, { headers: { Authorization: `Bearer ${client.getAccessToken()}` } });
        if (!answer.ok) throw new Error(`the homeserver answered ${answer.status}`);
        const stored = Buffer.from(await answer.arrayBuffer());
        const bytes = content.file ? await opened(content.file, stored) : stored;
        const encrypted = Boolean(content.file);
        return { sha256: sha256(bytes), mime: content.info?.mimetype ?? null, encrypted, data: bytes.toString("base64") };
    },

    /** The next message gets a new room key. */
    async discard({ room }) {
        await joined(room);
        await crypto.forceDiscardSession(room);
    },

    /** Be offline: nothing comes or goes until `start`. */
    stop() {
        if (away) return;
        away = {};
        away.back = new Promise((resolve) => (away.come = resolve));
        polls.abort();
    },

    start() {
        if (!away) return;
        const { come } = away;
        away = null;
        polls = new AbortController();
        come();
        client.retryImmediately();
    },

    /** How much this person trusts another. */
    async trust({ user }) {
        const known = await crypto.userHasCrossSigningKeys(user, true);
        const status = await crypto.getUserVerificationStatus(user);
        return {
            cross_signing: known,
            verified: status.isVerified(),
            was_verified: status.wasCrossSigningVerified(),
            needs_approval: status.needsUserApproval,
        };
    },

    /** Returns as soon as the person counts as verified here, which is a moment after the last emoji. */
    verified: ({ user }) => trusted(async () => (await crypto.getUserVerificationStatus(user)).isVerified()),

    /** Returns as soon as the device is known here as one that its owner has signed. */
    async knows_device({ user, device }) {
        await crypto.getUserDeviceInfo([user], true);
        await trusted(async () => (await crypto.getDeviceVerificationStatus(user, device))?.signedByOwner);
    },

    async devices({ user }) {
        const devices = (await crypto.getUserDeviceInfo([user], true)).get(user) ?? new Map();
        return await Promise.all(
            [...devices.values()].map(async (device) => {
                const status = await crypto.getDeviceVerificationStatus(user, device.deviceId);
                return {
                    device_id: device.deviceId,
                    name: device.displayName ?? null,
                    ed25519: device.getFingerprint(),
                    curve25519: device.getIdentityKey(),
                    signed: status?.signedByOwner ?? false,
                    verified: status?.crossSigningVerified ?? false,
                };
            }),
        );
    },

    /** Ask for a verification: in a room, or on a device. Returns the transaction id. */
    async request_verification({ user, room, device }) {
        if (!(await crypto.userHasCrossSigningKeys(user, true))) throw new Error(`${user} has no cross-signing keys`);
        if (room) await joined(room);
        const request = room
            ? await crypto.requestVerificationDM(user, room)
            : await crypto.requestDeviceVerification(user, device);
        return flows.follow(request);
    },
    accept_verification: ({ transaction }) => flows.accept(transaction),
    start_verification: ({ transaction }) => flows.start(transaction),
    confirm_verification: ({ transaction }) => flows.confirm(transaction),
    mismatch_verification: ({ transaction }) => flows.mismatch(transaction),
    cancel_verification: ({ transaction }) => flows.cancel(transaction),
};

createInterface({ input: process.stdin })
    .on("line", async (line) => {
        const { id, do: name, ...given } = JSON.parse(line);
        try {
            if (!COMMANDS[name]) throw new Error(`no command ${name}`);
            say({ id, ok: (await COMMANDS[name](given)) ?? null });
        } catch (error) {
            console.error(error);
            say({ id, error: String(error?.message ?? error) });
        }
    })
    .on("close", () => process.exit(0));
