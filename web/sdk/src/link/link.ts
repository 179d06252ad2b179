import type { SignalState, StandingOffer } from '@firesignal/protocol';
import { candidatesOf, nextConn } from './conn.ts';
import type { Connection } from './connection.ts';
import { REMOTE_GENERATION_INTERVAL_MS } from '../defaults.ts';
import { SignalingError } from '../errors.ts';
import type { LinkEvents, LinkState, MediaPresence, Route, SignalTrace } from '../events.ts';
import { Generation } from './generation.ts';
import { Emitter, type Unsubscribe } from '../lib/emitter.ts';
import { Machine } from '../lib/machine.ts';
import { Pace } from '../lib/pace.ts';
import type { LinkHost } from './link-host.ts';
import { LINK_TRANSITIONS, type LinkEvent } from './link-machine.ts';
import type { ControlFrame } from './message-channel.ts';
import { PeerWishes } from './peer-wishes.ts';
import { RemoteMedia } from './remote-media.ts';
import { Repair, type Rung } from './repair.ts';
import { SignalLog } from './signal-log.ts';
import { SignalSender } from './signal-sender.ts';

/**
 * The connection between this client and one peer, whatever RTCPeerConnection carries it at the moment. Made by the room;
 * comes up, and is repaired, by itself.
 */
export class Link {
  readonly peerId: string;
  readonly seat: number;
  #name: string;
  readonly #host: LinkHost;
  readonly #events = new Emitter<LinkEvents>();
  readonly #machine: Machine<LinkState, LinkEvent>;
  readonly #sender: SignalSender;
  readonly #repair: Repair;
  readonly #pace: Pace;
  readonly #wishes: PeerWishes;
  readonly #log: SignalLog;
  readonly #remoteMedia = new RemoteMedia(this.#events);
  #generation: Generation | undefined;
  #conn = 0;
  #remoteRev = 0;
  #standingOffer: StandingOffer | undefined;
  #error: SignalingError | undefined;

  /** @internal */
  constructor(
    host: LinkHost,
    peer: { readonly peerId: string; readonly seat: number; readonly name: string },
  ) {
    this.#host = host;
    this.peerId = peer.peerId;
    this.seat = peer.seat;
    this.#name = peer.name;
    this.#machine = new Machine('waiting', LINK_TRANSITIONS, (state, previous) => {
      const error = this.#error;
      this.#events.emit('state', { state, previous, ...(error !== undefined && { error }) });
    });
    this.#log = new SignalLog(host.clock, (trace) => this.#events.emit('signal', trace));
    this.#sender = new SignalSender({
      clock: host.clock,
      log: this.#log,
      // A channel without ICE would only deliver late.
      overChannel: (state) =>
        this.state === 'connected' && this.#generation?.control({ type: 'signal', state }) === true,
      deliver: (take) => host.deliver(this, take),
      onRefused: (error) => host.report(error),
    });
    this.#pace = new Pace(host.clock, REMOTE_GENERATION_INTERVAL_MS);
    this.#wishes = new PeerWishes(host.clock, this, () => this.#generation);
    this.#repair = new Repair({
      clock: host.clock,
      isMaker: () => this.#generation?.isMaker === true,
      rebuild: (rung, attempt) => this.#rebuild(rung, attempt),
      giveUp: () => this.#giveUp(new SignalingError('signaling/peer-unreachable')),
    });
  }

  /** As the peer's seat has it. */
  get name(): string {
    return this.#name;
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
    return this.#generation?.peerConnection;
  }

  /** What the peer sends. Another stream takes its place when a new connection does: see the `stream` event. */
  get remoteStream(): MediaStream {
    return this.#remoteMedia.shown(this.#generation?.stream);
  }

  /** Whether the peer's tracks carry anything. */
  get remoteMedia(): MediaPresence {
    return this.#remoteMedia.presence;
  }

  /** The signals of this link so far, at most the first 200. */
  get signals(): readonly SignalTrace[] {
    return this.#log.traces;
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
    if (this.#generation === undefined) throw new SignalingError('signaling/channel-closed');
    await this.#generation.send(data);
  }

  /** Whether the first mail of the present connection is still to come. @internal */
  get isToSpeak(): boolean {
    const isBeginning = this.state === 'waiting' || this.state === 'connecting';
    return isBeginning && this.#generation?.hasStood !== true && this.#sender.latest === undefined;
  }

  /** Answers a standing offer, without sending anything or letting the peer see an address. @internal */
  prepareAnswer(offer: StandingOffer): void {
    const { conn, id, sdp } = offer;
    this.#sender.hold();
    this.#standingOffer = offer;
    this.#begin(conn, false)?.handle({ conn, rev: 1, offer: { conn, id, sdp } });
  }

  /** Makes an offer that goes out with the join. @internal */
  prepareOffer(): void {
    this.#sender.hold();
    this.#offerAnew();
  }

  /** Settles when the first state that is to be said is complete. @internal */
  get prepared(): Promise<unknown> {
    return this.#sender.prepared;
  }

  /** @internal */
  get preparedState(): SignalState | undefined {
    return this.#sender.latest;
  }

  /** Id of the standing offer that this link answers. @internal */
  get answeredOfferId(): string | undefined {
    return this.#standingOffer?.id;
  }

  /** The join is on its way: the peer's candidates may be tried now. @internal */
  release(): void {
    this.#machine.send('NEGOTIATE');
    const offer = this.#standingOffer;
    if (offer !== undefined) this.#log.add('in', 'beacon', { conn: offer.conn, rev: offer.rev, offer });
    this.#sender.release();
    if (offer === undefined) return;
    this.#generation?.handle({ conn: offer.conn, rev: 1, candidates: candidatesOf(offer) });
  }

  /** The join is through; `sent` is the state that it carried, if it did. @internal */
  confirm(sent: SignalState | undefined): void {
    this.#sender.confirm(sent);
    if (this.state === 'connecting')
      this.#repair.waitFor(this.#standingOffer === undefined ? 'answer' : 'connect');
    else if (this.state === 'interrupted') this.#repair.waitFor('nothing');
  }

  /** Takes over the waiting connection that the peer has answered. @internal */
  adoptStanding(connection: Connection, offer: StandingOffer): void {
    this.#repair.calm();
    this.#use(connection, offer.conn, true).adopt(offer);
    this.#machine.send('NEGOTIATE');
    this.#log.add('out', 'beacon', { conn: offer.conn, rev: offer.rev, offer });
  }

  /** The roster has told the name of a peer whose mail was here before. @internal */
  introduce(name: string): void {
    this.#name = name;
  }

  /** Whether the peer's role is one that may be seen and heard: whatever a viewer sends is not shown. @internal */
  hear(isHeard: boolean): void {
    this.#remoteMedia.hear(isHeard, this.#generation?.stream);
  }

  /** Offers to the peer through its mailbox. @internal */
  call(): void {
    this.#repair.calm();
    // First: a browser that refuses to make a connection ends this at once.
    this.#machine.send('NEGOTIATE');
    this.#offerAnew();
  }

  /** The peer is going to call. @internal */
  expectCall(): void {
    this.#repair.waitFor('call');
  }

  /** A state of the peer, by whichever route. @internal */
  receive(state: SignalState, route: Route): void {
    if (this.state === 'closed' || state.rev <= this.#remoteRev) return;
    this.#remoteRev = state.rev;
    this.#log.add('in', route, state);
    // A new generation begins with an offer, and nothing else.
    if (state.conn > this.#conn && state.offer?.conn === state.conn)
      this.#pace.run(() => this.#follow(state));
    else if (state.conn === this.#conn) this.#generation?.handle(state);
    this.#wishes.hear(state);
  }

  /** @internal */
  callAnew(): void {
    this.#repair.succeeded();
    this.#machine.send('BREAK');
    this.call();
  }

  /** The peer has given the present generation up, whatever it looks like from here. */
  #follow(state: SignalState): void {
    if (state.conn <= this.#conn) return;
    if (this.state === 'failed') this.#repair.succeeded();
    else this.#repair.calm();
    this.#machine.send('BREAK');
    if (this.#begin(state.conn, false) === undefined) return;
    this.#machine.send('NEGOTIATE');
    this.#generation?.handle(state);
  }

  /** The peer's seat is gone. A link that works outlives that: the other side may only have lost the backend. @internal */
  peerUnseated(): void {
    if (this.state !== 'connected') this.close(new SignalingError('signaling/peer-left'));
  }

  /** @internal */
  async refreshMedia(): Promise<void> {
    await this.#generation?.refreshMedia();
    this.#generation?.control({ type: 'media', ...this.#host.media.presence });
  }

  /** The network or the page is back. @internal */
  hurry(): void {
    this.#sender.hurry();
    if (['interrupted', 'failed'].includes(this.state) && this.#host.isSeated(this.peerId))
      this.#repair.hurry(2);
  }

  /** The visit is over: from here on nothing is repaired. @internal */
  sayBye(): void {
    this.#generation?.control({ type: 'bye' });
    this.#repair.close();
  }

  /** @internal */
  close(error?: SignalingError): void {
    this.#error = error;
    this.#repair.calm();
    this.#sender.close();
    this.#pace.stop();
    this.#wishes.close();
    this.#drop();
    this.#machine.send('CLOSE');
    this.#events.clear();
  }

  #offerAnew(): void {
    const generation = this.#begin(nextConn(this.#conn, this.#host.selfId, this.peerId), true);
    generation?.offer();
    if (generation !== undefined && !this.#sender.isHeld) this.#repair.waitFor('answer');
  }

  /** A new generation in place of the present one; none when the browser refuses to make it. */
  #begin(conn: number, isMaker: boolean): Generation | undefined {
    try {
      return this.#use(this.#host.connect(), conn, isMaker);
    } catch (error) {
      this.#giveUp(SignalingError.from(error));
      return undefined;
    }
  }

  #use(connection: Connection, conn: number, isMaker: boolean): Generation {
    this.#drop();
    this.#conn = conn;
    this.#sender.forget();
    const generation = new Generation(connection, conn, isMaker, this.#host.clock, {
      publish: (state, byAllRoutes) => this.#sender.say(state, byAllRoutes),
      onAgreed: () => {
        if (this.state !== 'connected' && !this.#sender.isHeld) this.#repair.waitFor('connect');
      },
      onFailure: (error) => this.#negotiationFailed(error),
      onOpen: () => this.#opened(),
      onShaken: () => this.#broke('recovery'),
      onRecovered: () => {
        if (this.#machine.send('RECOVER')) this.#repair.succeeded();
      },
      onBroken: () => this.#broke('nothing'),
      onTrack: () => this.#events.emit('stream', { stream: this.remoteStream }),
      onMessage: (data) => this.#events.emit('message', { data }),
      onControl: (frame) => this.#control(frame),
      onProblem: (error) => this.#host.report(error),
    });
    this.#generation = generation;
    this.#events.emit('stream', { stream: this.remoteStream });
    return generation;
  }

  #drop(): void {
    this.#generation?.close();
    this.#generation = undefined;
  }

  /** Asks the peer to send no audio or video any more. Returns whether there is an open channel for it. */
  requestMute(what: MediaPresence): boolean {
    return this.state === 'connected' && this.#generation?.control({ type: 'mute', ...what }) === true;
  }

  #opened(): void {
    this.#repair.succeeded();
    this.#error = undefined;
    this.#machine.send('OPEN');
    this.#generation?.control({ type: 'media', ...this.#host.media.presence });
  }

  #control(frame: ControlFrame): void {
    switch (frame.type) {
      case 'signal':
        this.receive(frame.state, 'channel');
        break;
      case 'media':
        this.#remoteMedia.says(frame);
        break;
      case 'mute':
        this.#host.onMuteRequest(this.peerId, { audio: frame.audio, video: frame.video });
        break;
      case 'bye':
        this.close(new SignalingError('signaling/peer-left'));
        break;
    }
  }

  #broke(next: 'nothing' | 'recovery'): void {
    // Held, it could not call: the repair begins when the join is through.
    if (!this.#sender.isHeld && next === 'nothing' && this.#hasLeft()) return;
    if (this.state === 'failed' || this.#repair.isClosed) return;
    this.#machine.send('BREAK');
    if (!this.#sender.isHeld) this.#repair.waitFor(next);
  }

  #negotiationFailed(error: SignalingError): void {
    this.#host.report(error);
    this.#sender.despair();
    if (this.#sender.isHeld) this.#drop();
    else this.#repair.waitFor('nothing');
  }

  #rebuild(rung: Rung, attempt: number): void {
    if (this.#hasLeft()) return;
    this.#machine.send('NEGOTIATE');
    this.#offerAnew();
    this.#events.emit('repair', { rung, attempt, conn: this.#conn });
  }

  /** A broken link to somebody without a seat is no longer a link. */
  #hasLeft(): boolean {
    if (this.#host.isSeated(this.peerId)) return false;
    this.close(new SignalingError('signaling/peer-left'));
    return true;
  }

  #giveUp(error: SignalingError): void {
    this.#error = error;
    this.#repair.calm();
    this.#drop();
    this.#machine.send('GIVE_UP');
  }
}
