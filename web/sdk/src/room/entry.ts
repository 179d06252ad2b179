import { admissionPath, checkAdmission, isRosterPublic, isUid, uidOf, type Role } from '@firesignal/protocol';
import { ADMISSION_LEASE_SECONDS, LIFETIME_MAX_SECONDS } from '../defaults.ts';
import type { Reception } from '../entry/reception.ts';
import { SignalingError } from '../errors.ts';
import { Instant, type DocumentWrite } from '../transport/signal-transport.ts';
import type { Admission, Room, RoomDocuments } from './room-documents.ts';
import { isDenied } from './room-verdict.ts';
import { visitsOf, type Visit } from './room-visit.ts';
import { admissionRenewalWrite, admissionWrite, deleteWrite, type RoomScope } from './room-writes.ts';
import type { Roster } from './roster.ts';

/** As long as any room: while somebody has a seat, nobody renews the admission, and a moderator needs it. */
const ADMISSION_LIFETIME_MS = LIFETIME_MAX_SECONDS * 1_000;

// Its type is the module's: nobody else needs a name for it.
const loadReception = () => import('../entry/reception.ts');

/** What the own admission says, as far as this client knows. */
export type Pass = Pick<Admission, 'role' | 'by' | 'visits'>;

export type EntryOptions = {
  readonly visit: Visit;
  readonly documents: RoomDocuments;
  readonly roster: Roster;
  readonly room: () => Room | undefined;
  /** The role is another than it seemed. */
  readonly onRole: (role: Role, previous: Role) => void;
  /** The knock waits for its answer: no deadline holds for that. */
  readonly onKnock: () => void;
};

/**
 * The own admission: how it is got, renewed and given back. An open room is entered without looking. All other doors, and
 * whatever is in the way, are the reception's, which is loaded when it is needed.
 */
export class Entry {
  readonly #options: EntryOptions;
  readonly #closing = new AbortController();
  #pass: Pass | undefined;
  #role: Role;
  #mayBeAdmitted = false;
  #work: Promise<unknown> = Promise.resolve();

  constructor(options: EntryOptions) {
    this.#options = options;
    const { isMaker, role } = options.visit;
    this.#role = isMaker === true ? 'moderator' : role;
  }

  get role(): Role {
    return this.#role;
  }

  /** Whether there may be an admission, which has to go when the visit does: an acknowledgement can get lost. */
  get mayBeAdmitted(): boolean {
    return this.#mayBeAdmitted;
  }

  /** Settles when no admission is under way. */
  get settled(): Promise<unknown> {
    return this.#work;
  }

  /**
   * Gets the admission, by the kind of commit that the join will use: so its connection is warm.
   *
   * @param roomSeen settles with the first look at the room, and rejects where nobody gets in
   */
  async enter(roomSeen: Promise<unknown>): Promise<void> {
    const { visit } = this.#options;
    let refusal: SignalingError | undefined;
    // Who has no admission reads nothing here; who has one needs neither invite nor password again.
    const known = visit.isMaker === true || isRosterPublic(visit.roomId) ? undefined : this.look();
    known?.catch(() => undefined);
    if (known === undefined)
      try {
        await this.admit(this.#role);
        // An admission from before a lock is no longer enough.
        if (visit.knock !== true) return;
        await roomSeen;
        if (this.isLockedOut) await (await this.#reception()).byKnock(this.#desk);
        return;
      } catch (error) {
        if (!isDenied(error)) throw error;
        refusal = SignalingError.from(error);
      }
    // What is refused waits for the room, which tells best why.
    await roomSeen;
    const { receive } = await this.#reception();
    await receive(this.#desk, () => known ?? this.look(), refusal);
  }

  /** Asks for an admission in this role, whatever may be there. */
  async admit(role: Role): Promise<void> {
    const { visit } = this.#options;
    const { uid, name } = visit;
    const visits = visitsOf(visit);
    const write = admissionWrite(this.scope, { uid, name, role, visits });
    await this.commit([write], { role, by: uid, visits });
  }

  /** Renews the admission as it is. */
  async renew(): Promise<void> {
    const pass = this.#pass ?? { role: this.#role, by: this.#options.visit.uid, visits: [] };
    await this.commit([this.renewalWrite(pass.visits)], pass);
  }

  /** With all visits that are known, this one included. */
  renewalWrite(visits: readonly string[]): DocumentWrite {
    const { visit } = this.#options;
    const own = visitsOf(visit).filter((peerId) => peerId === visit.peerId || visits.includes(peerId));
    return admissionRenewalWrite(this.scope, {
      uid: visit.uid,
      name: visit.name,
      visits: [...visits.filter((peerId) => !own.includes(peerId)), ...own],
      leaseSeconds: ADMISSION_LEASE_SECONDS,
    });
  }

  /** Writes what gives, or renews, the admission. */
  commit(writes: readonly DocumentWrite[], pass: Pass): Promise<void> {
    const isFirst = !this.#mayBeAdmitted;
    this.#mayBeAdmitted = true;
    const work = this.#options.documents.commit(writes).then(
      () => this.#take(pass),
      (error: unknown) => {
        if (isFirst && isDenied(error)) this.#mayBeAdmitted = false;
        throw error;
      },
    );
    this.#work = work.catch(() => undefined).then(() => this.#takeBack());
    return work;
  }

  /** Reads the own admission, and takes one away that is over: it is in the way of another one. */
  async look(): Promise<Pass | undefined> {
    const { visit, documents } = this.#options;
    const own = await this.read();
    if (own === undefined) return undefined;
    if (own.expiresAt.epochMs <= visit.transport.serverNow()) {
      await documents.commit([deleteWrite(admissionPath(visit.roomId, visit.uid))]);
      return undefined;
    }
    this.#mayBeAdmitted = true;
    this.#take(own);
    return own;
  }

  async read(): Promise<Admission | undefined> {
    const { visit, documents } = this.#options;
    const target = { document: admissionPath(visit.roomId, visit.uid) };
    const found = await documents.read(
      target,
      (id) => (isUid(id) ? id : undefined),
      checkAdmission,
      undefined,
    );
    return found.get(visit.uid);
  }

  /** The roster shows the own seat in this role. */
  roleShown(role: Role): void {
    if (this.#pass !== undefined) this.#pass = { ...this.#pass, role };
    this.#roleIs(role);
  }

  /** Whether a lock keeps the visitor from taking a seat: not who runs the room, and not whom they let in. */
  get isLockedOut(): boolean {
    const { visit, room: currentRoom } = this.#options;
    const room = currentRoom();
    const isLetIn = this.#pass !== undefined && this.#pass.by !== visit.uid;
    return room?.locked === true && room.host !== visit.uid && this.#role !== 'moderator' && !isLetIn;
  }

  /** The admission is gone, or cannot be renewed. Gets another one where nobody minds. @throws why not */
  async recover(): Promise<void> {
    const { recover } = await this.#reception();
    await recover(this.#desk);
  }

  /**
   * A seat is refused that is free, so something may be wrong with the admission: another visit of this user has written its
   * own, the role has been changed, or it has been taken away. Returns what sets it right, for the next attempt.
   *
   * @throws `signaling/room-locked`, `signaling/kicked`, `signaling/banned`
   */
  async review(refusal: SignalingError): Promise<readonly DocumentWrite[]> {
    const { visit, room } = this.#options;
    const own = this.isLockedOut ? undefined : await this.look();
    if (this.isLockedOut) throw new SignalingError('signaling/room-locked', undefined, { cause: refusal });
    if (own !== undefined) return [this.renewalWrite(own.visits)];
    const isCreator = room()?.createdBy === visit.uid;
    if (!isCreator && room()?.access !== 'open')
      throw await this.reasonFor(new SignalingError('signaling/kicked'));
    const { uid, name } = visit;
    const role = isCreator ? 'moderator' : visit.role;
    this.#take({ role, by: uid, visits: visitsOf(visit) });
    return [admissionWrite(this.scope, { uid, name, role, visits: visitsOf(visit) })];
  }

  /** Why the rules refuse, in words that help. Costs a read at most. */
  async reasonFor(error: SignalingError): Promise<SignalingError> {
    const { reasonFor } = await this.#reception();
    return reasonFor(this.#desk, error);
  }

  /** Other visits of this user that have no seat may have gone since; where they could not get in anew, that is looked up. */
  async beforeGoodbye(): Promise<void> {
    if (this.#mayBeAdmitted && this.#hasWaiting()) await this.look();
  }

  /**
   * What leaving does with the admission. If somebody else has given it, or an invite was used up for it, the permission stays.
   * Else it is deleted, which the rules refuse while another visit of the same user has a seat; one that has none gets
   * another admission where the room is open.
   *
   * @param isLast nothing can be tried once more: then visits that have seats are looked for here
   */
  goodbye(isLast = false): DocumentWrite | undefined {
    const { visit, room } = this.#options;
    if (!this.#mayBeAdmitted) return undefined;
    const visits = this.otherVisits();
    const isNeeded = this.#hasWaiting() || (isLast && this.hasSeatedVisit);
    if (!isNeeded && !this.#isGiven(this.#pass, room()))
      return deleteWrite(admissionPath(visit.roomId, visit.uid));
    const leaseSeconds = visits.length === 0 ? 0 : ADMISSION_LEASE_SECONDS;
    return admissionRenewalWrite(this.scope, { uid: visit.uid, visits, leaseSeconds });
  }

  /** Visits of the user beside this one, as far as they are known, seated or not. */
  otherVisits(): readonly string[] {
    const { visit, roster } = this.#options;
    const seated = [...roster.seats.values()].map(({ peer }) => peer);
    const known = [...(this.#pass?.visits ?? []), ...seated.filter((peer) => uidOf(peer) === visit.uid)];
    return [...new Set(known)].filter(
      (peerId) => peerId !== visit.peerId && (peerId !== visit.earlierPeerId || seated.includes(peerId)),
    );
  }

  /** Whether another visit of this user has a seat. */
  get hasSeatedVisit(): boolean {
    return this.otherVisits().some((peerId) => this.#isSeated(peerId));
  }

  /** Nothing starts any more, and what is waited for is given up. */
  close(): void {
    this.#closing.abort();
  }

  /** It holds as long as the room; the lease says when the visitor is there. */
  get scope(): RoomScope {
    const { visit, room } = this.#options;
    const lifetime = new Instant(visit.transport.serverNow() + ADMISSION_LIFETIME_MS);
    return { roomId: visit.roomId, expiresAt: room()?.expiresAt ?? lifetime };
  }

  get #desk(): Reception {
    const { visit, documents, roster, room, onKnock } = this.#options;
    return { entry: this, visit, documents, roster, room, onKnock, signal: this.#closing.signal };
  }

  /** Whether another visit of this user waits in the lobby of a room where it cannot simply get in again. */
  #hasWaiting(): boolean {
    if (this.#options.room()?.access === 'open') return false;
    return this.otherVisits().some((peerId) => !this.#isSeated(peerId));
  }

  #isSeated(peerId: string): boolean {
    return this.#options.roster.seatOf(peerId) !== undefined;
  }

  #isGiven(pass: Pass | undefined, room: Room | undefined): boolean {
    return room?.access === 'invite' || (pass !== undefined && pass.by !== this.#options.visit.uid);
  }

  #take(pass: Pass): void {
    this.#pass = pass;
    this.#roleIs(pass.role);
  }

  #roleIs(role: Role): void {
    const previous = this.#role;
    this.#role = role;
    if (role !== previous) this.#options.onRole(role, previous);
  }

  /** An admission that comes after the goodbye. */
  async #takeBack(): Promise<void> {
    const goodbye = this.goodbye();
    if (!this.#closing.signal.aborted || goodbye === undefined) return;
    await this.#options.documents.commit([goodbye]).catch(() => undefined);
  }

  async #reception(): ReturnType<typeof loadReception> {
    try {
      return await loadReception();
    } catch (cause) {
      throw new SignalingError('signaling/unavailable', undefined, { cause });
    }
  }
}
