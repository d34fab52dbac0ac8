import type { PostgresPool } from 'kysely';
import { expect, it } from 'vitest';
import type { Acting } from '../../../../src/model/audit/audit.js';
import { actingAs, noting } from '../../../../src/store/audit/acting.js';

const JANE: Acting = {
  id: '1',
  appId: null,
  userId: '2',
  email: 'jane@example.com',
  authorizationId: null,
  via: 'token',
  address: null,
  requestId: '3',
  action: 'PATCH /apps/:app',
  target: '/apps/shop',
};

type Query = (text: string) => Promise<unknown>;

/** What reaches the database while `work` is done by Jane; the event, and what gives the transaction its name, as `note`. */
async function sent(work: (query: Query) => Promise<unknown>, o: { fails?: string } = {}): Promise<string[]> {
  const texts: string[] = [];
  const query = async (text: string) => {
    texts.push(/audit_events/.test(text) && /slipway\.audit/.test(text) ? 'note' : text);
    await Promise.resolve();
    if (text === o.fails) throw new Error('refused');
  };
  const pool = { connect: async () => ({ query, release: () => undefined }), end: async () => undefined };
  const client = (await noting(pool as unknown as PostgresPool).connect()) as unknown as { query: (text: string, values: []) => unknown };
  await actingAs(JANE, () => work(async (text) => client.query(text, [])));
  return texts;
}

const [CHANGE, OTHER] = ['update apps set x = 1', 'delete from builds'];

it('what is read is not noted', async () => {
  expect(await sent((query) => query('select 1'))).toEqual(['select 1']);
});

it('a change gets a transaction with its note', async () => {
  expect(await sent((query) => query(CHANGE))).toEqual(['begin', 'note', CHANGE, 'commit']);
});

it('a change that is refused takes its note with it, and the next has its own', async () => {
  const work = async (query: Query) => {
    await expect(query(CHANGE)).rejects.toThrow('refused');
    await query(OTHER);
  };
  expect(await sent(work, { fails: CHANGE })).toEqual(['begin', 'note', CHANGE, 'rollback', 'begin', 'note', OTHER, 'commit']);
});

it('of a transaction the first change is noted, and each transaction has its note', async () => {
  const work = async (query: Query) => {
    for (const text of ['begin', 'select 1', CHANGE, OTHER, 'rollback', 'begin', OTHER, 'commit']) await query(text);
  };
  expect(await sent(work)).toEqual(['begin', 'select 1', 'note', CHANGE, OTHER, 'rollback', 'begin', 'note', OTHER, 'commit']);
});

it('changes that a transaction sends at once all come behind its note', async () => {
  const work = async (query: Query) => {
    await query('begin');
    await Promise.all([query(CHANGE), query(OTHER)]);
    await query('commit');
  };
  const texts = await sent(work);
  expect(texts[1]).toBe('note');
  expect(texts.slice(2, -1).toSorted()).toEqual([OTHER, CHANGE].toSorted());
});
