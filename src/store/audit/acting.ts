// In whose name the database is changed: what is done within `actingAs` writes one event of the audit log, in the transaction that
// changes something first. A statement outside of a transaction gets one, so that nobody can forget it.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import type { Acting } from '../../model/audit/audit.js';

const storage = new AsyncLocalStorage<Acting>();

/** Does the work in somebody's name. */
export function actingAs<T>(acting: Acting, work: () => Promise<T>): Promise<T> {
  return storage.run(acting, work);
}

type Query = (text: string, values: readonly unknown[]) => Promise<unknown>;

const BEGIN = /^(begin|start transaction)\b/i;
const END = /^(commit|rollback)$/i;
const CHANGE = /^\s*(insert|update|delete|with\b[^]*\b(insert into|update|delete from))\b/i;

/** The event, and its name for what notes the rows: one statement, so that of several at once in a transaction none comes between. */
const NOTE = `with event as (
    insert into audit_events (id, app_id, user_id, email, authorization_id, via, address, request_id, action, target)
      values ($1::uuid, $2, $3::uuid, $4, $5, $6, $7, $8, $9, $10) on conflict (id) do nothing
  )
  select set_config('slipway.audit', $1::text, true), set_config('slipway.user_id', coalesce($3::text, ''), true)`;

/** The pool, whose connections note in whose name they change something. */
export function noting(pool: PostgresPool): PostgresPool {
  return {
    async connect() {
      const client = await pool.connect();
      return {
        query: notingQuery(client as unknown as { query: Query }),
        release: () => client.release(),
      } as unknown as PostgresPoolClient;
    },
    end: () => pool.end(),
  };
}

function notingQuery(client: { query: Query }): Query {
  let isOpen = false;
  let isNoted = false;
  const query: Query = (text, values) => client.query(text, values);

  async function note(acting: Acting): Promise<void> {
    isNoted = true;
    const { id, appId, userId, email, authorizationId, via, address, requestId, action, target } = acting;
    await query(NOTE, [id, appId, userId, email, authorizationId, via, address, requestId, action, target]);
  }

  async function alone(acting: Acting, text: string, values: readonly unknown[]): Promise<unknown> {
    await query('begin', []);
    try {
      await note(acting);
      const result = await query(text, values);
      await query('commit', []);
      return result;
    } catch (error) {
      await query('rollback', []).catch(() => undefined);
      throw error;
    } finally {
      isNoted = false;
    }
  }

  return async (text, values) => {
    if (BEGIN.test(text)) isOpen = true;
    if (END.test(text)) isOpen = isNoted = false;
    const acting = storage.getStore();
    if (!acting || isNoted || !CHANGE.test(text)) return query(text, values);
    if (!isOpen) return alone(acting, text, values);
    await note(acting);
    return query(text, values);
  };
}
