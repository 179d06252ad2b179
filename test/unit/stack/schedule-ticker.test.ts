import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { scheduleCaller, startTicker, type Ticker } from '../../../scripts/stack/index.ts';

const MINUTE_MS = 60_000;
const SCHEDULES = [
  { name: 'sweep', everyMinutes: 5 },
  { name: 'count', everyMinutes: 60 },
];

describe('stack › schedule ticker', () => {
  let ticker: Ticker;
  let called: string[];
  let lines: string[];
  /** What becomes of the next calls. */
  let outcome: () => Promise<void>;

  beforeEach(() => {
    vi.useFakeTimers();
    called = [];
    lines = [];
    outcome = () => Promise.resolve();
    ticker = startTicker({
      schedules: SCHEDULES,
      call: (name) => {
        called.push(name);
        return outcome();
      },
      say: (line) => lines.push(line),
    });
  });
  afterEach(() => {
    ticker.stop();
    vi.useRealTimers();
  });
  const pass = (minutes: number): Promise<unknown> => vi.advanceTimersByTimeAsync(minutes * MINUTE_MS);

  it('[KP20] calls every schedule at its own pace', async () => {
    await pass(4.9);
    expect(called).toEqual([]);
    await pass(0.1);
    expect(called).toEqual(['sweep']);
    await pass(55);
    expect(called.filter((name) => name === 'sweep')).toHaveLength(12);
    expect(called.filter((name) => name === 'count')).toHaveLength(1);
    expect(lines).toEqual([]);
  });

  it('[KP20] does not call a function while its last call goes on', async () => {
    let finish = (): void => undefined;
    outcome = () => new Promise((resolve) => (finish = resolve));
    await pass(20);
    expect(called).toEqual(['sweep']);
    finish();
    await pass(5);
    expect(called).toEqual(['sweep', 'sweep']);
  });

  it('[KP20] says once that a function fails, goes on, and says that it works again', async () => {
    outcome = () => Promise.reject(new Error('HTTP 500'));
    await pass(15);
    outcome = () => Promise.resolve();
    await pass(15);
    expect(called).toHaveLength(6);
    expect(lines).toEqual(['The function sweep failed: Error: HTTP 500', 'The function sweep works again.']);
  });

  it('[KP20] calls nothing and says nothing once it is stopped, and leaves no timer', async () => {
    outcome = () => Promise.reject(new Error('the emulator is gone'));
    await vi.advanceTimersByTimeAsync(5 * MINUTE_MS - 1);
    vi.advanceTimersByTime(1);
    ticker.stop();
    await pass(120);
    expect(called).toEqual(['sweep']);
    expect(lines).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('stack › schedule caller', () => {
  async function serve(status: number): Promise<{ url: string; requests: IncomingMessage[] }> {
    const requests: IncomingMessage[] = [];
    const server = createServer((request, response) => {
      requests.push(request);
      response.writeHead(status).end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
  }
  const call = (url: string, signal = new AbortController().signal): Promise<void> =>
    scheduleCaller({ functionsUrl: url, projectId: 'demo-x', region: 'europe-west1' })('sweep', signal);

  it('[KP20] posts to the address that the Functions emulator has for a schedule', async () => {
    const { url, requests } = await serve(200);
    await call(url);
    expect(requests.map(({ method, url: path }) => [method, path])).toEqual([
      ['POST', '/demo-x/europe-west1/sweep-0'],
    ]);
  });

  it('[KP20] takes every other answer for a failure', async () => {
    const { url } = await serve(500);
    await expect(call(url)).rejects.toThrow('HTTP 500');
  });

  it('[KP20] can be called off', async () => {
    const { url } = await serve(200);
    await expect(call(url, AbortSignal.abort())).rejects.toThrow();
  });
});
