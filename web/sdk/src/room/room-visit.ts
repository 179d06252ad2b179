import { uidOf, type Role } from '@firesignal/protocol';
import { Connection } from '../link/connection.ts';
import type { Ledger } from '../ledger.ts';
import type { Clock } from '../lib/clock.ts';
import { MediaSource } from '../link/local-media.ts';
import type { OpenRoomOptions, PeerConnectionFactory } from '../options.ts';
import type { Admitted } from './room-writes.ts';
import type { RoomSeal } from '../seal/room-seal.ts';
import type { SignalTransport } from '../transport/signal-transport.ts';

/** What belongs to one visit to a room from beginning to end. */
export type Visit = {
  readonly clock: Clock;
  readonly transport: SignalTransport;
  readonly ledger: Ledger;
  readonly roomId: string;
  readonly uid: string;
  readonly peerId: string;
  readonly name: string;
  readonly role: Role;
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
): Pick<Visit, 'name' | 'role' | 'media' | 'standingOffers' | 'leaveOnPageHide' | 'claimHost' | 'connect'> {
  const media = new MediaSource(options.media);
  return {
    name: options.name ?? '',
    role: 'speaker',
    media,
    standingOffers: options.standingOffers ?? true,
    leaveOnPageHide: options.leaveOnPageHide ?? true,
    claimHost: options.claimHost ?? true,
    connect: () => new Connection(factory, configuration, media),
  };
}

/** Who asks to be admitted. The seat of the last visit may still be there: to be taken over, that visit must stay on the list. */
export function admittedAs(
  visit: Pick<Visit, 'uid' | 'name' | 'role' | 'peerId' | 'earlierPeerId'>,
): Admitted {
  const { uid, name, role, peerId, earlierPeerId } = visit;
  const isOwn = earlierPeerId !== undefined && uidOf(earlierPeerId) === uid;
  return { uid, name, role, visits: isOwn ? [earlierPeerId, peerId] : [peerId] };
}
