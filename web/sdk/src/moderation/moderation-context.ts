import type { Knock, Room, RoomDocuments } from '../room/room-documents.ts';
import type { Roster } from '../room/roster.ts';
import type { Desk } from './moderation-writes.ts';

/** The visit of whoever runs the room. */
export type ModerationContext = {
  readonly documents: RoomDocuments;
  readonly roomId: string;
  readonly roster: Roster;
  readonly room: () => Room | undefined;
  /** In whose name, and how long what is written holds: as long as the room. */
  readonly desk: () => Desk;
  /** Listens for as long as the visit lasts, through failures. */
  readonly watchKnocks: (listener: (knocks: ReadonlyMap<string, Knock>) => void) => () => void;
  /** The server's time, in milliseconds since the epoch. */
  readonly serverNow: () => number;
  /** Sends it over the open link; false: there is none. */
  readonly requestMute: (
    peerId: string,
    what: { readonly audio: boolean; readonly video: boolean },
  ) => boolean;
};
