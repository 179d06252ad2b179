import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firesignal, type Contender, reference } from '../../scripts/bench/contenders.ts';
import { JOIN_LIMIT_MS } from '../../scripts/bench/limit.ts';
import { REFERENCE } from '../../scripts/bench/reference/page-source.ts';
import { startRelay, type Relay } from '../../scripts/bench/reference/relay.ts';
import { openStage, type Stage } from '../../scripts/browser/stage.ts';
import { stackFromEnvironment } from '../support/stack-environment.ts';

async function expectToConnect(contender: Contender): Promise<void> {
  const pair = await contender.open();
  for (const run of [1, 2]) {
    const joinMs = await pair.joinOnce(run);
    expect(joinMs).toBeGreaterThan(0);
    expect(joinMs).toBeLessThan(JOIN_LIMIT_MS);
  }
  await pair.close();
}

/** How fast they are is for `npm run bench` to say; here it counts that both do connect, again and again. */
describe('what the benchmark compares', () => {
  let stage: Stage;
  let relay: Relay;

  beforeAll(async () => {
    const { chromium = '' } = stackFromEnvironment();
    relay = await startRelay();
    stage = await openStage({ chromium, pages: [REFERENCE] });
  });

  afterAll(async () => {
    await stage.close();
    await relay.close();
  });

  it('connects two pages over the Socket.IO reference, twice', async () => {
    await expectToConnect(reference(stage, `http://${relay.host}:${relay.port}`, 'camera'));
  });

  it('connects two pages over Firesignal, twice', async () => {
    const { projectId, auth, firestore } = stackFromEnvironment();
    await expectToConnect(firesignal(stage, { projectId, auth: auth.url, firestore }, 'camera'));
  });
});
