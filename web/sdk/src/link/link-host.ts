import type { SignalState } from '@firesignal/protocol';
import type { SignalingError } from '../errors.ts';
import type { MediaPresence } from '../events.ts';
import type { Clock } from '../lib/clock.ts';
import type { Connection } from './connection.ts';
import type { Link } from './link.ts';
import type { MediaSource } from './local-media.ts';

/** What a link needs from its room. */
export type LinkHost = {
  readonly clock: Clock;
  readonly media: MediaSource;
  readonly selfId: string;
  /** @throws `signaling/too-many-connections`, `signaling/webrtc-unsupported` */
  readonly connect: () => Connection;
  /** Writes what there is to say by then into the peer's mailbox. */
  readonly deliver: (link: Link, take: () => SignalState | undefined) => Promise<unknown>;
  /** A peer asks for silence: whether it may is for the room to say. */
  readonly onMuteRequest: (peerId: string, what: MediaPresence) => void;
  readonly isSeated: (peerId: string) => boolean;
  readonly report: (error: SignalingError) => void;
};
