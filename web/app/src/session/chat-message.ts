/** Longest text that is sent or shown. */
export const CHAT_LENGTH_MAX = 2_000;

/** A chat message as it travels over a data channel. */
export function encodeChat(text: string): string {
  return JSON.stringify({ type: 'chat', text });
}

/** The text of a chat message. `undefined` for whatever else a peer may send. */
export function decodeChat(data: string | ArrayBuffer): string | undefined {
  if (typeof data !== 'string') return undefined;
  try {
    const value: unknown = JSON.parse(data);
    if (typeof value !== 'object' || value === null) return undefined;
    if (!('type' in value) || value.type !== 'chat' || !('text' in value)) return undefined;
    return typeof value.text === 'string' ? tidyChat(value.text) : undefined;
  } catch {
    return undefined;
  }
}

/** A text as typed or received, fit to be shown; `undefined` if nothing is left of it. */
export function tidyChat(text: string): string | undefined {
  const tidy = text.slice(0, CHAT_LENGTH_MAX).trim();
  return tidy === '' ? undefined : tidy;
}
