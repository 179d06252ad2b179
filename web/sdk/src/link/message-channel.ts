import { LIMITS, checkChannelFrame, type ChannelFrame } from '@firesignal/protocol';
import { CHANNEL_BUFFER_HIGH, CHANNEL_BUFFER_LOW } from '../defaults.ts';
import { SignalingError } from '../errors.ts';
import { Emitter } from '../lib/emitter.ts';
import { TaskQueue } from '../lib/task-queue.ts';

type Parts = Extract<ChannelFrame, { type: 'parts' }>;
/** Frames that concern the link itself. */
export type ControlFrame = Exclude<ChannelFrame, { type: 'text' | 'parts' }>;

export type ChannelEvents = {
  open: undefined;
  close: undefined;
  message: string | ArrayBuffer;
  control: ControlFrame;
  problem: SignalingError;
};

/** A message whose parts are arriving. `count` and `length` tell how many have, and how long they are together. */
type Assembly = {
  readonly announced: Parts;
  readonly received: Uint8Array[];
  count: number;
  length: number;
};

/** What a text frame has besides its text. */
const TEXT_FRAME_REST = JSON.stringify({ type: 'text', text: '' }).length;

/**
 * Messages of any size, and the link's own control frames, over one data channel. Large messages go in parts, since
 * browsers agree on 64 KiB a frame only; control frames may pass between the parts.
 */
export class MessageChannelOver {
  readonly events = new Emitter<ChannelEvents>();
  readonly #channel: RTCDataChannel;
  readonly #sending = new TaskQueue();
  #assembly: Assembly | undefined;

  constructor(channel: RTCDataChannel) {
    this.#channel = channel;
    channel.binaryType = 'arraybuffer';
    channel.bufferedAmountLowThreshold = CHANNEL_BUFFER_LOW;
    channel.onopen = () => this.events.emit('open', undefined);
    channel.onclose = () => this.events.emit('close', undefined);
    channel.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => this.#receive(data);
  }

  get isOpen(): boolean {
    return this.#channel.readyState === 'open';
  }

  /** Sends a control frame if the channel is open and takes it whole. Returns whether it did. */
  control(frame: ControlFrame): boolean {
    const text = JSON.stringify(frame);
    if (!this.isOpen || !fitsIntoFrame(text)) return false;
    try {
      this.#channel.send(text);
      return true;
    } catch {
      // The channel closed under our hands, or its buffer is full: the caller has another route.
      return false;
    }
  }

  /**
   * Sends a message; resolves when the channel has taken all of it.
   *
   * @throws `signaling/channel-closed`, `signaling/message-too-large`
   */
  send(data: string | ArrayBuffer | ArrayBufferView): Promise<void> {
    const bytes = typeof data === 'string' ? utf8IfLarge(data) : bytesOf(data);
    if (bytes !== undefined && bytes.byteLength > LIMITS.MESSAGE_LENGTH_MAX)
      return Promise.reject(new SignalingError('signaling/message-too-large'));
    return this.#sending.run(async () => {
      if (bytes === undefined) await this.#push(JSON.stringify({ type: 'text', text: data }));
      else if (typeof data !== 'string' && bytes.byteLength <= LIMITS.MESSAGE_PART_LENGTH)
        await this.#push(bytes);
      else await this.#sendParts(bytes, typeof data === 'string' ? 'text' : 'binary');
    });
  }

  close(): void {
    this.#channel.onopen = this.#channel.onclose = this.#channel.onmessage = null;
    this.#channel.close();
    // Whoever waits for room in the buffer hears of the end.
    this.#channel.dispatchEvent(new Event('bufferedamountlow'));
    this.events.clear();
  }

  async #sendParts(bytes: Uint8Array<ArrayBuffer>, kind: Parts['kind']): Promise<void> {
    const size = LIMITS.MESSAGE_PART_LENGTH;
    const count = Math.max(1, Math.ceil(bytes.byteLength / size));
    await this.#push(
      JSON.stringify({ type: 'parts', kind, count, length: bytes.byteLength } satisfies Parts),
    );
    for (let part = 0; part < count; part += 1)
      await this.#push(bytes.subarray(part * size, (part + 1) * size));
  }

  async #push(frame: string | Uint8Array<ArrayBuffer>): Promise<void> {
    while (this.isOpen && this.#channel.bufferedAmount > CHANNEL_BUFFER_HIGH) await this.#drained();
    if (!this.isOpen) throw new SignalingError('signaling/channel-closed');
    try {
      if (typeof frame === 'string') this.#channel.send(frame);
      else this.#channel.send(frame);
    } catch (error) {
      throw new SignalingError('signaling/channel-closed', undefined, { cause: error });
    }
  }

  #drained(): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#channel.removeEventListener('bufferedamountlow', done);
        this.#channel.removeEventListener('close', done);
        resolve();
      };
      this.#channel.addEventListener('bufferedamountlow', done);
      this.#channel.addEventListener('close', done);
    });
  }

  #receive(data: string | ArrayBuffer): void {
    if (typeof data !== 'string') {
      this.#receiveBinary(data);
      return;
    }
    const checked = checkChannelFrame(data);
    if (!checked.ok) {
      this.#refuse(checked.problem);
      return;
    }
    const frame = checked.value;
    if (frame.type === 'text') this.events.emit('message', frame.text);
    else if (frame.type === 'parts') this.#assembly = { announced: frame, received: [], count: 0, length: 0 };
    else this.events.emit('control', frame);
  }

  #receiveBinary(data: ArrayBuffer): void {
    const assembly = this.#assembly;
    if (assembly === undefined) {
      this.events.emit('message', data);
      return;
    }
    const { count, length, kind } = assembly.announced;
    assembly.count += 1;
    assembly.length += data.byteLength;
    // What is too long is not kept, but all its parts have to pass before the next message can be told from them.
    if (assembly.length <= length) assembly.received.push(new Uint8Array(data));
    if (assembly.count < count) return;
    this.#assembly = undefined;
    if (assembly.length !== length) {
      this.#refuse('the parts of a message are not as long as announced');
      return;
    }
    const whole = joined(assembly.received, length);
    this.events.emit('message', kind === 'text' ? UTF8.decode(whole) : whole.buffer);
  }

  #refuse(problem: string): void {
    this.events.emit('problem', new SignalingError('signaling/invalid-document', `${problem}.`));
  }
}

/** A text is passed on as it is: a byte order mark at its beginning belongs to it. */
const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** The UTF-8 of a text that may not fit into one frame, else nothing. */
function utf8IfLarge(text: string): Uint8Array<ArrayBuffer> | undefined {
  // JSON may take six characters for one, and a character has up to three bytes.
  if (text.length <= (LIMITS.MESSAGE_PART_LENGTH - TEXT_FRAME_REST) / 6) return undefined;
  return new TextEncoder().encode(text);
}

/** A character has up to three bytes of UTF-8. */
function fitsIntoFrame(text: string): boolean {
  const size = LIMITS.MESSAGE_PART_LENGTH;
  return text.length * 3 <= size || new TextEncoder().encode(text).byteLength <= size;
}

function bytesOf(data: ArrayBuffer | ArrayBufferView): Uint8Array<ArrayBuffer> {
  // A copy: sending may have to wait, and the caller may go on using its buffer.
  const view =
    data instanceof ArrayBuffer
      ? new Uint8Array(data)
      : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return new Uint8Array(view);
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.byteLength;
  }
  return whole;
}
