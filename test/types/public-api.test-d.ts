import type { ERROR_CODES, Instant, SERVER_TIME } from 'firesignal';
import {
  LIMITS,
  SignalingClient,
  SignalingError,
  captureMedia,
  parseRoomLink,
  roomLink,
  safetyCode,
  type CaptureOptions,
  type ClientOptions,
  type CreateRoomOptions,
  type DocumentWrite,
  type ErrorCode,
  type LeaveReason,
  type LedgerCounts,
  type Link,
  type LinkEvents,
  type LinkSecrets,
  type LinkState,
  type LobbyVisitor,
  type LocalMedia,
  type OpenRoomOptions,
  type Room,
  type RoomEvents,
  type RoomLink,
  type RoomState,
  type RosterEntry,
  type SignalTransport,
  type TransportErrorKind,
  type Unsubscribe,
  type WriteValue,
} from 'firesignal';
import { describe, expectTypeOf, it } from 'vitest';

declare const client: SignalingClient;
declare const room: Room;
declare const link: Link;
declare const transport: SignalTransport;
declare const track: MediaStreamTrack;
declare const signal: AbortSignal;

describe('ErrorCode', () => {
  it('is every documented code, and nothing else', () => {
    expectTypeOf<ErrorCode>().toEqualTypeOf<keyof typeof ERROR_CODES>();
    expectTypeOf<ErrorCode>().toExtend<`signaling/${string}`>();
    expectTypeOf<string>().not.toExtend<ErrorCode>();
    expectTypeOf(new SignalingError('signaling/room-full').code).toEqualTypeOf<ErrorCode>();
    // @ts-expect-error -- no such code
    new SignalingError('signaling/no-such-code');
  });

  it('can be switched over exhaustively', () => {
    const isForPeople = (code: ErrorCode): boolean => {
      switch (code) {
        case 'signaling/invalid-link':
        case 'signaling/room-not-found':
        case 'signaling/room-ended':
        case 'signaling/room-full':
        case 'signaling/not-admitted':
        case 'signaling/seat-lost':
        case 'signaling/peer-left':
        case 'signaling/key-missing':
        case 'signaling/room-locked':
        case 'signaling/knock-needed':
        case 'signaling/invite-needed':
        case 'signaling/invite-expired':
        case 'signaling/invite-used':
        case 'signaling/password-needed':
        case 'signaling/wrong-password':
        case 'signaling/banned':
        case 'signaling/kicked':
        case 'signaling/too-many-visits':
        case 'signaling/peer-unreachable':
        case 'signaling/media-denied':
        case 'signaling/media-not-found':
        case 'signaling/media-in-use':
        case 'signaling/unavailable':
        case 'signaling/timeout':
        case 'signaling/message-too-large':
        case 'signaling/channel-closed':
        case 'signaling/webrtc-unsupported':
          return true;
        case 'signaling/invalid-argument':
        case 'signaling/invalid-state':
        case 'signaling/permission-denied':
        case 'signaling/rate-limited':
        case 'signaling/protocol-mismatch':
        case 'signaling/sign-in-failed':
        case 'signaling/aborted':
        case 'signaling/invalid-document':
        case 'signaling/seal-broken':
        case 'signaling/negotiation-failed':
        case 'signaling/too-many-connections':
        case 'signaling/internal':
          return false;
      }
      // Whoever adds a code has to say here, and in every such switch, what it means.
      code satisfies never;
      return false;
    };
    expectTypeOf(isForPeople).returns.toEqualTypeOf<boolean>();
  });
});

describe('states and reasons', () => {
  it('are closed unions of names', () => {
    expectTypeOf<RoomState>().toEqualTypeOf<'lobby' | 'joining' | 'joined' | 'leaving' | 'left'>();
    expectTypeOf<LinkState>().toEqualTypeOf<
      'waiting' | 'connecting' | 'connected' | 'interrupted' | 'failed' | 'closed'
    >();
    expectTypeOf<LeaveReason>().toEqualTypeOf<
      'left' | 'page-hidden' | 'room-ended' | 'seat-lost' | 'kicked'
    >();
    expectTypeOf<TransportErrorKind>().toEqualTypeOf<
      'denied' | 'unavailable' | 'rate-limited' | 'unauthenticated' | 'other'
    >();
  });
});

describe('events', () => {
  it('of a room have their own payloads', () => {
    expectTypeOf(room.on('roster', () => undefined)).toEqualTypeOf<Unsubscribe>();
    room.on('state', (event) => {
      expectTypeOf(event.state).toEqualTypeOf<RoomState>();
      expectTypeOf(event.previous).toEqualTypeOf<RoomState>();
      expectTypeOf(event.reason).toEqualTypeOf<LeaveReason | undefined>();
    });
    room.on('link', (event) => void expectTypeOf(event.link).toEqualTypeOf<Link>());
    room.on('roster', (event) => void expectTypeOf(event.roster).toEqualTypeOf<readonly RosterEntry[]>());
    room.on('backend', (event) => void expectTypeOf(event.reachable).toEqualTypeOf<boolean>());
    room.on('problem', (event) => void expectTypeOf(event.error).toEqualTypeOf<SignalingError>());
    expectTypeOf(room.host).toEqualTypeOf<string>();
    expectTypeOf(room.claimHost()).toEqualTypeOf<Promise<void>>();
    room.on('host-changed', (event) => {
      expectTypeOf(event.host).toEqualTypeOf<string>();
      expectTypeOf(event.previous).toEqualTypeOf<string>();
      expectTypeOf(event.isSelf).toEqualTypeOf<boolean>();
    });
    expectTypeOf<keyof RoomEvents>().toEqualTypeOf<
      | 'state'
      | 'roster'
      | 'host-changed'
      | 'door'
      | 'role-changed'
      | 'mute-requested'
      | 'link'
      | 'backend'
      | 'problem'
    >();
    // @ts-expect-error -- no such event
    room.on('joined', () => undefined);
  });

  it('of a link have their own payloads', () => {
    link.on('state', (event) => {
      expectTypeOf(event.state).toEqualTypeOf<LinkState>();
      expectTypeOf(event.error).toEqualTypeOf<SignalingError | undefined>();
    });
    link.on('message', ({ data }) => void expectTypeOf(data).toEqualTypeOf<string | ArrayBuffer>());
    link.on('media', ({ audio, video }) => void expectTypeOf([audio, video]).toEqualTypeOf<boolean[]>());
    link.on('stream', ({ stream }) => void expectTypeOf(stream).toEqualTypeOf<MediaStream>());
    link.on('repair', ({ rung }) => void expectTypeOf(rung).toEqualTypeOf<0 | 2>());
    expectTypeOf<keyof LinkEvents>().toEqualTypeOf<
      'state' | 'message' | 'media' | 'stream' | 'signal' | 'repair'
    >();
    // @ts-expect-error -- no such event
    link.on('close', () => undefined);
  });

  it('cannot be changed by who hears them', () => {
    room.on('roster', (event) => {
      // @ts-expect-error -- read-only
      event.roster = [];
    });
    room.on('state', (event) => {
      // @ts-expect-error -- read-only
      event.state = 'left';
    });
  });
});

describe('options', () => {
  it('are all optional but the transport, and absent rather than undefined', () => {
    expectTypeOf<{ transport: SignalTransport }>().toExtend<ClientOptions>();
    // @ts-expect-error -- the transport is what a client is over
    new SignalingClient({});
    for (const empty of [{}]) {
      expectTypeOf(empty).toExtend<CreateRoomOptions>();
      expectTypeOf(empty).toExtend<OpenRoomOptions>();
      expectTypeOf(empty).toExtend<CaptureOptions>();
    }
    new SignalingClient({ transport, iceServers: [{ urls: 'stun:stun.example' }], rtcConfiguration: {} });
    void client.createRoom({ capacity: 4, lifetimeSeconds: 60, signal });
    void client.openRoom('', { name: 'Ada', media: { audio: track, video: null }, standingOffers: false });
    // @ts-expect-error -- with exactOptionalPropertyTypes, undefined is no name
    void client.openRoom('', { name: undefined });
    // @ts-expect-error -- a number of seats
    void client.createRoom({ capacity: '4' });
    // @ts-expect-error -- no such option
    void client.openRoom('', { nickname: 'Ada' });
  });

  it('can be read-only objects', () => {
    const options = { name: 'Ada', media: { audio: null } } as const;
    expectTypeOf(options).toExtend<OpenRoomOptions>();
    expectTypeOf<Readonly<LocalMedia>>().toExtend<LocalMedia>();
  });

  it('of media tell a track, off, and unchanged apart', () => {
    expectTypeOf<LocalMedia['audio']>().toEqualTypeOf<MediaStreamTrack | null | undefined>();
    void room.setMedia({ video: null });
    // @ts-expect-error -- unchanged is absent
    void room.setMedia({ video: undefined });
    // @ts-expect-error -- tracks, no streams
    void room.setMedia({ video: new MediaStream() });
  });
});

describe('results', () => {
  it('are what the documentation says', () => {
    expectTypeOf(client.createRoom).returns.resolves.toEqualTypeOf<string>();
    expectTypeOf(client.openRoom).returns.resolves.toEqualTypeOf<Room>();
    expectTypeOf(client.endRoom).returns.toEqualTypeOf<Promise<void>>();
    expectTypeOf(client.ledger).returns.toEqualTypeOf<LedgerCounts>();
    expectTypeOf(client.keyOf).returns.toEqualTypeOf<string | undefined>();
    expectTypeOf(safetyCode).returns.resolves.toEqualTypeOf<string>();
    expectTypeOf(safetyCode).parameter(0).toExtend<Pick<Link, 'state'>>();
    expectTypeOf(client.close).returns.toEqualTypeOf<Promise<void>>();
    expectTypeOf(room.join).returns.toEqualTypeOf<Promise<void>>();
    expectTypeOf(room.leave).returns.toEqualTypeOf<Promise<void>>();
    expectTypeOf(room.broadcast).returns.resolves.toEqualTypeOf<number>();
    expectTypeOf(room.links).toEqualTypeOf<ReadonlyMap<string, Link>>();
    expectTypeOf(room.watchLobby).parameter(0).parameter(0).toEqualTypeOf<readonly LobbyVisitor[]>();
    expectTypeOf(link.peerConnection).toEqualTypeOf<RTCPeerConnection | undefined>();
    expectTypeOf(link.error).toEqualTypeOf<SignalingError | undefined>();
    expectTypeOf(link.send).parameter(0).toEqualTypeOf<string | ArrayBuffer | ArrayBufferView>();
    expectTypeOf(captureMedia).returns.resolves.toEqualTypeOf<MediaStream>();
    expectTypeOf(roomLink).parameters.toEqualTypeOf<
      [base: string | URL, roomId: string, secrets?: LinkSecrets | undefined]
    >();
    expectTypeOf(parseRoomLink).returns.toEqualTypeOf<RoomLink>();
  });

  it('cannot be written', () => {
    // @ts-expect-error -- a state is changed by join() and leave()
    room.state = 'joined';
    expectTypeOf(room.roster).not.toExtend<RosterEntry[]>();
    expectTypeOf(room.links).not.toExtend<Map<string, Link>>();
    // @ts-expect-error -- limits are the protocol's
    LIMITS.CAPACITY_MAX = 100;
  });
});

describe('SignalTransport', () => {
  it('can be written by anybody, with documents of plain values', () => {
    expectTypeOf<DocumentWrite['kind']>().toEqualTypeOf<'create' | 'set' | 'update' | 'delete'>();
    expectTypeOf<Instant>().toExtend<WriteValue>();
    expectTypeOf<typeof SERVER_TIME>().toExtend<WriteValue>();
    expectTypeOf<{ list: number[]; deep: { at: typeof SERVER_TIME } }>().toExtend<WriteValue>();
    expectTypeOf<undefined>().not.toExtend<WriteValue>();
    expectTypeOf<null>().not.toExtend<WriteValue>();
    expectTypeOf<Date>().not.toExtend<WriteValue>();
  });
});
