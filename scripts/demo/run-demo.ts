import type { HarnessPage } from '../browser/harness-page.ts';
import { openStage } from '../browser/stage.ts';
import type { EmulatorKind } from '../setup/known-tools.mjs';
import { setUp } from '../setup/set-up.mjs';
import { startStack, type Stack } from '../stack/index.ts';
import { behindProxies } from './behind-proxies.ts';
import { runCall, type CallWorld } from './call.ts';
import type { CallRecord } from './call-record.ts';
import { runMesh } from './mesh.ts';
import type { MeshPlan, MeshRecord } from './mesh-record.ts';
import { describeMesh, describeMeshBriefly, describeMeshSummary } from './mesh-report.ts';
import { summarizeMesh } from './mesh-summary.ts';
import { describeBriefly, describeCall, describeSummary } from './report.ts';
import { RequestStream } from './request-stream.ts';
import { takePicture } from './screenshot.ts';
import { summarize, type Run, type Summary } from './summary.ts';

export type DemoOptions = {
  readonly plan: MeshPlan;
  readonly calls: number;
  readonly rttMs: number;
  readonly headed: boolean;
  readonly emulator?: EmulatorKind;
  /** Where to save a picture of the first call. */
  readonly screenshot?: string;
  readonly say: (text: string) => void;
};

export async function runDemo(options: DemoOptions): Promise<Summary> {
  const { say } = options;
  const { chromium } = await setUp({ parts: ['browser'], sayWork: say });
  if (chromium === undefined) throw new Error('The set-up found no browser.');

  const closing: (() => Promise<void> | void)[] = [];
  try {
    const stack = await startStack({
      ...(options.emulator !== undefined && { emulator: options.emulator }),
      onProgress: say,
    });
    closing.push(() => stack.stop());
    const stage = await openStage({ chromium, headed: options.headed });
    closing.push(() => stage.close());
    say(`✓ Browser ${stage.browser.version()}`);

    const stream = await openStream(stack);
    closing.push(() => stream?.close());
    const proxied = await behindProxies(stack, options.rttMs);
    closing.push(() => proxied.close());

    const world: CallWorld = {
      stage,
      stream,
      backend: proxied.backend,
      database: { firestore: stack.firestore.url, projectId: stack.projectId },
    };
    const run: Run = { emulator: stack.emulator, rttMs: options.rttMs, calls: options.calls };
    return isCallOfTwo(options.plan)
      ? await callOfTwo(world, options, run)
      : await meeting(world, options, run);
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

/** Only the official emulator tells what it evaluates. */
async function openStream({ emulator, requestsUrl }: Stack): Promise<RequestStream | null> {
  return emulator === 'official' && requestsUrl !== undefined ? RequestStream.open(requestsUrl) : null;
}

/** Somebody waits and somebody joins: what everything else is measured by. */
function isCallOfTwo({ peers, isRush, hasCrash }: MeshPlan): boolean {
  return peers === 2 && !isRush && !hasCrash;
}

async function callOfTwo(world: CallWorld, options: DemoOptions, run: Run): Promise<Summary> {
  const records = await makeCalls<CallRecord>(world, options, runCall, (record, number) =>
    number === undefined ? describeCall(record) : describeBriefly(record, number),
  );
  const summary = summarize(records, run);
  options.say(`\n${describeSummary(summary)}`);
  return summary;
}

async function meeting(world: CallWorld, options: DemoOptions, run: Run): Promise<Summary> {
  const { plan, say } = options;
  const records = await makeCalls<MeshRecord>(
    world,
    options,
    (callWorld) => runMesh(callWorld, plan),
    (record, number) => (number === undefined ? describeMesh(record) : describeMeshBriefly(record, number)),
  );
  const summary = summarizeMesh(records, plan, run);
  say(`\n${describeMeshSummary(summary)}`);
  return summary;
}

/** `describe` is given a number where there are many. */
async function makeCalls<T extends { readonly stories: readonly string[] }>(
  world: CallWorld,
  { calls, screenshot, say }: DemoOptions,
  make: (world: CallWorld) => Promise<T>,
  describe: (record: T, number?: number) => string,
): Promise<readonly T[]> {
  const { browser } = world.stage;
  const records: T[] = [];
  while (records.length < calls && browser.isConnected()) {
    const record = await make({
      ...world,
      ...(screenshot !== undefined &&
        records.length === 0 && {
          onVideo: (...pages: readonly HarnessPage[]) => takePicture(browser, pages, screenshot),
        }),
    });
    records.push(record);
    say(calls === 1 ? `\n${describe(record)}` : describe(record, records.length));
    if (calls > 1 && record.stories.length > 0) say(record.stories.join('\n'));
  }
  return records;
}
