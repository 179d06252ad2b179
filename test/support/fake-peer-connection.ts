import { ufragOf } from '@firesignal/protocol';
import { FakeDataChannel } from './fake-data-channel.ts';
import { FakeTransceiver, sdpOf, sectionsOf, setupOf, type Section } from './fake-sdp.ts';
import { queueTask } from './tasks.ts';

type Description = { readonly type: RTCSdpType; readonly sdp: string };

/** The network between fake connections. */
export class FakeNetwork {
  /** Whether ICE finds a way. */
  isPassable = true;
  /** `manual`: candidates come when a test says so. */
  gathering: 'at-once' | 'manual' = 'at-once';
  readonly connections: FakePeerConnection[] = [];

  #restarts = 0;

  /** Counts ICE restarts: credentials never come again. */
  nextRestart(): number {
    return (this.#restarts += 1);
  }

  /** A factory for the SDK. */
  readonly create = (): RTCPeerConnection => asPeerConnection(new FakePeerConnection(this));

  get openConnections(): readonly FakePeerConnection[] {
    return this.connections.filter(({ signalingState }) => signalingState !== 'closed');
  }

  /** Something has changed that ICE or DTLS may have waited for. */
  look(): void {
    queueTask(() => {
      if (!this.isPassable) return;
      for (const one of this.openConnections)
        for (const other of this.openConnections) if (one !== other && one.fits(other)) one.connectTo(other);
    });
  }
}

/**
 * An RTCPeerConnection as far as signaling can tell: signaling states with rollback, pending and current descriptions,
 * `negotiationneeded`, gathering, candidates by ufrag, and a connection once both sides hold each other's descriptions.
 * (W3C webrtc-pc §4.4.1, §4.7.3; RFC 8829 §4.1.10.2, §5.)
 */
export class FakePeerConnection {
  readonly fingerprint: string;
  signalingState: RTCSignalingState = 'stable';
  iceGatheringState: RTCIceGatheringState = 'new';
  connectionState: RTCPeerConnectionState = 'new';
  currentLocalDescription: Description | null = null;
  currentRemoteDescription: Description | null = null;
  onicecandidate: ((event: { candidate: object | null }) => void) | null = null;
  onicegatheringstatechange: (() => void) | null = null;
  onnegotiationneeded: (() => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  ontrack: ((event: object) => void) | null = null;
  /** Every candidate taken, by ufrag; the empty one is the end. */
  readonly remoteCandidates: string[] = [];
  readonly channels: FakeDataChannel[] = [];
  /** The next description of the peer that is applied will be refused. */
  refusesNext = false;
  /** How long its descriptions are at least: real ones have many lines that nobody here asks for. */
  sdpLengthMin = 0;
  readonly #network: FakeNetwork;
  #ufrag: string;
  /** Whether its ICE credentials have not been tried yet. */
  #hasNewIce = true;
  #isRestarting = false;
  #isToGather = true;
  #transceivers: FakeTransceiver[] = [];
  #dataMid: string | null = null;
  #pendingLocal: Description | null = null;
  #pendingRemote: Description | null = null;
  /** What a rollback goes back to. */
  #stable: { mids: Map<FakeTransceiver, string | null>; dataMid: string | null } | undefined;
  #chain: Promise<unknown> = Promise.resolve();
  #candidates: string[] = [];

  constructor(network = new FakeNetwork()) {
    this.#network = network;
    network.connections.push(this);
    const number = network.connections.length;
    this.#ufrag = `ufrag${String(number).padStart(3, '0')}`;
    this.fingerprint = `${number
      .toString(16)
      .padStart(4, '0')
      .toUpperCase()
      .replace(/(..)(..)/, '$1:$2')}${':AB'.repeat(30)}`;
  }

  get localDescription(): Description | null {
    const description = this.#pendingLocal ?? this.currentLocalDescription;
    if (description === null) return null;
    // Read after gathering, a description has the candidates inside.
    const lines = this.#candidates.map((candidate) => `a=${candidate}\r\n`).join('');
    const end = this.iceGatheringState === 'complete' ? 'a=end-of-candidates\r\n' : '';
    return { type: description.type, sdp: description.sdp + lines + end };
  }

  get remoteDescription(): Description | null {
    return this.#pendingRemote ?? this.currentRemoteDescription;
  }

  createDataChannel(_label: string, { id }: { id: number }): RTCDataChannel {
    const channel = new FakeDataChannel(id);
    this.channels.push(channel);
    this.#checkNeed();
    return channel as unknown as RTCDataChannel;
  }

  addTransceiver(
    trackOrKind: unknown,
    { direction = 'sendrecv' }: RTCRtpTransceiverInit = {},
  ): FakeTransceiver {
    const transceiver = new FakeTransceiver(trackOrKind, direction);
    this.#transceivers.push(transceiver);
    this.#checkNeed();
    return transceiver;
  }

  getTransceivers(): readonly FakeTransceiver[] {
    return this.#transceivers;
  }

  setLocalDescription(): Promise<void> {
    return this.#chained(() => {
      if (this.signalingState === 'have-remote-offer') this.#setLocalAnswer();
      else this.#setLocalOffer();
      this.#gather();
    });
  }

  setRemoteDescription({ type, sdp }: Description): Promise<void> {
    return this.#chained(() => {
      if (this.refusesNext) {
        this.refusesNext = false;
        throw new DOMException('refused', 'OperationError');
      }
      if (type === 'offer') this.#setRemoteOffer(sdp);
      else this.#setRemoteAnswer(sdp);
      this.#network.look();
    });
  }

  addIceCandidate({ candidate, usernameFragment }: RTCIceCandidateInit): Promise<void> {
    return this.#chained(() => {
      const description = this.remoteDescription;
      if (description === null) throw new DOMException('no remote description', 'InvalidStateError');
      if (ufragOf(description.sdp) !== usernameFragment)
        throw new DOMException('unknown ufrag', 'OperationError');
      this.remoteCandidates.push(`${usernameFragment} ${candidate ?? ''}`);
      this.#network.look();
    });
  }

  /** The next offer has new credentials, and gathers anew (W3C webrtc-pc §4.4.2). */
  restartIce(): void {
    this.#isRestarting = true;
    this.#checkNeed();
  }

  close(): void {
    if (this.signalingState === 'closed') return;
    this.signalingState = 'closed';
    this.connectionState = 'closed';
    for (const channel of this.channels) channel.close();
  }

  /** The machine is gone: nobody hears of it here, and no frame passes. */
  vanish(): void {
    this.signalingState = 'closed';
    this.connectionState = 'closed';
    for (const channel of this.channels) channel.vanish();
  }

  /** A candidate is found, with manual gathering. */
  findCandidate(address = '192.0.2.1'): void {
    const candidate = `candidate:1 1 udp 2113937151 ${address} 47028 typ host generation 0 ufrag ${this.#ufrag}`;
    this.#candidates.push(candidate);
    this.onicecandidate?.({ candidate: { candidate, usernameFragment: this.#ufrag } });
  }

  /** Gathering is over, with manual gathering. */
  finishGathering(): void {
    this.iceGatheringState = 'complete';
    this.onicegatheringstatechange?.();
    this.onicecandidate?.({ candidate: null });
  }

  /** ICE, and what rests on it, takes another state. */
  become(state: RTCPeerConnectionState): void {
    if (this.signalingState === 'closed' || this.connectionState === state) return;
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }

  /** Whether both sides hold each other's present descriptions, agree on who begins, and one knows where the other is. */
  fits(other: FakePeerConnection): boolean {
    const sides = [this, other] as const;
    const [mine, theirs] = sides.map((side) => side.currentRemoteDescription?.sdp ?? '');
    if (!mine!.includes(other.fingerprint) || !theirs!.includes(this.fingerprint)) return false;
    if (!sides.every((side) => side.#hasNewIce)) return false;
    const roles = sides.map((side) => setupOf(side.currentLocalDescription?.sdp ?? ''));
    return (
      !(roles[0] === roles[1] && roles[0] !== 'actpass') &&
      sides.some((side) => side.remoteCandidates.length > 0)
    );
  }

  connectTo(other: FakePeerConnection): void {
    for (const side of [this, other]) side.#hasNewIce = false;
    for (const side of [this, other]) side.become('connecting');
    for (const side of [this, other]) side.become('connected');
    for (const channel of this.channels) {
      const counterpart = other.channels.find(({ id }) => id === channel.id);
      if (counterpart !== undefined) FakeDataChannel.connect(channel, counterpart);
    }
  }

  /** One operation at a time. Of a connection that is closed meanwhile, nobody hears again. */
  #chained(operation: () => void): Promise<void> {
    if (this.signalingState === 'closed')
      return Promise.reject(new DOMException('closed', 'InvalidStateError'));
    const result = this.#chain.then(
      () =>
        new Promise<void>((resolve, reject) => {
          queueTask(() => {
            if (this.signalingState === 'closed') return;
            try {
              operation();
              resolve();
            } catch (error) {
              reject(error instanceof Error ? error : new Error(String(error)));
            }
          });
        }),
    );
    this.#chain = result.catch(() => undefined);
    return result;
  }

  #setLocalOffer(): void {
    this.#stable ??= {
      mids: new Map(this.#transceivers.map((transceiver) => [transceiver, transceiver.mid])),
      dataMid: this.#dataMid,
    };
    let next = this.#sections().length;
    for (const transceiver of this.#transceivers) transceiver.mid ??= String(next++);
    if (this.channels.length > 0) this.#dataMid ??= String(next++);
    if (this.#isRestarting) this.#renewIce();
    this.#pendingLocal = { type: 'offer', sdp: this.#sdp('actpass') };
    this.signalingState = 'have-local-offer';
  }

  #setLocalAnswer(): void {
    const role = setupOf(this.#pendingRemote!.sdp);
    // RFC 8839 §4.4.1.1.1: the peer's new credentials ask for new ones.
    const last = this.currentRemoteDescription?.sdp;
    if (last !== undefined && ufragOf(last) !== ufragOf(this.#pendingRemote!.sdp)) this.#renewIce();
    // RFC 8842 §5.3: the answerer should be active, unless the offerer is.
    this.currentLocalDescription = {
      type: 'answer',
      sdp: this.#sdp(role === 'active' ? 'passive' : 'active'),
    };
    this.currentRemoteDescription = this.#pendingRemote;
    this.#becomeStable();
  }

  #setRemoteOffer(sdp: string): void {
    if (this.signalingState === 'have-local-offer') this.#rollBack();
    for (const section of sectionsOf(sdp)) this.#associate(section);
    this.#pendingRemote = { type: 'offer', sdp };
    this.signalingState = 'have-remote-offer';
  }

  #setRemoteAnswer(sdp: string): void {
    if (this.signalingState !== 'have-local-offer')
      throw new DOMException(`an answer in ${this.signalingState}`, 'InvalidStateError');
    const [offered, answered] = [this.#pendingLocal!.sdp, sdp].map((text) => sectionsOf(text).length);
    if (offered !== answered)
      throw new DOMException('sections of offer and answer differ', 'InvalidAccessError');
    this.currentLocalDescription = this.#pendingLocal;
    this.currentRemoteDescription = { type: 'answer', sdp };
    this.#becomeStable();
  }

  #becomeStable(): void {
    this.#pendingLocal = this.#pendingRemote = null;
    this.#stable = undefined;
    this.signalingState = 'stable';
    this.#network.look();
    this.#checkNeed();
  }

  #rollBack(): void {
    for (const transceiver of this.#transceivers)
      transceiver.mid = this.#stable?.mids.get(transceiver) ?? null;
    this.#dataMid = this.#stable?.dataMid ?? null;
    this.#pendingLocal = null;
    this.#stable = undefined;
    this.signalingState = 'stable';
  }

  /** Transceivers made by `addTransceiver` never take over a section of the peer (RFC 8829 §5.10). */
  #associate({ kind, mid }: Section): void {
    if (kind === 'application') this.#dataMid = mid;
    else if (!this.#transceivers.some((transceiver) => transceiver.mid === mid)) {
      const transceiver = new FakeTransceiver(kind, 'recvonly');
      transceiver.mid = mid;
      this.#transceivers.push(transceiver);
      queueTask(() => this.ontrack?.({ track: transceiver.receiver.track }));
    }
  }

  #sections(): readonly Section[] {
    const media = this.#transceivers.flatMap(({ kind, mid }) => (mid === null ? [] : [{ kind, mid }]));
    const data = this.#dataMid === null ? [] : [{ kind: 'application' as const, mid: this.#dataMid }];
    return [...media, ...data].sort((one, other) => Number(one.mid) - Number(other.mid));
  }

  #sdp(setup: string): string {
    const { fingerprint } = this;
    const sdp = sdpOf({ ufrag: this.#ufrag, fingerprint, setup, sections: this.#sections() });
    return sdp.length < this.sdpLengthMin ? `${`${sdp}a=x-`.padEnd(this.sdpLengthMin - 2, 'x')}\r\n` : sdp;
  }

  #checkNeed(): void {
    queueTask(() => {
      const isNeeded =
        (this.channels.length > 0 && this.#dataMid === null) ||
        this.#transceivers.some((transceiver) => transceiver.mid === null) ||
        this.#isRestarting;
      if (isNeeded && this.signalingState === 'stable') this.onnegotiationneeded?.();
    });
  }

  #renewIce(): void {
    this.#isRestarting = false;
    this.#hasNewIce = true;
    this.#ufrag = `${this.#ufrag.slice(0, 8)}x${String(this.#network.nextRestart())}`;
    this.#candidates = [];
    // As in Chromium: it stays `complete` until gathering begins anew.
    this.#isToGather = true;
  }

  #gather(): void {
    if (!this.#isToGather) return;
    this.#isToGather = false;
    queueTask(() => {
      if (this.signalingState === 'closed') return;
      this.iceGatheringState = 'gathering';
      this.onicegatheringstatechange?.();
      if (this.#network.gathering === 'manual') return;
      this.findCandidate();
      this.finishGathering();
    });
  }
}

export function asPeerConnection(connection: FakePeerConnection): RTCPeerConnection {
  return connection as unknown as RTCPeerConnection;
}

/** The fake behind a connection that the SDK holds. */
export function fakeOf(connection: RTCPeerConnection | undefined): FakePeerConnection {
  return connection as unknown as FakePeerConnection;
}
