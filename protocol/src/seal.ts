/** Begins every text that keys and seals depend on: another way of sealing has another one, and opens nothing of this. */
const DOMAIN = 'firesignal/seal/1';

/** PBKDF2-HMAC-SHA-256 rounds from a password to its keys. A client does no fewer: whoever reads the database can guess. */
export const PASSWORD_ITERATIONS = 600_000;
/** In UTF-16 code units, after normalisation. */
export const PASSWORD_LENGTH_MAX = 256;

/** AES-256-GCM (NIST SP 800-38D): a random nonce for each sealing, and the whole tag. */
export const SEAL_NONCE_BYTES = 12;
export const SEAL_TAG_BYTES = 16;

/** What HKDF-SHA-256 derives, by its `info`: from a link's key or from a password, for sealing or to be shown at the door. */
export const SEAL_INFO = {
  linkKeySealing: 'firesignal/seal/1 link-key sealing',
  passwordSealing: 'firesignal/seal/1 password sealing',
  passwordProof: 'firesignal/seal/1 password proof',
} as const;

/** Salt of PBKDF2. A room id is 128 random bits, and new for each room: no two rooms share a salt. */
export function passwordSaltOf(roomId: string): string {
  return `${DOMAIN} password ${roomId}`;
}

/**
 * What is sealed, and where it belongs. Sealed text opens in its own place only: not for somebody else, and not under
 * another revision.
 */
export type SealContext =
  | {
      readonly kind: 'mail';
      readonly roomId: string;
      /** Peer id of who wrote it. */
      readonly sender: string;
      /** Peer id of whose mailbox it is in. */
      readonly recipient: string;
      readonly conn: number;
      readonly rev: number;
    }
  | {
      readonly kind: 'beacon';
      readonly roomId: string;
      /** Peer id of whose beacon it is. */
      readonly sender: string;
      readonly conn: number;
      readonly rev: number;
    }
  | {
      readonly kind: 'name';
      readonly roomId: string;
      /** uid of whose name it is: the same in admissions, seats and knocks. */
      readonly sender: string;
    };

/**
 * The additional data of AES-GCM, whose UTF-8 bytes count: a JSON array without spaces. Ids have no character that JSON writes
 * in two ways.
 */
export function additionalDataOf(context: SealContext): string {
  const { kind, roomId, sender } = context;
  const recipient = kind === 'mail' ? context.recipient : '';
  const [conn, rev] = kind === 'name' ? [0, 0] : [context.conn, context.rev];
  return JSON.stringify([DOMAIN, kind, roomId, sender, recipient, conn, rev]);
}

/** 256 bits as base64url: 43 characters, of which the last one has two bits to spare, which are zero. */
export function isLinkKey(value: unknown): value is string {
  return typeof value === 'string' && /^[\w-]{42}[AEIMQUYcgkosw048]$/.test(value);
}
