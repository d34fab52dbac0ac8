// The router as a process: started before its stores are, stopped with a request at work, killed and started again.
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBus } from '../../../src/bus/open-bus.js';
import { readPulses } from '../../../src/bus/pulse.js';
import { successionSocket } from '../../../src/model/succession.js';
import { openStore, type Store } from '../../../src/store/open-store.js';
import { quietPort } from '../../support/quiet-port.js';
import { keepRequesting } from '../../support/requests.js';
import { untilSo } from '../../support/until.js';
import type { Answer } from '../../support/workspace.js';
import { aReleasedApp, aRunningDyno, prepareStores, type Daemons } from './stores.js';
import { get, httpDyno, raw, sleep, statusOf, until, type Upstream } from './support.js';

const MAIN = resolve('dist/src/router/main.js');
const home = mkdtempSync(join(tmpdir(), 'slipway-router-home-'));
const children = new Set<ChildProcess>();
let daemons: Daemons;
let dyno: Upstream;
let port: number;
let isAskedSlowly = false;

beforeAll(async () => {
  writeFileSync(join(home, 'secret.key'), randomBytes(32).toString('hex'));
  daemons = await prepareStores();
  port = await quietPort();
  dyno = await httpDyno((req, res) => {
    if (req.url === '/slow') isAskedSlowly = true;
    setTimeout(() => res.end('served'), req.url === '/slow' ? 700 : 0);
  });
});

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await dyno?.close();
  await daemons?.remove();
  rmSync(home, { recursive: true });
});

function environment(): Record<string, string | undefined> {
  const stores = { DATABASE_URL: daemons.postgres.url, REDIS_URL: daemons.redis.url };
  return { ...process.env, SLIPWAY_HOME: home, SLIPWAY_ROUTER_PORT: String(port), ...stores };
}

function start(): { child: ChildProcess; output: () => string } {
  const child = spawn(process.execPath, [MAIN], { env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  children.add(child);
  child.once('exit', () => children.delete(child));
  return { child, output: () => output };
}

/** Asks the router to start `command` as its successor. */
async function succession(command: string): Promise<{ output: () => string; ended: Promise<unknown> }> {
  const connection = await succeeding();
  connection.write(`${JSON.stringify({ command, cwd: home, env: environment() })}\n`);
  let output = '';
  connection.on('data', (chunk) => (output += chunk));
  return { output: () => output, ended: once(connection, 'close') };
}

/** A connection to where a router is asked for its successor: it listens a moment after the socket is there. */
async function succeeding(): Promise<Socket> {
  for (let tries = 0; ; tries += 1) {
    const connection = connect(successionSocket(join(home, 'run')));
    const error = await once(connection, 'connect').then(
      () => null,
      (refused: Error) => refused,
    );
    if (!error) return connection;
    if (tries > 1_000) throw error;
    await sleep(20);
  }
}

/** A connection on which nothing has been asked yet. */
async function connected(to: number): Promise<Socket> {
  const socket = connect(to, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

function ask(agent: Agent | false, path = '/'): () => Promise<Answer> {
  const o = { port, host: '127.0.0.1', path, agent, headers: { host: 'demo.localhost' } };
  return () =>
    new Promise((answer, reject) => {
      const asked = request(o, (res) => {
        res.resume().on('end', () => answer({ status: res.statusCode ?? 0, body: '' }));
        res.on('error', reject);
      });
      asked.on('error', reject).end();
    });
}

/** Those that are told in metrics, of all routers. */
async function countedRequests(store: Store): Promise<number> {
  const rows = await store.db.selectFrom('metrics').select('point').execute();
  return rows.reduce((sum, { point }) => sum + (point.requests?.['2xx']?.count ?? 0), 0);
}

describe('the process', () => {
  it('waits for its stores, serves, counts what it served, stops, and comes back after a kill', async () => {
    const first = start();
    await until(() => first.output().includes('at=waiting'));
    await expect(raw(port, get())).rejects.toThrow('ECONNREFUSED');

    await Promise.all([daemons.postgres.start(), daemons.redis.start()]);
    await until(() => first.output().includes('at=listening'));
    expect(first.output()).toContain('at=tls-off');
    const store = await openStore({ url: daemons.postgres.url, key: randomBytes(32) });
    const bus = openBus({ url: daemons.redis.url });
    await aRunningDyno(store, await aReleasedApp(store, 'demo'), { port: dyno.port });
    await untilSo('the app is found', async () => statusOf(await raw(port, get())) === 200);
    expect((await readPulses(bus, Date.now())).map((pulse) => pulse.process)).toEqual(['router']);

    const slow = raw(port, get('/slow'));
    await until(() => isAskedSlowly);
    const stoppedAt = Date.now();
    first.child.kill('SIGTERM');
    expect(statusOf(await slow)).toBe(200);
    if (first.child.exitCode === null) await once(first.child, 'exit');
    expect(first.child.exitCode).toBe(0);
    expect(Date.now() - stoppedAt).toBeLessThan(20_000);
    expect(await countedRequests(store)).toBe(2);

    const second = start();
    await until(() => second.output().includes('at=listening'));
    second.child.kill('SIGKILL');
    await once(second.child, 'exit');
    const third = start();
    await until(() => third.output().includes('at=listening'));
    expect(statusOf(await raw(port, get()))).toBe(200);
    third.child.kill('SIGINT');
    await once(third.child, 'exit');
    expect(await countedRequests(store)).toBe(3);
    await Promise.all([bus.close(), store.close()]);
  });

  it('starts its successor with its own sockets, and goes when that serves: no request fails', async () => {
    await Promise.all([daemons.postgres.start(), daemons.redis.start()]);
    const first = start();
    await until(() => first.output().includes('at=listening'));
    const keptAlive = new Agent({ keepAlive: true });
    const idle = await connected(port);
    const loads = [ask(keptAlive), ask(false), ask(false, '/slow')].map((send) => keepRequesting(send));

    const broken = await succession("sh -c 'echo no; exit 3'");
    await until(() => broken.output().includes('no'));
    await broken.ended;
    const successor = await succession(`${process.execPath} ${MAIN}`);
    const left = once(first.child, 'exit');
    await until(() => first.output().includes('at=replaced'));
    idle.write(get());
    expect(statusOf(String((await once(idle, 'data'))[0]))).toBe(200);
    const answers = (await Promise.all(loads.map((load) => load.stop()))).flat();
    expect(answers.length).toBeGreaterThan(20);
    expect(answers.filter((answer) => answer.status !== 200)).toEqual([]);
    keptAlive.destroy();
    expect(await left).toEqual([0, null]);

    expect(successor.output()).toMatch(/^\d+\n[^]*at=listening/);
    expect(statusOf(await raw(port, get()))).toBe(200);
    process.kill(Number(successor.output().split('\n')[0]), 'SIGTERM');
    await successor.ended;
    expect(successor.output()).toContain('at=stopped');
  });

  it('says which port is taken', async () => {
    await Promise.all([daemons.postgres.start(), daemons.redis.start()]);
    const first = start();
    await until(() => first.output().includes('at=listening'));
    const second = start();
    const [code] = (await once(second.child, 'exit')) as [number];
    expect(code).not.toBe(0);
    expect(second.output()).toContain(`Port ${port} is in use`);
    first.child.kill('SIGTERM');
    await once(first.child, 'exit');
  });
});
