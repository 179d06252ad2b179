import {
  admissionPath,
  admissionsPath,
  beaconPath,
  beaconsPath,
  mailPath,
  mailboxPath,
  presencePath,
  roomPath,
  seatPath,
  seatsPath,
  visitIdOf,
  visitPath,
} from '@firesignal/protocol';
import { describe, expect, it } from 'vitest';

describe('paths', () => {
  it('puts everything of a room below the room', () => {
    expect(roomPath('r')).toBe('rooms/r');
    expect(admissionPath('r', 'u')).toBe('rooms/r/admissions/u');
    expect(seatPath('r', 3)).toBe('rooms/r/seats/3');
    expect(beaconPath('r', 'p')).toBe('rooms/r/beacons/p');
    expect(mailPath('r', 'p', 3)).toBe('rooms/r/mailboxes/p/from/3');
  });

  it('puts what functions record beside the rooms', () => {
    expect(visitPath(visitIdOf('r', 'u~e'))).toBe('visits/r~u~e');
    expect(presencePath('u')).toBe('presence/u');
  });

  it('names the collection of every document', () => {
    for (const [collection, document] of [
      [admissionsPath('r'), admissionPath('r', 'x')],
      [seatsPath('r'), seatPath('r', 'x')],
      [beaconsPath('r'), beaconPath('r', 'x')],
      [mailboxPath('r', 'p'), mailPath('r', 'p', 'x')],
    ])
      expect(document).toBe(`${String(collection)}/x`);
  });

  it('gives patterns for triggers', () => {
    expect(mailPath('{roomId}', '{to}', '{seat}')).toBe('rooms/{roomId}/mailboxes/{to}/from/{seat}');
  });
});
