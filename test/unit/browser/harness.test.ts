import { describe, expect, it } from 'vitest';
import { EventLog, matches } from '../../../scripts/browser/harness/event-log.ts';
import { digestOf, testBytes } from '../../../scripts/browser/harness/messages.ts';

describe('event patterns', () => {
  const event = { kind: 'signal', peer: 'p', trace: { route: 'mailbox', parts: ['offer', 'candidates'] } };

  it('match by the fields they name, also of nested objects and within lists', () => {
    expect(matches(event, { kind: 'signal' })).toBe(true);
    expect(matches(event, { peer: 'p', trace: { route: 'mailbox', parts: ['offer'] } })).toBe(true);
  });

  it('do not match where a field differs or is missing', () => {
    expect(matches(event, { peer: 'q' })).toBe(false);
    expect(matches(event, { trace: { parts: ['answer'] } })).toBe(false);
    expect(matches(event, { message: { length: 1 } })).toBe(false);
  });
});

describe('the event log', () => {
  it('finds what has happened, and waits for what has not', async () => {
    const log = new EventLog();
    log.record({ kind: 'joined' });
    await expect(log.waitFor({ kind: 'joined' }, 0)).resolves.toMatchObject({ kind: 'joined', index: 0 });
    const second = log.waitFor({ kind: 'joined' }, 1);
    log.record({ kind: 'left' });
    log.record({ kind: 'joined' });
    await expect(second).resolves.toMatchObject({ index: 2 });
  });
});

describe('message digests', () => {
  it('tell apart messages that differ in content or order', () => {
    const checksum = (text: string): number => digestOf(text).checksum;
    expect(new Set([checksum('ab'), checksum('ba'), checksum('abc')]).size).toBe(3);
  });

  it('carry short texts whole, long ones by length and checksum only', () => {
    expect(digestOf('hello')).toMatchObject({ type: 'text', length: 5, text: 'hello' });
    expect(digestOf('x'.repeat(1_000))).not.toHaveProperty('text');
    expect(digestOf(testBytes(200_000).buffer)).toMatchObject({ type: 'binary', length: 200_000 });
  });
});
