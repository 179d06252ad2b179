/** The page's script: the real SDK behind a driver that a program outside can call. See contract.ts. */
import { initializeApp } from 'firebase/app';
import { getAuth } from 'firebase/auth';
import {
  firestoreTransport,
  safetyCode,
  SignalingClient,
  SignalingError,
  type Link,
  type Room,
} from 'firesignal';
import type { Backend, HarnessDriver, LinkReport, ModerationCall, NewRoom, OpenOptions } from './contract.ts';
import { CountingFactory, CountingTransport } from './counting.ts';
import { EventLog } from './event-log.ts';
import { watchLink, watchVideo } from './link-watch.ts';
import { canvasTrack, FakeCamera } from './media.ts';
import { digestOf, testBytes } from './messages.ts';
import { framesDecoded, selectedPair } from './statistics.ts';

const FRAMES_POLL_MS = 50;

type Connected = { readonly client: SignalingClient; readonly transport: CountingTransport };

class Driver implements HarnessDriver {
  readonly #log = new EventLog();
  readonly #factory = new CountingFactory({
    connected: () => this.#log.record({ kind: 'ice-connected' }),
    gathered: (description) => this.#log.record({ kind: 'gathered', description }),
  });
  readonly #camera = new FakeCamera();
  #connected: Connected | undefined;
  #room: Room | undefined;
  /** Links stay readable after they have closed and left the room's map. */
  readonly #links = new Map<string, Link>();
  #abort = new AbortController();

  connect(backend: Backend): void {
    const app = initializeApp({ projectId: backend.projectId, apiKey: 'emulator', appId: 'harness' });
    const transport = new CountingTransport(
      firestoreTransport({ app, emulators: { auth: backend.auth, firestore: backend.firestore } }),
    );
    const client = new SignalingClient({ transport, createPeerConnection: this.#factory.create });
    this.#connected = { client, transport };
  }

  async signIn(): Promise<{ readonly uid: string }> {
    const { uid } = await this.#transport.signIn();
    this.#log.record({ kind: 'signed-in', uid });
    return { uid };
  }

  async createRoom(options: NewRoom = {}): Promise<string> {
    const roomId = await this.#client.createRoom({ ...options, signal: this.#signal() });
    this.#log.record({ kind: 'room-created', roomId });
    return roomId;
  }

  keyOf(roomId: string): string | undefined {
    return this.#client.keyOf(roomId);
  }

  async openRoom(options: OpenOptions): Promise<{ readonly peerId: string }> {
    const { room: link, media: size = 'none', showsVideo = true, ...rest } = options;
    const media = size === 'none' ? undefined : await this.#camera.media(size);
    const room = await this.#client.openRoom(link, {
      ...rest,
      ...(media === undefined ? {} : { media }),
      onKnock: () => this.#log.record({ kind: 'knocked' }),
      signal: this.#signal(),
    });
    this.#room = room;
    this.#watchRoom(room, showsVideo);
    this.#log.record({ kind: 'lobby', peerId: room.peerId });
    return { peerId: room.peerId };
  }

  async join(): Promise<void> {
    this.#log.record({ kind: 'join-called' });
    await this.#currentRoom.join({ signal: this.#signal() });
    this.#log.record({ kind: 'joined' });
  }

  async leave(): Promise<void> {
    this.#log.record({ kind: 'leave-called' });
    await this.#currentRoom.leave();
    this.#log.record({ kind: 'left' });
    await this.#camera.stop();
  }

  async endRoom(roomId: string): Promise<void> {
    await this.#client.endRoom(roomId, { signal: this.#signal() });
  }

  async moderate(method: ModerationCall, ...args: readonly unknown[]): Promise<unknown> {
    const desk = await this.#currentRoom.moderate();
    const call = Reflect.get(desk, method) as (...given: readonly unknown[]) => unknown;
    return call.apply(desk, [...args]);
  }

  async watchKnocks(): Promise<void> {
    const desk = await this.#currentRoom.moderate();
    desk.watchKnocks((visitors) =>
      this.#log.record({
        kind: 'knocks',
        uids: visitors.map(({ uid }) => uid),
        names: visitors.map(({ name }) => name),
      }),
    );
  }

  async refreshToken(): Promise<void> {
    await getAuth().currentUser?.getIdToken(true);
  }

  async close(): Promise<void> {
    await this.#client.close();
    await this.#camera.stop();
  }

  abort(): void {
    this.#abort.abort();
    this.#abort = new AbortController();
  }

  async send(peer: string, text: string): ReturnType<HarnessDriver['send']> {
    await this.#linkTo(peer).send(text);
    return digestOf(text);
  }

  async sendBytes(peer: string, length: number): ReturnType<HarnessDriver['sendBytes']> {
    const bytes = testBytes(length);
    await this.#linkTo(peer).send(bytes);
    return digestOf(bytes.buffer);
  }

  broadcast(text: string): Promise<number> {
    return this.#currentRoom.broadcast(text);
  }

  async setCamera(on: boolean): Promise<void> {
    await this.#currentRoom.setMedia(on ? await this.#camera.media() : { audio: null, video: null });
  }

  showVideo(peer: string): void {
    watchVideo(this.#linkTo(peer), this.#log);
  }

  addCanvasTrack(peer: string): void {
    const { track, stream } = canvasTrack();
    this.#connectionTo(peer).addTrack(track, stream);
  }

  closeConnection(peer: string): void {
    this.#connectionTo(peer).close();
  }

  events(): ReturnType<HarnessDriver['events']> {
    return this.#log.all;
  }

  waitFor(...args: Parameters<HarnessDriver['waitFor']>): ReturnType<HarnessDriver['waitFor']> {
    return this.#log.waitFor(...args);
  }

  async waitForFrames(peer: string, frames: number, streams: number): Promise<readonly number[]> {
    for (;;) {
      const connection = this.#linkTo(peer).peerConnection;
      const decoded = connection === undefined ? [] : await framesDecoded(connection);
      if (decoded.filter((count) => count >= frames).length >= streams) return decoded;
      await new Promise((resolve) => setTimeout(resolve, FRAMES_POLL_MS));
    }
  }

  async link(peer: string): Promise<LinkReport> {
    const link = this.#linkTo(peer);
    const pair = link.peerConnection && (await selectedPair(link.peerConnection));
    return {
      peer,
      seat: link.seat,
      state: link.state,
      conn: link.conn,
      remoteMedia: link.remoteMedia,
      signals: link.signals,
      framesDecoded: link.peerConnection ? await framesDecoded(link.peerConnection) : [],
      ...(pair === undefined ? {} : { pair }),
    };
  }

  safetyCode(peer: string): Promise<string> {
    return safetyCode(this.#linkTo(peer));
  }

  links(): readonly string[] {
    return [...(this.#room?.links.keys() ?? [])];
  }

  ledger(roomId: string): ReturnType<HarnessDriver['ledger']> {
    return { ...this.#client.ledger(roomId) };
  }

  roomState(): ReturnType<HarnessDriver['roomState']> {
    return this.#room?.state ?? 'none';
  }

  roster(): readonly string[] {
    return this.#room?.roster.map((entry) => entry.peerId) ?? [];
  }

  role(): ReturnType<HarnessDriver['role']> {
    return this.#currentRoom.role;
  }

  isHost(): boolean {
    return this.#currentRoom.isHost;
  }

  resources(): ReturnType<HarnessDriver['resources']> {
    const { timers, listeners } = window.firesignalInstruments?.() ?? { timers: [], listeners: [] };
    return {
      connections: this.#factory.open,
      connectionsMade: this.#factory.made,
      watches: this.#connected?.transport.watches ?? 0,
      timers,
      listeners,
    };
  }

  requests(): ReturnType<HarnessDriver['requests']> {
    return this.#connected?.transport.requests ?? [];
  }

  get #client(): SignalingClient {
    if (this.#connected === undefined) throw new Error('connect() comes first.');
    return this.#connected.client;
  }

  get #transport(): CountingTransport {
    if (this.#connected === undefined) throw new Error('connect() comes first.');
    return this.#connected.transport;
  }

  get #currentRoom(): Room {
    if (this.#room === undefined) throw new Error('openRoom() comes first.');
    return this.#room;
  }

  #signal(): AbortSignal {
    return this.#abort.signal;
  }

  #linkTo(peer: string): Link {
    const link = this.#room?.links.get(peer) ?? this.#links.get(peer);
    if (link === undefined) throw new Error('There is no link to this peer.');
    return link;
  }

  #connectionTo(peer: string): RTCPeerConnection {
    const connection = this.#linkTo(peer).peerConnection;
    if (connection === undefined) throw new Error('The link has no RTCPeerConnection.');
    return connection;
  }

  #watchRoom(room: Room, showsVideo: boolean): void {
    room.on('state', ({ state, reason }) =>
      this.#log.record({ kind: 'room-state', state, ...(reason === undefined ? {} : { reason }) }),
    );
    room.on('roster', ({ roster }) =>
      this.#log.record({
        kind: 'roster',
        peers: roster.map((entry) => entry.peerId),
        lost: roster.filter((entry) => entry.lost).map((entry) => entry.peerId),
      }),
    );
    room.on('role-changed', ({ role }) => this.#log.record({ kind: 'role', role }));
    room.on('host-changed', ({ host, isSelf }) => this.#log.record({ kind: 'host', host, isSelf }));
    room.on('door', ({ isLocked }) => this.#log.record({ kind: 'door', isLocked }));
    room.on('mute-requested', (request) => this.#log.record({ kind: 'mute-request', ...request }));
    room.on('link', ({ link }) => {
      this.#links.set(link.peerId, link);
      watchLink(link, this.#log);
      if (showsVideo) watchVideo(link, this.#log);
    });
    room.on('backend', ({ reachable }) => this.#log.record({ kind: 'backend', reachable }));
    room.on('problem', ({ error }) => this.#log.record({ kind: 'problem', code: error.code }));
  }
}

const driver = new Driver();

window.firesignalHarness = async (method, args) => {
  try {
    const call = (driver as unknown as Record<string, (...args: readonly unknown[]) => unknown>)[method];
    if (call === undefined) throw new Error(`The driver has no ${method}().`);
    return { ok: true, value: await call.apply(driver, [...args]) };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return { ok: false, name, message, ...(error instanceof SignalingError ? { code: error.code } : {}) };
  }
};
