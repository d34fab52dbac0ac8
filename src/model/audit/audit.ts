// The audit log: what somebody changed.

/** Who changes something, by what, and what they asked for. */
export interface Acting {
  /** The event's. */
  id: string;
  /** Whose app it is about, where the request names one. */
  appId: string | null;
  /** Null where it is no user: a provider of add-ons, an OAuth client. */
  userId: string | null;
  email: string | null;
  /** Of the token, never the token. */
  authorizationId: string | null;
  via: Via;
  /** Where the request came from; null where it came from inside. */
  address: string | null;
  requestId: string;
  /** `PATCH /apps/:app/config-vars` */
  action: string;
  /** `/apps/shop/config-vars` */
  target: string;
}

export type Via = 'token' | 'push' | 'provider' | 'page' | 'client';

export interface AuditEvent extends Acting {
  seq: number;
  createdAt: Date;
}

/** A row that was changed: what of it was another before, and what it is since. Nothing in it is secret. */
export interface AuditChange {
  id: number;
  eventId: string;
  appId: string | null;
  /** The table: `apps`, `releases`. */
  noun: string;
  subjectId: string | null;
  action: 'create' | 'update' | 'destroy';
  before: Record<string, unknown>;
  after: Record<string, unknown>;
  createdAt: Date;
}
