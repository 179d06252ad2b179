import {
  admissionPath,
  beaconPath,
  beaconsPath,
  mailboxPath,
  mailPath,
  roomPath,
  seatPath,
  seatsPath,
} from '@firesignal/protocol';
import { describe, expect, it } from 'vitest';
import type { BackendRequest } from '../../../scripts/browser/harness/contract.ts';
import { ruleReadsOf } from '../../../scripts/demo/rule-reads.ts';
import { peer, ROOM_ID } from '../../support/factories.ts';

type Kind = 'create' | 'set' | 'update' | 'delete';

const commit = (...writes: readonly [Kind, string][]): BackendRequest => ({
  kind: 'commit',
  writes: writes.map(([kind, path]) => ({ kind, path })),
});
const snapshot = (path: string): BackendRequest => ({ kind: 'snapshot', path });

const ADA = peer('ada');
const BEN = peer('ben');
const CLEO = peer('cleo');
const JOIN: readonly [Kind, string][] = [
  ['set', seatPath(ROOM_ID, 1)],
  ['set', beaconPath(ROOM_ID, BEN)],
];

/** The table "Reads by rules" of docs/costs.md. */
describe('reads by rules', () => {
  it.each<[string, BackendRequest, number]>([
    ['making a room', commit(['set', roomPath(ROOM_ID)]), 0],
    ['an update of a room', commit(['update', roomPath(ROOM_ID)]), 0],
    ['a new admission', commit(['set', admissionPath(ROOM_ID, 'ben')]), 2],
    ['a join', commit(...JOIN), 2],
    ['a join with its admission', commit(['set', admissionPath(ROOM_ID, 'ben')], ...JOIN), 2],
    [
      'a join with two answers',
      commit(...JOIN, ['set', mailPath(ROOM_ID, ADA, 1)], ['set', mailPath(ROOM_ID, CLEO, 1)]),
      4,
    ],
    ['a takeover', commit(['delete', beaconPath(ROOM_ID, CLEO)], ...JOIN), 4],
    ['a renewal', commit(['update', beaconPath(ROOM_ID, BEN)]), 1],
    ['mail', commit(['set', mailPath(ROOM_ID, ADA, 1)]), 4],
    ['mail to two', commit(['set', mailPath(ROOM_ID, ADA, 1)], ['set', mailPath(ROOM_ID, CLEO, 1)]), 5],
    ['a lost mark', commit(['update', seatPath(ROOM_ID, 2)]), 2],
    [
      'a leave',
      commit(
        ['delete', seatPath(ROOM_ID, 1)],
        ['delete', beaconPath(ROOM_ID, BEN)],
        ['delete', admissionPath(ROOM_ID, 'ben')],
        ['delete', mailPath(ROOM_ID, ADA, 1)],
      ),
      0,
    ],
    ['a delivery of beacons', snapshot(beaconsPath(ROOM_ID)), 1],
    ['a delivery of the roster', snapshot(seatsPath(ROOM_ID)), 0],
    ['a delivery of mail', snapshot(mailboxPath(ROOM_ID, BEN)), 0],
    ['a delivery of the room', snapshot(roomPath(ROOM_ID)), 0],
  ])('%s takes what the table says', (_, request, reads) => {
    expect(ruleReadsOf([request])).toBe(reads);
  });

  it('add up over requests: each commit pays for itself', () => {
    const mail = commit(['set', mailPath(ROOM_ID, ADA, 1)]);
    expect(ruleReadsOf([mail, mail])).toBe(8);
    expect(ruleReadsOf([])).toBe(0);
  });

  it('look for a ban with a new admission, and not with one that is renewed', () => {
    const [admission, leave] = (['set', 'delete'] as const).map((kind) =>
      commit([kind, admissionPath(ROOM_ID, 'ben')]),
    );
    expect(ruleReadsOf([admission!, admission!])).toBe(3);
    expect(ruleReadsOf([admission!, leave!, admission!])).toBe(4);
  });
});
