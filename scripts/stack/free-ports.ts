import { randomInt } from 'node:crypto';
import { createServer, type AddressInfo, type Server } from 'node:net';

export const LOOPBACK = '127.0.0.1';

/** Below the ports that systems give to outgoing connections (RFC 6335 §6: 49152 and more; Linux: 32768 and more). */
const LOWEST = 20_000;
const HIGHEST = 32_000;
const TRIES = 20;

/**
 * Finds ports on the loopback interface that nobody listens on. All are held at the same time before any is let go,
 * so they differ; by chance, so that who looks at the same time finds others. Between now and their use another process may take
 * one all the same: whoever uses them retries.
 */
export async function findFreePorts(count: number): Promise<number[]> {
  const held = await Promise.all(Array.from({ length: count }, hold));
  const ports = held.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(held.map(release));
  return ports;
}

async function hold(): Promise<Server> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const server = await listen(randomInt(LOWEST, HIGHEST)).catch(() => undefined);
    if (server !== undefined) return server;
  }
  return listen(0);
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, LOOPBACK, () => resolve(server));
  });
}

function release(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
  });
}
