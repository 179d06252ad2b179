import {
  additionalDataOf,
  checkSealedBeacon,
  checkSealedMail,
  isPeerId,
  isSealedText,
  isUid,
  uidOf,
  withContents,
  type Checked,
  type SealContext,
} from '@firesignal/protocol';
import { SignalingError } from '../errors.ts';
import { isInstant, type WatchSnapshot } from '../transport/signal-transport.ts';
import type { SealedCollection } from './places.ts';
import { openSignal } from './sealed-text.ts';
import type { Sealing } from './sealed-writes.ts';

export type SnapshotOpenerOptions = {
  readonly sealing: Sealing;
  readonly place: SealedCollection;
  readonly report: (error: SignalingError) => void;
};

/** What a document is without its seal; undefined: nothing that could be used. */
type Opened = Readonly<Record<string, unknown>> | undefined;

/**
 * Opens the documents of a watch. They come out as they would be in a room that is not sealed, for the validators of such
 * a room. What does not open is reported once: a mail is left out then, a standing offer is taken for missing, and a name for
 * an empty one, since seats and leases are true without them.
 */
export class SnapshotOpener {
  readonly #options: SnapshotOpenerOptions;
  /** What the last snapshot had, by where it was sealed for and how: most of the next one is the same. */
  #known = new Map<string, Promise<unknown>>();

  constructor(options: SnapshotOpenerOptions) {
    this.#options = options;
  }

  async open({ documents, reads }: WatchSnapshot): Promise<WatchSnapshot> {
    const known = this.#known;
    this.#known = new Map();
    const opened = await Promise.all(
      [...documents].map(async ([id, data]) => [id, await this.#open(id, data, known)] as const),
    );
    return { documents: new Map(opened.filter(([, data]) => data !== undefined)), reads };
  }

  #open(id: string, data: unknown, known: ReadonlyMap<string, Promise<unknown>>): Promise<Opened> {
    const { place } = this.#options;
    const unseal: Unseal = (context, sealed, open) => {
      const where = additionalDataOf(context) + sealed;
      const opening =
        known.get(where) ??
        open().catch((error: unknown) => {
          this.#options.report(SignalingError.from(error));
          return undefined;
        });
      this.#known.set(where, opening);
      return opening as ReturnType<typeof open>;
    };
    switch (place.kind) {
      case 'names':
        return this.#named(place.collection, id, data, unseal);
      case 'beacons':
        return this.#beacon(id, data, unseal);
      case 'mail':
        return this.#mail(place.recipient, data, unseal);
    }
  }

  async #named(collection: string, id: string, data: unknown, unseal: Unseal): Promise<Opened> {
    const { roomId, names } = this.#options.sealing;
    const { name, peer } = (data ?? {}) as Readonly<Record<string, unknown>>;
    const sender = collection !== 'seats' ? id : isPeerId(peer) ? uidOf(peer) : '';
    if (!isSealedText(name) || !isUid(sender)) return this.#refuse('a name is not sealed');
    const context = { kind: 'name', roomId, sender } as const;
    const opened = await unseal(context, name, () => names.open(sender, name));
    return { ...(data as object), name: opened ?? '' };
  }

  async #beacon(sender: string, data: unknown, unseal: Unseal): Promise<Opened> {
    const { key, roomId } = this.#options.sealing;
    const checked = checkSealedBeacon(data, isInstant);
    if (!checked.ok) return this.#refuse(checked.problem);
    const { offer, ...beacon } = checked.value;
    if (offer === undefined) return beacon;
    const { conn, rev, sealed } = offer;
    const context = { kind: 'beacon', roomId, sender, conn, rev } as const;
    const contents = await unseal(context, sealed, () => openSignal(key, context, sealed));
    const plain = contents === undefined ? undefined : this.#used(withContents('beacon', offer, contents));
    return plain === undefined ? beacon : { ...beacon, offer: plain };
  }

  async #mail(recipient: string, data: unknown, unseal: Unseal): Promise<Opened> {
    const { key, roomId } = this.#options.sealing;
    const checked = checkSealedMail(data, isInstant);
    if (!checked.ok) return this.#refuse(checked.problem);
    const { from: sender, conn, rev, sealed } = checked.value;
    const context = { kind: 'mail', roomId, sender, recipient, conn, rev } as const;
    const contents = await unseal(context, sealed, () => openSignal(key, context, sealed));
    return contents === undefined ? undefined : this.#used(withContents('mail', checked.value, contents));
  }

  #used(checked: Checked<Opened>): Opened {
    return checked.ok ? checked.value : this.#refuse(checked.problem);
  }

  #refuse(problem: string): Opened {
    this.#options.report(new SignalingError('signaling/invalid-document', `${problem}.`));
    return undefined;
  }
}

/** Opens what was sealed for a place, unless that has been done; undefined: it does not open. */
type Unseal = <T>(context: SealContext, sealed: string, open: () => Promise<T>) => Promise<T | undefined>;
