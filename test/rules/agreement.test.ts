import {
  LIMITS,
  checkAdmission,
  checkBeacon,
  checkMail,
  checkRoom,
  checkSeat,
  roomIdOf,
  roomPath,
  type Checked,
} from '@firesignal/protocol';
import fc from 'fast-check';
import { FieldValue, Timestamp, type DocumentData } from 'firebase/firestore';
import { describe, expect, it } from 'vitest';
import { shapesFor } from '../support/shapes.ts';
import { admissionOf, anHourAhead, beaconAt, nameOf, newPeer, now, seatOf } from './support/documents.ts';
import { bob } from './support/environment.ts';
import { commit, seed, set, type Write } from './support/requests.ts';
import { Stage } from './support/stage.ts';

/*
 * Generated documents, half of them with one thing wrong: what the rules let a client write, the validators of the protocol
 * accept, and what they refuse, nobody can write. Two things the rules can't judge, as they have no loops and no grammar:
 * SDPs and candidate lines. Those are well-formed here, or wrong in their type or size.
 */
const RUNS = 300;
const AT_ONCE = 20;

type Doc = Record<string, unknown>;
type Shapes = ReturnType<typeof shapesFor>;
const isTime = (value: unknown): value is FieldValue | Timestamp =>
  value instanceof FieldValue || value instanceof Timestamp;

/** `write` makes the room that the document needs, and the commit that is to be judged. */
async function compare(
  shape: Shapes[keyof Shapes],
  check: (value: unknown) => Checked<unknown>,
  write: (document: Doc) => Promise<readonly Write[]>,
): Promise<void> {
  const documents = fc.sample(fc.oneof(shape.good, shape.bad), { numRuns: RUNS, seed: 20_261 }) as Doc[];
  const verdicts = documents.map((document) => check(document));
  expect(verdicts.filter(({ ok }) => ok).length).toBeGreaterThan(RUNS / 4);
  expect(verdicts.filter(({ ok }) => !ok).length).toBeGreaterThan(RUNS / 4);
  const disagreements: string[] = [];
  const judge = async (document: Doc, n: number) => {
    const outcome = await commit(bob, ...(await write(document))).then(
      () => 'none',
      (error: unknown) => (error as { code: string }).code,
    );
    const verdict = verdicts[n]!;
    const problem = verdict.ok ? 'none' : verdict.problem;
    if ((outcome === 'none') !== verdict.ok || !['none', 'permission-denied'].includes(outcome))
      disagreements.push(
        `rules: ${outcome} · validator: ${problem} · ${JSON.stringify(document).slice(0, 400)}`,
      );
  };
  for (let begin = 0; begin < RUNS; begin += AT_ONCE)
    await Promise.all(
      documents.slice(begin, begin + AT_ONCE).map((document, n) => judge(document, begin + n)),
    );
  expect(disagreements).toEqual([]);
}

const SEAT = 1;
const own = newPeer('bob');
const shapes = shapesFor({ uid: 'bob', now, later: anHourAhead });
const text = (value: unknown): string => (typeof value === 'string' ? value : 'x');
/** What stands in a path: an id that is none is left to the rules to refuse. */
const segment = (value: unknown): string => text(value).replaceAll('/', '-') || 'x';

describe('rules and validators agree', () => {
  it(`[GN11] holds for ${RUNS} generated rooms`, async () => {
    await compare(
      shapes.room,
      (value) => checkRoom(value, isTime),
      async (room) => [set(roomPath(await roomIdOf('bob', text(room['nonce']))), room)],
    );
  });

  it(`[GN11] holds for ${RUNS} generated admissions`, async () => {
    const stage = await Stage.open();
    await compare(
      shapes.admission,
      (value) => checkAdmission(value, isTime),
      (admission) => Promise.resolve([set(stage.admission('bob'), admission)]),
    );
  });

  it(`[GN11] holds for ${RUNS} generated seats`, async () => {
    await compare(
      shapes.seat,
      (value) => checkSeat(value, isTime),
      async (seat) => {
        const stage = await Stage.open();
        // An admission that says what the seat says, as far as it can: what is judged is the seat.
        const says: DocumentData = {
          ...admissionOf('bob'),
          name: seat['name'] ?? '',
          role: seat['role'] ?? '',
        };
        await seed({ [stage.admission('bob')]: says });
        const peer = segment(seat['peer']);
        return [
          set(stage.seat(SEAT), seat),
          ...(peer === seat['peer'] ? [set(stage.beacon(peer), beaconAt(SEAT))] : []),
        ];
      },
    );
  });

  it(`[GN11] holds for ${RUNS} generated beacons`, async () => {
    await compare(
      shapes.beacon,
      (value) => checkBeacon(value, isTime),
      async (beacon) => {
        const stage = await Stage.open({ capacity: LIMITS.CAPACITY_MAX });
        await stage.admit('bob');
        const n = Number.isInteger(beacon['seat']) ? (beacon['seat'] as number) : 0;
        return [set(stage.seat(n), seatOf('bob', own)), set(stage.beacon(own), beacon)];
      },
    );
  });

  it(`[GN11] holds for ${RUNS} generated mails`, async () => {
    await compare(
      shapes.mail,
      (value) => checkMail(value, isTime),
      async (mail) => {
        const stage = await Stage.open();
        const to = await stage.place('alice', 0);
        await seed({
          [stage.seat(SEAT)]: { ...seatOf('bob', own), name: nameOf('bob'), peer: mail['from'] ?? own },
        });
        return [set(stage.mail(to, SEAT), mail)];
      },
    );
  });
});
