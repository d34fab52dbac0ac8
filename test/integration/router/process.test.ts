// The router as a process: started before its stores are, stopped with a request at work, killed and started again.
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBus } from '../../../src/bus/open-bus.js';
import { readPulses } from '../../../src/bus/pulse.js';
import { openStore } from '../../../src/store/open-store.js';
import { aReleasedApp, aRunningDyno, prepareStores, type Daemons } from './stores.js';
import { freePort, get, httpDyno, raw, sleep, statusOf, until, type Upstream } from './support.js';

const home = mkdtempSync(join(tmpdir(), 'slipway-router-home-'));
const children = new Set<ChildProcess>();
let daemons: Daemons;
let dyno: Upstream;
let port: number;

beforeAll(async () => {
  writeFileSync(join(home, 'secret.key'), randomBytes(32).toString('hex'));
  daemons = await prepareStores();
  port = await freePort();
  dyno = await httpDyno((req, res) => void setTimeout(() => res.end('served'), req.url === '/slow' ? 700 : 0));
});

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await dyno?.close();
  await daemons?.remove();
  rmSync(home, { recursive: true });
});

function start(): { child: ChildProcess; output: () => string } {
  const env = {
    ...process.env,
    SLIPWAY_HOME: home,
    SLIPWAY_ROUTER_PORT: String(port),
    DATABASE_URL: daemons.postgres.url,
    REDIS_URL: daemons.redis.url,
  };
  const child = spawn(process.execPath, [resolve('dist/src/router/main.js')], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  children.add(child);
  child.once('exit', () => children.delete(child));
  return { child, output: () => output };
}

describe('the process', () => {
  it('waits for its stores, serves, stops, and comes back after a kill', async () => {
    const first = start();
    await until(() => first.output().includes('at=waiting'), 20_000);
    await expect(raw(port, get())).rejects.toThrow('ECONNREFUSED');

    await Promise.all([daemons.postgres.start(), daemons.redis.start()]);
    await until(() => first.output().includes('at=listening'), 20_000);
    expect(first.output()).toContain('at=tls-off');
    const store = await openStore({ url: daemons.postgres.url, key: randomBytes(32) });
    const bus = openBus({ url: daemons.redis.url });
    await aRunningDyno(store, await aReleasedApp(store, 'demo'), { port: dyno.port });
    await sleep(1_100);
    expect(statusOf(await raw(port, get()))).toBe(200);
    expect((await readPulses(bus, Date.now())).map((pulse) => pulse.process)).toEqual(['router']);

    const slow = raw(port, get('/slow'));
    await sleep(200);
    const stoppedAt = Date.now();
    first.child.kill('SIGTERM');
    expect(statusOf(await slow)).toBe(200);
    if (first.child.exitCode === null) await once(first.child, 'exit');
    expect(first.child.exitCode).toBe(0);
    expect(Date.now() - stoppedAt).toBeLessThan(5_000);

    const second = start();
    await until(() => second.output().includes('at=listening'), 20_000);
    second.child.kill('SIGKILL');
    await once(second.child, 'exit');
    const third = start();
    await until(() => third.output().includes('at=listening'), 20_000);
    expect(statusOf(await raw(port, get()))).toBe(200);
    third.child.kill('SIGINT');
    await once(third.child, 'exit');
    await Promise.all([bus.close(), store.close()]);
  });

  it('says which port is taken', async () => {
    await Promise.all([daemons.postgres.start(), daemons.redis.start()]);
    const first = start();
    await until(() => first.output().includes('at=listening'), 20_000);
    const second = start();
    const [code] = (await once(second.child, 'exit')) as [number];
    expect(code).not.toBe(0);
    expect(second.output()).toContain(`Port ${port} is in use`);
    first.child.kill('SIGTERM');
    await once(first.child, 'exit');
  });
});
