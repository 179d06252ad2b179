/**
 * How a visitor gets an admission. `open`: whoever has the link. `invite`: by a token. `password`: by a proof of knowing it.
 * `knock`: a moderator lets in who knocks. `members`: who is listed, or whose token has a claim. Nothing else depends on it.
 */
export const ACCESS_MODES = ['open', 'invite', 'password', 'knock', 'members'] as const;
export type AccessMode = (typeof ACCESS_MODES)[number];

/** How links are laid between the peers of a room. */
export const TOPOLOGIES = ['mesh'] as const;
export type Topology = (typeof TOPOLOGIES)[number];

/**
 * What a peer may do, the most powerful first. The host is none of them: it is named by the room, and stands above all. A
 * viewer sends no media.
 */
export const ROLES = ['moderator', 'speaker', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

/** What visitors may be who are let in without somebody saying as what: they choose. */
export const ENTRY_ROLES = ['speaker', 'viewer'] as const satisfies readonly Role[];

/** Who may become host. */
export const HOST_ROLES = ['moderator', 'speaker'] as const satisfies readonly Role[];

/** What a moderator says to a knock. */
export const KNOCK_ANSWERS = ['admitted', 'declined'] as const;
export type KnockAnswer = (typeof KNOCK_ANSWERS)[number];

/** Every error code of the SDK, with what it means and what to do. */
export const ERROR_CODES = {
  'signaling/invalid-argument': 'A value passed to the SDK is not what it should be. The message names it.',
  'signaling/invalid-link': 'This is not a room link or a room id. Ask for the link again.',
  'signaling/invalid-state': 'The call does not fit the state the room or link is in, such as joining twice.',
  'signaling/room-not-found': 'There is no such room: it was never made, or it has been cleaned up.',
  'signaling/room-ended': 'The room has been ended by its creator, or its time is over.',
  'signaling/room-full': 'Every seat of the room is taken. Try again when somebody has left.',
  'signaling/room-locked': 'The room is locked: nobody new is let in. Knock, or try again later.',
  'signaling/not-admitted':
    'There is no admission to the room: it is missing, over, declined or taken away. Ask who runs the room.',
  'signaling/knock-needed': 'Somebody has to open the door of this room. Open it with a knock.',
  'signaling/invite-needed': 'The room is for the invited. Open it with an invite link.',
  'signaling/invite-expired': 'The invite is over, or has been taken back. Ask for a new one.',
  'signaling/invite-used': 'The invite has been used as often as it may. Ask for a new one.',
  'signaling/password-needed': 'The room has a password. Open it with the password.',
  'signaling/wrong-password': 'The password is not the one of the room.',
  'signaling/banned': 'This user has been banned from the room.',
  'signaling/kicked': 'A host or moderator has taken this visit out of the room.',
  'signaling/too-many-visits':
    'This user is in the room too often already. Close one of the other tabs or devices.',
  'signaling/permission-denied':
    'The security rules refused the request. Check that the deployed rules are the ones of this version.',
  'signaling/rate-limited': 'Too many requests in too short a time. Wait a moment and try again.',
  'signaling/protocol-mismatch':
    'The room speaks another protocol version. Reload the page to get the matching client.',
  'signaling/sign-in-failed':
    'Firebase Authentication did not sign the user in. Check that the provider is enabled.',
  'signaling/unavailable':
    'The backend cannot be reached. Check the network; established calls go on without it.',
  'signaling/timeout': 'The backend did not answer in time.',
  'signaling/aborted': 'The operation was cancelled through its AbortSignal.',
  'signaling/seat-lost':
    'Another visit took the seat, after this one had been silent for too long. Join again.',
  'signaling/peer-unreachable':
    'No connection to the peer could be made. A TURN server is often what is missing.',
  'signaling/peer-left': 'The peer has left the room.',
  'signaling/invalid-document': 'A document or message from a peer broke the protocol and was ignored.',
  'signaling/seal-broken':
    'A sealed document was changed, or sealed with another key. Ask for the link again.',
  'signaling/key-missing': 'The room is sealed, and its key is missing. Open it with the whole link.',
  'signaling/negotiation-failed': 'A description could not be applied. A new connection is made.',
  'signaling/channel-closed': 'There is no open data channel to the peer.',
  'signaling/message-too-large': 'The message is larger than the limit.',
  'signaling/webrtc-unsupported': 'This browser or environment has no WebRTC.',
  'signaling/too-many-connections': 'The browser refuses to make more peer connections. Reload the page.',
  'signaling/media-denied': 'Camera or microphone may not be used. Allow them in the address bar.',
  'signaling/media-not-found': 'No camera or microphone was found.',
  'signaling/media-in-use': 'Camera or microphone is used by another program.',
  'signaling/internal': 'A fault of the SDK. Please report it.',
} as const;
export type ErrorCode = keyof typeof ERROR_CODES;
