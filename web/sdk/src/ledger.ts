import type { DocumentWrite } from './transport/signal-transport.ts';

/** Documents written, read and deleted. A first answer that is empty counts as one read, as it is billed. */
export type LedgerCounts = { readonly writes: number; readonly reads: number; readonly deletes: number };

/** Counts what one client does in one room, over all its visits. */
export class Ledger {
  #writes = 0;
  #reads = 0;
  #deletes = 0;

  committed(writes: readonly DocumentWrite[]): void {
    const deletes = writes.filter((write) => write.kind === 'delete').length;
    this.#deletes += deletes;
    this.#writes += writes.length - deletes;
  }

  delivered(reads: number): void {
    this.#reads += reads;
  }

  get counts(): LedgerCounts {
    return { writes: this.#writes, reads: this.#reads, deletes: this.#deletes };
  }
}
