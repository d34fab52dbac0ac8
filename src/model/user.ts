// People, and the tokens they act with.

export interface User {
  id: string;
  email: string;
  name: string | null;
  role: 'admin' | 'member';
  /** Since when they may do nothing; null when they may. */
  suspendedAt: Date | null;
  /** Whether a code is asked for beside the password. */
  twoFactor: boolean;
  createdAt: Date;
  updatedAt: Date;
}

export interface Authorization {
  id: string;
  userId: string;
  description: string;
  scope: string[];
  /** Ids of the apps it is for; null when it is for all. Those that are gone stay: it never becomes good for more. */
  apps: string[] | null;
  tokenHash: string;
  tokenHint: string;
  expiresAt: Date | null;
  /** For how long its token is good from when it is made, and made anew; null where nothing was said. */
  lifetimeS: number | null;
  /** Whether it was made by signing in with a password: it ends when another is set. */
  isLogin: boolean;
  /** The OAuth client that obtained it; null where none did. */
  clientId: string | null;
  /** Of the token that its own is refreshed with; null where it isn't. */
  refreshHash: string | null;
  refreshHint: string | null;
  /** To the minute. */
  lastUsedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

/** A user who asks for something, by a token or by a push. */
export interface Actor extends User {
  /** Of the token; null where there is none that limits. */
  scope: readonly string[] | null;
  /** Ids of the apps that the token is for; null when it is for all. */
  apps: readonly string[] | null;
}

/** Who asked for a stream's URL: it is good while they may act. By a token, or by a push. */
export interface Caller {
  userId: string;
  authorizationId: string | null;
}
