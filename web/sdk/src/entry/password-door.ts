import { checkTry, tryPath } from '@firesignal/protocol';
import { SignalingError } from '../errors.ts';
import { isDenied } from '../room/room-verdict.ts';
import { ownDocument } from './own-document.ts';
import { attempt, reasonFor, type Reception } from './reception.ts';
import { tryWrite } from './tries.ts';

/** Shows the proof of the password, in a commit of its own so that a wrong one counts, and then asks for the admission. */
export async function byPassword(desk: Reception): Promise<void> {
  const { entry, visit } = desk;
  const proof = await visit.seal?.proof;
  if (proof === undefined) throw new SignalingError('signaling/password-needed');
  await show(desk, proof);
  await attempt(desk, () => entry.admit(visit.role), new SignalingError('signaling/wrong-password'));
}

async function show(desk: Reception, proof: string): Promise<void> {
  const { documents, signal } = desk;
  try {
    await documents.commit([tryWrite(desk, proof, undefined)], signal);
  } catch (error) {
    if (!isDenied(error)) throw error;
    const last = await ownDocument(desk, tryPath, checkTry);
    if (last === undefined) throw await reasonFor(desk, SignalingError.from(error));
    // The same proof is judged alike however often it is shown, so it is not counted again.
    if (last.proof !== proof) await documents.commit([tryWrite(desk, proof, last)], signal);
  }
}
