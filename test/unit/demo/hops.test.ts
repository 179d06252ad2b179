import type { SignalTrace } from 'firesignal';
import { describe, expect, it } from 'vitest';
import { criticalPathHops, routeOf, type LinkView } from '../../../scripts/demo/hops.ts';

type Direction = SignalTrace['direction'];
type Parts = SignalTrace['parts'];

function trace(
  at: number,
  direction: Direction,
  route: SignalTrace['route'],
  parts: Parts,
  rev = 1,
  conn = 1,
): SignalTrace {
  return { at, direction, route, parts, conn, rev };
}

function view(joiner: SignalTrace[], present: SignalTrace[], connectedAt = 1_000): LinkView {
  return { joiner, present, joinAt: 100, connectedAt: { joiner: connectedAt, present: connectedAt } };
}

describe('hops on the critical path', () => {
  it('is one when the joiner answers an offer that was waiting', () => {
    expect(
      criticalPathHops(
        view(
          [trace(50, 'in', 'beacon', ['offer', 'candidates']), trace(110, 'out', 'mailbox', ['answer'])],
          [trace(20, 'out', 'beacon', ['offer', 'candidates']), trace(150, 'in', 'mailbox', ['answer'])],
        ),
      ),
    ).toBe(1);
  });

  it('is one when candidates trickle in beside the answer', () => {
    expect(
      criticalPathHops(
        view(
          [
            trace(110, 'out', 'mailbox', ['answer']),
            trace(160, 'in', 'mailbox', ['candidates']),
            trace(170, 'out', 'mailbox', ['candidates'], 2),
          ],
          [trace(150, 'in', 'mailbox', ['answer']), trace(155, 'out', 'mailbox', ['candidates'])],
        ),
      ),
    ).toBe(1);
  });

  it('is two when the joiner offers and the peer that was there answers', () => {
    expect(
      criticalPathHops(
        view(
          [trace(110, 'out', 'mailbox', ['offer']), trace(200, 'in', 'mailbox', ['answer'])],
          [trace(150, 'in', 'mailbox', ['offer']), trace(160, 'out', 'mailbox', ['answer'])],
        ),
      ),
    ).toBe(2);
  });

  it('is three when the peer that was there offers, since it reacts to the seat', () => {
    expect(
      criticalPathHops(
        view(
          [trace(200, 'in', 'mailbox', ['offer']), trace(210, 'out', 'mailbox', ['answer'])],
          [trace(160, 'out', 'mailbox', ['offer']), trace(250, 'in', 'mailbox', ['answer'])],
        ),
      ),
    ).toBe(3);
  });

  it('is three when an answer to a taken offer gets a new offer by mail', () => {
    expect(
      criticalPathHops(
        view(
          [
            trace(110, 'out', 'mailbox', ['answer'], 1),
            trace(200, 'in', 'mailbox', ['offer'], 1, 2),
            trace(210, 'out', 'mailbox', ['answer'], 2, 2),
          ],
          [
            trace(150, 'in', 'mailbox', ['answer'], 1),
            trace(160, 'out', 'mailbox', ['offer'], 1, 2),
            trace(250, 'in', 'mailbox', ['answer'], 2, 2),
          ],
        ),
      ),
    ).toBe(3);
  });

  it('counts a state that was superseded before it was delivered as received', () => {
    expect(
      criticalPathHops(
        view(
          [trace(200, 'in', 'mailbox', ['offer', 'candidates'], 2), trace(210, 'out', 'mailbox', ['answer'])],
          [
            trace(160, 'out', 'mailbox', ['offer'], 1),
            trace(170, 'out', 'mailbox', ['candidates'], 2),
            trace(250, 'in', 'mailbox', ['answer']),
          ],
        ),
      ),
    ).toBe(3);
  });

  it('leaves out what was sent over the data channel or after the connection', () => {
    expect(
      criticalPathHops(
        view(
          [
            trace(110, 'out', 'mailbox', ['answer'], 1),
            trace(300, 'out', 'channel', ['offer'], 2),
            trace(400, 'in', 'mailbox', ['offer'], 2),
            trace(410, 'out', 'mailbox', ['answer'], 3),
          ],
          [trace(150, 'in', 'mailbox', ['answer'], 1), trace(390, 'out', 'mailbox', ['offer'], 2)],
          250,
        ),
      ),
    ).toBe(1);
  });

  it('counts a signal by when it arrived, since its sender may note it late', () => {
    expect(
      criticalPathHops(
        view([trace(251, 'out', 'mailbox', ['answer'])], [trace(150, 'in', 'mailbox', ['answer'])], 250),
      ),
    ).toBe(1);
  });

  it('is none when nothing was sent', () => {
    expect(criticalPathHops(view([], []))).toBe(0);
  });
});

describe('route of a join', () => {
  const offered = trace(50, 'in', 'beacon', ['offer']);

  it('is the standing offer when the first answer is to an offer from a beacon', () => {
    expect(routeOf([offered, trace(110, 'out', 'mailbox', ['answer'])])).toBe('standing-offer');
  });

  it('is the mailbox when there was no beacon, or the answer is to another offer', () => {
    expect(routeOf([trace(110, 'out', 'mailbox', ['offer'])])).toBe('mailbox');
    expect(routeOf([offered, trace(110, 'out', 'mailbox', ['answer'], 1, 2)])).toBe('mailbox');
  });
});
