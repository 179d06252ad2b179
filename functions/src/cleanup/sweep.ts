import { Timestamp } from 'firebase-admin/firestore';
import type { Database } from '../lib/database.ts';
import type { Counts, Journal } from '../lib/journal.ts';
import { deadlines, type Clock } from './deadline.ts';
import { Tally, type Part, type Run } from './part.ts';
import { sweepBeacons } from './sweep-beacons.ts';
import {
  sweepAdmissions,
  sweepInvites,
  sweepKnocks,
  sweepMail,
  sweepQuotas,
  sweepTombstones,
} from './sweep-expired.ts';
import { sweepRooms } from './sweep-rooms.ts';

/** What shows to people comes first. */
const PARTS: Readonly<Record<string, Part>> = {
  beacons: sweepBeacons,
  rooms: sweepRooms,
  admissions: sweepAdmissions,
  mail: sweepMail,
  invites: sweepInvites,
  knocks: sweepKnocks,
  tombstones: sweepTombstones,
  quotas: sweepQuotas,
};

export type SweepOptions = {
  readonly database: Database;
  readonly clock: Clock;
  readonly journal: Journal;
  /** When the run stops. What is left is found again by the next one. */
  readonly budgetMs: number;
  readonly retentionSeconds: number;
};

/**
 * Removes what nobody else has removed. Runs may overlap: everything is judged and deleted in transactions, and what another
 * run has deleted is not there any more.
 *
 * @throws after all parts had their turn, if one of them could not even look, such as for want of an index
 */
export async function sweep(options: SweepOptions): Promise<void> {
  const { database, clock, journal, budgetMs, retentionSeconds } = options;
  const run: Run = { database, startedAt: Timestamp.fromMillis(clock.now()), retentionSeconds };
  const ends = deadlines(clock, budgetMs, Object.keys(PARTS).length);
  const errors: unknown[] = [];
  for (const [at, [name, part]] of Object.entries(PARTS).entries()) {
    const tally = new Tally();
    try {
      await part(run, ends[at] ?? { isOver: () => true }, tally);
    } catch (error) {
      tally.fail(error);
      errors.push(error);
    }
    report(journal, name, tally);
  }
  if (errors.length > 0) throw errors[0];
}

function report(journal: Journal, part: string, { deleted, failed, failure, isDone }: Tally): void {
  const counts: Counts = { part, deleted, failed, isDone, ...(failure !== undefined && { failure }) };
  if (failed > 0) journal.error('sweep', counts);
  else if (deleted > 0 || !isDone) journal.info('sweep', counts);
}
