import { uidOf, type Role } from '@firesignal/protocol';
import { Connection } from '../link/connection.ts';
import type { Ledger } from '../ledger.ts';
import type { Clock } from '../lib/clock.ts';
import { MediaSource } from '../link/local-media.ts';
import type { OpenRoomOptions, PeerConnectionFactory } from '../options.ts';
import type { RoomSeal } from '../seal/room-seal.ts';
import type { SignalTransport } from '../transport/signal-transport.ts';

/** What visitors may get in as that choose for themselves. */
export type EntryRole = Exclude<Role, 'moderator'>;

/** What belongs to one visit to a room from beginning to end. */
export type Visit = {
  readonly clock: Clock;
  readonly transport: SignalTransport;
  readonly ledger: Ledger;
  readonly roomId: string;
  readonly uid: string;
  readonly peerId: string;
  readonly name: string;
  /** What to get in as, where that may be chosen. */
  readonly role: EntryRole;
  /** Whether this client has made the room: then it knows without looking that it may get in, and as what. */
  readonly isMaker?: boolean;
  /** The token of an invite. */
  readonly invite?: string | undefined;
  /** Whether to knock where the door asks for it, or is locked. */
  readonly knock?: boolean | undefined;
  /** The knock has been heard, and waits for an answer. */
  readonly onKnock?: (() => void) | undefined;
  /** The peer id of this tab's last visit, where that is over and its seat may still be there. */
  readonly earlierPeerId: string | undefined;
  readonly media: MediaSource;
  readonly standingOffers: boolean;
  readonly leaveOnPageHide: boolean;
  readonly claimHost: boolean;
  /** The key of the link, if it has one. */
  readonly key?: string | undefined;
  readonly seal?: RoomSeal | undefined;
  /** @throws `signaling/too-many-connections`, `signaling/webrtc-unsupported` */
  readonly connect: () => Connection;
};

/** The part of a visit that its options decide. */
export function visitOptions(
  options: OpenRoomOptions,
  factory: PeerConnectionFactory,
  configuration: RTCConfiguration,
): Pick<
  Visit,
  | 'name'
  | 'role'
  | 'knock'
  | 'onKnock'
  | 'media'
  | 'standingOffers'
  | 'leaveOnPageHide'
  | 'claimHost'
  | 'connect'
> {
  const { role = 'speaker' } = options;
  const media = new MediaSource(options.media);
  media.withhold(role === 'viewer');
  return {
    name: options.name ?? '',
    role,
    knock: options.knock,
    onKnock: options.onKnock,
    media,
    standingOffers: options.standingOffers ?? true,
    leaveOnPageHide: options.leaveOnPageHide ?? true,
    claimHost: options.claimHost ?? true,
    connect: () => new Connection(factory, configuration, media),
  };
}

/** The visits that this one comes with. The seat of the last one may still be there, and then it has to stay on the list. */
export function visitsOf({
  uid,
  peerId,
  earlierPeerId,
}: Pick<Visit, 'uid' | 'peerId' | 'earlierPeerId'>): readonly string[] {
  const isOwn = earlierPeerId !== undefined && uidOf(earlierPeerId) === uid;
  return isOwn ? [earlierPeerId, peerId] : [peerId];
}
