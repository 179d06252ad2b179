import type { LeaveReason } from 'firesignal';

/** What the page says after a visit, and whether coming back makes sense. */
export type LeaveText = { readonly title: string; readonly advice: string; readonly canReturn: boolean };

const TEXTS: Record<LeaveReason, LeaveText> = {
  left: { title: 'You have left the room', advice: 'The others can go on without you.', canReturn: true },
  'page-hidden': {
    title: 'The call was put to rest',
    advice: 'The browser had put this page away, so you left the room. You can go straight back.',
    canReturn: true,
  },
  'room-ended': {
    title: 'This room has ended',
    advice: 'Whoever made it has ended it for everybody, or its time is over.',
    canReturn: false,
  },
  'seat-lost': {
    title: 'Your seat was taken',
    advice: 'This device had been silent for too long, so somebody else sits there now. You can join again.',
    canReturn: true,
  },
  kicked: {
    title: 'You were taken out of the room',
    advice: 'Whoever runs the room has ended your visit. You may try to come back.',
    canReturn: true,
  },
};

export function leaveText(reason: LeaveReason): LeaveText {
  return TEXTS[reason];
}
