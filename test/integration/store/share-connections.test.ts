// Requests that meet while a connection is being opened: real PostgreSQL, whose connections open as late as the test says.
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { shareConnections, type Connections } from '../../../src/store/share-connections.js';
import { startStores, type TestStores } from '../../support/stores.js';
import { until } from '../../support/until.js';

let stores: TestStores;
let connections: Connections;
let pool: pg.Pool;
/** Opens what waits to be opened. */
let open: (() => void)[] = [];
let isHeld = false;

class SlowClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    const connect = this.connect.bind(this) as (done: unknown) => void;
    // pg's pool calls it with a callback.
    this.connect = ((done: unknown) => (isHeld ? void open.push(() => connect(done)) : connect(done))) as typeof this.connect;
  }
}

beforeAll(async () => (stores = await startStores()));
afterAll(() => stores?.stop());
afterEach(() => connections.end());

function share(max: number): void {
  [open, isHeld] = [[], false];
  pool = new pg.Pool({ connectionString: stores.databaseUrl, max, Client: SlowClient });
  pool.on('error', () => undefined);
  connections = shareConnections(pool);
}

const pidOf = async ({ client }: { client: pg.PoolClient }) =>
  ((await client.query('select pg_backend_pid() as pid')).rows as { pid: number }[])[0]!.pid;

it('a request has the connection that is given back first, though another is being opened for it', async () => {
  share(2);
  const first = await connections.connect();
  const pid = await pidOf(first);
  isHeld = true;
  const second = connections.connect();
  await until(() => open.length).toBe(1);
  first.giveBack();
  expect(await pidOf(await second)).toBe(pid);
  open.forEach((go) => go());
  await until(() => pool.idleCount).toBe(1);
  (await second).giveBack();
  expect(pool.totalCount).toBe(2);
  expect(pool.idleCount).toBe(2);
});

it('whoever waits longest is next, and all are served', async () => {
  share(1);
  const first = await connections.connect();
  const order: number[] = [];
  const waiting = [1, 2, 3].map(async (n) => {
    const lent = await connections.connect();
    order.push(n);
    await pidOf(lent);
    lent.giveBack();
  });
  first.giveBack();
  await Promise.all(waiting);
  expect(order).toEqual([1, 2, 3]);
  await until(() => [pool.totalCount, pool.idleCount, pool.waitingCount]).toEqual([1, 1, 0]);
});

it('a connection that has broken is given to nobody', async () => {
  share(2);
  const [first, killer] = [await connections.connect(), await connections.connect()];
  const pid = await pidOf(first);
  const ended = new Promise((resolve) => first.client.once('end', resolve));
  first.client.on('error', () => undefined);
  await killer.client.query('select pg_terminate_backend($1)', [pid]);
  await ended;
  const next = connections.connect();
  first.giveBack();
  expect(await pidOf(await next)).not.toBe(pid);
  (await next).giveBack();
  killer.giveBack();
});

it('where none can be had in time, whoever waited is told; what comes later finds one', async () => {
  share(1);
  const first = await connections.connect();
  pool.options.connectionTimeoutMillis = 100;
  await expect(connections.connect()).rejects.toThrow('timeout exceeded');
  pool.options.connectionTimeoutMillis = 60_000;
  first.giveBack();
  const next = await connections.connect();
  expect(await pidOf(next)).toBeGreaterThan(0);
  next.giveBack();
});
