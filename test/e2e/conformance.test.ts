import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { describeRows, isConformant, type Row, type RowId } from '../../scripts/conformance/rows.ts';
import { openRequests, OWN_CLIENT, visitBy } from '../../scripts/conformance/run-conformance.ts';
import type { RequestStream } from '../../scripts/demo/request-stream.ts';
import { startStack, type Stack } from '../../scripts/stack/index.ts';
import { BrowserWorld } from '../support/browser/world.ts';
import type { Fault } from '../support/minimal-client/faults.ts';
import { emulatorFromEnvironment } from '../support/stack-environment.ts';

const world = BrowserWorld.use();
let stack: Stack;
let requests: RequestStream | null = null;

// Emulators of its own: to whoever follows what one evaluates, it tells all that it has ever evaluated.
beforeAll(async () => {
  const emulator = emulatorFromEnvironment();
  stack = await startStack({ ...(emulator !== undefined && { emulator }) });
  requests = await openRequests(stack);
});
afterAll(async () => {
  requests?.close();
  await stack.stop();
});

/** A client that keeps a program waiting makes it wait for each step in vain. */
const VISIT_LIMIT_MS = 150_000;

async function visit(
  { onTestFailed }: Pick<TestContext, 'onTestFailed'>,
  ...faults: readonly Fault[]
): Promise<readonly Row[]> {
  return visitByCommand(
    { onTestFailed },
    [OWN_CLIENT, ...faults.map((fault) => `--fault "${fault}"`)].join(' '),
  );
}

async function visitByCommand(
  { onTestFailed }: Pick<TestContext, 'onTestFailed'>,
  command: string,
): Promise<readonly Row[]> {
  const lines: string[] = [];
  const say = (line: string): void => void lines.push(line);
  onTestFailed(() => void process.stderr.write(`${lines.join('\n')}\n`));
  const place = { stack, stage: world.stage, requests };
  const rows = await visitBy(place, { command, isQuick: true, say });
  say(describeRows(rows));
  return rows;
}

const failed = (rows: readonly Row[]): readonly RowId[] =>
  rows.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id);

// Side by side, as most of it is waiting in vain.
describe.concurrent('conformance', { timeout: VISIT_LIMIT_MS }, () => {
  it('[MP17] finds nothing wrong with the minimal client', async (test) => {
    const rows = await visit(test);
    expect(failed(rows)).toEqual([]);
    expect(isConformant(rows)).toBe(true);
    const unseen = rows.filter(({ verdict }) => verdict === 'not seen').map(({ id }) => id);
    // Where it sits, and which emulator it is, decides about some.
    expect(['restart', 'renewal', 'lowerOffers', 'higherWaits', 'oneLeave']).toEqual(
      expect.arrayContaining(unseen),
    );
  });

  it('[MP17] finds a client that neither ends, renews, asks nor clears up', async (test) => {
    const rows = await visit(
      test,
      'never ends its candidates',
      'answers the first connection only',
      'does not renew',
      'asks for nothing',
      'leaves its mail behind',
    );
    const wrong = failed(rows).filter((id) => id !== 'lowerOffers');
    expect(wrong).toEqual(['answer', 'newConn', 'proof', 'want', 'farewell']);
  });

  it('[MP17] finds a client that offers, cannot be connected to, and leaves bit by bit', async (test) => {
    const rows = await visit(
      test,
      'says nothing of answering only',
      'has a standing offer',
      'offers with its answers',
      'leaves candidates in its answers',
      'leaves in two commits',
    );
    const isTold = requests !== null;
    const expected = ['answerOnly', 'beacon', 'mail', 'noOffer', 'connect', ...(isTold ? ['oneLeave'] : [])];
    expect(failed(rows)).toEqual(expected);
    expect(isConformant(rows)).toBe(false);
  });

  it('[MP17] finds a client that says no bye, and sends no long text', async (test) => {
    const rows = await visit(test, 'sends no parts', 'says no bye');
    expect(failed(rows)).toEqual(['longText', 'bye']);
  });

  it('[MP17] tells of a client that has gone too early, whether it had a seat or not', async (test) => {
    const [seated, unseated] = await Promise.all([
      visit(test, 'leaves early'),
      visitByCommand(test, 'exit 3'),
    ]);
    expect(failed(seated)).toContain('farewell');
    expect(seated.find(({ id }) => id === 'farewell')?.note).toContain('before it was told to leave');
    expect(seated.find(({ id }) => id === 'oneLeave')?.verdict).toBe('not seen');
    expect(failed(unseated)).toEqual(['connect']);
    expect(unseated.find(({ id }) => id === 'connect')?.note).toContain('code 3');
  });
});
