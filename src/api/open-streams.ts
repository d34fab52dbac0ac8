// Streams that are open, so that they end when their app goes, or when who asked for them may do nothing any more.
import { mayGoOn } from '../actions/people/may-on.js';
import type { Bus } from '../bus/open-bus.js';
import type { Verb } from '../model/scope.js';
import type { Caller } from '../model/user.js';
import type { Store } from '../store/open-store.js';

const AGAIN_MS = 5_000;

export interface OpenStream {
  appId: string;
  caller: Caller;
  /** What one must be allowed to do to the app for it. */
  verb: Verb;
  end(): void;
}

export interface OpenStreams {
  /**
   * Notes a stream, until the returned function is called. To be asked before it is looked whether it may be open: what is
   * taken back afterwards ends it.
   */
  add(stream: OpenStream): () => void;
  /** Whether its app is there and its caller may still act, and do that to it. */
  mayGoOn(stream: Pick<OpenStream, 'appId' | 'caller' | 'verb'>): Promise<boolean>;
}

export function openStreams({ bus, store }: { bus: Bus; store: Store }): OpenStreams {
  const open = new Set<OpenStream>();
  const endThose = (isMeant: (stream: OpenStream) => boolean) => [...open].filter(isMeant).forEach((stream) => stream.end());
  const lookAgain = (isMeant: (stream: OpenStream) => boolean) => [...open].filter(isMeant).forEach(lookAt);
  const waiting = new Set<OpenStream>();

  function lookAt(stream: OpenStream): void {
    mayGoOn(store, stream).then(
      (may) => (may ? undefined : stream.end()),
      () => lookLater(stream),
    );
  }

  /** The store is away: what was taken back ends when it is there again. */
  function lookLater(stream: OpenStream): void {
    if (waiting.has(stream)) return;
    waiting.add(stream);
    const look = () => {
      waiting.delete(stream);
      if (open.has(stream)) lookAt(stream);
    };
    setTimeout(look, AGAIN_MS).unref();
  }

  // Redis may not be there yet; the subscription comes with it.
  const heard = Promise.all([
    bus.subscribe('app-destroyed', ({ appId }) => endThose((stream) => stream.appId === appId)),
    bus.subscribe('access-revoked', ({ userId, authorizationId }) =>
      endThose(({ caller }) => caller.userId === userId && (authorizationId === null || caller.authorizationId === authorizationId)),
    ),
    bus.subscribe('access-changed', ({ userId, appId }) =>
      lookAgain((stream) => (userId === null || stream.caller.userId === userId) && (appId === null || stream.appId === appId)),
    ),
  ]);
  heard.catch(() => undefined);
  bus.onReconnect(() => lookAgain(() => true));

  return {
    add(stream) {
      open.add(stream);
      return () => void open.delete(stream);
    },
    mayGoOn: (stream) => mayGoOn(store, stream),
  };
}
