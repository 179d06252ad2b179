/**
 * How long after the end of its lease a peer is swept. Anybody may take its seat from the end on; the sweep lets it come back
 * a little longer: a hidden tab runs timers once a minute, so its next two renewals are within this, and so is one that a
 * network held up.
 */
export const SWEEP_GRACE_SECONDS = 120;
/** Who is connected renews every 240 s, so nobody who is there is read: beacons that are older than this are looked at. */
export const BEACON_AGE_MIN_SECONDS = 300;
/** How long a seat says who was thrown out of it: long enough for everybody who was there to see it, and come back. */
export const TOMBSTONE_SECONDS = 600;
/** Deletes in one transaction: Firestore takes more, but a larger one more often meets somebody else's. */
export const DELETES_PER_COMMIT = 100;
/** Found at once. What is found of a document is a few numbers. */
export const PAGE_SIZE = 100;
/** Transactions at a time: enough to hide the way to the database, few enough for 256 MiB. */
export const AT_ONCE = 10;
