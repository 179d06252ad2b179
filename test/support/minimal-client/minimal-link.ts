import { checkChannelFrame, LIMITS, randomOfferId, splitCandidates, ufragOf } from '@firesignal/protocol';
import type { CandidateBlock, SignalState } from '@firesignal/protocol';

/** What nobody offers, or what does not connect, is asked for again after this. */
const PATIENCE_MS = 10_000;
const ATTEMPTS_MAX = 4;
/** Wishes come as often as a peer likes; offers for them do not. */
const GRANT_PAUSE_MS = 5_000;
/** A server that does not answer must not hold up the candidates that are there. */
const GATHER_MAX_MS = 3_000;

export type LinkEvents = {
  /** The whole state of this side has to get into the peer's mailbox. */
  readonly onSay: (state: SignalState) => void;
  readonly onState: (state: 'open' | 'closed') => void;
  readonly onMessage: (text: string) => void;
};

/** A long text whose parts are arriving. */
type LongText = {
  readonly kind: string;
  readonly count: number;
  readonly length: number;
  readonly parts: ArrayBuffer[];
};

/** The connection to one peer, of a client that only answers. */
export class MinimalLink {
  readonly #events: LinkEvents;
  readonly #offers: boolean;
  #pc: RTCPeerConnection | undefined;
  #channel: RTCDataChannel | undefined;
  #conn = 0;
  #said: SignalState = { conn: 0, rev: 0 };
  #heard: SignalState = { conn: 0, rev: 0 };
  #offerId = '';
  #longText: LongText | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #attempts = 0;
  /** Runs while no wish is granted; `conn` is that of the last one that came meanwhile. */
  #pause: ReturnType<typeof setTimeout> | undefined;
  #wishedConn: number | undefined;
  #isClosed = false;

  /** @param offers whether it is for us to offer: the peer only answers, too, and sits in a higher seat */
  constructor(offers: boolean, events: LinkEvents) {
    this.#offers = offers;
    this.#events = events;
    this.#begin();
  }

  get isOpen(): boolean {
    return this.#channel?.readyState === 'open';
  }

  /** A state of the peer, by mail or over the channel: only what is newer than all before counts. */
  receive(state: SignalState): void {
    if (this.#isClosed || state.rev <= this.#heard.rev) return;
    const last = this.#heard;
    this.#heard = state;
    const isAsked = wishes(state) > wishes(last);
    if (isAsked && this.#offers) this.#grant(state.conn);
    else this.#do(() => this.#apply(state));
  }

  send(text: string): void {
    const frame = JSON.stringify({ type: 'text', text });
    const size = LIMITS.MESSAGE_PART_LENGTH;
    if (new TextEncoder().encode(frame).length <= size) {
      this.#channel?.send(frame);
      return;
    }
    const whole = new TextEncoder().encode(text);
    const count = Math.ceil(whole.length / size);
    this.#channel?.send(JSON.stringify({ type: 'parts', kind: 'text', count, length: whole.length }));
    for (let at = 0; at < whole.length; at += size) this.#channel?.send(whole.subarray(at, at + size));
  }

  close(): void {
    if (this.isOpen) this.#channel?.send(JSON.stringify({ type: 'bye' }));
    clearTimeout(this.#timer);
    clearTimeout(this.#pause);
    this.#pc?.close();
    if (!this.#isClosed) this.#events.onState('closed');
    this.#isClosed = true;
  }

  /** An offer is made, or waited for. */
  #begin(): void {
    if (this.#offers) this.#offer(this.#conn + 1);
    this.#bePatient();
  }

  #grant(conn: number): void {
    if (this.#pause !== undefined) {
      this.#wishedConn = conn;
      return;
    }
    this.#wishedConn = undefined;
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      if (this.#wishedConn !== undefined) this.#grant(this.#wishedConn);
    }, GRANT_PAUSE_MS);
    this.#offer(Math.max(this.#conn + 1, conn));
  }

  #bePatient(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#pc?.connectionState === 'connected' || ++this.#attempts > ATTEMPTS_MAX) return;
      // With a number above the present one: of that connection we expect no more.
      if (!this.#offers) this.#say({ conn: this.#conn + 1, want: (this.#said.want ?? 0) + 1 });
      this.#begin();
    }, PATIENCE_MS);
  }

  async #apply({ conn, offer, answer, candidates }: SignalState): Promise<void> {
    if (offer?.conn === conn && conn >= this.#conn && offer.id !== this.#offerId) {
      // The highest number wins, and means a new connection.
      if (conn > this.#conn) this.#connect(conn);
      this.#offerId = offer.id;
      await this.#pc?.setRemoteDescription({ type: 'offer', sdp: offer.sdp });
      await this.#add(candidates);
      await this.#describe('answer');
    } else if (answer?.id === this.#offerId && this.#pc?.signalingState === 'have-local-offer')
      await this.#pc.setRemoteDescription({ type: 'answer', sdp: answer.sdp });
    await this.#add(candidates);
  }

  /** What is known already does no harm, nor what the browser cannot use. */
  async #add(block: CandidateBlock | undefined): Promise<void> {
    if (block?.conn !== this.#conn) return;
    for (const candidate of [...splitCandidates(block.lines), ...(block.complete ? [''] : [])])
      await this.#pc
        ?.addIceCandidate({ candidate, sdpMLineIndex: 0, usernameFragment: block.ufrag })
        .catch(() => undefined);
  }

  #offer(conn: number): void {
    this.#do(() => {
      this.#connect(conn);
      this.#offerId = randomOfferId();
      return this.#describe('offer');
    });
  }

  /** Describes this side with all its candidates, and says it. */
  async #describe(kind: 'offer' | 'answer'): Promise<void> {
    const [pc, conn, id] = [this.#pc, this.#conn, this.#offerId];
    await pc?.setLocalDescription();
    const sdp = pc && (await gathered(pc));
    if (sdp === undefined || pc !== this.#pc) return;
    const found = new Set([...sdp.matchAll(/^a=(candidate:.*?)\r?$/gm)].map(([, line]) => line));
    const lines = [...found].slice(0, LIMITS.CANDIDATES_COUNT_MAX).join('\n');
    const description = { conn, id, sdp: sdp.replace(/^a=(candidate:|end-of-candidates).*\r?\n/gm, '') };
    const candidates = { conn, id, ufrag: ufragOf(sdp), lines, complete: true };
    this.#say({ conn, [kind]: description, candidates });
    this.#bePatient();
  }

  #connect(conn: number): void {
    this.#pc?.close();
    this.#conn = conn;
    const pc = (this.#pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' }));
    const channel = (this.#channel = pc.createDataChannel('firesignal', { negotiated: true, id: 0 }));
    pc.onconnectionstatechange = () => {
      if (pc.connectionState !== 'failed') return;
      if (!this.#offers) this.#say({ ...this.#said, restart: (this.#said.restart ?? 0) + 1 });
      this.#bePatient();
    };
    channel.onopen = () => {
      this.#attempts = 0;
      this.#events.onState('open');
    };
    channel.binaryType = 'arraybuffer';
    channel.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (typeof data !== 'string') {
        this.#takePart(data);
        return;
      }
      const frame = checkChannelFrame(data);
      if (!frame.ok) return;
      if (frame.value.type === 'parts') this.#longText = { ...frame.value, parts: [] };
      if (frame.value.type === 'text') this.#events.onMessage(frame.value.text);
      if (frame.value.type === 'signal') this.receive(frame.value.state);
      if (frame.value.type === 'bye') this.close();
    };
  }

  /** A part of a long text. Other binary frames are of no use here. */
  #takePart(part: ArrayBuffer): void {
    const { kind, count, length, parts = [] } = this.#longText ?? {};
    if (parts.push(part) !== count) return;
    this.#longText = undefined;
    if (kind !== 'text' || parts.reduce((sum, { byteLength }) => sum + byteLength, 0) !== length) return;
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    this.#events.onMessage(
      parts.map((one) => decoder.decode(one, { stream: true })).join('') + decoder.decode(),
    );
  }

  #say(state: Omit<SignalState, 'rev'>): void {
    if (this.#isClosed) return;
    const { want, restart, rev } = this.#said;
    this.#said = { ...(want && { want }), ...(restart && { restart }), ...state, rev: rev + 1 };
    this.#events.onSay(this.#said);
  }

  /** One after the other. After a failure the patience ends soon enough. */
  #do(task: () => Promise<void>): void {
    this.#queue = this.#queue.then(task).catch(() => undefined);
  }
}

const wishes = ({ want = 0, restart = 0 }: SignalState): number => want + restart;

/** The local description once all its candidates are there. */
function gathered(pc: RTCPeerConnection): Promise<string> {
  return new Promise((resolve) => {
    const done = (): void => resolve(pc.localDescription?.sdp ?? '');
    // After an ICE restart it is still complete for the last description: without a candidate.
    const look = (): void => {
      if (pc.iceGatheringState === 'complete' && pc.localDescription?.sdp.includes('a=candidate:')) done();
    };
    pc.onicegatheringstatechange = look;
    setTimeout(done, GATHER_MAX_MS);
    look();
  });
}
