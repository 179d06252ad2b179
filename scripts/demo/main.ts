/** `npm run demo`: real browser pages meet in a room through Firestore. docs/demo.md has the options and the keys. */
import { reportFailure } from '../setup/report-failure.mjs';
import { parseFlags } from './flags.ts';
import { runDemo } from './run-demo.ts';

const { peers, rush, crash, repeat, headed, rtt, emulator, json, screenshot } = parseFlags(
  process.argv.slice(2),
);
try {
  const summary = await runDemo({
    plan: { peers, isRush: rush === true, hasCrash: crash === true },
    calls: repeat,
    rttMs: rtt,
    headed: headed === true,
    ...(emulator !== undefined && { emulator }),
    ...(screenshot !== undefined && { screenshot }),
    say: (text) => console.log(text),
  });
  if (json === true) console.log(JSON.stringify(summary));
  process.exitCode = summary.ok ? 0 : 1;
} catch (error) {
  reportFailure(error);
}
