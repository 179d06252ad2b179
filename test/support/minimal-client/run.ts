/**
 * Starts the minimal client as a foreign client is started: by a command, told by variables where to go, and to leave by the end
 * of its standard input. `--fault <what it does wrong>`, as often as there are.
 */
import { parseArgs } from 'node:util';
import { launchChromium } from '../../../scripts/browser/chromium.ts';
import { startPageServer } from '../../../scripts/browser/page-server.ts';
import { readClientVariables } from '../../../scripts/conformance/client-environment.ts';
import { setUp } from '../../../scripts/setup/set-up.mjs';
import type { Fault } from './faults.ts';
import { MINIMAL, MinimalPage } from './minimal-page.ts';

const { projectId, firestore, auth, roomId } = readClientVariables(process.env);
const { values } = parseArgs({ options: { fault: { type: 'string', multiple: true, default: [] } } });
const inputEnd = new Promise((resolve) => process.stdin.once('end', resolve).once('close', resolve).resume());

const { chromium = '' } = await setUp({ parts: ['browser'] });
const server = await startPageServer([MINIMAL]);
const browser = await launchChromium({ executable: chromium });
try {
  const page = await MinimalPage.open(browser, server.origin);
  const backend = { projectId, auth: `http://${auth.host}:${auth.port}`, firestore };
  const faults = values.fault as Fault[];
  const peer = await page.join(backend, roomId, { name: 'Mina', echoes: true, faults });
  process.stdout.write(`I am ${peer}.\n`);
  await inputEnd;
  await page.leave();
} finally {
  await browser.close();
  await server.close();
}
