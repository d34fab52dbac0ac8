// People, and the tokens they act with.

export interface User {
  id: string;
  email: string;
  name: string | null;
  role: 'admin' | 'member';
  /** Since when they may do nothing; null when they may. */
  suspendedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

export interface Authorization {
  id: string;
  userId: string;
  description: string;
  scope: string[];
  tokenHash: string;
  tokenHint: string;
  expiresAt: Date | null;
  /** To the minute. */
  lastUsedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

/** A user who asks for something, by a token or by a push. */
export interface Actor extends User {
  /** Of the token; null where there is none that limits. */
  scope: readonly string[] | null;
}

/** Who asked for a stream's URL: it is good while they may act. By a token, or by a push. */
export interface Caller {
  userId: string;
  authorizationId: string | null;
}
