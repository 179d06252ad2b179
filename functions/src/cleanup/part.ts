import type { Timestamp } from 'firebase-admin/firestore';
import type { Database } from '../lib/database.ts';
import { codeOf } from '../lib/journal.ts';
import { AT_ONCE } from './constants.ts';
import type { Deadline } from './deadline.ts';

/** What every part of a run needs. */
export type Run = {
  readonly database: Database;
  /** By the clock of this machine: good for finding what may be over. What is over, the database's clock says. */
  readonly startedAt: Timestamp;
  readonly retentionSeconds: number;
};

/** What one part of a run came to. */
export class Tally {
  /** Deletes that were asked for. */
  deleted = 0;
  /** Things that could not be done. They are found again in the next run. */
  failed = 0;
  /** The code of the last failure. */
  failure: string | undefined;
  /** False: the time was over before everything was looked at. */
  isDone = true;

  /** A method: `deleted += await …` would lose what is counted during the wait. */
  count(deletes: number): void {
    this.deleted += deletes;
  }

  fail(error: unknown): void {
    this.failed++;
    this.failure = codeOf(error);
  }
}

export type Part = (run: Run, deadline: Deadline, tally: Tally) => Promise<void>;

/** Does `work` for everything that is found, until the deadline. One that fails keeps no other from being done. */
export async function forEach<T>(
  pages: AsyncIterable<readonly T[]>,
  deadline: Deadline,
  tally: Tally,
  work: (one: T) => Promise<void>,
): Promise<void> {
  for await (const page of pages) {
    for (let start = 0; start < page.length; start += AT_ONCE) {
      if (deadline.isOver()) {
        tally.isDone = false;
        return;
      }
      const together = page.slice(start, start + AT_ONCE);
      await Promise.all(together.map((one) => work(one).catch((error: unknown) => tally.fail(error))));
    }
  }
}
