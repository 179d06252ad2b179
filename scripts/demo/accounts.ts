import type { LedgerCounts } from 'firesignal';
import type { HarnessPage } from '../browser/harness-page.ts';
import { documentsBelow, leaveMark, writtenWithRoom, type Database } from './admin.ts';
import { countWrites, type Evaluation, type RequestStream, type WriteCounts } from './request-stream.ts';

/** Where it is looked up what a call has cost. */
export type Books = {
  /** Where the emulator itself is. */
  readonly database: Database;
  readonly stream: RequestStream | null;
};

export type Accounts = {
  /** Of all pages together. */
  readonly ledger: LedgerCounts;
  /** The same writes and deletes as the emulator counted them; `null` where it does not. */
  readonly requestStream: WriteCounts | null;
  /** Paths of documents that were left: below the room after all had left, and anything after its end. */
  readonly leftovers: readonly string[];
  /** Those of them that outlived the room. */
  readonly remains: readonly string[];
  /** Where ledger and emulator disagree, everything that happened. */
  readonly stories: readonly string[];
};

/**
 * Who wrote how much, and what is left of it: first of the visits, then of the room, which its creator, the first, ends.
 * Where `uids` are given, the emulator's count is of theirs only.
 */
export async function settleAccounts(
  { database, stream }: Books,
  pages: readonly HarnessPage[],
  roomId: string,
  uids?: readonly string[],
): Promise<Accounts> {
  const room = `rooms/${roomId}`;
  const ledgers = await Promise.all(pages.map((page) => page.driver.ledger(roomId)));
  const ledger = total(ledgers);
  const requestStream = stream === null ? null : await countByStream(stream, database, room, uids);
  const isAgreed =
    requestStream === null ||
    (requestStream.writes === ledger.writes && requestStream.deletes === ledger.deletes);
  const stories = stream === null || isAgreed ? [] : await disagreement(stream, pages, ledgers, room);

  const afterLeaving = (await documentsBelow(database, room)).filter((path) => path !== room);
  await pages[0]?.driver.endRoom(roomId);
  const remains = await documentsBelow(database, room);
  return { ledger, requestStream, leftovers: [...new Set([...afterLeaving, ...remains])], remains, stories };
}

async function disagreement(
  stream: RequestStream,
  pages: readonly HarnessPage[],
  ledgers: readonly LedgerCounts[],
  room: string,
): Promise<readonly string[]> {
  const owners = pages.map(({ name }, index) => `${name} ${counts(ledgers[index])}`);
  return [
    `--- rules evaluations, ledger of ${owners.join(', ')}`,
    ...stream.evaluations.filter(({ path }) => path.startsWith(room)).map(describeEvaluation),
    ...(await Promise.all(pages.map((page) => page.story()))),
  ];
}

function counts(ledger: LedgerCounts | undefined): string {
  return `${ledger?.writes ?? '?'}/${ledger?.reads ?? '?'}/${ledger?.deletes ?? '?'}`;
}

function describeEvaluation({ time, uid, method, path, allowed }: Evaluation): string {
  return `${time} ${uid} ${method} ${path} ${allowed ? 'allowed' : 'refused'}`;
}

async function countByStream(
  stream: RequestStream,
  database: Database,
  room: string,
  uids: readonly string[] | undefined,
): Promise<WriteCounts> {
  const mark = `marks/${room.slice('rooms/'.length)}`;
  await leaveMark(database, mark);
  await stream.until(mark);
  const isMaking = ({ path, method }: Evaluation): boolean => path === room && method === 'create';
  const counted = countWrites(
    stream.evaluations.filter(
      (evaluation) => (uids?.includes(evaluation.uid) ?? true) && !isMaking(evaluation),
    ),
    room,
  );
  // What becomes of the commit that makes a room the stream does not tell: it ends with a rule that lacks the other document of
  // the same commit, and has nothing of the attempt that follows. The documents themselves tell.
  return { ...counted, writes: counted.writes + (await writtenWithRoom(database, room)) };
}

function total(ledgers: readonly LedgerCounts[]): LedgerCounts {
  const sum = (kind: keyof LedgerCounts): number =>
    ledgers.reduce((counted, ledger) => counted + ledger[kind], 0);
  return { writes: sum('writes'), reads: sum('reads'), deletes: sum('deletes') };
}
