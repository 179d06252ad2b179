import type { Link, LocalMedia, MediaPresence, Role, Room, RosterEntry, Unsubscribe } from 'firesignal';
import { decodeChat } from './chat-message.ts';
import { peerViews, type PeerView } from './peer-view.ts';
import { rosterChanges } from './roster-changes.ts';
import { displayName } from '../lib/display-name.ts';
import type { MuteRequest, Visit } from './session-state.ts';

/** What a visit tells the session. */
export type VisitObserver = {
  /** Something that a page shows is another. */
  readonly changed: () => void;
  /** Others came or went, in words. */
  readonly noticed: (text: string) => void;
  readonly received: (author: string, text: string) => void;
};

const ROLE_NOTICES: Readonly<Record<Role, string>> = {
  moderator: 'You are a moderator now',
  speaker: 'You can speak now',
  viewer: 'You only watch now: the others do not see or hear you',
};

/** An open {@link Room}, followed until it ends. */
export class OpenVisit {
  readonly room: Room;
  readonly #observer: VisitObserver;
  readonly #subscriptions: Unsubscribe[];
  #roster: readonly RosterEntry[];
  #backendReachable = true;
  #sent: LocalMedia;
  #muteRequest: MuteRequest | undefined;

  /** @param sent the media that the room was opened with */
  constructor(room: Room, sent: LocalMedia, observer: VisitObserver) {
    this.room = room;
    this.#observer = observer;
    this.#roster = room.roster;
    this.#sent = sent;
    this.#subscriptions = [
      room.on('state', observer.changed),
      room.on('roster', ({ roster }) => this.#onRoster(roster)),
      room.on('link', ({ link }) => this.#onLink(link)),
      room.on('host-changed', ({ host }) => this.#onHost(host)),
      room.on('role-changed', ({ role }) => this.#onRole(role)),
      room.on('door', observer.changed),
      room.on('mute-requested', ({ by, audio, video }) => this.#onMuteRequest(by, { audio, video })),
      room.on('backend', ({ reachable }) => this.#onBackend(reachable)),
    ];
    for (const link of room.links.values()) this.#onLink(link);
  }

  get view(): Visit {
    return {
      room: this.room,
      roster: this.#roster,
      backendReachable: this.#backendReachable,
      muteRequest: this.#muteRequest,
    };
  }

  get peers(): readonly PeerView[] {
    return peerViews(this.room);
  }

  /** Sends other tracks from now on. */
  async send(media: Required<LocalMedia>): Promise<void> {
    if (media.audio === this.#sent.audio && media.video === this.#sent.video) return;
    this.#sent = media;
    await this.room.setMedia(media);
  }

  /** Stops following the room and leaves it. Never rejects. */
  async end(): Promise<void> {
    for (const unsubscribe of this.#subscriptions.splice(0)) unsubscribe();
    await this.room.leave();
  }

  /** The request has been answered, one way or the other. */
  dropMuteRequest(): void {
    this.#muteRequest = undefined;
    this.#observer.changed();
  }

  #onHost(host: string): void {
    const isSelf = host === this.room.uid;
    const entry = this.room.roster.find(({ peerId }) => peerId.startsWith(`${host}~`));
    this.#roster = this.room.roster;
    this.#observer.changed();
    if (isSelf) this.#observer.noticed('You run the room now');
    else if (entry !== undefined) this.#observer.noticed(`${displayName(entry.name)} runs the room now`);
  }

  #onRole(role: Role): void {
    // A viewer sends nothing that could be muted.
    if (role === 'viewer') this.#muteRequest = undefined;
    this.#observer.changed();
    this.#observer.noticed(ROLE_NOTICES[role]);
  }

  #onMuteRequest(by: string, what: MediaPresence): void {
    const name = displayName(this.room.roster.find(({ peerId }) => peerId === by)?.name ?? '');
    this.#muteRequest = { name, ...what };
    this.#observer.changed();
    this.#observer.noticed(`${name} asks you to mute`);
  }

  #onRoster(roster: readonly RosterEntry[]): void {
    const changes = rosterChanges(this.#roster, roster);
    this.#roster = roster;
    this.#observer.changed();
    for (const text of changes) this.#observer.noticed(text);
  }

  #onLink(link: Link): void {
    const { changed, received } = this.#observer;
    this.#subscriptions.push(
      link.on('state', changed),
      link.on('media', changed),
      link.on('stream', changed),
      link.on('message', ({ data }) => {
        const text = decodeChat(data);
        if (text !== undefined) received(link.name, text);
      }),
    );
    changed();
  }

  #onBackend(reachable: boolean): void {
    this.#backendReachable = reachable;
    this.#observer.changed();
  }
}
