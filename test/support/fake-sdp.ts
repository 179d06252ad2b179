/** What a fake connection writes into its descriptions: valid by the protocol, and no longer than it has to be. */
export type Section = { readonly kind: 'audio' | 'video' | 'application'; readonly mid: string };

export function sdpOf(description: {
  readonly ufrag: string;
  readonly fingerprint: string;
  readonly setup: string;
  readonly sections: readonly Section[];
}): string {
  const { ufrag, fingerprint, setup, sections } = description;
  const lines = [
    ...['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 't=0 0'],
    ...sections.flatMap(({ kind, mid }) => [
      kind === 'application'
        ? 'm=application 9 UDP/DTLS/SCTP webrtc-datachannel'
        : `m=${kind} 9 UDP/TLS/RTP/SAVPF 96`,
      `a=mid:${mid}`,
      `a=ice-ufrag:${ufrag}`,
      `a=fingerprint:sha-256 ${fingerprint}`,
      `a=setup:${setup}`,
    ]),
  ];
  return lines.map((line) => `${line}\r\n`).join('');
}

export function sectionsOf(sdp: string): readonly Section[] {
  return [...sdp.matchAll(/^m=(audio|video|application) [^]*?^a=mid:(\d+)/gm)].map(([, kind, mid]) => ({
    kind: kind as Section['kind'],
    mid: mid!,
  }));
}

export function setupOf(sdp: string): string {
  return /^a=setup:(\w+)/m.exec(sdp)?.[1] ?? '';
}

/** A track, as far as anybody asks. */
export class FakeTrack {
  readonly kind: string;
  isStopped = false;
  constructor(kind: string) {
    this.kind = kind;
  }
  stop(): void {
    this.isStopped = true;
  }
}

export function fakeTrack(kind: 'audio' | 'video'): MediaStreamTrack {
  return new FakeTrack(kind) as unknown as MediaStreamTrack;
}

export class FakeMediaStream {
  readonly #tracks: FakeTrack[];
  constructor(tracks: FakeTrack[] = []) {
    this.#tracks = tracks;
  }
  addTrack(track: FakeTrack): void {
    this.#tracks.push(track);
  }
  getTracks(): readonly FakeTrack[] {
    return this.#tracks;
  }
}

export class FakeTransceiver {
  readonly kind: 'audio' | 'video';
  readonly receiver: { readonly track: FakeTrack };
  readonly sender: { track: unknown; replaceTrack: (track: unknown) => Promise<void> };
  direction: RTCRtpTransceiverDirection;
  mid: string | null = null;

  constructor(trackOrKind: unknown, direction: RTCRtpTransceiverDirection) {
    const isKind = trackOrKind === 'audio' || trackOrKind === 'video';
    this.kind = isKind ? trackOrKind : ((trackOrKind as FakeTrack).kind as 'audio' | 'video');
    this.direction = direction;
    this.receiver = { track: new FakeTrack(this.kind) };
    this.sender = {
      track: isKind ? null : trackOrKind,
      replaceTrack: (track) => {
        this.sender.track = track;
        return Promise.resolve();
      },
    };
  }
}
