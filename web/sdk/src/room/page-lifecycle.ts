export type PageEvents = {
  /** The page goes away, perhaps for good: what is not sent now is never sent. */
  readonly onHide: () => void;
  /** The page or the network is back: waiting is over. */
  readonly onWake: () => void;
};

/** Listens to the page's life, where there is a page. Returns the way to stop. (HTML standard, page lifecycle.) */
export function watchPage({ onHide, onWake }: PageEvents): () => void {
  if (typeof window === 'undefined' || typeof document === 'undefined') return () => undefined;
  const onVisibility = (): void => {
    if (document.visibilityState === 'visible') onWake();
  };
  window.addEventListener('pagehide', onHide);
  window.addEventListener('pageshow', onWake);
  window.addEventListener('online', onWake);
  document.addEventListener('visibilitychange', onVisibility);
  return () => {
    window.removeEventListener('pagehide', onHide);
    window.removeEventListener('pageshow', onWake);
    window.removeEventListener('online', onWake);
    document.removeEventListener('visibilitychange', onVisibility);
  };
}
