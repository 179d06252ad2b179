import { Store } from '../lib/store.ts';

export type ChatEntry = {
  readonly id: number;
  readonly at: Date;
} & (
  | { readonly kind: 'message'; readonly author: string; readonly isOwn: boolean; readonly text: string }
  /** Somebody came or went. */
  | { readonly kind: 'notice'; readonly text: string }
);

export type ChatState = {
  readonly entries: readonly ChatEntry[];
  readonly isOpen: boolean;
  /** Messages of others since the chat was last open. */
  readonly unread: number;
};

/** Older entries are let go: a call may last for days. */
const ENTRIES_MAX = 500;

/** What was said during a visit. Nobody else keeps it: it is gone with the page. */
export class ChatLog extends Store<ChatState> {
  #nextId = 0;

  constructor() {
    super({ entries: [], isOpen: false, unread: 0 });
  }

  addMessage(author: string, isOwn: boolean, text: string): void {
    this.#add({ kind: 'message', id: this.#nextId++, at: new Date(), author, isOwn, text });
  }

  addNotice(text: string): void {
    this.#add({ kind: 'notice', id: this.#nextId++, at: new Date(), text });
  }

  setOpen(isOpen: boolean): void {
    this.write({ ...this.read(), isOpen, unread: 0 });
  }

  #add(entry: ChatEntry): void {
    const { entries, isOpen, unread } = this.read();
    const counts = entry.kind === 'message' && !entry.isOwn && !isOpen;
    this.write({
      entries: [...entries, entry].slice(-ENTRIES_MAX),
      isOpen,
      unread: unread + (counts ? 1 : 0),
    });
  }
}
