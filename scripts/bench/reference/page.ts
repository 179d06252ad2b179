/**
 * The reference: a call over a Socket.IO relay, with trickled candidates, as it is usually written. One thing is better than
 * usual: candidates that arrive before the description wait for it, so that no call is lost to that.
 */
import { io, type Socket } from 'socket.io-client';
import { FakeCamera } from '../../browser/harness/media.ts';
import { now } from '../../browser/harness/event-log.ts';
import type { FromRelay, ToRelay } from './contract.ts';

class ReferenceCall {
  readonly #socket: Socket<FromRelay, ToRelay>;
  readonly #room: string;
  readonly #connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
  readonly #early: RTCIceCandidateInit[] = [];
  readonly opened: Promise<number>;
  #open: (at: number) => void = () => undefined;

  constructor(socket: Socket<FromRelay, ToRelay>, room: string, tracks: readonly MediaStreamTrack[]) {
    this.#socket = socket;
    this.#room = room;
    this.opened = new Promise((resolve) => {
      this.#open = resolve;
    });
    for (const track of tracks) this.#connection.addTrack(track, new MediaStream([track]));
    this.#connection.addEventListener('icecandidate', ({ candidate }) => {
      if (candidate !== null) socket.emit('candidate', room, candidate.toJSON());
    });
    this.#connection.addEventListener('datachannel', ({ channel }) => this.#use(channel));
    socket.on('peer-joined', () => void this.#offer());
    socket.on('description', (description) => void this.#take(description));
    socket.on('candidate', (candidate) => void this.#takeCandidate(candidate));
  }

  close(): void {
    this.#socket.removeAllListeners();
    this.#connection.close();
  }

  #use(channel: RTCDataChannel): void {
    if (channel.readyState === 'open') this.#open(now());
    channel.addEventListener('open', () => this.#open(now()));
  }

  async #offer(): Promise<void> {
    this.#use(this.#connection.createDataChannel('data'));
    await this.#connection.setLocalDescription();
    this.#sendDescription();
  }

  async #take(description: RTCSessionDescriptionInit): Promise<void> {
    await this.#connection.setRemoteDescription(description);
    if (description.type === 'offer') {
      await this.#connection.setLocalDescription();
      this.#sendDescription();
    }
    for (const candidate of this.#early.splice(0)) await this.#connection.addIceCandidate(candidate);
  }

  async #takeCandidate(candidate: RTCIceCandidateInit): Promise<void> {
    if (this.#connection.remoteDescription === null) this.#early.push(candidate);
    else await this.#connection.addIceCandidate(candidate);
  }

  #sendDescription(): void {
    const description = this.#connection.localDescription;
    if (description?.type !== 'offer' && description?.type !== 'answer') return;
    this.#socket.emit('description', this.#room, { type: description.type, sdp: description.sdp });
  }
}

const camera = new FakeCamera();
let socket: Socket<FromRelay, ToRelay> | undefined;
let tracks: readonly MediaStreamTrack[] = [];
let current: { readonly call: ReferenceCall; readonly room: string } | undefined;

function connectedSocket(): Socket<FromRelay, ToRelay> {
  if (socket === undefined) throw new Error('connect() comes first.');
  return socket;
}

window.firesignalReference = {
  async connect(relay, media) {
    const opening: Socket<FromRelay, ToRelay> = io(relay, { transports: ['websocket'] });
    socket = opening;
    const { audio, video } = media === 'camera' ? await camera.media() : {};
    tracks = [audio, video].filter((track) => track instanceof MediaStreamTrack);
    if (!opening.connected) await new Promise<void>((resolve) => opening.once('connect', () => resolve()));
  },

  async enter(room) {
    const calledAt = now();
    current = { room, call: new ReferenceCall(connectedSocket(), room, tracks) };
    await new Promise<void>((resolve) => connectedSocket().emit('join', room, () => resolve()));
    return { calledAt };
  },

  opened() {
    if (current === undefined) throw new Error('enter() comes first.');
    return current.call.opened;
  },

  async leave() {
    if (current === undefined) return;
    const { call, room } = current;
    current = undefined;
    call.close();
    await new Promise<void>((resolve) => connectedSocket().emit('leave', room, () => resolve()));
  },
};
