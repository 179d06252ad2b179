import { Store } from '../lib/store.ts';
import { parseRoute, type Route } from './route.ts';

/** The page's address as a {@link Route}. */
class LocationStore extends Store<Route> {
  constructor() {
    super(parseRoute(location.pathname));
    addEventListener('popstate', () => this.write(parseRoute(location.pathname)));
  }

  /** Goes to another page of the app, as a link would. */
  go(pathname: string): void {
    if (pathname !== location.pathname) history.pushState(null, '', pathname);
    this.write(parseRoute(pathname));
    scrollTo(0, 0);
  }
}

export const locationStore = new LocationStore();
