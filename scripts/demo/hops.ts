import type { SignalTrace } from 'firesignal';

/** The signals of one link as its two ends saw them, and when the one that came later called `join()`. */
export type LinkView = {
  readonly joiner: readonly SignalTrace[];
  readonly present: readonly SignalTrace[];
  /** By the joiner's clock, as the traces are. */
  readonly joinAt: number;
  /** When the link was up, by each side's clock. */
  readonly connectedAt: { readonly joiner: number; readonly present: number };
};

/** A description on its way through a mailbox. */
type Sent = { readonly trace: SignalTrace; readonly by: 'joiner' | 'present' };

/**
 * How many Firestore signals had to pass one after the other between `join()` and the connection. A signal stands behind
 * every signal that its sender had received before; the first one of the peer that was there stands behind the seat that it
 * reacted to. What was prepared before the join, such as a standing offer, costs nothing; neither do signals over the data
 * channel, nor candidates that trickle in beside the description they belong to.
 */
export function criticalPathHops(view: LinkView): number {
  const depths = new Map<SignalTrace, number>();
  const depthOf = (sent: Sent): number => {
    const known = depths.get(sent.trace);
    if (known !== undefined) return known;
    // A trace that is asked for while it is being worked out would be its own cause; clocks may say so within a millisecond.
    depths.set(sent.trace, 0);
    const causes = receivedBefore(view, sent).map(depthOf);
    const start = sent.by === 'joiner' ? 0 : 1;
    const depth = 1 + Math.max(start, ...causes);
    depths.set(sent.trace, depth);
    return depth;
  };
  return Math.max(0, ...sentAfterJoin(view).map(depthOf));
}

/** What did not arrive before its recipient was connected did not help. */
function sentAfterJoin(view: LinkView): readonly Sent[] {
  const arrived = {
    joiner: newestReceived(view.joiner, view.connectedAt.joiner),
    present: newestReceived(view.present, view.connectedAt.present),
  };
  return [
    ...descriptionsSent(view.joiner, arrived.present)
      .filter((trace) => trace.at >= view.joinAt)
      .map((trace): Sent => ({ trace, by: 'joiner' })),
    ...descriptionsSent(view.present, arrived.joiner).map((trace): Sent => ({ trace, by: 'present' })),
  ];
}

/** Beacons are not among them: they are read in the lobby, so before the join. */
function descriptionsSent(traces: readonly SignalTrace[], newest: number): readonly SignalTrace[] {
  return traces.filter(
    ({ direction, route, parts, rev }) =>
      direction === 'out' &&
      route === 'mailbox' &&
      rev <= newest &&
      (parts.includes('offer') || parts.includes('answer')),
  );
}

/** A mailbox holds the whole state: who has received a revision has received all before it. */
function newestReceived(traces: readonly SignalTrace[], until: number): number {
  return Math.max(
    0,
    ...traces
      .filter(({ direction, route, at }) => direction === 'in' && route === 'mailbox' && at <= until)
      .map(({ rev }) => rev),
  );
}

/** The other side's signals that the sender had received when it sent this one. */
function receivedBefore(view: LinkView, { trace, by }: Sent): readonly Sent[] {
  const newest = newestReceived(by === 'joiner' ? view.joiner : view.present, trace.at);
  return sentAfterJoin(view).filter((sent) => sent.by !== by && sent.trace.rev <= newest);
}

/** How the joiner got its first offer: out of a beacon, or by mail. */
export function routeOf(joiner: readonly SignalTrace[]): 'standing-offer' | 'mailbox' {
  const answer = joiner.find((trace) => trace.direction === 'out' && trace.parts.includes('answer'));
  const offered = joiner.find(
    (trace) => trace.direction === 'in' && trace.route === 'beacon' && trace.parts.includes('offer'),
  );
  return answer !== undefined && answer.conn === offered?.conn ? 'standing-offer' : 'mailbox';
}
