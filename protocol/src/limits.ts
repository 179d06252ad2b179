/**
 * Every number that clients, rules and functions must agree on. Lengths are UTF-16 code units (`String.length`),
 * which is also what `string.size()` counts in security rules. The rules get these by generation: after a change
 * run `npm run rules:sync`.
 */
export const LIMITS = {
  /** A room for one makes no sense: nobody could ever answer. */
  CAPACITY_MIN: 2,
  /** A join answers every standing offer in one commit, and a commit may make 20 rule reads: 16 leaves room for the seat's own. */
  CAPACITY_MAX: 16,
  /** A week, and an hour for clients that misjudge the time: a standing team room can be made, a forgotten one goes away. */
  ROOM_LIFETIME_MAX_SECONDS: 608_400,
  /** `expiresAt` of everything below a room is the room's own end; the slack forgives clocks that disagree by less than a day. */
  DOCUMENT_LIFETIME_MAX_SECONDS: 691_200,
  /** A beacon is renewed long before: hidden tabs may run a timer only once a minute. */
  BEACON_LEASE_MAX_SECONDS: 900,
  ADMISSION_LEASE_MAX_SECONDS: 900,
  /** A seat marked lost may be taken after this, if its owner has not renewed its beacon since. */
  LOST_GRACE_SECONDS: 90,
  /** A seat cannot be marked lost again before this: marks must not be a way to pester. */
  LOST_COOLDOWN_SECONDS: 300,
  NAME_LENGTH_MAX: 64,
  /** Visits of one user to a room that may have a seat at the same time: a laptop, a phone, and one that is being reloaded. */
  VISITS_PER_USER_MAX: 3,
  /** Rooms that one user may make in an hour. */
  ROOMS_COUNT_MAX: 100,
  ROOMS_WINDOW_SECONDS: 3_600,
  /** Proofs that one user may show at a door, passwords and invites alike. */
  TRIES_COUNT_MAX: 5,
  TRIES_WINDOW_SECONDS: 600,
  INVITE_USES_MAX: 1_000,
  /** A knock may be repeated, and a declined visitor may ask again, but not at once. */
  KNOCK_COOLDOWN_SECONDS: 60,
  KNOCK_LIFETIME_MAX_SECONDS: 3_600,
  /** Knocks that a moderator's listener asks for at most, whoever knocks. */
  KNOCKS_LISTED_MAX: 50,
  CLAIM_NAME_LENGTH_MAX: 64,
  CLAIM_VALUE_LENGTH_MAX: 128,
  /** Writes to one piece of mail, or to a beacon, in a row; after that one in so many seconds. */
  MAIL_BURST_MAX: 20,
  MAIL_REFILL_SECONDS: 1,
  BEACON_BURST_MAX: 10,
  BEACON_REFILL_SECONDS: 10,
  /** A sealed name: 12 bytes of nonce, up to 256 of text, 16 of tag, as base64url. */
  SEALED_NAME_LENGTH_MAX: 384,
  /** A sealed standing offer or piece of mail: far below the megabyte of a document. */
  SEALED_SIGNAL_LENGTH_MAX: 262_144,
  UID_LENGTH_MAX: 128,
  /** 16 characters of base64url: 96 random bits. */
  EPOCH_LENGTH: 16,
  /** 22 characters of base64url: 132 random bits. */
  ROOM_NONCE_LENGTH: 22,
  /** 32 hexadecimal digits: 128 bits of a SHA-256. */
  ROOM_ID_LENGTH: 32,
  /** Ten times an offer with audio, video and data. */
  SDP_LENGTH_MAX: 65_536,
  /** All candidate lines of one description, joined by newlines. */
  CANDIDATES_LENGTH_MAX: 16_384,
  CANDIDATES_COUNT_MAX: 64,
  CANDIDATE_LENGTH_MAX: 512,
  /** RFC 8839 §5.4: an ice-ufrag has 4 to 256 characters. */
  UFRAG_LENGTH_MIN: 4,
  UFRAG_LENGTH_MAX: 256,
  OFFER_ID_LENGTH_MIN: 8,
  OFFER_ID_LENGTH_MAX: 32,
  CONN_MAX: 1_000_000,
  REV_MAX: 1_000_000_000,
  /** A standing offer's `conn`: the first generation of a link. Later ones are made through mailboxes. */
  STANDING_CONN: 1,
  /** `want` and `restart` are counters, raised by one for each request. */
  REQUEST_COUNT_MAX: 1_000_000,
  /** Sections of one SDP: audio, video and data, and a dozen more tracks. */
  MEDIA_SECTIONS_MAX: 16,
  /** Answers in a join commit: 19 pass the limit of rule reads, 20 do not. */
  ANSWERS_PER_COMMIT_MAX: 16,
  /** A message of the application over the data channel, in bytes (16 MiB): it is held in memory on both sides. */
  MESSAGE_LENGTH_MAX: 16_777_216,
  /** Browsers agree on frames of 64 KiB and on nothing above (RFC 8831 §6.6). */
  MESSAGE_PART_LENGTH: 65_536,
  MESSAGE_PARTS_MAX: 4_096,
} as const;
