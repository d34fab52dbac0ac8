// Streams that are open, so that they end when their app goes, or when who asked for them may do nothing any more.
import type { Bus } from '../bus/open-bus.js';
import type { Caller } from '../model/user.js';
import { findApp } from '../store/app/apps.js';
import { mayStillAct } from '../store/people/authorizations.js';
import type { Store } from '../store/open-store.js';

export interface OpenStream {
  appId: string;
  caller: Caller;
  end(): void;
}

export interface OpenStreams {
  /**
   * Notes a stream, until the returned function is called. To be asked before it is looked whether it may be open: what is
   * taken back afterwards ends it.
   */
  add(stream: OpenStream): () => void;
  /** Whether its app is there and its caller may still act. */
  mayGoOn(stream: Pick<OpenStream, 'appId' | 'caller'>): Promise<boolean>;
}

export function openStreams({ bus, store }: { bus: Bus; store: Store }): OpenStreams {
  const open = new Set<OpenStream>();
  const endThose = (isMeant: (stream: OpenStream) => boolean) => [...open].filter(isMeant).forEach((stream) => stream.end());
  const mayGoOn = async ({ appId, caller }: Pick<OpenStream, 'appId' | 'caller'>) =>
    (await mayStillAct(store, caller)) && (await findApp(store, appId)) !== undefined;

  // Redis may not be there yet; the subscription comes with it.
  const heard = Promise.all([
    bus.subscribe('app-destroyed', ({ appId }) => endThose((stream) => stream.appId === appId)),
    bus.subscribe('access-revoked', ({ userId, authorizationId }) =>
      endThose(({ caller }) => caller.userId === userId && (authorizationId === null || caller.authorizationId === authorizationId)),
    ),
  ]);
  heard.catch(() => undefined);
  bus.onReconnect(() => {
    for (const stream of open)
      mayGoOn(stream).then(
        (may) => (may ? undefined : stream.end()),
        () => undefined,
      );
  });

  return {
    add(stream) {
      open.add(stream);
      return () => void open.delete(stream);
    },
    mayGoOn,
  };
}
