/** What is deployed, and with which options. What the functions do is in the folders beside this file. */
import { checkPlacement, placesAt, type Places } from '@firesignal/protocol';
import { initializeApp } from 'firebase-admin/app';
import { getFirestore, Timestamp } from 'firebase-admin/firestore';
import * as logger from 'firebase-functions/logger';
import { setGlobalOptions } from 'firebase-functions/v2';
import { onDocumentWritten } from 'firebase-functions/v2/firestore';
import { onSchedule } from 'firebase-functions/v2/scheduler';
import { sweep } from './cleanup/sweep.ts';
import { SCHEDULES } from './deployed.ts';
import type { Database } from './lib/database.ts';
import { FirestoreDatabase } from './lib/firestore-database.ts';
import { discreetly } from './lib/journal.ts';
import * as settings from './lib/settings.ts';
import { recordSeatChange } from './presence/record-seat-change.ts';

const DAY_SECONDS = 86_400;
/** Part of a function's time limit: the rest is for what is under way when the time is over. */
const BUDGET_SHARE = 0.8;

initializeApp();
setGlobalOptions({
  region: settings.REGION,
  maxInstances: settings.MAX_INSTANCES,
  memory: settings.MEMORY_MIB,
});

let opened: Database | undefined;
/** Opened when it is first needed: settings have no values while a deployment looks at the exports. */
const database = (): Database =>
  (opened ??= new FirestoreDatabase(getFirestore(settings.DATABASE.value()), places()));

function places(): Places {
  const placement = { root: settings.ROOT.value(), collectionPrefix: settings.COLLECTION_PREFIX.value() };
  const checked = checkPlacement(placement);
  if (checked.ok) return placesAt(checked.value);
  throw new Error(`Correct functions/.env and deploy again: ${checked.problem}.`);
}
const retentionSeconds = (): number => settings.RETENTION_DAYS.value() * DAY_SECONDS;

export const recordVisits = onDocumentWritten(
  {
    document: settings.SEATS,
    database: settings.DATABASE,
    // Events that fail come again, for a day: a visit must not be left without its end.
    retry: true,
    timeoutSeconds: 60,
  },
  ({ data, params, time }) => {
    // The type of the parameters is told by a path only if that is a literal.
    const { roomId = '', seat = '' } = params as Readonly<Record<string, string>>;
    const change = {
      roomId,
      seat,
      before: data?.before.data(),
      after: data?.after.data(),
      at: Timestamp.fromDate(new Date(time)),
    };
    // A setting that is wrong is told as it is: it is no secret.
    const where = database();
    return discreetly('recordVisits', () => recordSeatChange(where, change, retentionSeconds()));
  },
);

export const sweepRooms = onSchedule(
  {
    schedule: `every ${SCHEDULES[0].everyMinutes} minutes`,
    timeoutSeconds: settings.SWEEP_TIMEOUT_SECONDS,
    maxInstances: 1,
  },
  () => {
    const where = database();
    return discreetly('sweepRooms', () =>
      sweep({
        database: where,
        clock: { now: Date.now },
        journal: logger,
        budgetMs: settings.SWEEP_TIMEOUT_SECONDS.value() * 1_000 * BUDGET_SHARE,
        retentionSeconds: retentionSeconds(),
      }),
    );
  },
);
