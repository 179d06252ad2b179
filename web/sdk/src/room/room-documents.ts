import {
  admissionsPath,
  bansPath,
  beaconsPath,
  checkAdmission,
  checkBan,
  checkBeacon,
  checkInvite,
  checkKnock,
  checkMail,
  checkQuota,
  checkRoom,
  checkSeat,
  invitesPath,
  isPeerId,
  isSha256,
  isUid,
  knockPath,
  knocksPath,
  LIMITS,
  mailboxPath,
  PROTOCOL_VERSION,
  quotaPath,
  roomPath,
  seatNumber,
  seatsPath,
  type AdmissionDocument,
  type BanDocument,
  type BeaconDocument,
  type Checked,
  type ErrorCode,
  type InviteDocument,
  type KnockDocument,
  type MailDocument,
  type QuotaDocument,
  type RoomDocument,
  type SeatDocument,
} from '@firesignal/protocol';
import { COMMIT_DEADLINE_MS } from '../defaults.ts';
import { SignalingError } from '../errors.ts';
import type { Ledger } from '../ledger.ts';
import type { Clock } from '../lib/clock.ts';
import { after, DeadlineError, unlessAborted, withDeadline } from '../lib/settle.ts';
import {
  isInstant,
  TransportError,
  type DocumentWrite,
  type Instant,
  type SignalTransport,
  type TransportErrorKind,
  type WatchSnapshot,
  type WatchTarget,
} from '../transport/signal-transport.ts';
import { WritePace } from './write-pace.ts';

export type Room = RoomDocument<Instant>;
export type Admission = AdmissionDocument<Instant>;
export type Seat = SeatDocument<Instant>;
export type Beacon = BeaconDocument<Instant>;
export type Mail = MailDocument<Instant>;
export type Ban = BanDocument<Instant>;
export type Invite = InviteDocument<Instant>;
export type Knock = KnockDocument<Instant>;
export type Quota = QuotaDocument<Instant>;

/** What an observer of a watch gets: valid documents by key; the others have been reported and left out. */
export type Watching<K, T> = {
  readonly next: (documents: ReadonlyMap<K, T>) => void;
  readonly error: (error: SignalingError) => void;
};

const CODES: Readonly<Record<TransportErrorKind, ErrorCode>> = {
  denied: 'signaling/permission-denied',
  unavailable: 'signaling/unavailable',
  'rate-limited': 'signaling/rate-limited',
  unauthenticated: 'signaling/sign-in-failed',
  other: 'signaling/internal',
};

/** A transport's error, or any other, as the SDK's own. */
export function signalingError(error: unknown): SignalingError {
  if (error instanceof TransportError)
    return new SignalingError(CODES[error.kind], undefined, { cause: error });
  if (error instanceof DeadlineError)
    return new SignalingError('signaling/timeout', undefined, { cause: error });
  return SignalingError.from(error);
}

export type RoomDocumentsOptions = {
  readonly transport: SignalTransport;
  readonly clock: Clock;
  readonly roomId: string;
  readonly ledger: Ledger;
  readonly report: (error: SignalingError) => void;
};

/** The documents of one room: validated when they come in, well-formed when they go out, counted both ways. */
export class RoomDocuments {
  readonly #options: RoomDocumentsOptions;
  readonly #pace: WritePace;

  constructor(options: RoomDocumentsOptions) {
    this.#options = options;
    this.#pace = new WritePace(options.clock);
  }

  /** @throws any SignalingError of a commit, `signaling/aborted` */
  async commit(
    writes: readonly DocumentWrite[],
    signal?: AbortSignal,
    deadlineMs = COMMIT_DEADLINE_MS,
  ): Promise<void> {
    const { transport, clock, ledger } = this.#options;
    const waitMs = Math.max(0, ...writes.map(({ path }) => this.#pace.waitMs(path)));
    if (waitMs > 0) await unlessAborted(after(clock, waitMs), signal);
    const paced = writes.map((write) => this.#counted(write));
    try {
      await withDeadline(transport.commit(paced), clock, deadlineMs, signal);
    } catch (error) {
      for (const write of paced) this.#pace.failed(write.path, burstOf(write));
      throw signalingError(error);
    }
    for (const write of paced) this.#count(write);
    ledger.committed(writes);
  }

  /** Says in the write, where its document wants to know, how many there were in a row. */
  #counted(write: DocumentWrite): DocumentWrite {
    const burst = write.kind === 'delete' ? undefined : this.#pace.burst(write.path);
    return write.kind === 'delete' || burst === undefined
      ? write
      : { ...write, data: { ...write.data, burst } };
  }

  #count(write: DocumentWrite): void {
    const burst = burstOf(write);
    if (write.kind === 'delete') this.#pace.forget(write.path);
    else if (burst !== undefined) this.#pace.wrote(write.path, burst);
  }

  /** Sends deletes that outlive the page. */
  commitAtUnload(writes: readonly DocumentWrite[]): void {
    this.#options.transport.commitAtUnload(writes);
    this.#options.ledger.committed(writes);
  }

  watchRoom(observer: Watching<string, Room>): () => void {
    const { roomId } = this.#options;
    const check: Check<Room> = (value, isTime) => {
      const mismatch = speaksAnotherVersion(value);
      if (mismatch) observer.error(new SignalingError('signaling/protocol-mismatch'));
      return mismatch
        ? { ok: false, problem: 'room speaks another protocol version' }
        : checkRoom(value, isTime);
    };
    return this.watch({ document: roomPath(roomId) }, observer, () => roomId, check);
  }

  watchSeats(observer: Watching<number, Seat>): () => void {
    return this.watch({ collection: seatsPath(this.#options.roomId) }, observer, seatNumber, checkSeat);
  }

  watchBeacons(observer: Watching<string, Beacon>): () => void {
    return this.watch({ collection: beaconsPath(this.#options.roomId) }, observer, peerKey, checkBeacon);
  }

  watchMail(peerId: string, observer: Watching<number, Mail>): () => void {
    return this.watch(
      { collection: mailboxPath(this.#options.roomId, peerId) },
      observer,
      seatNumber,
      checkMail,
    );
  }

  watchAdmissions(observer: Watching<string, Admission>): () => void {
    return this.watch({ collection: admissionsPath(this.#options.roomId) }, observer, uidKey, checkAdmission);
  }

  /** What counts the rooms that a user has made. */
  async readQuota(uid: string, signal?: AbortSignal): Promise<Quota | undefined> {
    const quotas = await this.read({ document: quotaPath(uid) }, uidKey, checkQuota, signal);
    return quotas.get(uid);
  }

  /** Who asks to be let in, for those who may answer. */
  watchKnocks(observer: Watching<string, Knock>): () => void {
    const target = { collection: knocksPath(this.#options.roomId), limit: LIMITS.KNOCKS_LISTED_MAX };
    return this.watch(target, observer, uidKey, checkKnock);
  }

  async readKnock(uid: string, signal?: AbortSignal): Promise<Knock | undefined> {
    const target = { document: knockPath(this.#options.roomId, uid) };
    return (await this.read(target, uidKey, checkKnock, signal)).get(uid);
  }

  async readBans(signal?: AbortSignal): Promise<ReadonlyMap<string, Ban>> {
    return this.read({ collection: bansPath(this.#options.roomId) }, uidKey, checkBan, signal);
  }

  async readInvites(signal?: AbortSignal): Promise<ReadonlyMap<string, Invite>> {
    const target = { collection: invitesPath(this.#options.roomId) };
    return this.read(target, hashKey, checkInvite, signal);
  }

  async readSeats(signal?: AbortSignal, check: Check<Seat> = checkSeat): Promise<ReadonlyMap<number, Seat>> {
    return this.read({ collection: seatsPath(this.#options.roomId) }, seatNumber, check, signal);
  }

  async readAdmissions(
    signal?: AbortSignal,
    check: Check<Admission> = checkAdmission,
  ): Promise<ReadonlyMap<string, Admission>> {
    return this.read({ collection: admissionsPath(this.#options.roomId) }, uidKey, check, signal);
  }

  /** Reads documents of the room once. @throws any SignalingError of a read */
  async read<K, T>(
    target: WatchTarget,
    keyOf: (id: string) => K | undefined,
    check: Check<T>,
    signal: AbortSignal | undefined,
  ): Promise<ReadonlyMap<K, T>> {
    const { transport, clock, ledger } = this.#options;
    try {
      const snapshot = await withDeadline(transport.read(target), clock, COMMIT_DEADLINE_MS, signal);
      ledger.delivered(snapshot.reads);
      return this.#valid(snapshot, keyOf, check);
    } catch (error) {
      throw signalingError(error);
    }
  }

  /** Watches documents of the room until the returned function is called. */
  watch<K, T>(
    target: WatchTarget,
    observer: Watching<K, T>,
    keyOf: (id: string) => K | undefined,
    check: Check<T>,
  ): () => void {
    return this.#options.transport.watch(target, {
      next: (snapshot) => {
        this.#options.ledger.delivered(snapshot.reads);
        observer.next(this.#valid(snapshot, keyOf, check));
      },
      error: (error) => observer.error(signalingError(error)),
    });
  }

  #valid<K, T>(snapshot: WatchSnapshot, keyOf: (id: string) => K | undefined, check: Check<T>): Map<K, T> {
    const valid = new Map<K, T>();
    for (const [id, data] of snapshot.documents) {
      const key = keyOf(id);
      const checked = check(data, isInstant);
      if (key !== undefined && checked.ok) valid.set(key, checked.value);
      else this.#refuse(checked.ok ? 'a document has an id of the wrong shape' : checked.problem);
    }
    return valid;
  }

  #refuse(problem: string): void {
    this.#options.report(new SignalingError('signaling/invalid-document', `${problem}.`));
  }
}

function burstOf(write: DocumentWrite): number | undefined {
  const burst = write.kind === 'delete' ? undefined : write.data['burst'];
  return typeof burst === 'number' ? burst : undefined;
}

/** Looked at before anything else: another version may have other fields. */
function speaksAnotherVersion(room: unknown): boolean {
  return (
    typeof room === 'object' &&
    room !== null &&
    'protocolVersion' in room &&
    Number.isInteger(room.protocolVersion) &&
    room.protocolVersion !== PROTOCOL_VERSION
  );
}

export type Check<T> = (value: unknown, isTime: typeof isInstant) => Checked<T>;

const peerKey = (id: string): string | undefined => (isPeerId(id) ? id : undefined);
const hashKey = (id: string): string | undefined => (isSha256(id) ? id : undefined);
const uidKey = (id: string): string | undefined => (isUid(id) ? id : undefined);
