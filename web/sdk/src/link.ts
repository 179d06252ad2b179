import { LIMITS, type SignalState, type StandingOffer, ufragOf } from '@firesignal/protocol';
import type { Connection } from './connection.ts';
import { SignalingError } from './errors.ts';
import type { LinkEvents, LinkState, MediaPresence, Route, SignalTrace } from './events.ts';
import type { Clock } from './lib/clock.ts';
import { deferred } from './lib/settle.ts';
import { Emitter, type Unsubscribe } from './lib/emitter.ts';
import { Machine } from './lib/machine.ts';
import { LINK_TRANSITIONS, type LinkEvent } from './link-machine.ts';
import type { MediaSource } from './local-media.ts';
import type { ControlFrame } from './message-channel.ts';
import { Negotiation, type LocalState } from './negotiation.ts';
import { Outbox } from './outbox.ts';
import { Repair, type Rung } from './repair.ts';

/** What a link needs from its room. */
export type LinkHost = {
  readonly clock: Clock;
  readonly media: MediaSource;
  readonly selfId: string;
  /** @throws `signaling/too-many-connections`, `signaling/webrtc-unsupported` */
  readonly connect: () => Connection;
  readonly deliver: (link: Link, state: SignalState) => Promise<void>;
  readonly isSeated: (peerId: string) => boolean;
  readonly report: (error: SignalingError) => void;
};

/** More would only grow: a link that needs this many signals is looked at by its last ones. */
const TRACES_MAX = 200;

/**
 * The connection between this client and one peer, whatever RTCPeerConnection carries it at the moment. Made by the room;
 * comes up, and is repaired, by itself.
 */
export class Link {
  readonly peerId: string;
  readonly seat: number;
  readonly name: string;
  readonly #host: LinkHost;
  readonly #events = new Emitter<LinkEvents>();
  readonly #machine: Machine<LinkState, LinkEvent>;
  readonly #outbox: Outbox;
  readonly #repair: Repair;
  readonly #prepared = deferred<undefined>();
  readonly #signals: SignalTrace[] = [];
  #connection: Connection | undefined;
  #negotiation: Negotiation | undefined;
  #conn = 0;
  #isMaker = false;
  #localRev = 0;
  #remoteRev = 0;
  /** While held, nothing leaves: the first state goes out with the join commit. */
  #isHeld = false;
  #latest: SignalState | undefined;
  #standingOffer: StandingOffer | undefined;
  #remoteMedia: MediaPresence = { audio: false, video: false };
  #error: SignalingError | undefined;
  #noStream: MediaStream | undefined;

  /** @internal */
  constructor(
    host: LinkHost,
    peer: { readonly peerId: string; readonly seat: number; readonly name: string },
  ) {
    this.#host = host;
    this.peerId = peer.peerId;
    this.seat = peer.seat;
    this.name = peer.name;
    this.#machine = new Machine('waiting', LINK_TRANSITIONS, (state, previous) => {
      const error = this.#error;
      this.#events.emit('state', { state, previous, ...(error !== undefined && { error }) });
    });
    this.#outbox = new Outbox({
      clock: host.clock,
      deliver: (state) => host.deliver(this, state),
      onRefused: (error) => host.report(error),
    });
    this.#repair = new Repair({
      clock: host.clock,
      isMaker: () => this.#isMaker,
      rebuild: (rung, attempt) => this.#rebuild(rung, attempt),
      giveUp: () => this.#giveUp(new SignalingError('signaling/peer-unreachable')),
    });
  }

  get state(): LinkState {
    return this.#machine.state;
  }

  /** Why the link failed or closed. */
  get error(): SignalingError | undefined {
    return this.#error;
  }

  /** Generation of the present RTCPeerConnection; 0 before the first. */
  get conn(): number {
    return this.#conn;
  }

  /** The RTCPeerConnection of the present generation, for statistics and for tracks beyond one audio and one video. */
  get peerConnection(): RTCPeerConnection | undefined {
    return this.#connection?.pc;
  }

  /** What the peer sends. Another stream takes its place when a new connection does: see the `stream` event. */
  get remoteStream(): MediaStream {
    return this.#connection?.remoteStream ?? (this.#noStream ??= new MediaStream());
  }

  /** Whether the peer's tracks carry anything. */
  get remoteMedia(): MediaPresence {
    return this.#remoteMedia;
  }

  /** The signals of this link so far, at most the first 200. */
  get signals(): readonly SignalTrace[] {
    return this.#signals;
  }

  on<K extends keyof LinkEvents>(event: K, listener: (event: LinkEvents[K]) => void): Unsubscribe {
    return this.#events.on(event, listener);
  }

  /**
   * Sends a message of up to 16 MiB. Resolves when the data channel has taken it.
   *
   * @throws `signaling/channel-closed`, `signaling/message-too-large`
   */
  async send(data: string | ArrayBuffer | ArrayBufferView): Promise<void> {
    if (this.#connection === undefined) throw new SignalingError('signaling/channel-closed');
    await this.#connection.channel.send(data);
  }

  /** Answers a standing offer, without sending anything or letting the peer see an address. @internal */
  prepareAnswer(offer: StandingOffer): void {
    this.#isHeld = true;
    this.#standingOffer = offer;
    const { conn, id, sdp } = offer;
    if (!this.#startConnection(conn, false)) return;
    this.#negotiation?.handle({ conn, rev: 1, offer: { conn, id, sdp } });
  }

  /** Makes an offer that goes out with the join. @internal */
  prepareOffer(): void {
    this.#isHeld = true;
    this.#offerAnew();
  }

  /** The first state that is to be said, once it is complete. @internal */
  get prepared(): Promise<unknown> {
    return this.#prepared.promise;
  }

  /** @internal */
  get preparedState(): SignalState | undefined {
    return this.#latest;
  }

  /** Id of the standing offer that this link answers. @internal */
  get answeredOfferId(): string | undefined {
    return this.#standingOffer?.id;
  }

  /** The join is on its way: the peer's candidates may be tried now. @internal */
  release(): void {
    this.#machine.send('NEGOTIATE');
    const offer = this.#standingOffer;
    if (offer === undefined) return;
    const { conn, id, candidates: lines } = offer;
    this.#trace('in', 'beacon', { conn, rev: offer.rev, offer });
    const ufrag = ufragOf(offer.sdp);
    this.#negotiation?.handle({ conn, rev: 1, candidates: { conn, id, ufrag, lines, complete: true } });
  }

  /** The join is through; `sent` is the state that it carried, if it did. @internal */
  confirm(sent: SignalState | undefined): void {
    this.#isHeld = false;
    if (sent !== undefined) this.#trace('out', 'mailbox', sent);
    if (this.#latest !== undefined && this.#latest !== sent) this.#send(this.#latest);
    if (this.state === 'connecting')
      this.#repair.waitFor(this.#standingOffer === undefined ? 'answer' : 'connect');
  }

  /** Takes over the waiting connection that the peer has answered. @internal */
  adoptStanding(connection: Connection, offer: StandingOffer): void {
    this.#useConnection(connection, offer.conn, true);
    this.#negotiation?.adopt({ conn: offer.conn, id: offer.id, sdp: offer.sdp });
    this.#machine.send('NEGOTIATE');
    this.#trace('out', 'beacon', { conn: offer.conn, rev: offer.rev, offer });
  }

  /** Offers to the peer through its mailbox. @internal */
  call(): void {
    this.#repair.calm();
    this.#offerAnew();
    this.#machine.send('NEGOTIATE');
  }

  /** The peer is going to call. @internal */
  expectCall(): void {
    this.#repair.waitFor('call');
  }

  /** A state of the peer, by whichever route. @internal */
  receive(state: SignalState, route: Route): void {
    if (this.state === 'closed' || state.rev <= this.#remoteRev) return;
    this.#remoteRev = state.rev;
    this.#trace('in', route, state);
    if (state.conn < this.#conn) return;
    if (state.conn > this.#conn) {
      if (state.offer?.conn !== state.conn) return;
      this.#repair.calm();
      if (!this.#startConnection(state.conn, false)) return;
      this.#machine.send('NEGOTIATE');
    }
    this.#negotiation?.handle(state);
  }

  /** The peer's seat is gone. A link that works outlives that: the other side may only have lost the backend. @internal */
  peerUnseated(): void {
    if (this.state !== 'connected') this.close(new SignalingError('signaling/peer-left'));
  }

  /** @internal */
  async refreshMedia(): Promise<void> {
    await this.#connection?.refreshMedia();
    this.#connection?.channel.control({ type: 'media', ...this.#host.media.presence });
  }

  /** The network or the page is back. @internal */
  hurry(): void {
    this.#outbox.hurry();
    if (this.state === 'interrupted') this.#repair.hurry(2);
  }

  /** @internal */
  sayBye(): void {
    this.#connection?.channel.control({ type: 'bye' });
  }

  /** @internal */
  close(error?: SignalingError): void {
    this.#error = error;
    this.#repair.calm();
    this.#outbox.close();
    this.#dropConnection();
    this.#machine.send('CLOSE');
    this.#events.clear();
  }

  /** Numbers of the two sides never meet, so that two new connections made at once have an order. */
  #nextConn(): number {
    const parity = this.#host.selfId < this.peerId ? 0 : 1;
    const next = Math.max(this.#conn, LIMITS.STANDING_CONN) + 1;
    return next % 2 === parity ? next : next + 1;
  }

  #offerAnew(): void {
    if (!this.#startConnection(this.#nextConn(), true)) return;
    this.#connection?.offerMedia();
    this.#negotiation?.start();
    if (!this.#isHeld) this.#repair.waitFor('answer');
  }

  #startConnection(conn: number, isMaker: boolean): boolean {
    try {
      this.#useConnection(this.#host.connect(), conn, isMaker);
      return true;
    } catch (error) {
      this.#giveUp(SignalingError.from(error));
      return false;
    }
  }

  #useConnection(connection: Connection, conn: number, isMaker: boolean): void {
    this.#dropConnection();
    this.#connection = connection;
    this.#conn = conn;
    this.#isMaker = isMaker;
    this.#latest = undefined;
    const { pc, channel } = connection;
    this.#negotiation = new Negotiation({
      pc,
      conn,
      polite: !isMaker,
      clock: this.#host.clock,
      beforeAnswer: () => connection.answerMedia(),
      publish: (state) => this.#publish(state),
      onAgreed: () => this.#agreed(),
      onFailure: (error) => this.#negotiationFailed(error),
    });
    channel.events.on('open', () => this.#opened(connection));
    channel.events.on('close', () => this.#broke('nothing'));
    channel.events.on('message', (data) => this.#events.emit('message', { data }));
    channel.events.on('control', (frame) => this.#control(frame));
    channel.events.on('problem', (error) => this.#host.report(error));
    pc.onconnectionstatechange = () => this.#connectionStateChanged(pc.connectionState, connection);
    this.#events.emit('stream', { stream: connection.remoteStream });
  }

  #dropConnection(): void {
    this.#negotiation?.close();
    if (this.#connection === undefined) return;
    this.#connection.pc.onconnectionstatechange = null;
    this.#connection.close();
    this.#connection = undefined;
  }

  #publish(local: LocalState): void {
    this.#localRev += 1;
    this.#latest = { ...local, rev: this.#localRev };
    if (local.candidates?.complete === true) this.#prepared.resolve(undefined);
    if (!this.#isHeld) this.#send(this.#latest);
  }

  #send(state: SignalState): void {
    const isDirect =
      this.state === 'connected' && this.#connection?.channel.control({ type: 'signal', state }) === true;
    if (!isDirect) this.#outbox.push(state);
    this.#trace('out', isDirect ? 'channel' : 'mailbox', state);
  }

  #agreed(): void {
    this.#negotiation?.listen();
    if (this.state !== 'connected' && !this.#isHeld) this.#repair.waitFor('connect');
  }

  #opened(connection: Connection): void {
    this.#repair.succeeded();
    this.#error = undefined;
    this.#machine.send('OPEN');
    connection.channel.control({ type: 'media', ...this.#host.media.presence });
  }

  #control(frame: ControlFrame): void {
    switch (frame.type) {
      case 'signal':
        this.receive(frame.state, 'channel');
        break;
      case 'media':
        this.#remoteMedia = { audio: frame.audio, video: frame.video };
        this.#events.emit('media', this.#remoteMedia);
        break;
      case 'bye':
        this.close(new SignalingError('signaling/peer-left'));
        break;
    }
  }

  #connectionStateChanged(state: RTCPeerConnectionState, connection: Connection): void {
    if (state === 'failed') this.#broke('nothing');
    else if (state === 'disconnected') this.#broke('recovery');
    else if (state === 'connected' && connection.channel.isOpen && this.#machine.send('RECOVER'))
      this.#repair.succeeded();
  }

  #broke(wait: 'nothing' | 'recovery'): void {
    if (this.#machine.can('BREAK') && !this.#host.isSeated(this.peerId) && wait === 'nothing') {
      this.close(new SignalingError('signaling/peer-left'));
      return;
    }
    if (this.#isHeld || this.state === 'failed' || this.state === 'closed') return;
    this.#machine.send('BREAK');
    this.#repair.waitFor(wait);
  }

  #negotiationFailed(error: SignalingError): void {
    this.#host.report(error);
    if (this.#isHeld) this.#dropConnection();
    else this.#repair.waitFor('nothing');
  }

  #rebuild(rung: Rung, attempt: number): void {
    if (!this.#host.isSeated(this.peerId)) {
      this.close(new SignalingError('signaling/peer-left'));
      return;
    }
    this.#machine.send('NEGOTIATE');
    this.#offerAnew();
    this.#events.emit('repair', { rung, attempt, conn: this.#conn });
  }

  #giveUp(error: SignalingError): void {
    this.#error = error;
    this.#repair.calm();
    this.#dropConnection();
    this.#machine.send('GIVE_UP');
  }

  #trace(
    direction: SignalTrace['direction'],
    route: Route,
    state: SignalState | { conn: number; rev: number; offer: object },
  ): void {
    const parts = (['offer', 'answer', 'candidates'] as const).filter((part) => part in state);
    const trace: SignalTrace = {
      at: this.#host.clock.now(),
      direction,
      route,
      parts,
      conn: state.conn,
      rev: state.rev,
    };
    if (this.#signals.length < TRACES_MAX) this.#signals.push(trace);
    this.#events.emit('signal', trace);
  }
}
