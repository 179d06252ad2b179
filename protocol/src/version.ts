/**
 * The version a room speaks, written into `rooms/{roomId}.protocolVersion` by its creator.
 * A client that does not know the version of a room must not join it.
 */
export const PROTOCOL_VERSION = 1;
