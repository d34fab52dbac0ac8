// Webhooks: who is told of what happens to an app (devcenter.heroku.com/articles/app-webhooks).

/** What can be told of. */
export const INCLUDES = [
  'api:addon',
  'api:addon-attachment',
  'api:app',
  'api:build',
  'api:collaborator',
  'api:domain',
  'api:dyno',
  'api:formation',
  'api:release',
  'api:sni-endpoint',
  'api:transfer',
  'dyno',
] as const;
export type Include = (typeof INCLUDES)[number];

export const MOST_WEBHOOKS = 10;
/** Of an app, so many are kept, the newest; and those that wait to be told. */
export const MOST_EVENTS = 10_000;
/** Events and deliveries are kept so long. */
export const KEPT_MS = 7 * 24 * 3_600_000;

/** `notify`: one attempt. `sync`: until it is answered with a success, or nobody waits any more. */
export type Level = 'notify' | 'sync';

export interface Webhook {
  id: string;
  appId: string;
  url: string;
  include: Include[];
  level: Level;
  /** The API's address, as whoever made it reached it: for the addresses in what is told. */
  apiUrl: string;
  /** Its last attempt brought no answer in time: it keeps few places until one does. */
  isFailing: boolean;
  createdAt: Date;
  updatedAt: Date;
}

export interface WebhookEvent {
  id: string;
  seq: number;
  appId: string;
  appName: string;
  include: Include;
  action: 'create' | 'update' | 'destroy';
  userId: string | null;
  /** The row that changed, as the database had it then, by its column names; what of it was another before. */
  subject: Record<string, unknown>;
  previous: Record<string, unknown>;
  apiUrl: string;
  /** What is told, once it has been written. */
  payload: Payload | null;
  createdAt: Date;
  updatedAt: Date;
}

/** The same for all that hear of an event. */
export interface Payload {
  id: string;
  action: string;
  resource: string;
  version: string;
  actor: { id: string; email: string };
  data: object;
  previous_data: object;
  sequence: null;
  created_at: string;
  updated_at: string;
  published_at: string;
}

export interface Delivery {
  id: string;
  seq: number;
  appId: string;
  webhookId: string;
  eventId: string;
  status: DeliveryStatus;
  numAttempts: number;
  nextAttemptAt: Date | null;
  attemptId: string | null;
  attemptStatus: 'scheduled' | 'succeeded' | 'failed' | null;
  attemptCode: number | null;
  attemptError: string | null;
  attemptAt: Date | null;
  attemptEndedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

/** `retrying`: an attempt has failed, and another follows. */
export const DELIVERY_STATUSES = ['pending', 'scheduled', 'retrying', 'failed', 'succeeded'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** What of a list of includes is kept: each once, the older name of one as the new. */
export function asIncludes(given: readonly Include[]): Include[] {
  return [...new Set(given.map((each) => (each === 'api:dyno' ? 'dyno' : each)))];
}

/** `api:addon-attachment` → `addon-attachment` */
export function resourceOf(include: Include): string {
  return include.replace('api:', '');
}

/** A row as the database has it, as the noun that it is: names in camelCase, times as dates. */
export function nounOfRow<T>(row: Record<string, unknown>): T {
  const camel = (name: string) => name.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());
  const value = (name: string, each: unknown) => (name.endsWith('_at') && typeof each === 'string' ? new Date(each) : each);
  return Object.fromEntries(Object.entries(row).map(([name, each]) => [camel(name), value(name, each)])) as T;
}

/** What of a resource was another before. */
export function whatChanged(before: object, after: object): object {
  const now = after as Record<string, unknown>;
  return Object.fromEntries(Object.entries(before).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(now[name])));
}
