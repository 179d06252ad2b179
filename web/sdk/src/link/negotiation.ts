import {
  randomOfferId,
  splitCandidates,
  ufragOf,
  type CandidateBlock,
  type Description,
  type SignalState,
} from '@firesignal/protocol';
import { CANDIDATE_FLUSH_MS, GATHER_CAP_MS } from '../defaults.ts';
import { SignalingError } from '../errors.ts';
import { Timers, type Clock } from '../lib/clock.ts';
import { TaskQueue } from '../lib/task-queue.ts';
import { readPassively, withoutCandidates } from './local-description.ts';
import { LocalCandidates } from './local-candidates.ts';

/** Everything this side has to say in one `conn`: a signal state that has no revision yet. */
export type LocalState = Omit<SignalState, 'rev' | 'want' | 'restart'>;

export type NegotiationOptions = {
  readonly pc: RTCPeerConnection;
  readonly conn: number;
  /** Gives way when both sides offer at once. The side that made the `conn` does not. */
  readonly polite: boolean;
  readonly clock: Clock;
  /** Prepares transceivers between applying an offer and answering it. */
  readonly beforeAnswer: () => Promise<void>;
  /** Called with the whole present state whenever it should reach the peer; by all routes while ICE restarts. */
  readonly publish: (state: LocalState, byAllRoutes: boolean) => void;
  /** Both descriptions of an exchange are set. */
  readonly onAgreed: () => void;
  /** A description could not be applied: the connection is of no more use. */
  readonly onFailure: (error: SignalingError) => void;
};

/**
 * Perfect negotiation (W3C webrtc-pc §10.7) of one RTCPeerConnection, over whole states instead of messages. States and
 * one's own offers go through one queue, each to its end, so that `makingOffer` and `isSettingRemoteAnswerPending` of the
 * W3C example can never be true when a state is looked at: `signalingState` alone tells a collision.
 */
export class Negotiation {
  readonly #options: NegotiationOptions;
  readonly #queue = new TaskQueue();
  readonly #timers: Timers;
  readonly #local: LocalCandidates;
  readonly #added = new Set<string>();
  #offer: Description | undefined;
  #answer: Description | undefined;
  #answeredOfferId = '';
  #remoteCandidates: CandidateBlock | undefined;
  /** How far an ICE restart is: an offer that is under way delays it. */
  #restart: 'asked' | 'offered' | 'none' = 'none';
  #closed = false;

  constructor(options: NegotiationOptions) {
    this.#options = options;
    this.#timers = new Timers(options.clock);
    this.#local = new LocalCandidates(options.pc, () => this.#candidatesChanged());
  }

  /** From now on the connection's own wishes (`negotiationneeded`) become offers. */
  listen(): void {
    this.#options.pc.onnegotiationneeded = () => void this.#run(() => this.#makeOffer());
  }

  /** Takes over an offer that was made before this negotiation began, with its candidates. */
  adopt(offer: Description): void {
    this.#offer = offer;
  }

  /** Makes the first offer of this connection, or one more. */
  start(): void {
    void this.#run(() => this.#makeOffer());
  }

  /** Makes an offer with new ICE credentials (W3C webrtc-pc §4.4.2, restartIce). */
  restartIce(): void {
    void this.#run(() => {
      this.#options.pc.restartIce();
      this.#restart = 'asked';
      return this.#makeOffer();
    });
  }

  /** Feeds a state of the peer. States of other connections, and what is known already, change nothing. */
  handle(state: SignalState): void {
    void this.#run(() => this.#apply(state));
  }

  close(): void {
    this.#closed = true;
    this.#timers.clearAll();
    this.#local.close();
    this.#options.pc.onnegotiationneeded = null;
  }

  async #run(task: () => Promise<void>): Promise<void> {
    await this.#queue.run(async () => {
      if (this.#closed) return;
      try {
        await task();
      } catch (error) {
        if (!this.#isOver())
          this.#options.onFailure(SignalingError.from(error, 'signaling/negotiation-failed'));
      }
    });
  }

  /** Read through a function: it may become true during any await. */
  #isOver(): boolean {
    return this.#closed || this.#options.pc.signalingState === 'closed';
  }

  async #makeOffer(): Promise<void> {
    const { pc, conn } = this.#options;
    // The peer's offer came first; the browser asks again once that exchange is over, if there is still need.
    if (pc.signalingState !== 'stable') return;
    await pc.setLocalDescription();
    if (this.#isOver() || pc.localDescription?.type !== 'offer') return;
    this.#offer = { conn, id: randomOfferId(), sdp: withoutCandidates(pc.localDescription.sdp) };
    if (this.#restart === 'asked') this.#restart = 'offered';
    this.#describe(this.#offer);
  }

  async #apply(state: SignalState): Promise<void> {
    const { conn } = this.#options;
    if (state.candidates?.conn === conn) this.#remoteCandidates = state.candidates;
    // The answer first: an offer that came with it was made after it.
    if (state.answer?.conn === conn && state.answer.id === this.#offer?.id)
      await this.#takeAnswer(state.answer);
    if (state.offer?.conn === conn && state.offer.id !== this.#answeredOfferId)
      await this.#takeOffer(state.offer);
    await this.#addRemoteCandidates();
  }

  async #takeAnswer({ sdp }: Description): Promise<void> {
    const { pc, onAgreed } = this.#options;
    if (pc.signalingState !== 'have-local-offer') return;
    await pc.setRemoteDescription({ type: 'answer', sdp });
    this.#offer = undefined;
    if (this.#restart === 'offered') this.#restart = 'none';
    onAgreed();
  }

  async #takeOffer(offer: Description): Promise<void> {
    const { pc, conn, polite, beforeAnswer, onAgreed } = this.#options;
    // A collision: the impolite side's offer stands, and the peer will come back with its own.
    if (pc.signalingState !== 'stable' && !polite) return;
    // The DTLS roles are settled once and for all by the first exchange.
    const isFirst = pc.currentRemoteDescription === null;
    await pc.setRemoteDescription({ type: 'offer', sdp: isFirst ? readPassively(offer.sdp) : offer.sdp });
    this.#offer = undefined;
    await beforeAnswer();
    await pc.setLocalDescription();
    if (this.#isOver()) return;
    this.#answeredOfferId = offer.id;
    this.#answer = { conn, id: offer.id, sdp: withoutCandidates(pc.localDescription?.sdp ?? '') };
    this.#describe(this.#answer);
    onAgreed();
  }

  async #addRemoteCandidates(): Promise<void> {
    const { pc } = this.#options;
    const block = this.#remoteCandidates;
    // Early ones wait here for their description.
    if (block === undefined || pc.remoteDescription === null) return;
    if (ufragOf(pc.remoteDescription.sdp) !== block.ufrag) return;
    // The empty candidate ends the list (W3C webrtc-pc §4.8.2).
    for (const candidate of [...splitCandidates(block.lines), ...(block.complete ? [''] : [])]) {
      const key = `${block.ufrag} ${candidate}`;
      if (this.#added.has(key)) continue;
      this.#added.add(key);
      try {
        await pc.addIceCandidate({ candidate, sdpMLineIndex: 0, usernameFragment: block.ufrag });
      } catch {
        // One candidate that the browser cannot use (an address family, a name) does not spoil the others.
      }
      if (this.#isOver()) return;
    }
  }

  /** A new local description: published with its candidates as soon as they are all there, or after a while without. */
  #describe({ id }: Description): void {
    this.#local.describes(id);
    if (this.#local.complete) this.#publish();
    else this.#timers.set('publish', GATHER_CAP_MS, () => this.#publish());
  }

  #candidatesChanged(): void {
    // Late ones are said even when the exchange is over and there is no description to go with them.
    if (!this.#local.isDescribed) return;
    if (this.#local.complete) this.#publish();
    else if (!this.#timers.has('publish'))
      this.#timers.set('publish', CANDIDATE_FLUSH_MS, () => this.#publish());
  }

  #publish(): void {
    this.#timers.clear('publish');
    const { conn, publish } = this.#options;
    const candidates = this.#local.block(conn);
    const state = {
      conn,
      ...(this.#offer !== undefined && { offer: this.#offer }),
      ...(this.#answer !== undefined && { answer: this.#answer }),
      ...(candidates !== undefined && { candidates }),
    };
    publish(state, this.#restart === 'offered');
  }
}
