import type { HarnessPage } from '../browser/harness-page.ts';

/** A frame as it has come over a data channel. `bytes` is its length, in UTF-8 for a text frame; `type` that of its JSON. */
export type HeardFrame = { readonly type: string; readonly bytes: number };

declare global {
  interface Window {
    heardFrames?: HeardFrame[];
  }
}

/** As text: what a loader makes of functions with names does not run in a page. */
const TAP = `
  const heard = (window.heardFrames = []);
  const typeOf = (text) => {
    try { return String(JSON.parse(text).type); } catch { return 'none'; }
  };
  const { createDataChannel } = RTCPeerConnection.prototype;
  RTCPeerConnection.prototype.createDataChannel = function (...args) {
    const channel = createDataChannel.apply(this, args);
    channel.addEventListener('message', ({ data }) => heard.push(
      typeof data === 'string'
        ? { type: typeOf(data), bytes: new TextEncoder().encode(data).length }
        : { type: 'binary', bytes: data.byteLength ?? data.size },
    ));
    return channel;
  };
`;

/** From now on the page keeps note of all that comes over its data channels. To be called before its first connection. */
export async function tapChannels({ page }: HarnessPage): Promise<void> {
  await page.evaluate(`(() => {${TAP}})()`);
}

/** What has come so far. */
export async function heardFrames({ page }: HarnessPage): Promise<readonly HeardFrame[]> {
  return page.evaluate(() => window.heardFrames ?? []);
}
