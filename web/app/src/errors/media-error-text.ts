import type { SignalingError } from 'firesignal';
import { errorText } from './error-text.ts';

const WORDS = { microphone: 'microphone', camera: 'camera' } as const;
export type Device = keyof typeof WORDS;

/** Why a microphone or camera is not there, in one line. */
export function mediaErrorText(device: Device, error: SignalingError): string {
  switch (error.code) {
    case 'signaling/media-denied':
      return `The ${WORDS[device]} may not be used. Allow it in the address bar, then switch it on again.`;
    case 'signaling/media-not-found':
      return `No ${WORDS[device]} was found. You can join without.`;
    case 'signaling/media-in-use':
      return `Another program is using the ${WORDS[device]}. Close that, then switch it on again.`;
    default:
      return `The ${WORDS[device]} does not work. ${errorText(error).advice}`;
  }
}
