import { openStage } from '../browser/stage.ts';
import { behindProxies } from '../demo/behind-proxies.ts';
import { WAN_RTT_MS } from '../demo/budgets.ts';
import type { EmulatorKind } from '../setup/known-tools.mjs';
import { setUp } from '../setup/set-up.mjs';
import { startDelayProxy, startStack, type Stack } from '../stack/index.ts';
import { firesignal, reference, type Contender, type Media } from './contenders.ts';
import { REFERENCE } from './reference/page-source.ts';
import { startRelay, type Relay } from './reference/relay.ts';
import { evaluate, type Sample, type Suite, type SuiteResult } from './results.ts';

export type BenchOptions = {
  readonly suites: readonly Suite[];
  readonly runs: number;
  readonly media: Media;
  readonly emulator?: EmulatorKind;
  readonly say: (line: string) => void;
};

const RTT_MS: Readonly<Record<Suite, number>> = { call: 0, wan: WAN_RTT_MS };

/** The first calls of a page also pay for code that has never run: they are made, and not counted. */
const UNCOUNTED_RUNS = 2;

type Closing = (() => Promise<void>)[];

export async function runBench(options: BenchOptions): Promise<readonly SuiteResult[]> {
  const { chromium } = await setUp({ parts: ['browser'], sayWork: options.say });
  if (chromium === undefined) throw new Error('The set-up found no browser.');
  const closing: Closing = [];
  try {
    const stack = await startStack({
      ...(options.emulator !== undefined && { emulator: options.emulator }),
      onProgress: options.say,
    });
    closing.push(() => stack.stop());
    const relay = await startRelay();
    closing.push(() => relay.close());
    const results: SuiteResult[] = [];
    for (const suite of options.suites)
      results.push(await runSuite(suite, { stack, relay, chromium, options }));
    return results;
  } finally {
    await closeAll(closing);
  }
}

type Setting = {
  readonly stack: Stack;
  readonly relay: Relay;
  readonly chromium: string;
  readonly options: BenchOptions;
};

/** A browser of its own for each suite, so that none inherits what an earlier one has left behind. */
async function runSuite(suite: Suite, { stack, relay, chromium, options }: Setting): Promise<SuiteResult> {
  const rttMs = RTT_MS[suite];
  const closing: Closing = [];
  try {
    const stage = await openStage({ chromium, pages: [REFERENCE] });
    closing.push(() => stage.close());
    const backend = await behindProxies(stack, rttMs);
    closing.push(() => backend.close());
    const far = await behindProxy(relay, rttMs);
    closing.push(() => far.close());
    options.say(`Suite ${suite}: ${options.runs} calls each, in turn, ${rttMs} ms RTT …`);
    const [ours, theirs] = await compare(
      [
        await firesignal(stage, backend.backend, options.media),
        await reference(stage, far.url, options.media),
      ],
      options,
    );
    return evaluate(
      { suite, emulator: stack.emulator, rttMs, media: options.media, runs: options.runs },
      ours,
      theirs,
    );
  } finally {
    await closeAll(closing);
  }
}

/** Takes turns, and takes turns at going first: whatever else the machine does hits both alike. */
async function compare(
  [a, b]: readonly [Contender, Contender],
  { runs, say }: BenchOptions,
): Promise<[Sample, Sample]> {
  const samples = new Map([a, b].map((contender) => [contender, { joinMs: [] as number[], failed: 0 }]));
  for (let run = -UNCOUNTED_RUNS; run < runs; run++) {
    for (const contender of run % 2 === 0 ? [a, b] : [b, a]) {
      const sample = samples.get(contender);
      try {
        const joinMs = await contender.joinOnce(run + UNCOUNTED_RUNS);
        if (run >= 0) sample?.joinMs.push(joinMs);
      } catch (error) {
        say(
          `✗ ${contender.name}, call ${run + 1}: ${error instanceof Error ? error.message : String(error)}`,
        );
        if (sample !== undefined) sample.failed++;
      }
    }
  }
  const sampleOf = (contender: Contender): Sample => ({
    name: contender.name,
    joinMs: [],
    failed: 0,
    ...samples.get(contender),
  });
  return [sampleOf(a), sampleOf(b)];
}

async function behindProxy(
  relay: Relay,
  rttMs: number,
): Promise<{ url: string; close: () => Promise<void> }> {
  if (rttMs === 0) return { url: `http://${relay.host}:${relay.port}`, close: () => Promise.resolve() };
  const proxy = await startDelayProxy({ target: relay, rttMs });
  return { url: `http://${proxy.host}:${proxy.port}`, close: () => proxy.close() };
}

async function closeAll(closing: Closing): Promise<void> {
  for (const close of closing.reverse()) await close();
}
