import {
  admissionPath,
  beaconPath,
  checkPlacement,
  mailPath,
  presencePath,
  roomPath,
  seatPath,
  seatsPath,
  visitPath,
  type Placement,
} from '@firesignal/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PLACEMENT as APP, placesOf as places } from '../../support/sample-project/files.ts';

const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,8}$/);
const placement: fc.Arbitrary<Placement> = fc.record(
  {
    root: fc.array(fc.tuple(name, name), { maxLength: 3 }).map((pairs) => pairs.flat().join('/')),
    collectionPrefix: fc.oneof(fc.constant(''), name),
  },
  { requiredKeys: [] },
);
const id = fc.stringMatching(/^[A-Za-z0-9_~-]{1,6}$/);
const protocolPath = fc
  .tuple(id, id, id, fc.nat(15))
  .chain(([room, uid, peer, seat]) =>
    fc.constantFrom(
      roomPath(room),
      admissionPath(room, uid),
      seatsPath(room),
      seatPath(room, seat),
      beaconPath(room, peer),
      mailPath(room, peer, seat),
      visitPath(`${room}~${peer}`),
      presencePath(uid),
    ),
  );

describe('placement › paths', () => {
  it('[PL1] lie under the root, with the prefix before every collection and no document', () => {
    const { stored, storedName } = places(APP);
    expect(stored('rooms/R/seats/0')).toBe('apps/calls/fs_rooms/R/fs_seats/0');
    expect(stored('rooms/R/mailboxes/P/from')).toBe('apps/calls/fs_rooms/R/fs_mailboxes/P/fs_from');
    expect(storedName('from')).toBe('fs_from');
  });

  it('[PL1] stay as they are without a placement', () => {
    fc.assert(
      fc.property(protocolPath, (path) => {
        for (const none of [{}, { root: '', collectionPrefix: '' }]) {
          expect(places(none).stored(path)).toBe(path);
          expect(places(none).known(path)).toBe(path);
        }
      }),
    );
  });

  it('[PL1] come back as they went', () => {
    fc.assert(
      fc.property(placement, protocolPath, (where, path) => {
        const { stored, known, storedName, knownName } = places(where);
        expect(known(stored(path))).toBe(path);
        expect(knownName(storedName(path))).toBe(path);
      }),
    );
  });

  it('[PL1] are different where those of the protocol are', () => {
    fc.assert(
      fc.property(placement, protocolPath, protocolPath, (where, one, other) => {
        const { stored } = places(where);
        expect(stored(one) === stored(other)).toBe(one === other);
      }),
    );
  });

  it('[PL1] of somebody else are not known', () => {
    const { known, knownName } = places(APP);
    for (const path of [
      'rooms/R',
      'fs_rooms/R',
      'apps/calls',
      'apps/calls/rooms/R',
      'apps/other/fs_rooms/R',
      'apps/calls/fs_rooms/R/seats/0',
      'apps/calls/fs_/R',
      'orgs/O/apps/calls/fs_rooms/R',
    ])
      expect(known(path), path).toBeUndefined();
    expect(knownName('rooms')).toBeUndefined();
  });

  it('[PL1] known are always stored at the path that they were found at', () => {
    fc.assert(
      fc.property(
        placement,
        fc.array(fc.oneof(name, id), { minLength: 1, maxLength: 8 }),
        (where, segments) => {
          const path = segments.join('/');
          const { stored, known } = places(where);
          const own = known(path);
          if (own !== undefined) expect(stored(own)).toBe(path);
        },
      ),
    );
  });
});

describe('placement › what is none', () => {
  it.each<[string, unknown, RegExp]>([
    ['an odd number of segments', { root: 'apps' }, /'apps\/calls': an even number of segments/],
    ['a slash in front', { root: '/apps/calls/x' }, /root must be/],
    ['a slash at the end', { root: 'apps/calls/a/' }, /root must be/],
    ['an empty segment', { root: 'apps//a/b' }, /root must be/],
    ['a dot', { root: 'apps/..' }, /root must be/],
    ['a wildcard', { root: 'apps/{app}' }, /root must be/],
    ['a name that Firestore keeps for itself', { root: 'apps/__a__' }, /a letter first/],
    ['too deep a root', { root: Array(12).fill('a').join('/') }, /at most 10/],
    ['a root that is no text', { root: 7 }, /root must be a text/],
    ['a slash in the prefix', { collectionPrefix: 'fs/' }, /collectionPrefix must be a text such as 'fs_'/],
    ['a prefix that begins with a digit', { collectionPrefix: '1_' }, /a letter first/],
    ['a prefix that is too long', { collectionPrefix: 'a'.repeat(33) }, /up to 32/],
    ['a prefix that is no text', { collectionPrefix: null }, /collectionPrefix must/],
    ['another setting', { rootPath: 'apps/calls' }, /unknown field/],
    ['no map', 'apps/calls', /must be a map/],
  ])('[PL2] refuses %s, and says what to do', (_, value, problem) => {
    expect(checkPlacement(value)).toEqual({ ok: false, problem: expect.stringMatching(problem) as string });
  });
});
