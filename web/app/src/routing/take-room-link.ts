/*
 * The first thing that the page does, before any code of others: takes the secrets out of the address bar. Sign-in pages,
 * analytics and error reports are told the whole address. It imports nothing, since what it imported would run before it.
 */

type Address = Pick<Location, 'pathname' | 'search' | 'hash' | 'href'>;
type Entry = Pick<History, 'state' | 'replaceState'>;
type Memory = Pick<Storage, 'getItem' | 'setItem'>;

const SECRET = /^#(?:.*&)?[ki]=/;
const keyOf = (pathname: string): string => `firesignal-link:${pathname}`;

/** Links with secrets, by path: also of this tab before it was loaded again, where it has a memory. */
export class TakenLinks {
  readonly #taken = new Map<string, string>();
  readonly #memory: () => Memory;

  /** @param memory may throw: browsers can forbid it */
  constructor(memory: () => Memory) {
    this.#memory = memory;
  }

  /** Takes the secrets of the present address, if it has any. */
  take({ pathname, search, hash, href }: Address, history: Entry): void {
    if (!SECRET.test(hash)) return;
    history.replaceState(history.state, '', pathname + search);
    this.keep(pathname, href);
  }

  keep(pathname: string, href: string): void {
    this.#taken.set(pathname, href);
    try {
      this.#memory().setItem(keyOf(pathname), href);
    } catch {
      // Then the link has to be opened again after the page has been loaded again.
    }
  }

  /** The whole link that led to this path. */
  at(pathname: string): string | undefined {
    try {
      return this.#taken.get(pathname) ?? this.#memory().getItem(keyOf(pathname)) ?? undefined;
    } catch {
      return undefined;
    }
  }
}

export const takenLinks = new TakenLinks(() => sessionStorage);

if (typeof document !== 'undefined') {
  takenLinks.take(location, history);
  // A link to the page that is shown already loads nothing.
  addEventListener('hashchange', () => takenLinks.take(location, history));
}
