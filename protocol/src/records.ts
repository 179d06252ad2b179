/**
 * What functions write about visits, and clients never do. Generic over the timestamp type, as the other documents.
 */

/**
 * How a visit ended. `left`: its seat was freed, by its user or by the creator of a room that was ended. `lost`: somebody
 * else took the seat over, from a peer that had been silent. `replaced`: a later visit of the same user took it over.
 * `swept`: nobody did, and the clean-up freed it. `kicked`: a host or moderator threw it out.
 */
export type VisitEnd = 'left' | 'lost' | 'replaced' | 'swept' | 'kicked';

/** `visits/{roomId~peerId}`: one peer's visit to one room, kept for a while after it. Read by nobody but the project. */
export type VisitDocument<TTime> = {
  readonly roomId: string;
  readonly peer: string;
  readonly uid: string;
  /** As in the seat; missing when that is empty. */
  readonly name?: string;
  readonly seat: number;
  /** When it first took a seat. */
  readonly joinedAt: TTime;
  /** When it last did: of two things known about a visit, the one about a later seating counts. */
  readonly seatedAt: TTime;
  /** When its seat was freed. Missing while it lasts. */
  readonly leftAt?: TTime;
  readonly ended?: VisitEnd;
  readonly expiresAt: TTime;
};

/** `presence/{uid}`: where a user is now. Read by that user. */
export type PresenceDocument<TTime> = {
  /** Whether there is a room in which the user holds a seat. */
  readonly online: boolean;
  /** The ids of these rooms, in alphabetical order. */
  readonly rooms: readonly string[];
  /** Each visit that lasts, by its id `roomId~peerId`, with the time at which its seat expires. */
  readonly visits: Readonly<Record<string, TTime>>;
  /** The server's time of the latest change that is known of. */
  readonly updatedAt: TTime;
  readonly expiresAt: TTime;
};
