import { LIMITS, type SignalState, type StandingOffer } from '@firesignal/protocol';
import type { Connection } from './connection.ts';
import type { SignalingError } from '../errors.ts';
import type { Clock } from '../lib/clock.ts';
import type { ControlFrame } from './message-channel.ts';
import { Negotiation, type LocalState } from './negotiation.ts';

export type GenerationEvents = {
  /** This side has something to say. */
  readonly publish: (state: LocalState, byAllRoutes: boolean) => void;
  /** Both descriptions of an exchange are set. */
  readonly onAgreed: () => void;
  /** A description could not be applied. */
  readonly onFailure: (error: SignalingError) => void;
  /** The data channel opened. */
  readonly onOpen: () => void;
  /** ICE is `disconnected`, which may pass. */
  readonly onShaken: () => void;
  /** ICE has recovered by itself. */
  readonly onRecovered: () => void;
  /** The connection has failed, or its channel has closed: it will not come back. */
  readonly onBroken: () => void;
  /** The peer's stream has got a track. */
  readonly onTrack: () => void;
  readonly onMessage: (data: string | ArrayBuffer) => void;
  readonly onControl: (frame: ControlFrame) => void;
  readonly onProblem: (error: SignalingError) => void;
};

/** One `conn` of a link: an RTCPeerConnection with its negotiation, from the first description until it is replaced. */
export class Generation {
  readonly conn: number;
  /** Whether this side made it: then it is the impolite one. */
  readonly isMaker: boolean;
  readonly #connection: Connection;
  readonly #negotiation: Negotiation;

  constructor(
    connection: Connection,
    conn: number,
    isMaker: boolean,
    clock: Clock,
    events: GenerationEvents,
  ) {
    this.conn = conn;
    this.isMaker = isMaker;
    this.#connection = connection;
    const { pc, channel } = connection;
    this.#negotiation = new Negotiation({
      pc,
      conn,
      polite: !isMaker,
      clock,
      beforeAnswer: () => connection.answerMedia(),
      publish: events.publish,
      onAgreed: () => {
        this.#negotiation.listen();
        events.onAgreed();
      },
      onFailure: events.onFailure,
    });
    connection.onTrack = events.onTrack;
    channel.events.on('open', events.onOpen);
    channel.events.on('close', events.onBroken);
    channel.events.on('message', events.onMessage);
    channel.events.on('control', events.onControl);
    channel.events.on('problem', events.onProblem);
    pc.onconnectionstatechange = () => {
      if (pc.connectionState === 'failed') events.onBroken();
      else if (pc.connectionState === 'disconnected') events.onShaken();
      else if (pc.connectionState === 'connected' && channel.isOpen) events.onRecovered();
    };
  }

  /** It was made as a standing offer: its peer has read what there is to say. */
  get hasStood(): boolean {
    return this.isMaker && this.conn === LIMITS.STANDING_CONN;
  }

  get peerConnection(): RTCPeerConnection {
    return this.#connection.pc;
  }

  get stream(): MediaStream {
    return this.#connection.remoteStream;
  }

  /** Makes the first offer. */
  offer(): void {
    this.#connection.offerMedia();
    this.#negotiation.start();
  }

  /** Makes an offer once more, on the connection that there is. */
  renegotiate(): void {
    this.#negotiation.start();
  }

  restartIce(): void {
    this.#negotiation.restartIce();
  }

  /** The connection has already offered, and waited. */
  adopt({ conn, id, sdp }: StandingOffer): void {
    this.#negotiation.adopt({ conn, id, sdp });
  }

  handle(state: SignalState): void {
    this.#negotiation.handle(state);
  }

  /** Sends a control frame over the channel. Returns whether that was possible. */
  control(frame: ControlFrame): boolean {
    return this.#connection.channel.control(frame);
  }

  /** @throws `signaling/channel-closed`, `signaling/message-too-large` */
  send(data: string | ArrayBuffer | ArrayBufferView): Promise<void> {
    return this.#connection.channel.send(data);
  }

  refreshMedia(): Promise<void> {
    return this.#connection.refreshMedia();
  }

  close(): void {
    this.#negotiation.close();
    this.#connection.pc.onconnectionstatechange = null;
    this.#connection.close();
  }
}
