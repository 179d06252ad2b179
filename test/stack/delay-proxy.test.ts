import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startDelayProxy, type DelayProxy } from '../../scripts/stack/index.ts';

const RTT_MS = 60;
const HOST = '127.0.0.1';

async function listen(onConnection: (socket: Socket) => void): Promise<number> {
  const server: Server = createServer({ allowHalfOpen: true, noDelay: true }, onConnection);
  server.listen(0, HOST);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function openThrough(port: number, rttMs = RTT_MS): Promise<{ socket: Socket; proxy: DelayProxy }> {
  const proxy = await startDelayProxy({ target: { host: HOST, port }, rttMs });
  onTestFinished(() => proxy.close());
  const socket = connect({ host: proxy.host, port: proxy.port, noDelay: true, allowHalfOpen: true });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return { socket, proxy };
}

/** Not with `for await`, which closes the socket for writing too. */
async function readAll(socket: Socket): Promise<string> {
  const chunks: string[] = [];
  socket.on('data', (chunk) => chunks.push(String(chunk)));
  await once(socket, 'end');
  return chunks.join('');
}

describe('delay proxy', () => {
  it('delays an answer by the whole round trip, half of it on each way', async () => {
    let arrivedAt = 0;
    const { socket } = await openThrough(
      await listen((server) => {
        server.once('data', (chunk) => {
          arrivedAt = performance.now();
          server.write(chunk);
        });
      }),
    );

    const sentAt = performance.now();
    socket.write('ping');
    await once(socket, 'data');
    const answeredAt = performance.now();

    // Timers round down by less than a millisecond.
    expect(arrivedAt - sentAt).toBeGreaterThanOrEqual(RTT_MS / 2 - 1);
    expect(answeredAt - arrivedAt).toBeGreaterThanOrEqual(RTT_MS / 2 - 1);
  });

  it('keeps a long stream complete and in order, and passes both ends on', async () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index}\n`);
    const { socket } = await openThrough(
      await listen((server) => {
        void readAll(server).then((text) => server.end(text));
      }),
      10,
    );

    const received = readAll(socket);
    for (const line of lines) socket.write(line);
    socket.end();

    // Not toBe on the whole: a difference would fill the screen.
    expect((await received) === lines.join('')).toBe(true);
  });

  it('closes the connection when the server does, after what the server has said', async () => {
    const { socket } = await openThrough(await listen((server) => server.end('bye')));
    expect(await readAll(socket)).toBe('bye');
  });

  it('closes the connection of a client whose server is not there', async () => {
    const gone = await listen(() => undefined);
    const proxy = await startDelayProxy({ target: { host: HOST, port: gone }, rttMs: 2 });
    const target = await startDelayProxy({ target: { host: HOST, port: proxy.port }, rttMs: 2 });
    await proxy.close();
    onTestFinished(() => target.close());

    const socket = connect({ host: target.host, port: target.port });
    socket.on('error', () => undefined);
    await once(socket, 'close');
  });

  it('lets go of its port and its connections', async () => {
    const { socket, proxy } = await openThrough(await listen((server) => server.resume()));
    const ended = readAll(socket);

    await Promise.all([proxy.close(), proxy.close()]);

    expect(await ended).toBe('');
    await expect(once(connect(proxy.port, proxy.host), 'connect')).rejects.toThrow('ECONNREFUSED');
  });
});
