import {
  admissionPath,
  banPath,
  LIMITS,
  memberPath,
  sha256Of,
  uidOf,
  type MemberClaim,
  type Role,
} from '@firesignal/protocol';
import { SignalingError, throwIfAborted } from '../errors.ts';
import type { Unsubscribe } from '../lib/emitter.ts';
import { deleteWrite, endRoomWrite, hostWrite } from '../room/room-writes.ts';
import { sealingModule } from '../room/sealing.ts';
import type { DocumentWrite } from '../transport/signal-transport.ts';
import { Guests, type Visitor } from './guests.ts';
import { Invites, type Invite, type InviteOptions } from './invites.ts';
import {
  admittedRoleWrite,
  banWrite,
  doorWrite,
  kickWrites,
  memberWrite,
  passwordWrite,
  seatedRoleWrite,
} from './moderation-writes.ts';
import type { ModerationContext } from './moderation-context.ts';
import { seatsOf } from './seats-of.ts';
import { requireIntegerIn, requireRole, requireUid } from './arguments.ts';

/** Who is thrown out may be taking another seat at the time. */
const KICK_ATTEMPTS = 3;

/** The door of a room, as it is to be. A claim makes a member of whoever's token has it; `null` takes it away. */
export type Door =
  | { readonly access: 'open' | 'invite' | 'knock' }
  | { readonly access: 'password'; readonly password?: string }
  | { readonly access: 'members'; readonly memberClaim?: MemberClaim | null };

/**
 * What a host and moderators do. The rules decide who may: a moderator acts on speakers and viewers, the host on everybody, nobody
 * on the host. Every method throws `signaling/permission-denied` where the rules refuse, and what a commit throws.
 */
export class Moderation {
  readonly #context: ModerationContext;
  readonly #invites: Invites;
  readonly #guests: Guests;

  /** @internal */
  constructor(context: ModerationContext) {
    this.#context = context;
    this.#invites = new Invites(context);
    this.#guests = new Guests(context);
  }

  /**
   * Makes an invite. The token is in no document: put it into a link by `roomLink(base, roomId, { invite: token })`.
   *
   * @throws `signaling/invalid-argument`
   */
  createInvite(options: InviteOptions = {}): Promise<Invite & { readonly token: string }> {
    return this.#invites.create(options);
  }

  /** Nobody gets in by it any more. Who has got in stays. */
  revokeInvite(hash: string): Promise<void> {
    return this.#invites.revoke(hash);
  }

  listInvites(): Promise<readonly Invite[]> {
    return this.#invites.list();
  }

  /** Watches who knocks and waits for an answer. At most 50 at a time; each costs a read. */
  watchKnocks(listener: (visitors: readonly Visitor[]) => void): Unsubscribe {
    return this.#guests.watch(listener);
  }

  /**
   * Lets somebody in who knocks, or anybody by the uid, also through a lock.
   *
   * @throws `signaling/invalid-argument`
   */
  admit(uid: string, options: { readonly role?: Role; readonly signal?: AbortSignal } = {}): Promise<void> {
    return this.#guests.admit(uid, options);
  }

  decline(uid: string): Promise<void> {
    return this.#guests.decline(uid);
  }

  /** Nobody new gets in by itself. Who has a seat keeps it. */
  lock(): Promise<void> {
    return this.#commit([doorWrite(this.#roomId, { locked: true })]);
  }

  unlock(): Promise<void> {
    return this.#commit([doorWrite(this.#roomId, { locked: false })]);
  }

  /**
   * Seats above a smaller number stay with those who have them.
   *
   * @param capacity 2 to 16
   * @throws `signaling/invalid-argument`
   */
  async setCapacity(capacity: number): Promise<void> {
    requireIntegerIn('capacity', capacity, LIMITS.CAPACITY_MIN, LIMITS.CAPACITY_MAX);
    await this.#commit([doorWrite(this.#roomId, { capacity })]);
  }

  /** Changes the way in. Who is in stays in. Only the host may. */
  async setDoor(door: Door): Promise<void> {
    const writes: DocumentWrite[] = [];
    const memberClaim = door.access === 'members' ? door.memberClaim : null;
    const hadClaim = this.#context.room()?.memberClaim !== undefined;
    writes.push(
      doorWrite(this.#roomId, {
        access: door.access,
        ...(memberClaim !== undefined && (memberClaim !== null || hadClaim) && { memberClaim }),
      }),
    );
    if (door.access === 'password' && door.password !== undefined)
      writes.push(await this.#password(door.password));
    await this.#commit(writes);
  }

  /** Gives the room another password. Who is in stays in. Only the host may. */
  async setPassword(password: string): Promise<void> {
    await this.#commit([await this.#password(password)]);
  }

  /** @throws `signaling/invalid-argument` */
  async addMember(uid: string, role: Role = 'speaker'): Promise<void> {
    requireUid(uid);
    requireRole(role);
    await this.#commit([memberWrite(this.#context.desk(), uid, role)]);
  }

  /** Whoever is in stays in. */
  async removeMember(uid: string): Promise<void> {
    requireUid(uid);
    await this.#commit([deleteWrite(memberPath(this.#roomId, uid))]);
  }

  /**
   * Takes a user out of the room, with every seat it has, from this instant on. It may come back by the door that it came by; see
   * {@link ban}.
   */
  kick(uid: string, options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    return this.#throwOut(uid, [], options.signal);
  }

  /**
   * Takes a user out, and lets it in no more. Somebody who signs in anew, as anonymous users can, is another user: against that
   * help other doors than an open one.
   */
  ban(uid: string, options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    return this.#throwOut(uid, [banWrite(this.#context.desk(), uid)], options.signal);
  }

  async unban(uid: string): Promise<void> {
    requireUid(uid);
    await this.#commit([deleteWrite(banPath(this.#roomId, uid))]);
  }

  /** uids of the banned. */
  async listBans(): Promise<readonly string[]> {
    return [...(await this.#context.documents.readBans()).keys()];
  }

  /**
   * Changes what a user who is in may do, below one's own role.
   *
   * @throws `signaling/invalid-argument`
   */
  async setRole(uid: string, role: Role): Promise<void> {
    requireUid(uid);
    requireRole(role);
    const seats = seatsOf(this.#context.roster.seats, uid);
    await this.#commit([
      admittedRoleWrite(this.#roomId, uid, role),
      ...seats.map(([seat]) => seatedRoleWrite(this.#roomId, seat, role)),
    ]);
  }

  /**
   * Makes another peer the host, who has a seat and is no viewer. Only the host may.
   *
   * @throws `signaling/peer-left` (it has no seat)
   */
  async handOver(peerId: string): Promise<void> {
    const seat = this.#context.roster.seatOf(peerId);
    if (seat === undefined) throw new SignalingError('signaling/peer-left');
    await this.#commit([hostWrite(this.#roomId, uidOf(peerId), seat)]);
  }

  /**
   * Asks a peer to switch microphone or camera off: over the open link, and it is for the peer to do it.
   *
   * @throws `signaling/channel-closed` (there is no open link to it)
   */
  requestMute(
    peerId: string,
    what: { readonly audio?: boolean; readonly video?: boolean } = { audio: true },
  ): void {
    const { audio = false, video = false } = what;
    if (!this.#context.requestMute(peerId, { audio, video }))
      throw new SignalingError('signaling/channel-closed');
  }

  /** Ends the room for everybody. What it leaves behind its creator, its host or the sweep takes away. */
  endRoom(): Promise<void> {
    return this.#commit([endRoomWrite(this.#roomId)]);
  }

  get #roomId(): string {
    return this.#context.roomId;
  }

  #commit(writes: readonly DocumentWrite[], signal?: AbortSignal): Promise<void> {
    return this.#context.documents.commit(writes, signal);
  }

  async #password(password: string): Promise<DocumentWrite> {
    const { passwordKeys } = await sealingModule();
    const { proof } = await passwordKeys(password, this.#roomId);
    return passwordWrite(this.#context.desk(), await sha256Of(proof));
  }

  async #throwOut(
    uid: string,
    also: readonly DocumentWrite[],
    signal: AbortSignal | undefined,
  ): Promise<void> {
    requireUid(uid);
    const { documents, roster } = this.#context;
    let { seats } = roster;
    for (let attempt = 1; ; attempt += 1) {
      throwIfAborted(signal);
      const writes = [
        ...seatsOf(seats, uid).flatMap(([seat, { peer }]) => kickWrites(this.#roomId, seat, peer)),
        deleteWrite(admissionPath(this.#roomId, uid)),
        ...also,
      ];
      try {
        await this.#commit(writes, signal);
        return;
      } catch (error) {
        const isRefused = SignalingError.from(error).code === 'signaling/permission-denied';
        if (!isRefused || attempt === KICK_ATTEMPTS) throw error;
        seats = await documents.readSeats(signal);
      }
    }
  }
}
