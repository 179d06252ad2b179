/** Time constants of the client, in milliseconds, each with its reason. Where a number is the protocol's, see `LIMITS`. */

/** First snapshots take four round trips on a cold page; the Firestore SDK itself gives up waiting after 10 s. */
export const OPEN_DEADLINE_MS = 15_000;
/** A commit is one round trip, four on a cold connection. */
export const COMMIT_DEADLINE_MS = 10_000;
/** Leaving must not hold anybody up: what cannot be said in this time, the lease says. */
export const LEAVE_DEADLINE_MS = 5_000;
/** How long a lost acknowledgement may keep the own seat from showing in the roster. */
export const ROSTER_ECHO_DEADLINE_MS = 2_000;

/** How long a refused join waits for the listener to show why; most often it shows before the refusal comes. */
export const ROSTER_NEWS_DEADLINE_MS = 500;

/** Alone, a beacon is renewed this often: below 60 writes an hour, with two misses to spare before {@link IDLE_LEASE_SECONDS} ends. */
export const IDLE_RENEWAL_MS = 75_000;
export const IDLE_LEASE_SECONDS = 180;
/** With every link up, neighbours notice a crash first, so the lease may be long: 15 writes an hour. */
export const LINKED_RENEWAL_MS = 240_000;
export const LINKED_LEASE_SECONDS = 600;
/** The rules decide by their own clock; a second keeps a client from asking a moment too early. */
export const SERVER_CLOCK_MARGIN_MS = 1_000;
/** From a link that broke to the mark that its peer is lost: two repairs of a peer that only changed its network. */
export const LOST_AFTER_MS = 20_000;
/** From one neighbour's turn to the next one's: a mark shows to all in less, so one is written. */
export const LOST_STAGGER_MS = 1_500;
/** A timer that is later than this was asleep with its page: hidden pages run theirs once a minute. */
export const LOST_LATE_MS = 65_000;
/** From the host's seat getting free to somebody taking over: a page that is loaded again is back sooner. */
export const HOST_AFTER_MS = 10_000;
/** From one candidate's turn to the next one's. */
export const HOST_STAGGER_MS = 1_500;
/** In the lobby the admission is renewed with a third of its lease to spare. */
export const ADMISSION_LEASE_SECONDS = 600;
export const ADMISSION_RENEWAL_MS = 400_000;
/** The rules allow twice as much; the time of the server is a guess. A page that has gone is not shown as knocking for longer. */
export const KNOCK_LIFETIME_MS = 1_800_000;
export const KNOCK_RENEWAL_MS = 1_200_000;

/** A candidate that needs longer than this travels in an update: a hop costs about as much, and most are there at once. */
export const GATHER_CAP_MS = 150;
/** A standing offer is made before anybody needs it, so it can wait for slow STUN servers. */
export const STANDING_GATHER_CAP_MS = 3_000;
/** What join() still waits for answers whose gathering has not ended. */
export const JOIN_GATHER_CAP_MS = 500;
/** Late candidates are collected for this long before they are sent. */
export const CANDIDATE_FLUSH_MS = 200;
/** In the long run a standing offer is made again at most this often: an attacker who takes it must not make us write. */
export const REARM_INTERVAL_MS = 10_000;
/** So often it is made again without a pause: people often come together, and one that is missing costs them two hops more. */
export const REARM_BURST = 5;
/** Before a new offer is made, the connection that took the last one comes up; one that takes longer is not waited for. */
export const REARM_PATIENCE_MS = 1_000;
/** From a full room's first free seat to an offer for it: people often leave together, and then nobody needs one. */
export const FREED_SEAT_PAUSE_MS = 3_000;
/** Chromium refreshes the NAT bindings of a waiting connection by itself; others are not known to for longer than this. */
export const STANDING_OFFER_MAX_AGE_MS = 60_000;
export const STANDING_OFFER_MAX_AGE_CHROMIUM_MS = 600_000;

/** From both descriptions set to `connected`: browsers may sit in `connecting` for ever (rung 0). Grows with each attempt. */
export const CONNECT_DEADLINE_MS = 5_000;
/** From an offer to its answer; the peer may be on a slow network, and the mail is not lost. */
export const ANSWER_DEADLINE_MS = 10_000;
/** From the roster naming a peer that is to call us, to its call. */
export const WAIT_DEADLINE_MS = 6_000;
/** ICE often recovers from `disconnected` by itself within a few seconds. */
export const DISCONNECTED_GRACE_MS = 5_000;
/** From a channel that closed to the roster telling that its peer has left. */
export const FAREWELL_GRACE_MS = 500;
/** The side that did not make the present connection lets the other act first. */
export const SECOND_SIDE_DELAY_MS = 2_000;
/** Both sides spread their repairs, so that a shared outage does not end in step. */
export const REPAIR_JITTER_MS = 500;
/** Wakes closer together than this are one. */
export const HURRY_INTERVAL_MS = 5_000;
/** A peer may make us make connections this often: browsers run out of them, and TURN servers of ports. */
export const REMOTE_GENERATION_INTERVAL_MS = 1_000;
/** A peer may ask us for an offer this often: each is a write, which is ours to pay. */
export const REMOTE_WISH_INTERVAL_MS = 5_000;
/** New connections in a row before a link is given up. */
export const REPAIR_ATTEMPTS_MAX = 4;

/** Mail that could not be delivered is tried again after this, doubling up to the maximum. */
export const MAIL_RETRY_MS = 500;
export const MAIL_RETRY_MAX_MS = 15_000;
/** Mail to several peers goes together if it comes within this: a round trip or two, when many join at the same moment. */
export const MAIL_ROUND_MS = 250;
/** A refusal is tried this often: the recipient's seat may be about to show, or to go. */
export const MAIL_DENIALS_MAX = 3;

/** Bytes waiting in a data channel above which send() waits. */
export const CHANNEL_BUFFER_HIGH = 1_048_576;
export const CHANNEL_BUFFER_LOW = 262_144;

export const DEFAULT_CAPACITY = 6;
export const DEFAULT_LIFETIME_SECONDS = 86_400;
/** Below that a room could be over, by the server's clock, before it has been made. */
export const LIFETIME_MIN_SECONDS = 60;
/** A week. The rules allow an hour more: that is how far the server's clock may be misjudged. */
export const LIFETIME_MAX_SECONDS = 604_800;
