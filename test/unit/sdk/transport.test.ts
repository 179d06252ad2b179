import { FirebaseError } from 'firebase/app';
import { Timestamp } from 'firebase/firestore';
import { describe, expect, it } from 'vitest';
import { fromFirestore } from '../../../web/sdk/src/transport/firestore/documents.ts';
import { toTransportError } from '../../../web/sdk/src/transport/firestore/errors.ts';
import { needsLongPolling } from '../../../web/sdk/src/transport/firestore/long-polling.ts';
import { Instant, TransportError } from '../../../web/sdk/src/transport/signal-transport.ts';

describe('Firestore documents', () => {
  it('hold instants where there are timestamps, at any depth', () => {
    expect(fromFirestore({ deep: { list: [Timestamp.fromMillis(1_234)] }, name: 'Ada' })).toEqual({
      deep: { list: [new Instant(1_234)] },
      name: 'Ada',
    });
  });

  it('of other origin pass as they are, for the validators to refuse', () => {
    const bytes = new Uint8Array([1]);
    expect(fromFirestore({ bytes, none: null, half: 0.5 })).toEqual({ bytes, none: null, half: 0.5 });
  });
});

describe('Firestore errors', () => {
  it.each([
    ['permission-denied', 'denied'],
    ['not-found', 'denied'],
    ['unavailable', 'unavailable'],
    ['deadline-exceeded', 'unavailable'],
    ['aborted', 'unavailable'],
    ['cancelled', 'unavailable'],
    ['resource-exhausted', 'rate-limited'],
    ['unauthenticated', 'unauthenticated'],
    ['auth/network-request-failed', 'unavailable'],
    ['auth/too-many-requests', 'rate-limited'],
    ['auth/operation-not-allowed', 'unauthenticated'],
    ['auth/anything-else', 'unauthenticated'],
    ['invalid-argument', 'other'],
    ['failed-precondition', 'other'],
    ['internal', 'other'],
  ])('%s is of the kind %s', (code, kind) => {
    const cause = new FirebaseError(code, 'message');
    expect(toTransportError(cause)).toMatchObject({
      name: 'TransportError',
      kind,
      message: 'message',
      cause,
    });
  });

  it('of other origin are of the kind other, and transport errors stay what they are', () => {
    const cause = new TypeError('no Firebase');
    expect(toTransportError(cause)).toMatchObject({ kind: 'other', cause });
    const error = new TransportError('denied', 'no');
    expect(toTransportError(error)).toBe(error);
  });
});

describe('needsLongPolling', () => {
  const MAC = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)';
  const IPHONE =
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)';
  const IPAD = 'Mozilla/5.0 (iPad; CPU OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)';
  const BLINK = 'AppleWebKit/537.36 (KHTML, like Gecko)';

  it.each([
    ['Safari 18.6 on macOS', false, `${MAC} Version/18.6 Safari/605.1.15`],
    ['Safari 26.3 on macOS', false, `${MAC} Version/26.3 Safari/605.1.15`],
    ['Safari 26.4 on macOS', true, `${MAC} Version/26.4 Safari/605.1.15`],
    ['Safari 26.10 on macOS', true, `${MAC} Version/26.10 Safari/605.1.15`],
    ['Safari 27 on macOS', true, `${MAC} Version/27.0 Safari/605.1.15`],
    ['Safari 26.3 on iOS', false, `${IPHONE} Version/26.3 Mobile/15E148 Safari/604.1`],
    ['Safari 26.4.1 on iOS', true, `${IPHONE} Version/26.4.1 Mobile/15E148 Safari/604.1`],
    ['Safari 26.4 on an iPad that says so', true, `${IPAD} Version/26.4 Mobile/15E148 Safari/604.1`],
    ['Edge on iOS 26.4', true, `${IPHONE} Version/26.4 EdgiOS/146.0.0.0 Mobile/15E148 Safari/605.1.15`],
    [
      'Chrome on macOS',
      false,
      `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${BLINK} Chrome/146.0.0.0 Safari/537.36`,
    ],
    [
      'Chrome on Android',
      false,
      `Mozilla/5.0 (Linux; Android 10; K) ${BLINK} Chrome/146.0.0.0 Mobile Safari/537.36`,
    ],
    [
      'a WebView on Android',
      false,
      `Mozilla/5.0 (Linux; Android 15; Pixel 9; wv) ${BLINK} Version/4.0 Chrome/146.0.0.0 Mobile Safari/537.36`,
    ],
    [
      'the old browser of Android',
      false,
      'Mozilla/5.0 (Linux; U; Android 4.0.3; en-us) AppleWebKit/534.30 (KHTML, like Gecko) Version/4.0 Mobile Safari/534.30',
    ],
    [
      'Edge on Windows',
      false,
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${BLINK} Chrome/146.0.0.0 Safari/537.36 Edg/146.0.0.0`,
    ],
    [
      'Firefox on Windows',
      false,
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:148.0) Gecko/20100101 Firefox/148.0',
    ],
    ['Node', false, 'Node.js/24'],
    ['nothing', false, ''],
  ])('tells for %s: %s', (_, expected, userAgent) => {
    expect(needsLongPolling(userAgent)).toBe(expected);
  });

  // They do not say which WebKit they run in, and one that buffers holds every snapshot back for half a minute.
  it.each([
    ['Chrome', `${IPHONE} CriOS/146.0.7000.1 Mobile/15E148 Safari/604.1`],
    ['Firefox', `${IPHONE} FxiOS/148.0 Mobile/15E148 Safari/605.1.15`],
    ['Chrome on an iPad', `${IPAD} CriOS/146.0.7000.1 Mobile/15E148 Safari/604.1`],
  ])('takes no chances with %s on iOS', (_, userAgent) => {
    expect(needsLongPolling(userAgent)).toBe(true);
  });
});
