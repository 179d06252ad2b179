import { setTimeout as delay } from 'node:timers/promises';
import { beaconPath, LIMITS, mailboxPath, seatPath, uidOf } from '@firesignal/protocol';
import { Timestamp } from 'firebase/firestore';
import type { Backend } from '../browser/harness/contract.ts';
import type { HarnessPage } from '../browser/harness-page.ts';
import { documentsBelow, leaveMark, type Database } from '../demo/admin.ts';
import type { RequestStream } from '../demo/request-stream.ts';
import { InventedPeer } from './invented-peer.ts';
import { judgeDocuments } from './judge-documents.ts';
import { OneSidedFailure } from './one-sided-failure.ts';
import type { Overseer, Sighting } from './overseer.ts';
import { Verdicts, type Row, type RowId } from './rows.ts';

const SECOND_MS = 1_000;
/** Time for a client to start, and to take its seat. */
const START_LIMIT_MS = 60 * SECOND_MS;
const STEP_LIMIT_MS = 20 * SECOND_MS;
/** A wish comes after ten seconds. */
const WISH_LIMIT_MS = 16 * SECOND_MS;
const RENEWAL_LIMIT_MS = 66 * SECOND_MS;
/** A renewal after a lost mark is at once: with time for the mark to arrive. */
const PROOF_LIMIT_MS = 10 * SECOND_MS;
/** After its seat, the rest of a client goes within two seconds. */
const LOOK_INTERVAL_MS = 250;
const LOOKS_MAX = 8;

export type SessionWorld = {
  readonly backend: Backend;
  readonly database: Database;
  /** The other peer, with a full client, in its room. */
  readonly full: { readonly page: HarnessPage; readonly peerId: string; readonly roomId: string };
  readonly overseer: Overseer;
  /** Of the official emulator only. */
  readonly requests: RequestStream | null;
  readonly isQuick: boolean;
  /** One more page. */
  readonly openPage: (name: string) => Promise<HarnessPage>;
  readonly say: (line: string) => void;
  /** Tells the client to leave. */
  readonly tellToLeave: () => void;
};

/** What is known of the client under test. */
type Suspect = { readonly peerId: string; readonly seat: number; readonly from: number };
/** Whom it meets that is not there. `above` is missing where the client has the last seat, `below` where it has the first. */
type Invented = {
  readonly silent: InventedPeer | undefined;
  readonly above: InventedPeer | undefined;
  readonly below: InventedPeer | undefined;
};

/** Plays the other side of a visit, and looks at what the client under test does. */
export class Session {
  readonly verdicts = new Verdicts();
  readonly #world: SessionWorld;

  constructor(world: SessionWorld) {
    this.#world = world;
  }

  async run(): Promise<readonly Row[]> {
    const { overseer, full, say } = this.#world;
    const client = await this.#arrival();
    if (client === undefined) {
      this.verdicts.judge('connect', false, 'it has taken no seat within a minute');
      return this.verdicts.rows;
    }
    say(`✓ The client has seat ${client.seat}.`);
    const invented = await this.#invent(client);
    const failing = (await this.#meet(client)) ? await this.#failOneSide(client) : undefined;
    await this.#markLost(client);
    await this.#wishes(client, invented);
    await this.#restart(client, failing);
    for (const peer of Object.values(invented)) await peer?.leave(this.#world.database);
    await this.#renewal(client);
    await this.#farewell(client);
    const suspect = { roomId: full.roomId, uid: uidOf(client.peerId), peerId: client.peerId };
    const peers = (peer: InventedPeer | undefined): ReadonlySet<string> => new Set(peer && [peer.id]);
    judgeDocuments(
      overseer.sightings,
      { ...suspect, mayOfferTo: peers(invented.above), waitsFor: peers(invented.below) },
      this.verdicts,
    );
    return this.verdicts.rows;
  }

  /** Waits until somebody else has a seat. */
  async #arrival(): Promise<Suspect | undefined> {
    const { overseer, full } = this.#world;
    const isArrival = ({ path, data }: Sighting): boolean =>
      path.startsWith(`rooms/${full.roomId}/seats/`) && data !== undefined && data['peer'] !== full.peerId;
    const found = await overseer.until(isArrival, { withinMs: START_LIMIT_MS });
    if (found === undefined) return undefined;
    const peerId = String(found.data?.['peer']);
    const from = overseer.sightings.length;
    return { peerId, seat: Number(found.path.slice(found.path.lastIndexOf('/') + 1)), from };
  }

  /** A peer that could offer and does not, and two that only answer. */
  async #invent({ seat }: Suspect): Promise<Invented> {
    const { overseer, full } = this.#world;
    const own = await this.#seatOf(full.peerId);
    const free = Array.from({ length: LIMITS.CAPACITY_MAX }, (_, n) => n).filter(
      (n) => n !== seat && n !== own,
    );
    const invent = (name: string, number: number | undefined, answerOnly: boolean) =>
      number === undefined
        ? undefined
        : InventedPeer.seated(overseer, full.roomId, { name, seat: number, answerOnly });
    const below = free.find((n) => n < seat);
    const above = free.findLast((n) => n > seat);
    return {
      below: await invent('below', below, true),
      above: await invent('above', above, true),
      silent: await invent(
        'silent',
        free.find((n) => n !== below && n !== above),
        false,
      ),
    };
  }

  async #seatOf(peerId: string): Promise<number> {
    const { overseer, full } = this.#world;
    for (let seat = 0; seat < LIMITS.CAPACITY_MAX; seat += 1)
      if ((await overseer.read(seatPath(full.roomId, seat)))?.['peer'] === peerId) return seat;
    throw new Error('The full client has lost its seat.');
  }

  /** Returns whether the client connects at all. */
  async #meet({ peerId }: Suspect): Promise<boolean> {
    const { page } = this.#world.full;
    if (!(await this.#comes('connect', 'link-state', { peer: peerId, state: 'connected' }, 0))) return false;
    await page.driver.send(peerId, 'ping');
    const echo = { peer: peerId, message: { type: 'text', text: 'echo ping' } };
    await this.#comes('messages', 'message', echo, 0, 'it has not sent "echo ping" back');

    const { conn } = await page.driver.link(peerId);
    const mark = await page.mark();
    await page.driver.closeConnection(peerId);
    const isThere = await this.#comes('newConn', 'link-state', { peer: peerId, state: 'connected' }, mark);
    if (isThere)
      this.verdicts.judge('newConn', (await page.driver.link(peerId)).conn > conn, 'by the old number');
    return true;
  }

  /** What comes of it takes half a minute, in which there is more to see. */
  async #failOneSide({ peerId }: Suspect): Promise<OneSidedFailure | undefined> {
    const { backend, database, overseer, full, openPage, isQuick } = this.#world;
    if (isQuick) {
      this.verdicts.skip('restart', 'not waited for');
      return undefined;
    }
    const scene = { backend, database, overseer, roomId: full.roomId };
    const failure = new OneSidedFailure(scene, await openPage('Vera'));
    if (await failure.bringAbout(peerId, STEP_LIMIT_MS)) return failure;
    this.verdicts.judge('connect', false, 'not to one who came later');
    await failure.clearAway();
    return undefined;
  }

  async #restart({ peerId }: Suspect, failing: OneSidedFailure | undefined): Promise<void> {
    if (failing === undefined) {
      this.verdicts.skip('restart', 'it has not connected');
      return;
    }
    this.#world.say('… waiting for a connection to fail, up to a minute');
    this.verdicts.judge('restart', await failing.isAskedForIce(peerId), 'not within a minute');
    await failing.clearAway();
  }

  async #comes(
    row: RowId,
    kind: 'link-state' | 'message',
    pattern: Readonly<Record<string, unknown>>,
    from: number,
    note = `nothing within ${STEP_LIMIT_MS / SECOND_MS} s`,
  ): Promise<boolean> {
    const { page } = this.#world.full;
    const isThere = await page.event(kind, pattern, from, STEP_LIMIT_MS).then(
      () => true,
      () => false,
    );
    this.verdicts.judge(row, isThere, note);
    return isThere;
  }

  async #markLost(client: Suspect): Promise<void> {
    const { overseer, full } = this.#world;
    const before = this.#lastRenewal(client);
    const lostBy = await this.#seatOf(full.peerId);
    await overseer.change(seatPath(full.roomId, client.seat), { lostAt: Timestamp.now(), lostBy });
    const renewed = await this.#renewedAfter(client, before, PROOF_LIMIT_MS);
    this.verdicts.judge('proof', renewed, 'no renewal within 10 s');
  }

  async #wishes({ peerId, from }: Suspect, { silent, above }: Invented): Promise<void> {
    const { overseer, full } = this.#world;
    const said = (to: InventedPeer, what: string) =>
      overseer.until(
        ({ path, data }) =>
          path.startsWith(mailboxPath(full.roomId, to.id)) &&
          data?.['from'] === peerId &&
          data[what] !== undefined,
        { withinMs: WISH_LIMIT_MS, from },
      );
    if (silent !== undefined) {
      const want = await said(silent, 'want');
      this.verdicts.judge('want', want !== undefined, 'not within 16 s');
    }
    if (above === undefined) this.verdicts.skip('lowerOffers', 'it has the last seat');
    else
      this.verdicts.judge('lowerOffers', (await said(above, 'offer')) !== undefined, 'no offer within 16 s');
  }

  async #renewal(client: Suspect): Promise<void> {
    if (this.#world.isQuick) {
      this.verdicts.skip('renewal', 'not waited for');
      return;
    }
    this.#world.say('… waiting for the next renewal, up to 66 s');
    const renewed = await this.#renewedAfter(client, this.#lastRenewal(client), RENEWAL_LIMIT_MS);
    this.verdicts.judge('renewal', renewed, 'not within 66 s');
  }

  async #farewell({ peerId, seat }: Suspect): Promise<void> {
    const { database, overseer, full, tellToLeave } = this.#world;
    const from = overseer.sightings.length;
    tellToLeave();
    const freed = await overseer.until(
      ({ path, data }) => path === seatPath(full.roomId, seat) && data === undefined,
      { withinMs: STEP_LIMIT_MS, from },
    );
    this.verdicts.judge(
      'farewell',
      freed !== undefined,
      `the seat is still there after ${STEP_LIMIT_MS / SECOND_MS} s`,
    );
    const uid = uidOf(peerId);
    const isOwn = (path: string): boolean =>
      path.includes(peerId) || path.endsWith(`/admissions/${uid}`) || path.endsWith(`/from/${seat}`);
    const remains = async (): Promise<readonly string[]> =>
      (await documentsBelow(database, `rooms/${full.roomId}`)).filter(isOwn);
    let left = await remains();
    // One that leaves bit by bit has another fault than one that leaves something behind.
    for (let look = 0; look < LOOKS_MAX && left.length > 0; look += 1) {
      await delay(LOOK_INTERVAL_MS);
      left = await remains();
    }
    const kinds = [...new Set(left.map((path) => path.split('/')[2] ?? ''))].join(', ');
    this.verdicts.judge('farewell', left.length === 0, `it has left behind: ${kinds}`);
    await this.#oneLeave(uid);
  }

  /** The time of a request is that of its commit. */
  async #oneLeave(uid: string): Promise<void> {
    const { database, full, requests } = this.#world;
    if (requests === null) {
      this.verdicts.skip('oneLeave', 'only the official emulator tells');
      return;
    }
    const mark = `rooms/${full.roomId}/marks/${crypto.randomUUID()}`;
    await leaveMark(database, mark);
    await requests.until(mark);
    const first = new Map<string, string>();
    for (const { uid: who, method, path, time, allowed } of requests.evaluations)
      if (who === uid && method === 'delete' && allowed && path.startsWith(`rooms/${full.roomId}/`))
        first.set(path, first.get(path) ?? time);
    this.verdicts.judge('oneLeave', new Set(first.values()).size === 1, 'deletes in several commits');
  }

  #lastRenewal({ peerId }: Suspect): number {
    const path = beaconPath(this.#world.full.roomId, peerId);
    return Math.max(0, ...this.#world.overseer.sightings.filter((seen) => seen.path === path).map(renewalOf));
  }

  async #renewedAfter({ peerId }: Suspect, before: number, withinMs: number): Promise<boolean> {
    const path = beaconPath(this.#world.full.roomId, peerId);
    const isLater = (seen: Sighting): boolean => seen.path === path && renewalOf(seen) > before;
    return (await this.#world.overseer.until(isLater, { withinMs })) !== undefined;
  }
}

function renewalOf({ data }: Sighting): number {
  const renewedAt: unknown = data?.['renewedAt'];
  return renewedAt instanceof Timestamp ? renewedAt.toMillis() : 0;
}
