import { SignalingError, type Role } from 'firesignal';
import type { Backend } from '../backend/backend.ts';
import { displayName } from '../lib/display-name.ts';
import { Store } from '../lib/store.ts';
import { sentMedia } from '../media/own-media-state.ts';
import { OwnMedia } from '../media/own-media.ts';
import { whatOpens } from '../routing/room-address.ts';
import { Announcer } from './announcer.ts';
import { ChatLog } from './chat-log.ts';
import { encodeChat, tidyChat } from './chat-message.ts';
import { Desk } from './desk.ts';
import { OpenVisit } from './open-visit.ts';
import type { DoorState, LobbyActivity, SessionState } from './session-state.ts';

/**
 * One person's time in one room, from the lobby to the way out and back again: the one place where the app talks to a
 * room. `start` and `stop` may alternate; whatever an earlier start brings late is undone.
 */
export class RoomSession extends Store<SessionState> {
  readonly media = new OwnMedia();
  readonly chat = new ChatLog();
  readonly announcer = new Announcer();
  readonly desk = new Desk((text) => this.#notice(text));
  readonly roomId: string;

  readonly #backend: Backend;
  #name: string;
  #run: AbortController | undefined;
  /** Aborted when the room is opened once more. */
  #attempt = new AbortController();
  #visit: OpenVisit | undefined;
  /** The visit that is being opened, or open. `undefined` if that failed, or another took over. */
  #opening: Promise<OpenVisit | undefined> = Promise.resolve(undefined);
  /** Whether the last visit got into the call, so that coming back means being there again. */
  #wasInCall = false;
  #password: string | undefined;
  /** Whether the visitor has asked for somebody to open. */
  #knocks = false;
  /** The page that the visitor has knocked from. */
  #door: DoorState | undefined;

  constructor(backend: Backend, roomId: string, name: string) {
    super({ page: 'opening' });
    this.#backend = backend;
    this.roomId = roomId;
    this.#name = name;
  }

  get name(): string {
    return this.#name;
  }

  /** Opens the room and turns camera and microphone on. Idempotent. */
  start(): void {
    if (this.#run !== undefined) return;
    const { signal } = (this.#run = new AbortController());
    signal.addEventListener(
      'abort',
      this.media.subscribe(() => void this.#sendMedia()),
    );
    addEventListener('pageshow', (event) => this.#onPageShow(event), { signal });
    addEventListener('hashchange', () => this.#onLink(), { signal });
    this.open();
  }

  /** Leaves the room and turns everything off. Idempotent. */
  stop(): void {
    this.#run?.abort();
    this.#run = undefined;
    this.#end();
  }

  /** Opens the room: at first, after an error, or after having left. */
  open(): void {
    this.#wasInCall = false;
    this.#knocks = false;
    this.#enter();
  }

  /** Shows a password at the door. */
  tryPassword(password: string): void {
    this.#password = password;
    this.#enter();
  }

  /** Asks whoever runs the room to open, and waits. */
  knock(name: string): void {
    const state = this.read();
    if (state.page !== 'door') return;
    this.#door = state;
    this.#name = name;
    this.#knocks = true;
    this.#enter();
  }

  /** Waits no more, and is before the door again. */
  stopKnocking(): void {
    this.#knocks = false;
    this.#end();
    if (this.#door !== undefined) this.write(this.#door);
  }

  /** Does what a host or moderator has asked for, or leaves it. */
  answerMuteRequest(isDone: boolean): void {
    const request = this.#visit?.view.muteRequest;
    if (isDone && request?.audio === true) this.media.switchMicrophone(false);
    if (isDone && request?.video === true) {
      this.media.switchCamera(false);
      void this.media.switchScreen(false);
    }
    this.#visit?.dropMuteRequest();
  }

  #enter(): void {
    this.write({ page: 'opening' });
    this.media.start();
    void this.#reopen();
  }

  /** Goes straight back into the call. */
  rejoin(): void {
    this.write({ page: 'opening' });
    this.media.start();
    void this.#joinAfter(this.#reopen());
  }

  /** Takes another name. The others in the lobby see it at once. */
  rename(name: string): void {
    if (name === this.#name) return;
    this.#name = name;
    this.#setActivity({ kind: 'renaming' });
    void this.#reopen();
  }

  /** Takes a seat, under this name. */
  join(name: string): void {
    this.rename(name);
    this.#setActivity({ kind: 'joining' });
    void this.#joinAfter(this.#opening);
  }

  leave(): void {
    this.#end();
    this.write({ page: 'left', reason: 'left' });
  }

  /**
   * Ends the room for everybody. Only its creator may.
   *
   * @throws {SignalingError}
   */
  async endForAll(): Promise<void> {
    await this.#backend.client.endRoom(this.roomId);
  }

  /** Sends a text to everybody connected. */
  async say(typed: string): Promise<void> {
    const text = tidyChat(typed);
    if (text === undefined || this.#visit === undefined) return;
    this.chat.addMessage(displayName(this.#name), true, text);
    const readers = await this.#visit.room.broadcast(encodeChat(text)).catch(() => 0);
    if (readers === 0) this.chat.addNotice('Nobody was connected to read this');
  }

  /** Ends the visit there is, and opens the room anew. Never rejects. */
  #reopen(): Promise<OpenVisit | undefined> {
    this.#endVisit();
    this.#attempt = new AbortController();
    this.#opening = this.#tryToOpen(this.#attempt.signal);
    return this.#opening;
  }

  async #tryToOpen(signal: AbortSignal): Promise<OpenVisit | undefined> {
    const { client, departures } = this.#backend;
    try {
      await departures.settled(this.roomId);
      signal.throwIfAborted();
      const media = sentMedia(this.media.read());
      const room = await client.openRoom(whatOpens(this.roomId), {
        ...{ name: this.#name, media, signal, knock: this.#knocks },
        ...(this.#password !== undefined && { password: this.#password }),
        onKnock: () => {
          if (!signal.aborted) this.write({ page: 'knocking' });
        },
      });
      const visit = new OpenVisit(room, media, {
        changed: () => this.#refresh(),
        noticed: (text) => this.#notice(text),
        received: (author, text) => this.#receive(author, text),
      });
      if (signal.aborted) {
        departures.add(this.roomId, visit.end());
        return undefined;
      }
      this.#visit = visit;
      this.#refresh();
      void this.#sendMedia();
      return visit;
    } catch (error) {
      if (!signal.aborted) this.#refused(SignalingError.from(error));
      return undefined;
    }
  }

  async #joinAfter(opening: Promise<OpenVisit | undefined>): Promise<void> {
    const visit = await opening;
    if (visit === undefined || visit !== this.#visit) return;
    this.#setActivity({ kind: 'joining' });
    try {
      await visit.room.join({ signal: this.#attempt.signal });
    } catch (thrown) {
      // Else the visit was ended meanwhile, or the room has said why: there is nothing left to join.
      if (visit === this.#visit && visit.room.state === 'lobby') {
        const error = SignalingError.from(thrown);
        if (isFinal(error)) this.#refused(error);
        else this.#setActivity({ kind: 'refused', error });
      }
    }
  }

  /** Brings the page up to what the room says. */
  #refresh(): void {
    if (this.#visit === undefined) return;
    const { room, view, peers } = this.#visit;
    switch (room.state) {
      case 'lobby':
      case 'joining':
        this.desk.follow(room);
        this.write({ page: 'lobby', visit: view, activity: this.#activityIn(room.state) });
        break;
      case 'joined':
        this.#wasInCall = true;
        this.desk.follow(room);
        this.#followRole(room.role);
        this.write({ page: 'call', visit: view, peers });
        break;
      case 'leaving':
        break;
      case 'left': {
        const reason = room.reason ?? 'left';
        this.#end();
        this.write({ page: 'left', reason });
        break;
      }
    }
  }

  #activityIn(state: 'lobby' | 'joining'): LobbyActivity {
    if (state === 'joining') return { kind: 'joining' };
    const before = this.read();
    // The room is open again: whatever waited for that is over, but for a join that is about to happen.
    if (before.page !== 'lobby' || before.activity.kind === 'renaming') return { kind: 'waiting' };
    return before.activity;
  }

  #setActivity(activity: LobbyActivity): void {
    const state = this.read();
    if (state.page === 'lobby') this.write({ ...state, activity });
  }

  #notice(text: string): void {
    this.announcer.say(text);
    if (this.read().page === 'call') this.chat.addNotice(text);
  }

  #receive(name: string, text: string): void {
    const author = displayName(name);
    this.chat.addMessage(author, false, text);
    this.announcer.say(`${author} writes: ${text}`);
  }

  async #sendMedia(): Promise<void> {
    try {
      await this.#visit?.send(sentMedia(this.media.read()));
    } catch {
      // The room is being left. While it is open, links take new tracks or say themselves that they have failed.
    }
  }

  /** The door is shut: some doors a visitor can open from here. */
  #refused(error: SignalingError): void {
    const { code } = error;
    const isPassword = code === 'signaling/password-needed' || code === 'signaling/wrong-password';
    const mayKnock = code === 'signaling/room-locked' || code === 'signaling/knock-needed';
    if (!isPassword && !mayKnock) {
      this.#fail(error);
      return;
    }
    this.#end();
    if (isPassword)
      this.write({ page: 'password', error: code === 'signaling/wrong-password' ? error : undefined });
    else this.write({ page: 'door', error });
  }

  #fail(error: SignalingError): void {
    this.#end();
    this.write({ page: 'failed', error });
  }

  #end(): void {
    this.#endVisit();
    this.media.stop();
  }

  /** Nobody's camera is on for nothing: what a viewer has goes to nobody. */
  #followRole(role: Role): void {
    if (role === 'viewer') this.media.stop();
    else this.media.start();
  }

  #endVisit(): void {
    this.desk.follow(undefined);
    this.#attempt.abort();
    const visit = this.#visit;
    this.#visit = undefined;
    if (visit !== undefined) this.#backend.departures.add(this.roomId, visit.end());
  }

  /** Another link to this room was opened in its tab: it may have the invite or the key that was missing. */
  #onLink(): void {
    const { page } = this.read();
    if (page === 'failed' || page === 'door' || page === 'password') this.open();
  }

  /** The browser had put the page away, and with it the visit: here it is again. */
  #onPageShow(event: PageTransitionEvent): void {
    const state = this.read();
    if (!event.persisted || state.page !== 'left' || state.reason !== 'page-hidden') return;
    if (this.#wasInCall) this.rejoin();
    else this.open();
  }
}

/** Whether joining this room will never work. */
function isFinal(error: SignalingError): boolean {
  return (
    error.code === 'signaling/room-ended' ||
    error.code === 'signaling/room-not-found' ||
    error.code === 'signaling/protocol-mismatch' ||
    error.code === 'signaling/not-admitted' ||
    error.code === 'signaling/room-locked' ||
    error.code === 'signaling/banned' ||
    error.code === 'signaling/kicked'
  );
}
