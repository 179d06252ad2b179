import * as protocol from '@firesignal/protocol';
import { initializeApp } from 'firebase/app';
import { connectAuthEmulator, getAuth, signInAnonymously } from 'firebase/auth';
import * as fs from 'firebase/firestore';
import { MinimalLink } from './minimal-link.ts';

const RENEWAL_MS = 60_000;
const LEASE_SECONDS = 180;
const ADMISSION_LEASE_SECONDS = 600;
const ATTEMPTS_MAX = 6;

export type Backend = {
  readonly projectId: string;
  /** `http://host:port` of the Auth emulator. */
  readonly auth: string;
  readonly firestore: { readonly host: string; readonly port: number };
};

export type VisitEvents = {
  readonly onLink: (peer: string, state: 'open' | 'closed') => void;
  readonly onMessage: (peer: string, text: string) => void;
  /** The seat is gone: to come back, enter anew, as another peer. */
  readonly onOver: () => void;
};

const isTime = (value: unknown): value is fs.Timestamp => value instanceof fs.Timestamp;
/** Writes in a row are counted. Who claims more than it takes does no harm, and this client writes seldom. */
const burst = (write: number, max: number) => ({ burst: Math.min(write, max) });

/** Signs in, and reads the room. */
export async function enter({ projectId, auth: url, firestore }: Backend, roomId: string) {
  const app = initializeApp({ projectId, apiKey: 'any' }, crypto.randomUUID());
  const auth = getAuth(app);
  connectAuthEmulator(auth, url, { disableWarnings: true });
  // Nothing is kept on disk, and nothing is written late.
  const db = fs.initializeFirestore(app, { localCache: fs.memoryLocalCache() });
  fs.connectFirestoreEmulator(db, firestore.host, firestore.port);
  const { uid } = (await signInAnonymously(auth)).user;
  const found = await fs.getDocFromServer(fs.doc(db, protocol.roomPath(roomId)));
  const room = protocol.checkRoom(found.data(), isTime);
  if (
    !room.ok ||
    room.value.protocolVersion !== protocol.PROTOCOL_VERSION ||
    room.value.endedAt !== undefined
  )
    throw new Error('There is no room here that this client can join.');
  return { db, uid, roomId, room: room.value };
}

/** One visit to a room, by a client that only answers. */
export class MinimalClient {
  readonly peerId: string;
  readonly #entry: Awaited<ReturnType<typeof enter>>;
  readonly #name: string;
  readonly #events: VisitEvents;
  readonly #links = new Map<string, MinimalLink>();
  readonly #stops: (() => void)[] = [];
  #seats = new Map<number, protocol.SeatDocument<fs.Timestamp>>();
  #mail = new Map<number, protocol.MailDocument<fs.Timestamp>>();
  #seat = -1;
  #lostAt = 0;
  #renewals = 0;
  #commits: Promise<unknown> = Promise.resolve();

  constructor(entry: Awaited<ReturnType<typeof enter>>, name: string, events: VisitEvents) {
    this.peerId = protocol.peerIdOf(entry.uid, protocol.randomEpoch());
    this.#entry = entry;
    this.#name = name;
    this.#events = events;
  }

  async join(): Promise<void> {
    const { admissionPath, checkMail, checkSeat, mailboxPath, seatsPath } = protocol;
    const { roomId, uid } = this.#entry;
    const lease = { at: fs.serverTimestamp(), leaseSeconds: ADMISSION_LEASE_SECONDS };
    const admission = { by: uid, visits: [this.peerId], ...lease };
    await this.#have(
      admissionPath(roomId, uid),
      ({ visits }) => String(visits) === this.peerId,
      (t, own) => t.set(own, { ...this.#face, ...admission }),
    );
    await this.#listen(seatsPath(roomId), checkSeat, (seats) => this.#seated(seats));
    await this.#listen(mailboxPath(roomId, this.peerId), checkMail, (mail) => (this.#mail = mail));
    for (let attempt = 1; this.#seat < 0; attempt += 1)
      await this.#takeSeat().catch((error: unknown) => {
        if (attempt === ATTEMPTS_MAX) throw error;
      });
    const renewal = setInterval(() => this.#renew(), RENEWAL_MS);
    this.#stops.push(() => clearInterval(renewal));
    this.#look();
  }

  send(peer: string, text: string): void {
    this.#links.get(peer)?.send(text);
  }

  /** Takes everything that is ours away, in one commit. */
  async leave(): Promise<void> {
    this.#stop();
    await this.#commits;
    const { admissionPath, beaconPath, mailPath, seatPath } = protocol;
    const { roomId, uid } = this.#entry;
    const paths = [
      ...[seatPath(roomId, this.#seat), beaconPath(roomId, this.peerId), admissionPath(roomId, uid)],
      ...[...this.#mail.keys()].map((seat) => mailPath(roomId, this.peerId, seat)),
      ...[...this.#links.keys()].map((to) => mailPath(roomId, to, this.#seat)),
    ];
    await this.#commit((t) => paths.forEach((path) => t.delete(this.#doc(path))));
  }

  async #takeSeat(): Promise<void> {
    const { roomId, room } = this.#entry;
    const free = Array.from({ length: room.capacity }, (_, n) => n).filter((n) => !this.#seats.has(n));
    // Any of them: those who all take the first one collide.
    const seat = free[Math.floor(Math.random() * free.length)];
    if (seat === undefined) throw new Error('The room is full.');
    const holder = { peer: this.peerId, joinedAt: fs.serverTimestamp(), met: [], answerOnly: true };
    const beacon = { seat, ...this.#lease(), expiresAt: room.expiresAt };
    await this.#have(
      protocol.seatPath(roomId, seat),
      ({ peer }) => peer === this.peerId,
      (t, own) => {
        t.set(own, { ...this.#face, ...holder });
        t.set(this.#doc(protocol.beaconPath(roomId, this.peerId)), beacon);
      },
    );
    this.#seat = seat;
  }

  /** Who was thrown out holds nothing any more: that seat is free, and nobody talks to its peer. */
  #seated(seats: Map<number, protocol.SeatDocument<fs.Timestamp>>): void {
    const out = [...seats].filter(([, { kicked }]) => kicked !== undefined);
    this.#seats = new Map([...seats].filter(([, { kicked }]) => kicked === undefined));
    for (const [, { peer }] of out) {
      this.#links.get(peer)?.close();
      this.#links.delete(peer);
      if (peer !== this.peerId || this.#seat < 0) continue;
      this.#seat = -1;
      this.#stop();
      this.#events.onOver();
    }
  }

  /** All that is known is looked at each time: what has been seen changes nothing. */
  #look(): void {
    if (this.#seat < 0) return;
    const lostAt = this.#seats.get(this.#seat)?.lostAt?.toMillis() ?? 0;
    if (lostAt > this.#lostAt) this.#renew();
    this.#lostAt = lostAt;
    for (const [number, { peer, answerOnly }] of this.#seats) {
      if (peer === this.peerId) continue;
      const link = this.#links.get(peer) ?? this.#newLink(peer, answerOnly === true && number > this.#seat);
      const mail = this.#mail.get(number);
      if (mail?.from === peer) link.receive(mail);
    }
    const seated = new Set([...this.#seats.values()].map(({ peer }) => peer));
    for (const [peer, link] of this.#links) {
      // A link that works outlives its peer's seat.
      if (seated.has(peer) || link.isOpen) continue;
      link.close();
      this.#links.delete(peer);
    }
  }

  #newLink(peer: string, offers: boolean): MinimalLink {
    const link = new MinimalLink(offers, {
      onSay: (state) => this.#say(peer, state),
      onState: (state) => this.#events.onLink(peer, state),
      onMessage: (text) => this.#events.onMessage(peer, text),
    });
    this.#links.set(peer, link);
    return link;
  }

  /** One write after the other. What gets lost is asked for again by the link. */
  #say(to: string, state: protocol.SignalState): void {
    const { roomId, room } = this.#entry;
    const own = { from: this.peerId, at: fs.serverTimestamp(), expiresAt: room.expiresAt };
    const mail = { ...state, ...own, ...burst(state.rev, protocol.LIMITS.MAIL_BURST_MAX) };
    const path = protocol.mailPath(roomId, to, this.#seat);
    const write = (): Promise<void> => this.#commit((t) => t.set(this.#doc(path), mail));
    this.#commits = this.#commits.then(write).catch(() => undefined);
  }

  #renew(): void {
    const beacon = this.#doc(protocol.beaconPath(this.#entry.roomId, this.peerId));
    this.#commit((t) => t.update(beacon, this.#lease())).catch((error: unknown) => {
      if ((error as fs.FirestoreError).code === 'permission-denied') this.#events.onOver();
    });
  }

  #stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
    for (const link of this.#links.values()) link.close();
  }

  #lease() {
    this.#renewals += 1;
    const renewal = { renewedAt: fs.serverTimestamp(), leaseSeconds: LEASE_SECONDS };
    return { ...renewal, ...burst(this.#renewals, protocol.LIMITS.BEACON_BURST_MAX) };
  }

  get #face() {
    return { name: this.#name, role: 'speaker', expiresAt: this.#entry.room.expiresAt };
  }

  #doc(path: string): fs.DocumentReference {
    return fs.doc(this.#entry.db, path);
  }

  /** Settles with the first answer of the server. What is not valid is left out. */
  #listen<T>(
    path: string,
    check: (value: unknown, is: typeof isTime) => protocol.Checked<T>,
    take: (documents: Map<number, T>) => void,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const next = ({ docs }: fs.QuerySnapshot): void => {
        const checked = docs.map((found) => [Number(found.id), check(found.data(), isTime)] as const);
        take(new Map(checked.flatMap(([id, { ...result }]) => (result.ok ? [[id, result.value]] : []))));
        this.#look();
        resolve();
      };
      this.#stops.push(fs.onSnapshot(fs.collection(this.#entry.db, path), next, reject));
    });
  }

  /** A commit may have got through although it is refused: where its answer was lost, and the same came once more. */
  async #have(
    path: string,
    isOwn: (found: fs.DocumentData) => boolean,
    write: (transaction: fs.Transaction, document: fs.DocumentReference) => unknown,
  ): Promise<void> {
    const document = this.#doc(path);
    await this.#commit((t) => write(t, document)).catch(async (error: unknown) => {
      const found = await fs.getDocFromServer(document);
      if (!isOwn(found.data() ?? {})) throw error;
    });
  }

  /** All or nothing, now or never: a transaction that reads nothing is neither queued nor sent again. */
  async #commit(write: (transaction: fs.Transaction) => unknown): Promise<void> {
    await fs.runTransaction(this.#entry.db, (t) => Promise.resolve(write(t)), { maxAttempts: 1 });
  }
}
