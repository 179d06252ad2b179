import { LIMITS } from '@firesignal/protocol';
import { openStage } from '../browser/stage.ts';
import { behindProxies } from '../demo/behind-proxies.ts';
import { WAN_RTT_MS } from '../demo/budgets.ts';
import type { EmulatorKind } from '../setup/known-tools.mjs';
import { setUp } from '../setup/set-up.mjs';
import { startDelayProxy, startStack, type Stack } from '../stack/index.ts';
import { firesignal, reference, type Contender, type Media, type Pair } from './contenders.ts';
import { REFERENCE } from './reference/page-source.ts';
import { startRelay, type Relay } from './reference/relay.ts';
import { measureMesh } from './mesh.ts';
import { evaluate, type Pages, type Sample, type Suite, type SuiteResult } from './results.ts';

export type BenchOptions = {
  readonly suites: readonly Suite[];
  readonly runs: number;
  readonly media: Media;
  readonly pages: Pages;
  readonly emulator?: EmulatorKind;
  readonly say: (line: string) => void;
};

const RTT_MS: Readonly<Record<Suite, number>> = { call: 0, wan: WAN_RTT_MS, mesh: WAN_RTT_MS };

/** An emulator that has just started is several times slower than after some calls: those are made, and not counted. */
const UNCOUNTED_RUNS = 15;

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
    const run = { suite, emulator: stack.emulator, rttMs, pages: options.pages, runs: options.runs };
    if (suite === 'mesh') {
      options.say(`Suite mesh: six meet ${options.runs} times, ${rttMs} ms RTT …`);
      const [sixth, second] = await measureMesh(stage, backend.backend, options);
      return evaluate({ ...run, media: 'none', pages: 'new' }, sixth, second);
    }
    const far = await behindProxy(relay, rttMs);
    closing.push(() => far.close());
    options.say(`Suite ${suite}: ${options.runs} calls each, in turn, ${rttMs} ms RTT …`);
    const [ours, theirs] = await compare(
      [firesignal(stage, backend.backend, options.media), reference(stage, far.url, options.media)],
      options,
    );
    return evaluate({ ...run, media: options.media }, ours, theirs);
  } finally {
    await closeAll(closing);
  }
}

/** Takes turns, and takes turns at going first: whatever else the machine does hits both alike. */
async function compare(
  contenders: readonly [Contender, Contender],
  options: BenchOptions,
): Promise<[Sample, Sample]> {
  const series = contenders.map((contender) => new Series(contender, options));
  for (let run = -UNCOUNTED_RUNS; run < options.runs; run++)
    for (const one of run % 2 === 0 ? series : series.toReversed()) await one.make(run);
  for (const one of series) await one.close();
  const [ours, theirs] = series as [Series, Series];
  return [ours.sample, theirs.sample];
}

/** All calls of one contender. */
class Series {
  readonly #contender: Contender;
  readonly #options: BenchOptions;
  readonly #joinMs: number[] = [];
  #failed = 0;
  #pair: Pair | undefined;
  /** Calls of these pages. */
  #calls = 0;

  constructor(contender: Contender, options: BenchOptions) {
    this.#contender = contender;
    this.#options = options;
  }

  get sample(): Sample {
    return { name: this.#contender.name, joinMs: this.#joinMs, failed: this.#failed };
  }

  /** Makes a call; those before number 0 do not count. */
  async make(run: number): Promise<void> {
    const { pages, say } = this.#options;
    try {
      this.#pair ??= await this.#contender.open();
      const joinMs = await this.#pair.joinOnce(run + UNCOUNTED_RUNS);
      if (run >= 0) this.#joinMs.push(joinMs);
      this.#calls += 1;
      // Every call is a room, and a user makes no more of them in an hour: the next pages are another user's.
      if (pages === 'new' || this.#calls === LIMITS.ROOMS_COUNT_MAX) await this.close();
    } catch (error) {
      this.#failed++;
      say(
        `✗ ${this.#contender.name}, call ${run + 1}: ${error instanceof Error ? error.message : String(error)}`,
      );
      await this.close();
    }
  }

  async close(): Promise<void> {
    await this.#pair?.close();
    this.#pair = undefined;
    this.#calls = 0;
  }
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
