import { MEDIA_KINDS, type MediaKind, type MediaSource } from './local-media.ts';
import { SignalingError } from '../errors.ts';
import { MessageChannelOver } from './message-channel.ts';
import type { LocalMedia, PeerConnectionFactory } from '../options.ts';

/** The negotiated data channel's id (W3C webrtc-pc §6.1): both sides open it without a word. */
const CHANNEL_ID = 0;

/** @throws `signaling/invalid-argument` */
export function requireTracks(media: LocalMedia): void {
  for (const kind of MEDIA_KINDS) {
    const track = media[kind] ?? undefined;
    if (track !== undefined && track.kind !== kind)
      throw new SignalingError('signaling/invalid-argument', `The ${kind} track is one of another kind.`);
  }
}

/**
 * One RTCPeerConnection as the protocol wants it: bundled, with one audio and one video transceiver that send and receive
 * (tracks then come and go by `replaceTrack`, without renegotiation) and one negotiated data channel.
 */
export class Connection {
  readonly pc: RTCPeerConnection;
  readonly channel: MessageChannelOver;
  /** What the peer's transceivers receive. */
  readonly remoteStream: MediaStream;
  /** Called when the stream has got a track. */
  onTrack: () => void = () => undefined;
  readonly #media: MediaSource;
  readonly #senders = new Map<MediaKind, RTCRtpSender>();

  /** @throws `signaling/too-many-connections`, `signaling/webrtc-unsupported` */
  constructor(factory: PeerConnectionFactory, configuration: RTCConfiguration, media: MediaSource) {
    this.#media = media;
    try {
      this.remoteStream = new MediaStream();
      this.pc = factory({ ...configuration, bundlePolicy: 'max-bundle' });
    } catch (error) {
      const exhausted = error instanceof Error && error.message.includes('Cannot create so many');
      throw new SignalingError(
        exhausted ? 'signaling/too-many-connections' : 'signaling/webrtc-unsupported',
        undefined,
        {
          cause: error,
        },
      );
    }
    this.channel = new MessageChannelOver(
      this.pc.createDataChannel('firesignal', { negotiated: true, id: CHANNEL_ID }),
    );
    this.pc.ontrack = ({ track }) => {
      // Adding it by script fires no event of the stream's own.
      this.remoteStream.addTrack(track);
      this.onTrack();
    };
  }

  /** Adds the two transceivers of an offerer. */
  offerMedia(): void {
    for (const kind of MEDIA_KINDS) {
      const track = this.#media.track(kind);
      const { sender } = this.pc.addTransceiver(track ?? kind, { direction: 'sendrecv' });
      this.#senders.set(kind, sender);
    }
  }

  /** Fills the transceivers of an applied offer, before it is answered. Later offers of the same connection change nothing. */
  async answerMedia(): Promise<void> {
    if (this.#senders.size > 0) return;
    for (const kind of MEDIA_KINDS) {
      const transceiver = this.pc.getTransceivers().find(({ receiver }) => receiver.track.kind === kind);
      if (transceiver === undefined) continue;
      transceiver.direction = 'sendrecv';
      this.#senders.set(kind, transceiver.sender);
      await transceiver.sender.replaceTrack(this.#media.track(kind));
    }
  }

  /** Sends what the media source holds now. A connection that is closed, or closes meanwhile, sends nothing anyway. */
  async refreshMedia(): Promise<void> {
    for (const [kind, sender] of this.#senders) {
      try {
        // Once more if it has changed during the replacement.
        while (!this.isClosed && sender.track !== this.#media.track(kind))
          await sender.replaceTrack(this.#media.track(kind));
      } catch (error) {
        if (!(error instanceof Error && error.name === 'InvalidStateError')) throw error;
      }
    }
  }

  get isClosed(): boolean {
    return this.pc.signalingState === 'closed';
  }

  close(): void {
    this.channel.close();
    this.pc.ontrack = null;
    this.pc.close();
  }
}
