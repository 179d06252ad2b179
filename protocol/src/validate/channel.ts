import type { ChannelFrame } from '../channel.ts';
import { LIMITS } from '../limits.ts';
import { checking, fail, fieldsOf, flagOf, integerIn, oneOf, stringUpTo, type Checked } from './check.ts';
import { checkSignalState } from './signal.ts';

const FRAME_TYPES = ['text', 'parts', 'signal', 'media', 'mute', 'bye'] as const;

/** Checks a text frame of the data channel. */
export function checkChannelFrame(text: string): Checked<ChannelFrame> {
  return checking(() => channelFrame(parse(text)));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return fail('frame is not JSON');
  }
}

function channelFrame(value: unknown): ChannelFrame {
  if (typeof value !== 'object' || value === null || !('type' in value))
    fail('frame must be a map with a type');
  const type = oneOf(value.type, 'frame.type', FRAME_TYPES);
  switch (type) {
    case 'text': {
      const fields = fieldsOf(value, 'frame', ['type', 'text']);
      return { type, text: stringUpTo(fields['text'], 'frame.text', LIMITS.MESSAGE_LENGTH_MAX) };
    }
    case 'parts': {
      const fields = fieldsOf(value, 'frame', ['type', 'kind', 'count', 'length']);
      return {
        type,
        kind: oneOf(fields['kind'], 'frame.kind', ['text', 'binary']),
        count: integerIn(fields['count'], 'frame.count', 1, LIMITS.MESSAGE_PARTS_MAX),
        length: integerIn(fields['length'], 'frame.length', 0, LIMITS.MESSAGE_LENGTH_MAX),
      };
    }
    case 'signal': {
      const checked = checkSignalState(fieldsOf(value, 'frame', ['type', 'state'])['state']);
      return checked.ok ? { type, state: checked.value } : fail(checked.problem);
    }
    case 'media':
    case 'mute': {
      const fields = fieldsOf(value, 'frame', ['type', 'audio', 'video']);
      return {
        type,
        audio: flagOf(fields['audio'], 'frame.audio'),
        video: flagOf(fields['video'], 'frame.video'),
      };
    }
    case 'bye':
      fieldsOf(value, 'frame', ['type']);
      return { type };
  }
}
