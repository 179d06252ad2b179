import { LIMITS, type SignalState } from '@firesignal/protocol';
import type { Connection } from '../link/connection.ts';
import { JOIN_GATHER_CAP_MS, LEAVE_DEADLINE_MS } from '../defaults.ts';
import { SignalingError, throwIfAborted } from '../errors.ts';
import type { MediaPresence } from '../events.ts';
import type { Clock } from '../lib/clock.ts';
import { withDeadline } from '../lib/settle.ts';
import type { LinkHost } from '../link/link-host.ts';
import { Link } from '../link/link.ts';
import { MailRounds } from '../link/mail-rounds.ts';
import type { MediaSource } from '../link/local-media.ts';
import type { Beacon, Mail, Seat } from './room-documents.ts';
import type { Roster } from './roster.ts';
import type { StandingOfferKeeper } from '../link/standing-offer.ts';

export type MeshOptions = {
  readonly clock: Clock;
  readonly selfId: string;
  readonly media: MediaSource;
  readonly roster: Roster;
  readonly standing: StandingOfferKeeper;
  readonly connect: () => Connection;
  /** Writes states into the mailboxes of peers, in one commit. */
  readonly deliver: (mail: ReadonlyMap<string, SignalState>) => Promise<void>;
  readonly onLink: (link: Link) => void;
  readonly onMuteRequest: (peerId: string, what: MediaPresence) => void;
  /** A link changed its state, or the standing offer was taken. */
  readonly onChange: () => void;
  readonly report: (error: SignalingError) => void;
};

/** The links to everybody in the roster: who calls whom, and which mail belongs where. */
export class Mesh {
  readonly #options: MeshOptions;
  readonly #host: LinkHost;
  readonly #links = new Map<string, Link>();
  /** Prepared in the lobby: they become links when the join goes out. */
  readonly #prospects = new Map<string, Link>();
  /** Peers whose answer was here before the roster showed them. They become links when it does. */
  readonly #strangers = new Map<string, Link>();
  /** Peers that have said goodbye, or been given up, and whose seats still show. */
  readonly #departed = new Set<string>();
  /** Peers to whom mail has gone that they may not have seen yet. */
  readonly #written = new Set<string>();
  /** Peers to whom mail is on its way. */
  readonly #underWay = new Set<string>();
  readonly #rounds: MailRounds;
  /** When somebody said goodbye who takes its mail along, also that to us: there is no need to do so twice. */
  readonly #goodbyes = new Map<string, number>();
  #mail: ReadonlyMap<number, Mail> = new Map();
  #isSeated = false;
  #isParting = false;

  constructor(options: MeshOptions) {
    this.#options = options;
    this.#host = {
      clock: options.clock,
      media: options.media,
      selfId: options.selfId,
      connect: options.connect,
      deliver: ({ peerId }, take) => this.#deliver(peerId, take),
      onMuteRequest: options.onMuteRequest,
      isSeated: (peerId) => options.roster.seatOf(peerId) !== undefined,
      report: options.report,
    };
    this.#rounds = new MailRounds({
      clock: options.clock,
      isMoreToCome: () => [...this.#links.values()].some(({ isToSpeak }) => isToSpeak),
      commit: options.deliver,
    });
  }

  get links(): ReadonlyMap<string, Link> {
    return this.#links;
  }

  /** Whether there is somebody else, and all of them are connected. */
  get isFullyLinked(): boolean {
    const others = this.#others();
    return others.length > 0 && others.every(([, { peer }]) => this.#links.get(peer)?.state === 'connected');
  }

  /** Keeps an answer, or where there is no offer an offer of our own, ready for everybody seated. */
  prepare(beacons: ReadonlyMap<string, Beacon>): void {
    const seated = new Map(
      this.#others().map(([number, seat]) => {
        // Who only answers has no offer to answer, whatever its beacon says.
        const offer = seat.answerOnly === true ? undefined : beacons.get(seat.peer)?.offer;
        return [seat.peer, { number, seat, offer }];
      }),
    );
    for (const [peerId, link] of this.#prospects) {
      const place = seated.get(peerId);
      if (place === undefined || link.answeredOfferId !== place.offer?.id) this.#dropProspect(peerId, link);
    }
    for (const peerId of beacons.keys()) {
      const place = seated.get(peerId);
      if (place === undefined || this.#prospects.has(peerId)) continue;
      const link = this.#newLink(place.number, place.seat);
      this.#prospects.set(peerId, link);
      if (place.offer === undefined) link.prepareOffer();
      else link.prepareAnswer(place.offer);
    }
  }

  /** The first mail to everybody that could be prepared in time. */
  async firstMail(signal?: AbortSignal): Promise<ReadonlyMap<string, SignalState>> {
    const ready = Promise.all([...this.#prospects.values()].map((link) => link.prepared));
    await withDeadline(ready, this.#options.clock, JOIN_GATHER_CAP_MS).catch(() => undefined);
    throwIfAborted(signal);
    const mail = new Map<string, SignalState>();
    for (const [peerId, { preparedState }] of this.#prospects)
      if (preparedState !== undefined && mail.size < LIMITS.ANSWERS_PER_COMMIT_MAX)
        mail.set(peerId, preparedState);
    return mail;
  }

  /** The join goes out: what was prepared becomes a link, which may connect before the join is acknowledged. */
  release(): void {
    for (const [peerId, link] of this.#prospects) {
      if (link.preparedState === undefined) {
        this.#dropProspect(peerId, link);
        continue;
      }
      this.#prospects.delete(peerId);
      this.#adopt(link);
      link.release();
    }
  }

  /** The join is through, with the mail that it carried. */
  seated(carried: ReadonlyMap<string, SignalState>): void {
    this.#isSeated = true;
    for (const [peerId, link] of this.#links) {
      if (carried.has(peerId)) this.#written.add(peerId);
      link.confirm(carried.get(peerId));
    }
    this.rosterChanged();
  }

  /** The join has failed for good: everything is as it was before. */
  refused(): void {
    for (const [peerId, link] of this.#prospects) this.#dropProspect(peerId, link);
    for (const link of [...this.#links.values(), ...this.#strangers.values()]) link.close();
    this.#rounds.clear();
    this.#strangers.clear();
    this.#departed.clear();
    this.#written.clear();
  }

  rosterChanged(): void {
    if (!this.#isSeated) return;
    const others = this.#others();
    const seated = new Set(others.map(([, { peer }]) => peer));
    for (const [peerId, link] of this.#links) {
      if (seated.has(peerId)) continue;
      if (link.state === 'connected') this.#wasRead(peerId);
      link.peerUnseated();
    }
    // Last: whoever has just gone may come back with the next roster.
    for (const peerId of this.#departed) if (!seated.has(peerId)) this.#departed.delete(peerId);
    this.#introduce();
    this.mailChanged(this.#mail);
    for (const [number, seat] of others) this.#welcome(number, seat);
  }

  /** Whoever has been thrown out is heard no more, at once. */
  expel(peerIds: ReadonlySet<string>): void {
    for (const peerId of peerIds) {
      const error = new SignalingError('signaling/peer-left', 'A host or moderator has taken it out.');
      for (const link of [this.#links.get(peerId), this.#strangers.get(peerId)]) link?.close(error);
      // It has not said it, and clears nothing away.
      this.#goodbyes.delete(peerId);
    }
  }

  /** Mail is whole state: all of it is looked at each time, and what is known already changes nothing. */
  mailChanged(mail: ReadonlyMap<number, Mail>): void {
    this.#mail = mail;
    this.#forgetStrangers();
    for (const [number, { from, at: _at, expiresAt: _expiresAt, ...state }] of mail) {
      if (this.#departed.has(from)) continue;
      const seat = this.#options.roster.seats.get(number);
      if (seat?.peer !== from) {
        this.#meet(number, from, state);
        continue;
      }
      const known = this.#links.get(from);
      const link = known ?? this.#linkTo(number, seat);
      if (link === undefined) continue;
      this.#hand(link, state);
      // Mail that says nothing to go on with.
      if (known === undefined && link.conn === 0) this.#greet(link, seat);
    }
  }

  /** The seats whose mail to us is there, and ours to clear away. */
  get mailFrom(): readonly number[] {
    const since = this.#options.clock.now() - LEAVE_DEADLINE_MS;
    return [...this.#mail].flatMap(([seat, { from }]) =>
      (this.#goodbyes.get(from) ?? 0) > since ? [] : [seat],
    );
  }

  /** A join that is to be taken back has written to these peers. */
  wrote(peerIds: Iterable<string>): void {
    for (const peerId of peerIds) this.#written.add(peerId);
  }

  /** Peers to whom we have written, and who may not have cleared it away. */
  get writtenTo(): readonly string[] {
    return [...this.#written];
  }

  async refreshMedia(): Promise<void> {
    const links = [...this.#links.values(), ...this.#prospects.values()];
    await Promise.all(links.map((link) => link.refreshMedia()));
  }

  hurry(): void {
    for (const link of this.#links.values()) link.hurry();
  }

  /** Says goodbye over every open channel. Nothing is said by mail any more, and nobody is called. */
  sayBye(): void {
    this.#isParting = true;
    this.#isSeated = false;
    this.#rounds.clear();
    for (const link of this.#links.values()) link.sayBye();
  }

  close(): void {
    this.refused();
    this.#isSeated = false;
  }

  async #deliver(peerId: string, take: () => SignalState | undefined): Promise<void> {
    const taking = (): SignalState | undefined => {
      const state = take();
      if (state === undefined || this.#isParting) return undefined;
      this.#written.add(peerId);
      this.#underWay.add(peerId);
      return state;
    };
    await this.#rounds.deliver(peerId, taking).finally(() => this.#underWay.delete(peerId));
  }

  #others(): readonly [number, Seat][] {
    return [...this.#options.roster.seats].filter(([, { peer }]) => peer !== this.#options.selfId);
  }

  /** A seat that has no link yet: exactly one of the two calls. */
  #welcome(number: number, seat: Seat): void {
    if (this.#links.has(seat.peer) || this.#departed.has(seat.peer)) return;
    // The commit may be acknowledged before the roster shows it: who calls whom is decided when both seats are known.
    if (this.#options.roster.seatOf(this.#options.selfId) === undefined) return;
    const link = this.#linkTo(number, seat);
    if (link !== undefined) this.#greet(link, seat);
  }

  #greet(link: Link, { met, answerOnly }: Seat): void {
    const { roster, selfId } = this.#options;
    // The roster often arrives before the mail: who has written in its join commit is waited for.
    const hasWritten = met.includes(selfId);
    const isToCall = answerOnly !== true && link.seat < (roster.seatOf(selfId) ?? Infinity);
    if (hasWritten || isToCall) link.expectCall();
    else link.call();
  }

  /**
   * Mail from somebody whom the roster does not show yet, or no longer. The rules let nobody write without a seat, so an
   * answer to the offer that stands is begun with at once; all else waits for the roster.
   */
  #meet(number: number, peerId: string, state: SignalState): void {
    if (!this.#isSeated || this.#strangers.has(peerId)) return;
    const waiting = state.answer === undefined ? undefined : this.#options.standing.take(state.answer.id);
    if (waiting === undefined) return;
    const link = new Link(this.#host, { peerId, seat: number, name: '' });
    this.#strangers.set(peerId, link);
    link.adoptStanding(waiting.connection, waiting.offer);
    link.receive(state, 'mailbox');
  }

  /** The roster shows whom we have met. */
  #introduce(): void {
    for (const [, { peer, name, role }] of this.#others()) {
      this.#links.get(peer)?.hear(role !== 'viewer');
      const link = this.#strangers.get(peer);
      if (link === undefined) continue;
      this.#strangers.delete(peer);
      if (link.state === 'closed') continue;
      link.introduce(name);
      link.hear(role !== 'viewer');
      this.#adopt(link);
      this.#options.onChange();
    }
  }

  /** Who takes mail away before the roster has shown it has come and gone. */
  #forgetStrangers(): void {
    const writers = new Set([...this.#mail.values()].map(({ from }) => from));
    for (const [peerId, link] of this.#strangers) {
      if (writers.has(peerId)) continue;
      this.#strangers.delete(peerId);
      link.close();
    }
  }

  #hand(link: Link, state: SignalState): void {
    const { answer } = state;
    if (link.conn > 0 || answer === undefined) {
      link.receive(state, 'mailbox');
      return;
    }
    const waiting = this.#options.standing.take(answer.id);
    if (waiting !== undefined) link.adoptStanding(waiting.connection, waiting.offer);
    link.receive(state, 'mailbox');
    // The offer had been taken already: a connection of their own, two hops later.
    if (waiting === undefined && link.conn === 0) link.call();
    this.#options.onChange();
  }

  #linkTo(number: number, seat: Seat): Link | undefined {
    if (!this.#isSeated) return undefined;
    const link = this.#newLink(number, seat);
    this.#adopt(link);
    return link;
  }

  #newLink(number: number, { peer, name, role }: Seat): Link {
    const link = new Link(this.#host, { peerId: peer, seat: number, name });
    link.hear(role !== 'viewer');
    return link;
  }

  #adopt(link: Link): void {
    this.#links.set(link.peerId, link);
    link.on('state', ({ state, previous }) => {
      if (state === 'closed') {
        if (previous === 'connected') this.#saidBye(link.peerId);
        this.#links.delete(link.peerId);
        this.#departed.add(link.peerId);
      }
      this.#options.onChange();
    });
    this.#options.onLink(link);
  }

  /** Who has been connected has read our mail, and clears it away in leaving: all but what comes after that. */
  #wasRead(peerId: string): void {
    if (!this.#underWay.has(peerId)) this.#written.delete(peerId);
  }

  #saidBye(peerId: string): void {
    // Who has heard our goodbye leaves to us what we leave to whoever says goodbye first.
    if (this.#isParting) return;
    this.#wasRead(peerId);
    const now = this.#options.clock.now();
    for (const [other, at] of this.#goodbyes) if (now - at > LEAVE_DEADLINE_MS) this.#goodbyes.delete(other);
    this.#goodbyes.set(peerId, now);
  }

  #dropProspect(peerId: string, link: Link): void {
    this.#prospects.delete(peerId);
    link.close();
  }
}
