/** What the address asks for. */
export type Route =
  | { readonly page: 'start' }
  /** `roomId` as it stands in the address: it may be malformed. */
  | { readonly page: 'room'; readonly roomId: string }
  | { readonly page: 'unknown' };

export function parseRoute(pathname: string): Route {
  if (pathname === '/' || pathname === '/index.html') return { page: 'start' };
  const roomId = /^\/r\/([^/]+)\/?$/.exec(pathname)?.[1];
  return roomId === undefined ? { page: 'unknown' } : { page: 'room', roomId };
}

export function roomPathname(roomId: string): string {
  return `/r/${encodeURIComponent(roomId)}`;
}
