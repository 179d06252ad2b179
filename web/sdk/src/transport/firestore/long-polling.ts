/** Safari holds back streamed responses since this version, which delays every snapshot by half a minute. */
const FIRST_BUFFERING_SAFARI: readonly [major: number, minor: number] = [26, 4];

/** Whether this browser needs Firestore's long polling, since its streaming stalls. */
export function needsLongPolling(userAgent: string): boolean {
  // Chrome and Android browsers name Safari, too, for compatibility.
  if (!userAgent.includes('Safari/') || /Chrome\/|Chromium\/|Android/.test(userAgent)) return false;
  const match = /Version\/(\d+)\.(\d+)/.exec(userAgent);
  // Every browser on iOS is WebKit, but those of others than Apple seldom say which: rather slower than stalled.
  if (match === null) return /\(iP(?:hone|ad|od)/.test(userAgent);
  const [major, minor] = [Number(match[1]), Number(match[2])];
  return (
    major > FIRST_BUFFERING_SAFARI[0] ||
    (major === FIRST_BUFFERING_SAFARI[0] && minor >= FIRST_BUFFERING_SAFARI[1])
  );
}
