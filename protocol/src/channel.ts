import type { SignalState } from './documents.ts';

/**
 * What travels over a link's data channel (negotiated, id 0, ordered, reliable). A text frame is one of these as JSON; a
 * binary frame is a message of the application, or a part of one that a `parts` frame has announced.
 */
export type ChannelFrame =
  /** A message of the application. */
  | { readonly type: 'text'; readonly text: string }
  /** The next `count` binary frames make one message of `length` bytes; for `text` they are UTF-8. */
  | {
      readonly type: 'parts';
      readonly kind: 'text' | 'binary';
      readonly count: number;
      readonly length: number;
    }
  /** Negotiation, as it would stand in the mailbox. */
  | { readonly type: 'signal'; readonly state: SignalState }
  /** What the sender's audio and video senders really carry. */
  | { readonly type: 'media'; readonly audio: boolean; readonly video: boolean }
  /** Asks to switch microphone or camera off. Only heard from a host or moderator, and for the user to decide. */
  | { readonly type: 'mute'; readonly audio: boolean; readonly video: boolean }
  /** The sender leaves: do not try to repair. */
  | { readonly type: 'bye' };
