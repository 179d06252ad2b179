/** All of sealing, as one module: loaded by those who open a sealed room, and by nobody else. */
import type { SignalingError } from '../errors.ts';
import type { SignalTransport } from '../transport/signal-transport.ts';
import { passwordKeys, requirePassword, sealingKeyOfLink } from './keys.ts';
import { SealedTransport } from './sealed-transport.ts';

export { newLinkKey, passwordKeys } from './keys.ts';
export { fingerprintsOf, safetyCodeOf } from './safety-code.ts';

/** What a visitor knows of a room beside its id. */
export type SealSecrets = { readonly key?: string | undefined; readonly password?: string | undefined };

export type RoomSeal = {
  /** Whether the link has said that the room is sealed: then it is never treated as another one. */
  readonly isCertain: boolean;
  /** What is shown at the door of a room with a password. */
  readonly proof: Promise<string> | undefined;
  /** A way to the backend on which the names and signals of the room are sealed. */
  readonly sealed: (transport: SignalTransport, report: (error: SignalingError) => void) => SignalTransport;
};

/**
 * Begins to derive the keys, each once. The key of the link seals if there is one, whatever the password is for.
 *
 * @throws `signaling/invalid-argument` for what is no key or no password
 */
export async function roomSeal(
  roomId: string,
  { key, password }: SealSecrets,
): Promise<RoomSeal | undefined> {
  if (password !== undefined) requirePassword(password);
  const fromPassword = password === undefined ? undefined : passwordKeys(password, roomId);
  const sealingKey =
    key === undefined
      ? fromPassword?.then((keys) => keys.sealingKey)
      : Promise.resolve(await sealingKeyOfLink(key, roomId));
  if (sealingKey === undefined) return undefined;
  const proof = fromPassword?.then((keys) => keys.proof);
  // Whoever needs them hears of it.
  for (const derived of [sealingKey, proof]) derived?.catch(() => undefined);
  const isCertain = key !== undefined;
  return {
    isCertain,
    proof,
    sealed: (transport, report) =>
      new SealedTransport({ transport, roomId, key: sealingKey, isCertain, report }),
  };
}
