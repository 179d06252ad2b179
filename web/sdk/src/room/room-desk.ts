import { uidOf } from '@firesignal/protocol';
import type { SignalingError } from '../errors.ts';
import type { ModerationContext } from '../moderation/moderation-context.ts';
import type { Mesh } from './mesh.ts';
import type { Admission, Room, RoomDocuments } from './room-documents.ts';
import type { Visit } from './room-visit.ts';
import { scopeOf } from './room-writes.ts';
import type { Roster } from './roster.ts';
import { WatchKeeper } from './watch-keeper.ts';

export type RoomDeskOptions = {
  readonly visit: Visit;
  readonly documents: RoomDocuments;
  readonly roster: Roster;
  readonly mesh: Mesh;
  readonly room: () => Room | undefined;
  readonly report: (error: SignalingError) => void;
};

/** What a visit has at hand for running the room, and for looking who is at its door. */
export class RoomDesk {
  readonly #options: RoomDeskOptions;
  readonly #watches: WatchKeeper;

  constructor(options: RoomDeskOptions) {
    this.#options = options;
    this.#watches = new WatchKeeper(options.visit.clock, options.report);
  }

  /** What whoever runs the room works with. */
  get moderation(): ModerationContext {
    const { visit, documents, roster, mesh, room } = this.#options;
    const { roomId, uid, transport } = visit;
    return {
      documents,
      roomId,
      roster,
      room,
      desk: () => ({ ...scopeOf(roomId, room()), by: uid }),
      serverNow: () => transport.serverNow(),
      watchKnocks: (listener) =>
        this.#keepWatching((error) => documents.watchKnocks({ next: listener, error })),
      requestMute: (peerId, what) => mesh.links.get(peerId)?.requestMute(what) === true,
    };
  }

  watchAdmissions(listener: (admissions: ReadonlyMap<string, Admission>) => void): () => void {
    const { documents } = this.#options;
    return this.#keepWatching((error) => documents.watchAdmissions({ next: listener, error }));
  }

  /** Whether a peer may ask this visit for something: the host stands above all, and moderators above speakers and viewers. */
  isAbove(peerId: string): boolean {
    const { visit, roster, room } = this.#options;
    const host = room()?.host;
    const roleOf = (peer: string): string | undefined => roster.seats.get(roster.seatOf(peer) ?? -1)?.role;
    const role = roleOf(peerId);
    if (role === undefined || host === visit.uid) return false;
    return uidOf(peerId) === host || (role === 'moderator' && roleOf(visit.peerId) !== 'moderator');
  }

  stop(): void {
    this.#watches.stopAll();
  }

  #keepWatching(watch: (onError: (error: SignalingError) => void) => () => void): () => void {
    const name = crypto.randomUUID();
    this.#watches.keep(name, watch);
    return () => this.#watches.stop(name);
  }
}
