import { queueTask } from './tasks.ts';

/** What every browser takes in one frame (RFC 8831 §6.6). Some take more: Chromium four times as much. */
const FRAME_MAX = 65_536;

/** One end of an RTCDataChannel, negotiated, ordered and reliable, as far as the SDK uses it. */
export class FakeDataChannel extends EventTarget {
  readonly id: number;
  readyState: RTCDataChannelState = 'connecting';
  binaryType: BinaryType = 'blob';
  bufferedAmountLowThreshold = 0;
  bufferedAmount = 0;
  /** While set, frames stay in the buffer until {@link drain}. */
  isStalled = false;
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  frameMax = FRAME_MAX;
  readonly sentFrames: (string | ArrayBuffer)[] = [];
  #other: FakeDataChannel | undefined;
  #stalled: (string | ArrayBuffer)[] = [];

  constructor(id = 0) {
    super();
    this.id = id;
  }

  /** Opens both ends to each other. */
  static connect(one: FakeDataChannel, other: FakeDataChannel): void {
    one.#other = other;
    other.#other = one;
    for (const end of [one, other]) queueTask(() => end.#open());
  }

  send(data: string | ArrayBuffer | ArrayBufferView): void {
    if (this.readyState !== 'open') throw new DOMException('not open', 'InvalidStateError');
    const frame = typeof data === 'string' ? data : copyOf(data);
    const size = sizeOf(frame);
    if (size > this.frameMax) throw new TypeError('larger than what the other side takes');
    this.sentFrames.push(frame);
    this.bufferedAmount += size;
    this.#stalled.push(frame);
    if (!this.isStalled) queueTask(() => this.drain());
  }

  /** Hands everything in the buffer over to the network. */
  drain(): void {
    const wasHigh = this.bufferedAmount > this.bufferedAmountLowThreshold;
    const frames = this.#stalled.splice(0);
    if (this.#other !== undefined) for (const frame of frames) this.#other.#take(frame);
    this.bufferedAmount = 0;
    if (wasHigh) this.dispatchEvent(new Event('bufferedamountlow'));
  }

  /** A frame arrives that no SDK has sent. */
  receive(data: string | ArrayBuffer): void {
    this.onmessage?.({ data });
  }

  close(): void {
    if (this.readyState === 'closed' || this.readyState === 'closing') return;
    this.readyState = 'closing';
    const other = this.#other;
    queueTask(() => this.#end());
    if (other !== undefined) queueTask(() => other.#end());
  }

  /** Gone without a word to either side. */
  vanish(): void {
    this.readyState = 'closed';
    this.#other = undefined;
  }

  #take(frame: string | ArrayBuffer): void {
    queueTask(() => {
      if (this.readyState === 'open') this.receive(frame);
    });
  }

  #open(): void {
    if (this.readyState !== 'connecting') return;
    this.readyState = 'open';
    this.onopen?.();
  }

  #end(): void {
    if (this.readyState === 'closed') return;
    this.readyState = 'closed';
    this.onclose?.();
    this.dispatchEvent(new Event('close'));
  }
}

export function asChannel(channel: FakeDataChannel): RTCDataChannel {
  return channel as unknown as RTCDataChannel;
}

function copyOf(data: ArrayBuffer | ArrayBufferView): ArrayBuffer {
  const view =
    data instanceof ArrayBuffer
      ? new Uint8Array(data)
      : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return new Uint8Array(view).buffer;
}

export function sizeOf(frame: string | ArrayBuffer): number {
  return typeof frame === 'string' ? new TextEncoder().encode(frame).byteLength : frame.byteLength;
}
