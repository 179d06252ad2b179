import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { LOOPBACK } from './free-ports.ts';

export type DelayProxyOptions = {
  readonly target: { readonly host: string; readonly port: number };
  /** What a request and its answer take longer, together. */
  readonly rttMs: number;
};

export type DelayProxy = {
  readonly host: string;
  readonly port: number;
  /** Ends its connections as well. */
  close(): Promise<void>;
};

/**
 * A TCP proxy that makes a server look as far away as `rttMs` says: every chunk waits half of it in each direction,
 * and chunks stay in order. (The kernel's own network emulation needs root, and is not in every kernel.)
 */
export async function startDelayProxy({ target, rttMs }: DelayProxyOptions): Promise<DelayProxy> {
  const open = new Set<Socket>();
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    const upstream = connect({ host: target.host, port: target.port, noDelay: true, allowHalfOpen: true });
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.once('close', () => open.delete(socket));
    }
    forward(client, upstream, rttMs / 2);
    forward(upstream, client, rttMs / 2);
  });
  server.listen(0, LOOPBACK);
  await once(server, 'listening');
  return {
    host: LOOPBACK,
    port: (server.address() as AddressInfo).port,
    close: async () => {
      if (!server.listening) return;
      server.close();
      for (const socket of open) socket.destroy();
      await once(server, 'close');
    },
  };
}

/** What comes in, goes out `delayMs` later; so does the end, and so does a failure. */
function forward(from: Socket, to: Socket, delayMs: number): void {
  type Step = { dueAt: number; run: () => void };
  const queue: Step[] = [];
  let timer: NodeJS.Timeout | undefined;
  // One timer for the head of the queue: separate timers of the same length may fire in any order.
  const flush = (): void => {
    timer = undefined;
    for (let head = queue[0]; head !== undefined; head = queue[0]) {
      const waitMs = head.dueAt - performance.now();
      if (waitMs > 0) {
        timer = setTimeout(flush, waitMs);
        return;
      }
      queue.shift();
      head.run();
    }
  };
  const later = (run: () => void): void => {
    queue.push({ dueAt: performance.now() + delayMs, run });
    timer ??= setTimeout(flush, delayMs);
  };
  from.on('data', (chunk) => later(() => to.writable && to.write(chunk)));
  from.on('end', () => later(() => to.end()));
  from.on('error', () => later(() => to.destroy()));
  from.on('close', () => {
    // Closed without an end: the other side must not wait for more.
    if (!from.readableEnded) later(() => to.destroy());
  });
  to.on('close', () => {
    clearTimeout(timer);
    queue.length = 0;
  });
}
