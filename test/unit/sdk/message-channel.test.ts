import { LIMITS } from '@firesignal/protocol';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { CHANNEL_BUFFER_HIGH, CHANNEL_BUFFER_LOW } from '../../../web/sdk/src/defaults.ts';
import type { SignalingError } from '../../../web/sdk/src/errors.ts';
import { MessageChannelOver, type ControlFrame } from '../../../web/sdk/src/link/message-channel.ts';
import { asChannel, FakeDataChannel, sizeOf } from '../../support/fake-data-channel.ts';
import { settled } from '../../support/tasks.ts';

type End = {
  readonly raw: FakeDataChannel;
  readonly channel: MessageChannelOver;
  readonly messages: (string | ArrayBuffer)[];
  readonly controls: ControlFrame[];
  readonly problems: SignalingError[];
};

function end(): End {
  const raw = new FakeDataChannel();
  const channel = new MessageChannelOver(asChannel(raw));
  const result: End = { raw, channel, messages: [], controls: [], problems: [] };
  channel.events.on('message', (data) => result.messages.push(data));
  channel.events.on('control', (frame) => result.controls.push(frame));
  channel.events.on('problem', (error) => result.problems.push(error));
  return result;
}

async function pair(): Promise<readonly [End, End]> {
  const [here, there] = [end(), end()];
  FakeDataChannel.connect(here.raw, there.raw);
  await settled();
  return [here, there];
}

const bytes = (length: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length }, (_, index) => index % 251);
const listed = (data: string | ArrayBuffer): string | number[] =>
  typeof data === 'string' ? data : [...new Uint8Array(data)];
const encoded = (data: string | ArrayBuffer): string =>
  typeof data === 'string' ? `text ${data}` : `bytes ${Buffer.from(data).toString('base64')}`;

describe('MessageChannelOver', () => {
  it('brings text and binary over as what they were, both ways', async () => {
    const [here, there] = await pair();
    await here.channel.send('héllo 🙂');
    await here.channel.send(bytes(3).buffer);
    await there.channel.send('');
    await there.channel.send(new ArrayBuffer(0));
    await settled();
    expect(there.messages.map(listed)).toEqual(['héllo 🙂', [0, 1, 2]]);
    expect(here.messages.map(listed)).toEqual(['', []]);
  });

  it('[DC6] sends no control frame that is larger than others take, whatever this side does', async () => {
    const [here] = await pair();
    here.raw.frameMax = 4 * LIMITS.MESSAGE_PART_LENGTH;
    const frame = (sdp: string): ControlFrame => ({
      type: 'signal',
      state: { conn: 2, rev: 1, offer: { conn: 2, id: 'offer-01', sdp } },
    });
    const rest = sizeOf(JSON.stringify(frame('')));
    // Three bytes each.
    const largest = '…'.repeat(Math.floor((LIMITS.MESSAGE_PART_LENGTH - rest) / 3));
    expect(here.channel.control(frame(largest))).toBe(true);
    expect(here.channel.control(frame(`${largest}…`))).toBe(false);
    expect(here.raw.sentFrames).toHaveLength(1);
  });

  it('sends what a view shows of its buffer, as it was at the time of the call', async () => {
    const [here, there] = await pair();
    const buffer = bytes(100).buffer;
    const sent = here.channel.send(new DataView(buffer, 10, 3));
    new Uint8Array(buffer).fill(0);
    await sent;
    await settled();
    expect(there.messages.map(listed)).toEqual([[10, 11, 12]]);
  });

  it('[DC1] brings 200 kB of text, and of bytes, over in parts of at most 64 KiB', async () => {
    const [here, there] = await pair();
    const text = 'aä阿🙂'.repeat(20_000);
    await here.channel.send(text);
    await here.channel.send(bytes(200_000));
    await settled();
    expect(there.messages[0]).toBe(text);
    expect(listed(there.messages[1]!)).toEqual([...bytes(200_000)]);
    expect(Math.max(...here.raw.sentFrames.map(sizeOf))).toBeLessThanOrEqual(LIMITS.MESSAGE_PART_LENGTH);
  });

  it('never sends a frame above 64 KiB, whatever a text of any length is made of', async () => {
    const [here, there] = await pair();
    const lengths = [
      LIMITS.MESSAGE_PART_LENGTH / 6,
      LIMITS.MESSAGE_PART_LENGTH / 3,
      LIMITS.MESSAGE_PART_LENGTH,
    ];
    const texts = lengths.flatMap((length) =>
      [-30, -4, -3, -1, 0, 1].flatMap((off) =>
        ['\u0000', '阿', 'a'].map((unit) => unit.repeat(Math.floor(length) + off)),
      ),
    );
    for (const text of texts) await here.channel.send(text);
    await settled();
    expect(there.messages).toEqual(texts);
    expect(Math.max(...here.raw.sentFrames.map(sizeOf))).toBeLessThanOrEqual(LIMITS.MESSAGE_PART_LENGTH);
  });

  it('keeps a byte order mark at the beginning of a long text', async () => {
    const [here, there] = await pair();
    const text = `\uFEFF${'x'.repeat(LIMITS.MESSAGE_PART_LENGTH)}`;
    await here.channel.send(text);
    await settled();
    expect(there.messages).toEqual([text]);
  });

  it('brings any sequence of messages over intact and in order', async () => {
    const unit = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 });
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.tuple(unit, fc.integer({ min: 0, max: 20_000 })).map(([part, count]) => part.repeat(count)),
    );
    const binary = fc.integer({ min: 0, max: 200_000 }).map((length) => bytes(length).buffer);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(text, binary), { maxLength: 6 }), async (messages) => {
        const [here, there] = await pair();
        await Promise.all(messages.map((message) => here.channel.send(message)));
        await settled();
        expect(there.messages.map(encoded)).toEqual(messages.map(encoded));
        expect(there.problems).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });

  it('[DC2] lets control frames pass between the parts of a message', async () => {
    const [here, there] = await pair();
    here.raw.isStalled = true;
    const sent = here.channel.send(bytes(CHANNEL_BUFFER_HIGH + 3 * LIMITS.MESSAGE_PART_LENGTH));
    await settled();
    expect(here.channel.control({ type: 'media', audio: true, video: false })).toBe(true);
    here.raw.isStalled = false;
    here.raw.drain();
    await sent;
    await settled();
    expect(there.controls).toEqual([{ type: 'media', audio: true, video: false }]);
    expect(there.messages).toHaveLength(1);
    const kinds = here.raw.sentFrames.map((frame) => typeof frame);
    expect(kinds.indexOf('string', 1)).toBeLessThan(kinds.lastIndexOf('object'));
  });

  it('tells that a control frame has not gone out when the channel is not open', async () => {
    const [here] = await pair();
    expect(end().channel.control({ type: 'bye' })).toBe(false);
    here.channel.close();
    expect(here.channel.control({ type: 'bye' })).toBe(false);
  });

  it.each([
    ['more than announced', { count: 2, length: 10 }, [8, 8]],
    ['less than announced', { count: 2, length: 10 }, [4, 4]],
    ['more than announced in its first part', { count: 3, length: 10 }, [20, 5, 5]],
  ])('[DC3] refuses a message of %s, with all its parts', async (_, announced, lengths) => {
    const [, there] = await pair();
    there.raw.receive(JSON.stringify({ type: 'parts', kind: 'binary', ...announced }));
    for (const length of lengths) there.raw.receive(bytes(length).buffer);
    expect(there.messages).toEqual([]);
    expect(there.problems.map(({ code }) => code)).toEqual(['signaling/invalid-document']);
    there.raw.receive(bytes(3).buffer);
    expect(there.messages.map(listed)).toEqual([[0, 1, 2]]);
  });

  it.each([
    'no JSON',
    '{"type":"unknown"}',
    '{"type":"text","text":1}',
    '{"type":"text","text":"a","more":1}',
    `{"type":"parts","kind":"binary","count":1,"length":${LIMITS.MESSAGE_LENGTH_MAX + 1}}`,
    '{"type":"signal","state":{"conn":0,"rev":1}}',
  ])('reports the frame %s, and goes on', async (frame) => {
    const [, there] = await pair();
    there.raw.receive(frame);
    there.raw.receive('{"type":"text","text":"next"}');
    expect(there.problems.map(({ code }) => code)).toEqual(['signaling/invalid-document']);
    expect(there.messages).toEqual(['next']);
    expect(there.controls).toEqual([]);
  });

  it('takes a message of 16 MiB, and refuses one that is larger at once', async () => {
    const [here, there] = await pair();
    await here.channel.send(new ArrayBuffer(LIMITS.MESSAGE_LENGTH_MAX));
    await settled();
    expect((there.messages[0] as ArrayBuffer).byteLength).toBe(LIMITS.MESSAGE_LENGTH_MAX);
    for (const large of [
      new ArrayBuffer(LIMITS.MESSAGE_LENGTH_MAX + 1),
      'ä'.repeat(LIMITS.MESSAGE_LENGTH_MAX / 2 + 1),
    ])
      await expect(here.channel.send(large)).rejects.toMatchObject({ code: 'signaling/message-too-large' });
  });

  it('[DC4] waits while the buffer is full, and goes on when it has drained', async () => {
    const [here, there] = await pair();
    here.raw.isStalled = true;
    expect(here.raw.bufferedAmountLowThreshold).toBe(CHANNEL_BUFFER_LOW);
    const done = vi.fn();
    const sent = here.channel.send(bytes(3 * CHANNEL_BUFFER_HIGH)).then(done);
    await settled();
    expect(here.raw.bufferedAmount).toBeLessThanOrEqual(CHANNEL_BUFFER_HIGH + 2 * LIMITS.MESSAGE_PART_LENGTH);
    expect(done).not.toHaveBeenCalled();
    for (let round = 0; round < 3; round += 1) {
      here.raw.drain();
      await settled();
    }
    await sent;
    here.raw.drain();
    await settled();
    expect((there.messages[0] as ArrayBuffer).byteLength).toBe(3 * CHANNEL_BUFFER_HIGH);
  });

  it.each([
    ['here', 0],
    ['there', 1],
  ])('[DC5] rejects what waits to be sent when the channel is closed %s', async (_, index) => {
    const ends = await pair();
    const [here] = ends;
    here.raw.isStalled = true;
    const sent = here.channel.send(bytes(3 * CHANNEL_BUFFER_HIGH));
    const queued = here.channel.send('queued');
    const outcomes = Promise.allSettled([sent, queued]);
    await settled();
    ends[index]!.channel.close();
    for (const outcome of await outcomes)
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'signaling/channel-closed' } });
  });

  it('rejects a message while the channel is not open yet', async () => {
    await expect(end().channel.send('early')).rejects.toMatchObject({ code: 'signaling/channel-closed' });
  });

  it('tells of its opening and of the end that the other side makes, and is silent after its own', async () => {
    const here = end();
    const there = end();
    const heard: string[] = [];
    for (const event of ['open', 'close'] as const) {
      here.channel.events.on(event, () => heard.push(`here ${event}`));
      there.channel.events.on(event, () => heard.push(`there ${event}`));
    }
    FakeDataChannel.connect(here.raw, there.raw);
    await settled();
    here.channel.close();
    here.channel.close();
    await settled();
    expect(heard).toEqual(['here open', 'there open', 'there close']);
  });
});
