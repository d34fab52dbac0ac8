// What the database refuses because somebody was quicker: a name that was taken or an app that went between the look and the
// write. Told here, once, in the words of the API; so nobody needs to look first.
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import { PlatformError } from '../model/errors.js';
import type { Connections } from './share-connections.js';

const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';
/** Columns that aren't called after what they name. */
const NOUNS: Record<string, string> = { owner_id: 'user' };

/** The pool, whose connections throw PlatformErrors for such refusals. */
export function telling(pool: Connections): PostgresPool {
  return {
    async connect() {
      const { client, giveBack } = await pool.connect();
      const query = (text: string, values: readonly unknown[]) =>
        client.query(text, [...values]).catch((error: unknown) => Promise.reject(refusalOf(error) ?? error));
      return { query, release: giveBack } as unknown as PostgresPoolClient;
    },
    end: () => pool.end(),
  };
}

/** The refusal in the words of the API; null for any other error. */
export function refusalOf(error: unknown): PlatformError | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  // `Key (name)=(demo) already exists.`, in whatever language the database speaks.
  const [, column = '', value = ''] = /\((\w+)(?:, \w+)*\)=\((.*?)\)/.exec('detail' in error ? String(error.detail) : '') ?? [];
  if (error.code === UNIQUE_VIOLATION) return taken(column, value, error);
  if (error.code === FOREIGN_KEY_VIOLATION && column.endsWith('_id')) {
    const noun = NOUNS[column] ?? column.slice(0, -'_id'.length).replaceAll('_', ' ');
    return new PlatformError('not_found', `Couldn't find that ${noun}.`, { cause: error });
  }
  return null;
}

function taken(column: string, value: string, cause: Error): PlatformError {
  const name = column === 'name' || column === 'email' ? `${column === 'name' ? 'Name' : 'Email'} ${value} is already taken` : null;
  return name
    ? new PlatformError('invalid_params', name, { cause })
    : new PlatformError('conflict', 'Someone else changed the same thing at this moment. Look at it, then try again.', { cause });
}
