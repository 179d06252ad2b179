import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Job, Verdict } from './contract.ts';

/** Hands out jobs to any number of test processes. */
export type Queue = { readonly url: string; close(): Promise<void> };

/**
 * @param next gets the verdict on the last job of a process, which has none at first, and makes its next one
 */
export async function openQueue(next: (verdict: Verdict | undefined) => Job | undefined): Promise<Queue> {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      response.end(JSON.stringify(next((JSON.parse(body) as Verdict | null) ?? undefined) ?? null));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
