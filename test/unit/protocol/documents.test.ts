import {
  checkAdmission,
  checkBan,
  checkBeacon,
  checkInvite,
  checkKnock,
  checkMail,
  checkMember,
  checkQuota,
  checkRoom,
  checkSeat,
  checkSecret,
  checkSignalState,
  checkTry,
  type Checked,
} from '@firesignal/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shapesFor } from '../../support/shapes.ts';

/** The timestamp of a platform that has nothing to do with Firestore. */
class Instant {
  readonly at = 0;
}
const isInstant = (value: unknown): value is Instant => value instanceof Instant;
const shapes = shapesFor({ uid: 'bob', now: () => new Instant(), later: () => new Instant() });

const CHECKS: Readonly<Record<keyof typeof shapes, (value: unknown) => Checked<unknown>>> = {
  room: (value) => checkRoom(value, isInstant),
  admission: (value) => checkAdmission(value, isInstant),
  seat: (value) => checkSeat(value, isInstant),
  beacon: (value) => checkBeacon(value, isInstant),
  mail: (value) => checkMail(value, isInstant),
  signal: checkSignalState,
  invite: (value) => checkInvite(value, isInstant),
  knock: (value) => checkKnock(value, isInstant),
  ban: (value) => checkBan(value, isInstant),
  member: (value) => checkMember(value, isInstant),
  secret: (value) => checkSecret(value, isInstant),
  try: (value) => checkTry(value, isInstant),
  quota: (value) => checkQuota(value, isInstant),
};

const PROTOTYPE_KEYS = ['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString', 'valueOf'];

for (const [name, check] of Object.entries(CHECKS)) {
  const shape = shapes[name as keyof typeof shapes];

  describe(`validators › ${name}`, () => {
    it('accepts every valid document, and hands on what it has checked', () => {
      fc.assert(
        fc.property(shape.good, (document) => {
          expect(check(document)).toEqual({ ok: true, value: document });
        }),
      );
    });

    it('refuses every document that has one thing wrong', () => {
      fc.assert(
        fc.property(shape.bad, (document) => {
          expect(check(document).ok).toBe(false);
        }),
        { numRuns: 400 },
      );
    });

    it('never throws, whatever it is given', () => {
      const anything = fc.oneof(
        fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }),
        fc.jsonValue(),
        fc.tuple(shape.good, fc.string(), fc.jsonValue()).map(([document, key, value]) => ({
          ...(document as object),
          [key]: value,
        })),
      );
      fc.assert(
        fc.property(anything, (value) => {
          expect(typeof check(value).ok).toBe('boolean');
        }),
        { numRuns: 400 },
      );
    });

    it('takes own fields only, and refuses names that objects inherit', () => {
      fc.assert(
        fc.property(shape.good, fc.constantFrom(...PROTOTYPE_KEYS), (document, key) => {
          const inherited = Object.create(document as object) as unknown;
          expect(check(inherited).ok).toBe(false);
          const polluted: unknown = JSON.parse(`{${JSON.stringify(key)}: {"conn": 1}}`);
          Object.assign(polluted as object, document);
          expect(Object.hasOwn(polluted as object, key)).toBe(true);
          expect(check(polluted).ok).toBe(false);
        }),
      );
    });

    it('names the field that is wrong, and never quotes what it holds', () => {
      const secret = '192.0.2.77';
      fc.assert(
        fc.property(shape.good, fc.nat(), (document, pick) => {
          const keys = Object.keys(document as object);
          const key = keys[pick % keys.length] ?? '';
          const wrong = { ...(document as object), [key]: [[secret]] };
          const checked = check(wrong);
          expect(checked.ok).toBe(false);
          if (checked.ok) return;
          expect(checked.problem).toContain(key);
          expect(checked.problem).not.toContain(secret);
        }),
      );
    });
  });
}

describe('validators › seat', () => {
  const good = fc.sample(shapes.seat.good, { numRuns: 1, seed: 1 })[0] as object;

  it('accepts a lost mark that is whole, and refuses half of one', () => {
    const lost = { lostAt: new Instant(), lostBy: 0 };
    expect(CHECKS.seat({ ...good, ...lost }).ok).toBe(true);
    expect(CHECKS.seat({ ...good, lostAt: lost.lostAt }).ok).toBe(false);
    expect(CHECKS.seat({ ...good, lostBy: 1 }).ok).toBe(false);
    expect(CHECKS.seat({ ...good, ...lost, lostBy: 99 }).ok).toBe(false);
  });
});

describe('validators › room', () => {
  const good = fc.sample(shapes.room.good, { numRuns: 1, seed: 1 })[0] as { readonly capacity: number };

  it('accepts another protocol version and an end: to judge them is the business of the reader', () => {
    expect(CHECKS.room({ ...good, protocolVersion: 2 }).ok).toBe(true);
    expect(CHECKS.room({ ...good, endedAt: new Instant() }).ok).toBe(true);
    expect(CHECKS.room({ ...good, endedAt: 0 }).ok).toBe(false);
  });

  it('accepts a seat of the host that the room has', () => {
    const { capacity } = good;
    for (const hostSeat of [0, capacity - 1]) expect(CHECKS.room({ ...good, hostSeat }).ok).toBe(true);
    for (const hostSeat of [-1, capacity, 0.5, '0', null])
      expect(CHECKS.room({ ...good, hostSeat }).ok).toBe(false);
  });
});
