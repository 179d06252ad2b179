import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { findFreePorts, LOOPBACK } from '../../scripts/stack/free-ports.ts';

it('free ports › differ, and can be listened on', async () => {
  const ports = await findFreePorts(20);

  expect(new Set(ports).size).toBe(20);
  const servers = await Promise.all(
    ports.map(
      (port) =>
        new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
          const server = createServer().once('error', reject);
          server.listen(port, LOOPBACK, () => resolve(server));
        }),
    ),
  );
  for (const server of servers) server.close();
});
