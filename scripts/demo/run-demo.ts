import type { HarnessPage } from '../browser/harness-page.ts';
import { openStage, type Stage } from '../browser/stage.ts';
import type { EmulatorKind } from '../setup/known-tools.mjs';
import { setUp } from '../setup/set-up.mjs';
import { startStack, type Stack } from '../stack/index.ts';
import { behindProxies } from './behind-proxies.ts';
import { runCall, type CallWorld } from './call.ts';
import type { CallRecord } from './call-record.ts';
import { describeBriefly, describeCall, describeSummary } from './report.ts';
import { RequestStream } from './request-stream.ts';
import { takePicture } from './screenshot.ts';
import { summarize, type Summary } from './summary.ts';

export type DemoOptions = {
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
    const records = await makeCalls(world, stage, options);
    const summary = summarize(records, {
      emulator: stack.emulator,
      rttMs: options.rttMs,
      calls: options.calls,
    });
    say(`\n${describeSummary(summary)}`);
    return summary;
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

/** Only the official emulator tells what it evaluates. */
async function openStream({ emulator, requestsUrl }: Stack): Promise<RequestStream | null> {
  return emulator === 'official' && requestsUrl !== undefined ? RequestStream.open(requestsUrl) : null;
}

async function makeCalls(world: CallWorld, stage: Stage, options: DemoOptions): Promise<CallRecord[]> {
  const { calls, screenshot, say } = options;
  const records: CallRecord[] = [];
  while (records.length < calls && stage.browser.isConnected()) {
    const record = await runCall({
      ...world,
      ...(screenshot !== undefined &&
        records.length === 0 && {
          onVideo: (...pages: HarnessPage[]) => takePicture(stage.browser, pages, screenshot),
        }),
    });
    records.push(record);
    say(calls === 1 ? `\n${describeCall(record)}` : describeBriefly(record, records.length));
    if (calls > 1 && record.stories.length > 0) say(record.stories.join('\n'));
  }
  return records;
}
