import type { PeerConnectionFactory, SignalTransport } from 'firesignal';
import type { BackendRequest } from './contract.ts';

/** Told of any RTCPeerConnection. */
export type ConnectionObserver = {
  /** ICE and DTLS are done. */
  readonly connected: () => void;
  /** All candidates for a local description have been gathered. */
  readonly gathered: (description: 'offer' | 'answer') => void;
};

/** Makes RTCPeerConnections, remembers which are not closed, and tells how they come on. */
export class CountingFactory {
  readonly #made: RTCPeerConnection[] = [];
  readonly #observer: ConnectionObserver;

  constructor(observer: ConnectionObserver) {
    this.#observer = observer;
  }

  readonly create: PeerConnectionFactory = (configuration) => {
    const connection = new RTCPeerConnection(configuration);
    this.#made.push(connection);
    connection.addEventListener('connectionstatechange', () => {
      if (connection.connectionState === 'connected') this.#observer.connected();
    });
    connection.addEventListener('icegatheringstatechange', () => {
      const description = connection.localDescription?.type;
      const isComplete = connection.iceGatheringState === 'complete';
      if (isComplete && (description === 'offer' || description === 'answer'))
        this.#observer.gathered(description);
    });
    return connection;
  };

  get made(): number {
    return this.#made.length;
  }

  get open(): number {
    return this.#made.filter((connection) => connection.signalingState !== 'closed').length;
  }
}

/** The same transport, with its open watches counted, and what it is asked for written down. */
export class CountingTransport implements SignalTransport {
  readonly #transport: SignalTransport;
  readonly #requests: BackendRequest[] = [];
  #watches = 0;

  constructor(transport: SignalTransport) {
    this.#transport = transport;
  }

  get watches(): number {
    return this.#watches;
  }

  get requests(): readonly BackendRequest[] {
    return this.#requests;
  }

  readonly signIn: SignalTransport['signIn'] = () => this.#transport.signIn();
  readonly serverNow: SignalTransport['serverNow'] = () => this.#transport.serverNow();
  readonly read: SignalTransport['read'] = (target) => this.#transport.read(target);
  readonly commit: SignalTransport['commit'] = (writes) => {
    this.#requests.push({ kind: 'commit', writes: writes.map(({ kind, path }) => ({ kind, path })) });
    return this.#transport.commit(writes);
  };
  readonly commitAtUnload: SignalTransport['commitAtUnload'] = (writes) =>
    this.#transport.commitAtUnload(writes);
  readonly close: SignalTransport['close'] = () => this.#transport.close();

  readonly watch: SignalTransport['watch'] = (target, observer) => {
    const done = this.#count();
    const path = 'document' in target ? target.document : target.collection;
    const stop = this.#transport.watch(target, {
      next: (snapshot) => {
        this.#requests.push({ kind: 'snapshot', path });
        observer.next(snapshot);
      },
      error: (error) => {
        done();
        observer.error(error);
      },
    });
    return () => {
      done();
      stop();
    };
  };

  readonly onReachable: SignalTransport['onReachable'] = (listener) => {
    const done = this.#count();
    const stop = this.#transport.onReachable(listener);
    return () => {
      done();
      stop();
    };
  };

  /** Counts one more until the returned function is called for the first time. */
  #count(): () => void {
    let open = true;
    this.#watches++;
    return () => {
      if (open) this.#watches--;
      open = false;
    };
  }
}
