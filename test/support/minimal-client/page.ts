/** The page's script: the minimal client behind a few functions that a program outside can call. */
import { breakClient, untilAllIsGone, type Fault } from './faults.ts';
import { enter, MinimalClient, type Backend } from './minimal-client.ts';

export type MinimalPageApi = {
  /** Takes a seat. Gives the peer id. */
  join(backend: Backend, room: string, options: JoinOptions): Promise<string>;
  send(peer: string, text: string): void;
  leave(): Promise<void>;
  /** Settles when this has happened: `open <peer>`, `closed <peer>`, `message <peer> <text>`, `over`. */
  until(what: string): Promise<void>;
};

export type JoinOptions = {
  readonly name: string;
  /** Every text is sent back, behind the word `echo`. */
  readonly echoes?: boolean;
  /** What it does wrong. */
  readonly faults?: readonly Fault[];
};

declare global {
  interface Window {
    minimal?: MinimalPageApi;
  }
}

const happened = new Set<string>();
const waiting = new Map<string, () => void>();
let client: MinimalClient | undefined;

function record(what: string): void {
  happened.add(what);
  waiting.get(what)?.();
}

window.minimal = {
  join: async (backend, room, { name, echoes = false, faults = [] }) => {
    for (const fault of faults) breakClient(fault);
    client = new MinimalClient(await enter(backend, room), name, {
      onLink: (peer, state) => record(`${state} ${peer}`),
      onMessage: (peer, text) => {
        record(`message ${peer} ${text}`);
        if (echoes) client?.send(peer, `echo ${text}`);
      },
      onOver: () => record('over'),
    });
    await client.join();
    return client.peerId;
  },
  send: (peer, text) => client?.send(peer, text),
  leave: async () => {
    await client?.leave();
    await untilAllIsGone();
  },
  until: (what) =>
    new Promise((resolve) => {
      if (happened.has(what)) resolve();
      else waiting.set(what, resolve);
    }),
};
