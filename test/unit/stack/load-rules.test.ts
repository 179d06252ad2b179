import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadRules } from '../../../scripts/stack/load-rules.ts';
import { PROJECT_ROOT } from '../../../scripts/setup/set-up.mjs';

const RULES = path.join(PROJECT_ROOT, 'firestore.rules');

/** Something that listens where an emulator is looked for. */
async function listener(handle: RequestListener): Promise<string> {
  const server = createServer(handle).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('rules for an emulator', () => {
  it('are sent again when it hangs up', async () => {
    let asked = 0;
    const url = await listener((request, response) => {
      asked += 1;
      if (asked === 1) request.socket.destroy();
      else response.end('{}');
    });
    await loadRules(url, 'demo', RULES);
    expect(asked).toBe(2);
  });

  it("are not for whoever hangs up again and again: the port is somebody else's", async () => {
    const url = await listener((request) => void request.socket.destroy());
    await expect(loadRules(url, 'demo', RULES)).rejects.toMatchObject({ code: 'stack/port-taken' });
  });

  it('are sent once when they are refused', async () => {
    let asked = 0;
    const url = await listener((_request, response) => {
      asked += 1;
      response.writeHead(400).end(JSON.stringify({ error: { message: 'Error compiling rules: L1' } }));
    });
    const refused = { code: 'stack/rules-invalid', message: expect.stringContaining('L1') as string };
    await expect(loadRules(url, 'demo', RULES)).rejects.toMatchObject(refused);
    expect(asked).toBe(1);
  });
});
