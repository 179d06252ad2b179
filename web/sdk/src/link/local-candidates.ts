import { LIMITS, checkCandidateLine, ufragOf, type CandidateBlock } from '@firesignal/protocol';

/** Collects what a connection gathers for its present ICE credentials, and says when that is all. */
export class LocalCandidates {
  readonly #pc: RTCPeerConnection;
  readonly #onChange: () => void;
  /** Of the description before this one. */
  #lastUfrag: string;
  #ufrag = '';
  #describedUfrag = '';
  /** After an ICE restart the state is still that of the last gathering, until the next begins. */
  #isStale = false;
  #exchangeId = '';
  #lines: string[] = [];

  constructor(pc: RTCPeerConnection, onChange: () => void) {
    this.#pc = pc;
    this.#onChange = onChange;
    this.#lastUfrag = ufragOf(pc.localDescription?.sdp ?? '');
    pc.onicecandidate = ({ candidate }) => this.#take(candidate);
    pc.onicegatheringstatechange = () => {
      this.#isStale = false;
      // Some browsers end with a null candidate, some with this state, some with both.
      if (this.complete) this.#onChange();
    };
  }

  /** The gathering of the present description is over, or it needed none. */
  get complete(): boolean {
    return this.#pc.iceGatheringState === 'complete' && !this.#isStale;
  }

  /** A local description of the exchange `id` has been set. New ICE credentials in it begin a new list. */
  describes(id: string): void {
    const ufrag = ufragOf(this.#pc.localDescription?.sdp ?? '');
    if (ufrag === this.#describedUfrag) return;
    const isRestart = this.#lastUfrag !== '' && this.#lastUfrag !== ufrag;
    this.#isStale = isRestart && this.#ufrag !== ufrag && this.#pc.iceGatheringState === 'complete';
    this.#lastUfrag = this.#describedUfrag = ufrag;
    this.#exchangeId = id;
    this.#turnTo(ufrag);
  }

  /** Whether what is gathered belongs to an exchange. */
  get isDescribed(): boolean {
    return this.#exchangeId !== '';
  }

  get lines(): string {
    return this.#lines.join('\n');
  }

  block(conn: number): CandidateBlock | undefined {
    if (!this.isDescribed) return undefined;
    return { conn, id: this.#exchangeId, ufrag: this.#ufrag, lines: this.lines, complete: this.complete };
  }

  close(): void {
    this.#pc.onicecandidate = this.#pc.onicegatheringstatechange = null;
  }

  #take(candidate: RTCIceCandidate | null): void {
    if (candidate === null || candidate.candidate === '') return;
    this.#turnTo(candidate.usernameFragment ?? this.#ufrag);
    if (!this.#fits(candidate.candidate)) return;
    this.#lines.push(candidate.candidate);
    this.#onChange();
  }

  #turnTo(ufrag: string): void {
    if (ufrag === this.#ufrag) return;
    this.#ufrag = ufrag;
    this.#lines = [];
  }

  /** A host with very many interfaces: the first candidates are the most likely ones, the rest would break the limits. */
  #fits(line: string): boolean {
    return (
      checkCandidateLine(line).ok &&
      this.#lines.length < LIMITS.CANDIDATES_COUNT_MAX &&
      this.lines.length + 1 + line.length <= LIMITS.CANDIDATES_LENGTH_MAX
    );
  }
}
