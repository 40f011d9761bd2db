// Verification by comparing emoji, as Element drives it: follows every flow and tells of each change.

const SAS = "m.sas.v1";

/** The flows of one client. `tell(flow)` is called with a plain description whenever one changes. */
export class Flows {
    #requests = new Map(); // transaction id -> { request, verifier, sas, failure }

    constructor(sdk, tell) {
        this.phases = Object.fromEntries(
            Object.entries(sdk.VerificationPhase).map(([name, number]) => [number, name.toLowerCase()]),
        );
        this.tell = tell;
    }

    /** Follow a request that came in or that we made; returns its transaction id. */
    follow(request) {
        const id = request.transactionId;
        if (!this.#requests.has(id)) {
            const flow = { request };
            this.#requests.set(id, flow);
            request.on("change", () => this.#changed(id, flow));
            this.#changed(id, flow);
        }
        return id;
    }

    accept = (id) => this.#flow(id).request.accept();
    cancel = (id) => this.#flow(id).request.cancel();

    /** Choose comparing emoji; either side may. */
    async start(id) {
        this.#drive(id, this.#flow(id), await this.#flow(id).request.startVerification(SAS));
    }

    /** The person says that the emoji are the same. */
    confirm = (id) => this.#shown(id).confirm();
    /** The person says that they differ. */
    mismatch = (id) => this.#shown(id).mismatch();

    #flow(id) {
        const flow = this.#requests.get(id);
        if (!flow) throw new Error(`no verification ${id}`);
        return flow;
    }

    #shown(id) {
        const { sas } = this.#flow(id);
        if (!sas) throw new Error(`verification ${id} shows no emoji yet`);
        return sas;
    }

    #changed(id, flow) {
        const { request } = flow;
        // The other side chose: Element goes along without a question.
        if (request.verifier && request.chosenMethod === SAS) this.#drive(id, flow, request.verifier);
        this.tell({
            transaction: id,
            room: request.roomId ?? null,
            other: request.otherUserId,
            other_device: request.otherDeviceId ?? null,
            mine: request.initiatedByMe,
            phase: this.phases[request.phase],
            emoji: (flow.sas?.sas.emoji ?? []).map(([symbol]) => symbol),
            cancelled: request.cancellationCode,
            failure: flow.failure ?? null,
        });
    }

    #drive(id, flow, verifier) {
        if (flow.verifier) return;
        flow.verifier = verifier;
        const show = (sas) => {
            flow.sas = sas;
            this.#changed(id, flow);
        };
        verifier.on("show_sas", show);
        const already = verifier.getShowSasCallbacks();
        if (already) show(already);
        verifier.verify().then(
            () => this.#changed(id, flow),
            (error) => {
                flow.failure = String(error?.message ?? error);
                this.#changed(id, flow);
            },
        );
    }
}
