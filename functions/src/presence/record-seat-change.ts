import { presencePath, uidOf, visitIdOf, visitPath } from '@firesignal/protocol';
import type { Database, Transaction } from '../lib/database.ts';
import { factsOf, type SeatChange, type VisitFact } from './seat-change.ts';
import { withVisit, type Presence } from './presence.ts';
import { withFact, type Visit } from './visit.ts';

/** Brings visits and presence up to date with one write of a seat. May be called with the same one any number of times. */
export async function recordSeatChange(
  database: Database,
  change: SeatChange,
  retentionSeconds: number,
): Promise<void> {
  for (const fact of factsOf(change))
    await database.transact((transaction) => recordFact(transaction, fact, retentionSeconds));
}

async function recordFact(
  transaction: Transaction,
  fact: VisitFact,
  retentionSeconds: number,
): Promise<void> {
  const { peer } = fact.seating;
  const visitAt = visitPath(visitIdOf(fact.roomId, peer));
  const presenceAt = presencePath(uidOf(peer));
  const { documents } = await transaction.read(visitAt, presenceAt);
  // Nobody but this function and the clean-up writes them.
  const [knownVisit, knownPresence] = documents as readonly [Visit | undefined, Presence | undefined];
  const visit = withFact(knownVisit, fact, retentionSeconds);
  const presence = withVisit(knownPresence, visit, fact, retentionSeconds);
  if (visit !== knownVisit) transaction.set(visitAt, visit);
  if (presence !== knownPresence) transaction.set(presenceAt, presence);
}
