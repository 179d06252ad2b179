import { setTimeout as delay } from 'node:timers/promises';
import { beaconPath, LIMITS, mailboxPath, seatPath, uidOf } from '@firesignal/protocol';
import { Timestamp } from 'firebase/firestore';
import type { Backend } from '../browser/harness/contract.ts';
import type { HarnessPage } from '../browser/harness-page.ts';
import { digestOf } from '../browser/harness/messages.ts';
import type { Database } from '../demo/admin.ts';
import type { RequestStream } from '../demo/request-stream.ts';
import { heardFrames } from './channel-tap.ts';
import { watchFarewell } from './farewell.ts';
import { InventedPeer } from './invented-peer.ts';
import { judgeDocuments } from './judge-documents.ts';
import { OneSidedFailure } from './one-sided-failure.ts';
import type { Overseer, Sighting } from './overseer.ts';
import { Verdicts, type Row, type RowId } from './rows.ts';
import { Waits } from './waits.ts';

const SECOND_MS = 1_000;
/** Time for a client to start, and to take its seat. */
const START_LIMIT_MS = 60 * SECOND_MS;
const STEP_LIMIT_MS = 20 * SECOND_MS;
/** For a text to come back over an open channel. */
const ECHO_LIMIT_MS = 15 * SECOND_MS;
/** A wish comes after ten seconds. */
const WISH_LIMIT_MS = 20 * SECOND_MS;
const RENEWAL_LIMIT_MS = 66 * SECOND_MS;
/** A renewal after a lost mark is at once: with time for the mark to arrive. */
const PROOF_LIMIT_MS = 10 * SECOND_MS;
/** A visit is shorter. */
const VISIT_LIMIT_MS = 600 * SECOND_MS;
/** What was seen of a client that has just ended may be on its way. */
const LAST_LOOK_MS = SECOND_MS;
/** About 100 kB, with characters of two, three and four bytes, so that parts end within characters. */
const LONG_TEXT = `a${'é€😀'.repeat(11_000)}`;

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
  /** How the client has ended, such as `code 1`, once it has. */
  readonly ended: Promise<string>;
};

/** What is known of the client under test. */
export type Suspect = { readonly peerId: string; readonly seat: number; readonly from: number };
/** Whom it meets that is not there. `above` is missing where the client has the last seat, `below` where it has the first. */
type Invented = {
  readonly silent: InventedPeer | undefined;
  readonly above: InventedPeer | undefined;
  readonly below: InventedPeer | undefined;
};

/** Plays the other side of a visit, and looks at what the client under test does. */
export class Session {
  readonly verdicts = new Verdicts();
  readonly waits = new Waits();
  readonly #world: SessionWorld;
  #isGone = false;

  constructor(world: SessionWorld) {
    this.#world = world;
  }

  async run(): Promise<readonly Row[]> {
    const { overseer, full, say, ended } = this.#world;
    const never = ended.then(async (how) => {
      await delay(LAST_LOOK_MS);
      return `it has ended (${how}) before it had a seat`;
    });
    const client = await Promise.race([this.#arrival(), never]);
    if (client === undefined || typeof client === 'string') {
      this.verdicts.judge('connect', false, client ?? 'it has taken no seat within a minute');
      return this.verdicts.rows;
    }
    say(`✓ The client has seat ${client.seat}.`);
    const invented = await this.waits.for('writing peers that are not there', this.#invent(client));
    await this.#visit(client, invented);
    const suspect = { roomId: full.roomId, uid: uidOf(client.peerId), peerId: client.peerId };
    const peers = (peer: InventedPeer | undefined): ReadonlySet<string> => new Set(peer && [peer.id]);
    judgeDocuments(
      overseer.sightings,
      { ...suspect, mayOfferTo: peers(invented.above), waitsFor: peers(invented.below) },
      this.verdicts,
    );
    return this.verdicts.rows;
  }

  /** Step by step, for as long as the client has its seat: who has gone fails at nothing else. */
  async #visit(client: Suspect, invented: Invented): Promise<void> {
    let failing: OneSidedFailure | undefined;
    const steps: readonly (() => Promise<unknown>)[] = [
      async () => {
        // Most of all three is waiting, and they are about different documents.
        const [isConnected] = await Promise.all([
          this.waits.for('calls and messages', this.#meet(client)),
          this.waits.for('wishes', this.#wishes(client, invented)),
          this.waits.for('the proof of a renewal', this.#markLost(client)),
        ]);
        if (isConnected) failing = await this.waits.for('somebody who dies', this.#failOneSide(client));
      },
      () => this.#restart(client, failing),
      async () => {
        for (const peer of Object.values(invented))
          await this.waits.for('deletes', peer?.leave(this.#world.database) ?? Promise.resolve());
      },
      () => this.#renewal(client),
    ];
    const gone = this.#departure(client);
    gone.catch(() => undefined);
    try {
      for (const step of steps) await Promise.race([step(), gone]);
    } catch (failure) {
      // A step that fails since there is no client any more is no failure of this program.
      await Promise.race([gone, delay(LAST_LOOK_MS)]).catch(() => undefined);
      if (!this.#isGone) throw failure;
      this.verdicts.judge('farewell', false, 'its seat was gone before it was told to leave');
      this.verdicts.skipRest('it had left');
      return;
    }
    await this.waits.for('the farewell', watchFarewell(this.#world, client, this.verdicts));
  }

  /** Fails when the seat is not the client's any more. */
  async #departure({ peerId, seat, from }: Suspect): Promise<never> {
    const { overseer, full } = this.#world;
    const isGone = ({ path, data }: Sighting): boolean =>
      path === seatPath(full.roomId, seat) && data?.['peer'] !== peerId;
    this.#isGone = (await overseer.until(isGone, { withinMs: VISIT_LIMIT_MS, from })) !== undefined;
    throw new Error('The client has left.');
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
    await this.#echo(peerId, 'messages', 'ping', 'it has not sent "echo ping" back');
    await this.#echo(peerId, 'longText', LONG_TEXT, 'it has not sent it back whole, with "echo " in front');
    const frames = await heardFrames(page);
    const isCut = frames.every(({ bytes }) => bytes <= LIMITS.MESSAGE_PART_LENGTH);
    this.verdicts.judge('longText', isCut, `a frame of more than ${LIMITS.MESSAGE_PART_LENGTH} bytes`);

    const { conn } = await page.driver.link(peerId);
    const mark = await page.mark();
    await page.driver.closeConnection(peerId);
    const isThere = await this.#comes('newConn', 'link-state', { peer: peerId, state: 'connected' }, mark);
    if (isThere)
      this.verdicts.judge('newConn', (await page.driver.link(peerId)).conn > conn, 'by the old number');
    return true;
  }

  async #echo(peerId: string, row: RowId, text: string, note: string): Promise<void> {
    const { page } = this.#world.full;
    const mark = await page.mark();
    await page.driver.send(peerId, text);
    const message = digestOf(`echo ${text}`);
    await this.#comes(row, 'message', { peer: peerId, message }, mark, note, ECHO_LIMIT_MS);
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
    withinMs = STEP_LIMIT_MS,
  ): Promise<boolean> {
    const { page } = this.#world.full;
    const isThere = await page.event(kind, pattern, from, withinMs).then(
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
    await overseer.change(seatPath(full.roomId, client.seat), { lostAt: new Date(), lostBy });
    const renewed = await this.#renewedAfter(client, before, PROOF_LIMIT_MS);
    this.verdicts.judge('proof', renewed, 'no renewal within 10 s');
  }

  async #wishes({ peerId, from }: Suspect, { silent, above, below }: Invented): Promise<void> {
    const { overseer, full } = this.#world;
    const said = (to: InventedPeer, what: string) =>
      overseer.until(
        ({ path, data }) =>
          path.startsWith(mailboxPath(full.roomId, to.id)) &&
          data?.['from'] === peerId &&
          data[what] !== undefined,
        { withinMs: WISH_LIMIT_MS, from },
      );
    const look = async (row: RowId, to: InventedPeer | undefined, what: string): Promise<void> => {
      if (to !== undefined)
        this.verdicts.judge(row, (await said(to, what)) !== undefined, `no ${what} within 20 s`);
    };
    if (above === undefined) this.verdicts.skip('lowerOffers', 'it has the last seat');
    if (below === undefined) this.verdicts.skip('higherWaits', 'no seat is free below its own');
    await Promise.all([look('want', silent, 'want'), look('lowerOffers', above, 'offer')]);
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
