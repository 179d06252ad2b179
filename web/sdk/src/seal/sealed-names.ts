import { openName, sealName } from './sealed-text.ts';

/**
 * The names of a room, each sealed once: the rules compare the one in a seat with the one in the admission, as they are
 * written. So what somebody else has sealed for the same user is written again as it was found.
 */
export class SealedNames {
  readonly #key: CryptoKey;
  readonly #roomId: string;
  readonly #sealed = new Map<string, Promise<string>>();

  constructor(key: CryptoKey, roomId: string) {
    this.#key = key;
    this.#roomId = roomId;
  }

  /** @param sender uid of whose name it is */
  seal(sender: string, name: string): Promise<string> {
    const sealed = this.#sealed.get(nameOf(sender, name)) ?? sealName(this.#key, this.#context(sender), name);
    this.#sealed.set(nameOf(sender, name), sealed);
    return sealed;
  }

  /** @throws `signaling/seal-broken` */
  async open(sender: string, sealed: string): Promise<string> {
    const name = await openName(this.#key, this.#context(sender), sealed);
    this.#sealed.set(nameOf(sender, name), Promise.resolve(sealed));
    return name;
  }

  #context(sender: string) {
    return { kind: 'name', roomId: this.#roomId, sender } as const;
  }
}

/** A uid has no space. */
const nameOf = (sender: string, name: string): string => `${sender} ${name}`;
