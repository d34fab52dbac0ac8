// The API's port while web starts, or starts again: whoever calls is answered late, not refused.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { listenEarly } from '../../../src/web/early-door.js';
import { prepareStores } from '../router/stores.js';
import { quietPort } from '../../support/quiet-port.js';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** Connects; undefined when refused. */
async function dial(port: number): Promise<Socket | undefined> {
  const socket = connect(port, '127.0.0.1');
  undo.push(() => socket.destroy());
  return once(socket, 'connect').then(
    () => socket.on('error', () => undefined),
    () => undefined,
  );
}

test('a request that comes before the stores are there is answered when they are', async () => {
  const home = mkdtempSync(join(tmpdir(), 'slipway-web-'));
  undo.push(() => rmSync(home, { recursive: true, force: true }));
  mkdirSync(join(home, 'run'));
  writeFileSync(join(home, 'secret.key'), randomBytes(32).toString('hex'));
  writeFileSync(join(home, 'admin.token'), 'HRKU-early-and-long-enough\n');
  const [stores, port] = [await prepareStores(), await quietPort()];
  undo.push(() => stores.remove());
  await stores.postgres.start(); // Its database is made.
  await stores.postgres.stop();
  const env = {
    ...process.env,
    SLIPWAY_HOME: home,
    SLIPWAY_API_PORT: String(port),
    DATABASE_URL: stores.postgres.url,
    REDIS_URL: stores.redis.url,
  };
  const web = spawn(process.execPath, [resolve('dist/src/web/main.js')], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  undo.push(() => web.kill('SIGKILL'));
  const said = once(web.stdout, 'data'); // That it waits for PostgreSQL.

  let early: Socket | undefined;
  await expect.poll(async () => (early = await dial(port))).toBeDefined();
  expect(String((await said)[0])).toContain('at=waiting for=PostgreSQL');
  early!.write(
    'GET /apps HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer HRKU-early-and-long-enough\r\nAccept: application/vnd.heroku+json; version=3\r\n\r\n',
  );
  const answer = once(early!, 'data');
  await Promise.all([stores.postgres.start(), stores.redis.start()]);
  expect(String((await answer)[0])).toMatch(/^HTTP\/1.1 200 /);
});

test('whoever waits in vain is let go', async () => {
  const { server } = await listenEarly({ port: 0, host: '127.0.0.1', patienceMs: 50 });
  undo.push(() => server.close());
  const socket = (await dial((server.address() as AddressInfo).port))!.resume();
  await once(socket, 'close');
});
