/** What the reference page offers to the program that measures it. Times are in milliseconds since the epoch, with fractions. */
export type ReferenceDriver = {
  /** Connects to the relay, and switches the fake camera on if asked to. Done when both are there. */
  readonly connect: (relay: string, media: 'camera' | 'none') => Promise<void>;
  /** Enters a room, prepared to call whoever is there and to be called. Done when the relay has confirmed it. */
  readonly enter: (room: string) => Promise<{ readonly calledAt: number }>;
  /** When the data channel to the one other peer opened; waits for it. */
  readonly opened: () => Promise<number>;
  /** Closes the connection and leaves the room. */
  readonly leave: () => Promise<void>;
};

type SessionDescription = { readonly type: 'offer' | 'answer'; readonly sdp: string };

/** From a page to the relay. */
export type ToRelay = {
  readonly join: (room: string, done: () => void) => void;
  readonly leave: (room: string, done: () => void) => void;
  readonly description: (room: string, description: SessionDescription) => void;
  readonly candidate: (room: string, candidate: RTCIceCandidateInit) => void;
};

/** From the relay to a page. */
export type FromRelay = {
  readonly 'peer-joined': () => void;
  readonly description: (description: SessionDescription) => void;
  readonly candidate: (candidate: RTCIceCandidateInit) => void;
};

declare global {
  interface Window {
    firesignalReference?: ReferenceDriver;
  }
}
