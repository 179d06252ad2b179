import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Job, Order, Post, Verdict } from './contract.ts';

type Task = {
  /** Called when a process takes the job, since what is known by then decides what it says. */
  readonly make: () => Job;
  readonly resolve: (verdict: Verdict) => void;
  readonly reject: (error: Error) => void;
};

/** Hands out jobs to any number of test processes, in the order in which they were asked for. */
export class Queue {
  readonly #waiting: Task[] = [];
  readonly #taken = new Map<number, Task>();
  /** Processes that wait for a job. */
  readonly #idle: ServerResponse[] = [];
  readonly #server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      this.#settle(JSON.parse(body) as Post | null);
      this.#idle.push(response);
      this.#handOut();
    });
  });
  #nextId = 0;
  #end: Error | undefined;

  async open(): Promise<string> {
    await new Promise<void>((listening) => this.#server.listen(0, '127.0.0.1', listening));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  run(make: () => Job): Promise<Verdict> {
    return new Promise((resolve, reject) => {
      if (this.#end !== undefined) reject(this.#end);
      this.#waiting.push({ make, resolve, reject });
      this.#handOut();
    });
  }

  /** There are no more jobs. Those that nobody has done yet fail. */
  end(reason = new Error('There are no more jobs.')): void {
    this.#end = reason;
    for (const { reject } of [...this.#waiting.splice(0), ...this.#taken.values()]) reject(reason);
    for (const response of this.#idle.splice(0)) response.end('null');
  }

  async close(): Promise<void> {
    this.end();
    await new Promise<void>((closed) => {
      this.#server.close(() => closed());
      this.#server.closeAllConnections();
    });
  }

  #settle(post: Post | null): void {
    if (post === null) return;
    this.#taken.get(post.id)?.resolve(post.verdict);
    this.#taken.delete(post.id);
  }

  #handOut(): void {
    if (this.#end !== undefined) for (const response of this.#idle.splice(0)) response.end('null');
    while (this.#idle.length > 0) {
      const task = this.#waiting.shift();
      if (task === undefined) return;
      const id = this.#nextId++;
      this.#taken.set(id, task);
      this.#idle.shift()?.end(JSON.stringify({ id, job: task.make() } satisfies Order));
    }
  }
}
