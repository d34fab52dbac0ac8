// Every pub/sub channel and its message. Pub/sub forgets: whoever must not miss anything also reads the store.

export interface Channels {
  /** There is a new app: its first push may follow soon. */
  'app-created': { appId: string; stack: string };
  /** An app is gone: whoever keeps something of it outside the database removes it, and its tails end. */
  'app-destroyed': { appId: string };
  /** A user, or one token of theirs, may do nothing any more: their open streams end. */
  'access-revoked': { userId: string; authorizationId: string | null };
  /** Some may do less with an app than they could, or with any: what they have open is looked at again. Null is all. */
  'access-changed': { userId: string | null; appId: string | null };
  /** An app's dynos, formation, name or maintenance changed: the router reads its route again. */
  'route-changed': { appId: string };
  /** A builder has begun a build of the app: a release may follow soon. */
  'build-started': { appId: string };
  /** Someone wants this build to end. */
  'build-cancel': { buildId: string };
  /** An app's build cache is void: whoever keeps it may drop it now. The next build drops it anyway. */
  'cache-purged': { appId: string };
  /** A build has ended; its result is in the store. */
  'build-finished': { buildId: string };
  /** A release has ended; its result is in the store. */
  'release-finished': { releaseId: string };
  /** An app has a new one-off dyno, or one is to end. */
  'one-offs-changed': { appId: string };
  /** An add-on's state, plan or config changed. */
  'addon-changed': { addonId: string };
  /** A database has a transfer that waits, or one that is to end. */
  'transfers-changed': { addonId: string };
  /** An app has another log drain, or one less, or one leads elsewhere. */
  'drains-changed': { appId: string };
  /** There is something in the outbox. */
  'outbox-written': Record<string, never>;
  /** A connection to a repository is to be looked at. */
  'git-look-due': Record<string, never>;
  /** There is a schedule more, which may be due before the others. */
  'schedules-changed': Record<string, never>;
  /** Somebody asks for an app that sleeps: its dynos are to start. */
  'app-wake': { appId: string };
  /** Someone asks for dynos to be replaced: one by name, a type, or all. */
  'dynos-restart': { appId: string; name?: string; type?: string };
}

export type ChannelName = keyof Channels;
