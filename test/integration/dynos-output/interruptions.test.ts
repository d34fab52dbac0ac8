// Nothing is lost or doubled when the reader is killed, when Redis goes, when the engine rotates its files; and when
// more is written than the engine keeps, the loss is said.
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { readBatches } from '../../../src/bus/log-lines.js';
import { openBus, type Bus } from '../../../src/bus/open-bus.js';
import { startOutput, type Output } from '../../../src/dynos/output/start-output.js';
import { startRedis, type TestRedis } from '../../support/redis.js';
import { collect } from './collect.js';
import { makeDynos } from './dynos.js';

const dynos = makeDynos();
let redis: TestRedis;
let bus: Bus;
let outputs: Output[] = [];

beforeAll(async () => {
  redis = await startRedis();
  bus = openBus({ url: redis.url });
});

afterEach(async () => {
  await Promise.all(outputs.map((each) => each.stop()));
  outputs = [];
  await dynos.removeAll();
});

afterAll(async () => {
  await bus.close();
  await redis.remove();
});

function start(): Output {
  const output = startOutput({ engine: dynos.engine, bus, homeId: dynos.homeId });
  outputs.push(output);
  return output;
}

function startProcess(): ChildProcess {
  return spawn(process.execPath, ['dist/test/integration/dynos-output/output-process.js', redis.url, dynos.homeId], { stdio: 'inherit' });
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

const numbers = (count: number) => Array.from({ length: count }, (_, n) => String(n + 1));
const slowly = (count: number) => `i=0; while [ $i -lt ${count} ]; do i=$((i+1)); echo $i; [ $((i % 50)) = 0 ] && sleep 0.01; done`;

test('killed ten times while a dyno prints', async () => {
  const appId = randomUUID();
  const heard = await collect(bus, appId);
  await dynos.run(slowly(20_000), { appId });
  for (let n = 0; n < 10; n += 1) {
    const child = startProcess();
    await sleep(400 + n * 30);
    await kill(child);
  }
  start();
  await expect.poll(() => heard.texts.at(-1)).toBe('20000');
  expect(heard.texts).toEqual(numbers(20_000));
  expect(heard.notices).toEqual([]);
});

test('two processes at once', async () => {
  const appId = randomUUID();
  const heard = await collect(bus, appId);
  const child = startProcess();
  start();
  await sleep(500);
  await dynos.run(slowly(10_000), { appId });
  await expect.poll(() => heard.texts.at(-1)).toBe('10000');
  await sleep(300);
  expect(heard.texts).toEqual(numbers(10_000));
  await kill(child);
});

test('Redis goes and comes back', async () => {
  const appId = randomUUID();
  const output = start();
  const dyno = await dynos.run(slowly(20_000), { appId });
  for (let n = 0; n < 4; n += 1) {
    await sleep(300);
    await redis.stop();
    await sleep(200);
    await redis.start();
  }
  await dyno.ended();
  await output.drainOutput(dyno.id);
  const kept = (await readBatches(bus, appId)).flatMap((batch) => batch.text.split('\n').slice(0, -1));
  expect(kept.map((line) => line.split(' ').at(-1))).toEqual(numbers(20_000).slice(-kept.length));
  expect(Number(await bus.redis.hget(`logs:${appId}:end`, 'lines'))).toBe(20_000);
});

test('files that are rotated while they are read', async () => {
  const appId = randomUUID();
  const heard = await collect(bus, appId);
  const output = start();
  const dyno = await dynos.run(slowly(30_000), { appId, maxSize: '100k', maxFiles: 4 });
  await dyno.ended();
  await output.drainOutput(dyno.id);
  await expect.poll(() => heard.texts).toEqual(numbers(30_000));
  expect(heard.notices).toEqual([]);
});

test('files that were rotated while nobody read, within what is kept', async () => {
  const appId = randomUUID();
  const heard = await collect(bus, appId);
  const first = start();
  const dyno = await dynos.run(`seq 1 100; sleep 1; seq 101 3000; sleep 30`, { appId, maxSize: '100k', maxFiles: 4 });
  await expect.poll(() => heard.texts.length).toBe(100);
  await first.stop();
  await sleep(1_200);
  start();
  await expect.poll(() => heard.texts.at(-1)).toBe('3000');
  expect(heard.texts).toEqual(numbers(3_000));
  await dyno.remove();
});

test('more than is kept, while nobody read: the loss is said', async () => {
  const appId = randomUUID();
  const heard = await collect(bus, appId);
  const first = start();
  const dyno = await dynos.run(`seq 1 100; sleep 1; seq 101 30000; sleep 30`, { appId, maxSize: '100k', maxFiles: 3 });
  await expect.poll(() => heard.texts.length).toBe(100);
  await first.stop();
  await sleep(1_500);
  start();
  await expect.poll(() => heard.texts.at(-1)).toBe('30000');
  expect(heard.texts.length).toBeLessThan(30_000);
  expect(heard.notices).toEqual([expect.stringMatching(/^Error L12: an unknown number of messages dropped since 2\d{3}-.*\+00:00\.$/)]);
  await dyno.remove();
});

test('one file only, emptied by the engine when it is full', async () => {
  const appId = randomUUID();
  const heard = await collect(bus, appId);
  const output = start();
  const dyno = await dynos.run(`seq 1 100; sleep 1; seq 101 20000`, { appId, maxSize: '200k', maxFiles: 1 });
  await dyno.ended();
  await output.drainOutput(dyno.id);
  await expect.poll(() => heard.texts.at(-1)).toBe('20000');
});
