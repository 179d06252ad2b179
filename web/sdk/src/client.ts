import {
  admissionPath,
  beaconPath,
  ENTRY_ROLES,
  checkAdmission,
  checkRoom,
  checkSeat,
  LIMITS,
  mailPath,
  newRoomId,
  peerIdOf,
  randomEpoch,
  roomPath,
  seatPath,
} from '@firesignal/protocol';
import {
  DEFAULT_CAPACITY,
  DEFAULT_LIFETIME_SECONDS,
  LIFETIME_MAX_SECONDS,
  LIFETIME_MIN_SECONDS,
  OPEN_DEADLINE_MS,
} from './defaults.ts';
import { SignalingError, throwIfAborted } from './errors.ts';
import { Ledger, type LedgerCounts } from './ledger.ts';
import { systemClock, type Clock } from './lib/clock.ts';
import { withDeadline } from './lib/settle.ts';
import type { NewDoor } from './entry/new-door.ts';
import { requireTracks } from './link/connection.ts';
import type { ClientOptions, CreateRoomOptions, OpenRoomOptions, PeerConnectionFactory } from './options.ts';
import { RoomDocuments, signalingError } from './room/room-documents.ts';
import { makeRoom } from './room/room-quota.ts';
import { parseRoomLink } from './room-link.ts';
import { visitOptions } from './room/room-visit.ts';
import { sealedOrNot, sealingModule, sealOf } from './room/sealing.ts';
import { createRoomWrite, deleteWrite, endRoomWrite } from './room/room-writes.ts';
import { Room } from './room/room.ts';
import { Instant, type SignalTransport } from './transport/signal-transport.ts';
import { recallVisit } from './room/visit-memory.ts';

/** A commit may hold more, but a smaller one is done sooner. */
const DELETES_PER_COMMIT = 200;

/**
 * Rooms over one backend, for one user.
 *
 * @example
 * ```ts
 * const client = new SignalingClient({ transport: firestoreTransport({ app }), iceServers });
 * const room = await client.openRoom(await client.createRoom(), { name: 'Ada' });
 * room.on('link', ({ link }) => link.on('message', ({ data }) => console.log(link.name, data)));
 * await room.join();
 * ```
 */
export class SignalingClient {
  readonly #transport: SignalTransport;
  readonly #configuration: RTCConfiguration;
  readonly #factory: PeerConnectionFactory;
  readonly #hasWebRtc: boolean;
  readonly #clock: Clock;
  readonly #ledgers = new Map<string, Ledger>();
  readonly #rooms = new Set<Room>();
  /** Keys of the links of sealed rooms that this client has made or opened, by room. */
  readonly #keys = new Map<string, string>();
  /** Rooms that this client has made. */
  readonly #made = new Set<string>();

  constructor(options: ClientOptions) {
    this.#transport = options.transport;
    this.#clock = options.clock ?? systemClock;
    this.#configuration = {
      ...options.rtcConfiguration,
      ...(options.iceServers !== undefined && { iceServers: options.iceServers }),
    };
    this.#hasWebRtc = options.createPeerConnection !== undefined || typeof RTCPeerConnection !== 'undefined';
    this.#factory = options.createPeerConnection ?? ((configuration) => new RTCPeerConnection(configuration));
  }

  /**
   * Makes a room and returns its id, which is all that others need to come in: share it by {@link roomLink}. To a sealed
   * room they need its key, too: {@link keyOf}.
   *
   * @throws `signaling/invalid-argument`, `signaling/sign-in-failed`, `signaling/unavailable`, `signaling/timeout`,
   * `signaling/rate-limited` (100 rooms in an hour), `signaling/permission-denied`, `signaling/aborted`
   */
  async createRoom(options: CreateRoomOptions = {}): Promise<string> {
    const { capacity = DEFAULT_CAPACITY, lifetimeSeconds = DEFAULT_LIFETIME_SECONDS, signal } = options;
    const { access = 'open', locked = false, sealed = false } = options;
    requireInteger('capacity', capacity, LIMITS.CAPACITY_MIN, LIMITS.CAPACITY_MAX);
    requireInteger('lifetimeSeconds', lifetimeSeconds, LIFETIME_MIN_SECONDS, LIFETIME_MAX_SECONDS);
    const door = isPlainDoor(options) ? undefined : await newDoor(options);
    const [{ uid }, key] = await Promise.all([
      this.#signIn(signal),
      sealed === true ? sealingModule().then(({ newLinkKey }) => newLinkKey()) : undefined,
    ]);
    const { roomId, nonce } = await newRoomId(uid, access === 'open');
    const expiresAt = new Instant(this.#transport.serverNow() + lifetimeSeconds * 1_000);
    const room = {
      ...{ uid, nonce, access, memberClaim: options.memberClaim, locked },
      ...{ capacity, sealed: sealed !== false, expiresAt },
    };
    const writes = [
      createRoomWrite(roomId, room),
      ...((await door?.writes({ roomId, by: uid, expiresAt })) ?? []),
    ];
    await makeRoom(this.#documents(roomId), {
      roomId,
      uid,
      writes,
      now: this.#transport.serverNow(),
      signal,
    });
    if (key !== undefined) this.#keys.set(roomId, key);
    this.#made.add(roomId);
    return roomId;
  }

  /** The key for the link to a sealed room that this client has made, or opened with it: `roomLink(base, roomId, { key })`. */
  keyOf(roomIdOrLink: string): string | undefined {
    const { roomId, key } = parseRoomLink(roomIdOrLink);
    return key ?? this.#keys.get(roomId);
  }

  /**
   * Enters the lobby of a room, by its id or link. A link may have the key of a sealed room and the token of an invite, which
   * go before the options. Where visitors knock, it resolves when they are let in: there is no deadline for that.
   *
   * @throws `signaling/room-locked`, `signaling/knock-needed`, `signaling/invite-needed`, `signaling/invite-expired`,
   * `signaling/invite-used`, `signaling/password-needed`, `signaling/wrong-password`, `signaling/not-admitted`, `signaling/banned`,
   * `signaling/kicked`, `signaling/too-many-visits` where the door is not an open one, or is shut to this user;
   * `signaling/invalid-link`, `signaling/invalid-argument`, `signaling/room-not-found`, `signaling/room-ended`,
   * `signaling/protocol-mismatch`, `signaling/webrtc-unsupported`, `signaling/sign-in-failed`, `signaling/rate-limited`,
   * `signaling/permission-denied`, `signaling/key-missing`, `signaling/seal-broken` (a key, and a room that is not sealed),
   * `signaling/unavailable`, `signaling/timeout`, `signaling/aborted`
   */
  async openRoom(roomIdOrLink: string, options: OpenRoomOptions = {}): Promise<Room> {
    const link = parseRoomLink(roomIdOrLink);
    const { roomId } = link;
    const key = link.key ?? options.key ?? this.#keys.get(roomId);
    const invite = link.invite ?? options.invite;
    if (options.role !== undefined && !ENTRY_ROLES.some((role) => role === options.role))
      throw new SignalingError('signaling/invalid-argument', `role is one of ${ENTRY_ROLES.join(', ')}.`);
    if ((options.name ?? '').length > LIMITS.NAME_LENGTH_MAX)
      throw new SignalingError('signaling/invalid-argument', 'name is too long.');
    requireTracks(options.media ?? {});
    if (!this.#hasWebRtc) throw new SignalingError('signaling/webrtc-unsupported');
    const [{ uid }, seal] = await Promise.all([
      this.#signIn(options.signal),
      sealOf(roomId, { key, password: options.password }),
    ]);
    const visit = {
      ...visitOptions(options, this.#factory, this.#configuration),
      clock: this.#clock,
      transport: this.#transport,
      ledger: this.#ledger(roomId),
      roomId,
      isMaker: this.#made.has(roomId),
      invite,
      key,
      seal,
      uid,
      peerId: peerIdOf(uid, randomEpoch()),
      earlierPeerId: await recallVisit(roomId),
    };
    const room = new Room(visit, () => this.#rooms.delete(room));
    this.#rooms.add(room);
    await room.open(OPEN_DEADLINE_MS, options.signal);
    if (key !== undefined) this.#keys.set(roomId, key);
    return room;
  }

  /**
   * Ends a room for everybody, and takes it away with all that is in it. Only its creator may. What nobody can look for, such as
   * mail to peers that have crashed and whose seats are gone, is left to the clean-up of the backend (docs/keeper.md).
   *
   * @throws `signaling/invalid-link`, `signaling/permission-denied` (not the creator, or no such room) and what a commit throws
   */
  async endRoom(roomIdOrLink: string, options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const { roomId } = parseRoomLink(roomIdOrLink);
    const { signal } = options;
    await this.#signIn(signal);
    const documents = this.#documents(roomId);
    // First nothing new, then what is there, then the room: whoever writes in between is refused.
    await documents.commit([endRoomWrite(roomId)], signal);
    const [rooms, seats, admissions] = await Promise.all([
      documents.read({ document: roomPath(roomId) }, (id) => id, checkRoom, signal),
      documents.readSeats(signal, sealedOrNot(checkSeat)),
      documents.readAdmissions(signal, sealedOrNot(checkAdmission)),
    ]);
    const { capacity = LIMITS.CAPACITY_MAX } = rooms.get(roomId) ?? {};
    // Whoever has gone from a seat may have left mail behind.
    const numbers = Array.from({ length: capacity }, (_, number) => number);
    const places = [...seats].flatMap(([seat, { peer }]) => [
      seatPath(roomId, seat),
      beaconPath(roomId, peer),
      ...numbers.filter((from) => from !== seat).map((from) => mailPath(roomId, peer, from)),
    ]);
    const paths = [...places, ...[...admissions.keys()].map((uid) => admissionPath(roomId, uid))];
    for (let start = 0; start < paths.length; start += DELETES_PER_COMMIT)
      await documents.commit(paths.slice(start, start + DELETES_PER_COMMIT).map(deleteWrite), signal);
    await documents.commit([deleteWrite(roomPath(roomId))], signal);
  }

  /** What this client has read, written and deleted in a room so far, over all its visits. */
  ledger(roomIdOrLink: string): LedgerCounts {
    return this.#ledger(parseRoomLink(roomIdOrLink).roomId).counts;
  }

  /** Leaves all rooms and ends the transport. Idempotent; never throws. */
  async close(): Promise<void> {
    await Promise.all([...this.#rooms].map((room) => room.leave()));
    await this.#transport.close().catch(() => undefined);
  }

  async #signIn(signal: AbortSignal | undefined): Promise<{ readonly uid: string }> {
    throwIfAborted(signal);
    try {
      return await withDeadline(this.#transport.signIn(), this.#clock, OPEN_DEADLINE_MS, signal);
    } catch (error) {
      throw signalingError(error);
    }
  }

  #ledger(roomId: string): Ledger {
    const ledger = this.#ledgers.get(roomId) ?? new Ledger();
    this.#ledgers.set(roomId, ledger);
    return ledger;
  }

  #documents(roomId: string): RoomDocuments {
    return new RoomDocuments({
      transport: this.#transport,
      clock: this.#clock,
      roomId,
      ledger: this.#ledger(roomId),
      report: () => undefined,
    });
  }
}

function isPlainDoor({ access = 'open', password, members, memberClaim }: CreateRoomOptions): boolean {
  return access === 'open' && [password, members, memberClaim].every((each) => each === undefined);
}

/** @throws `signaling/invalid-argument`, `signaling/unavailable` */
async function newDoor(options: CreateRoomOptions): Promise<NewDoor> {
  const { NewDoor } = await import('./entry/new-door.ts').catch((cause: unknown) => {
    throw new SignalingError('signaling/unavailable', undefined, { cause });
  });
  return new NewDoor(options);
}

function requireInteger(name: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new SignalingError('signaling/invalid-argument', `${name} must be an integer from ${min} to ${max}.`);
}
