import type { ErrorCode, SignalingError } from 'firesignal';

/** An error in a visitor's words. */
export type ErrorText = {
  readonly title: string;
  /** What to do, or what it means. Absent: the error's own message says it. */
  readonly advice?: string;
};

const TEXTS: Record<ErrorCode, ErrorText> = {
  'signaling/invalid-argument': { title: 'That did not fit' },
  'signaling/invalid-link': {
    title: 'This is not a room link',
    advice: 'Part of it may be missing. Ask for the link again, or make a room of your own.',
  },
  'signaling/invalid-state': { title: 'That is not possible just now' },
  'signaling/room-not-found': {
    title: 'There is no such room',
    advice: 'It may have been ended and tidied away, or the link is not complete. You can make a new one.',
  },
  'signaling/room-ended': {
    title: 'This room has ended',
    advice: 'Whoever made it has ended it, or its time is over. You can make a new one.',
  },
  'signaling/room-full': {
    title: 'The room is full',
    advice: 'Every seat is taken. Stay here: you can join as soon as one gets free.',
  },
  'signaling/room-locked': {
    title: 'The room is locked',
    advice: 'Nobody new is let in for now. You can knock, or come back later.',
  },
  'signaling/not-admitted': {
    title: 'You have not been let in',
    advice: 'Whoever runs the room decides who comes in. Ask them, or try again in a minute.',
  },
  'signaling/knock-needed': {
    title: 'Somebody has to let you in',
    advice: 'Knock, and whoever runs the room is asked to open.',
  },
  'signaling/invite-needed': {
    title: 'You need an invite',
    advice: 'Open the invite link that you were given, to its very end, or ask for one.',
  },
  'signaling/invite-expired': {
    title: 'This invite is over',
    advice: 'Its time has passed, or it was taken back. Ask for a new one.',
  },
  'signaling/invite-used': {
    title: 'This invite has been used',
    advice: 'It has let in as many people as it was made for. Ask for a new one.',
  },
  'signaling/password-needed': {
    title: 'This room has a password',
    advice: 'Type it in to get in.',
  },
  'signaling/wrong-password': {
    title: 'That is not the password',
    advice: 'Check it and try again. After a few tries you have to wait.',
  },
  'signaling/banned': {
    title: 'You may not come into this room',
    advice: 'Whoever runs it has banned you. Only they can take that back.',
  },
  'signaling/kicked': {
    title: 'You were taken out of the room',
    advice: 'Whoever runs it has ended your visit.',
  },
  'signaling/too-many-visits': {
    title: 'You are in this room too often',
    advice: 'Close it in another tab or on another device, then try again.',
  },
  'signaling/permission-denied': {
    title: 'The room did not let you in',
    advice: 'The security rules refused. If that goes on, tell whoever runs this site.',
  },
  'signaling/protocol-mismatch': {
    title: 'This page is out of date',
    advice: 'The room speaks another version. Reload the page to get the one that fits.',
  },
  'signaling/sign-in-failed': {
    title: 'You could not be signed in',
    advice: 'Nothing is asked of you, but Firebase Authentication did not answer as it should. Try again.',
  },
  'signaling/unavailable': {
    title: 'The service cannot be reached',
    advice: 'Check your network, then try again.',
  },
  'signaling/timeout': {
    title: 'The service takes too long to answer',
    advice: 'Check your network, then try again.',
  },
  'signaling/rate-limited': {
    title: 'Too much at once',
    advice: 'The service asks for patience. Wait a moment, then try again.',
  },
  'signaling/aborted': { title: 'Cancelled' },
  'signaling/seat-lost': {
    title: 'Your seat was taken',
    advice: 'This device had been silent for too long. You can join again.',
  },
  'signaling/peer-unreachable': {
    title: 'No connection',
    advice: 'The two networks let nothing through. Another network often helps.',
  },
  'signaling/peer-left': { title: 'Has left' },
  'signaling/invalid-document': { title: 'Something unreadable arrived' },
  'signaling/seal-broken': {
    title: 'Something sealed could not be opened',
    advice: 'Your link may not be the right one for this room. Ask for it again.',
  },
  'signaling/key-missing': {
    title: 'The key of this room is missing',
    advice: 'The room is sealed. Open it with the whole link, to its very end.',
  },
  'signaling/negotiation-failed': { title: 'The connection could not be agreed on' },
  'signaling/channel-closed': { title: 'Not connected' },
  'signaling/message-too-large': { title: 'That message is too long' },
  'signaling/webrtc-unsupported': {
    title: 'This browser cannot make calls',
    advice: 'WebRTC is missing or switched off. Use a current Firefox, Chrome, Edge or Safari.',
  },
  'signaling/too-many-connections': {
    title: 'The browser has run out of connections',
    advice: 'Reload the page.',
  },
  'signaling/media-denied': {
    title: 'Not allowed',
    advice: 'Allow it in the address bar, then switch it on again.',
  },
  'signaling/media-not-found': {
    title: 'Not found',
    advice: 'Plug one in and switch it on, or join without.',
  },
  'signaling/media-in-use': {
    title: 'In use elsewhere',
    advice: 'Another program has it. Close that, then switch it on again.',
  },
  'signaling/internal': { title: 'Something went wrong' },
};

/** Falls back to the error's own words. */
export function errorText(error: SignalingError): Required<ErrorText> {
  const { title, advice = error.message }: ErrorText = TEXTS[error.code];
  return { title, advice };
}
