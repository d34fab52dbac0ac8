// What dynos print reaches their app's log: every line, once, in order, as it was printed.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readBatches } from '../../../src/bus/log-lines.js';
import { openBus, type Bus } from '../../../src/bus/open-bus.js';
import { startOutput, type Output } from '../../../src/dynos/output/start-output.js';
import { parseLine } from '../../../src/model/logs/log-line.js';
import { startRedis, type TestRedis } from '../../support/redis.js';
import { makeDynos } from './dynos.js';

const dynos = makeDynos();
let redis: TestRedis;
let bus: Bus;
let output: Output;

beforeAll(async () => {
  redis = await startRedis();
  bus = openBus({ url: redis.url });
  output = startOutput({ engine: dynos.engine, bus, homeId: dynos.homeId });
});

afterAll(async () => {
  await output.stop();
  await dynos.removeAll();
  await bus.close();
  await redis.remove();
});

async function linesOf(appId: string): Promise<string[]> {
  return (await readBatches(bus, appId)).flatMap((batch) => batch.text.split('\n').slice(0, -1));
}

async function textsOf(appId: string): Promise<string[]> {
  return (await linesOf(appId)).map((line) => parseLine(line)?.text ?? `not a line: ${line}`);
}

test("both streams, with the engine's time and the dyno's name", async () => {
  const dyno = await dynos.run('echo out; sleep 0.05; echo err >&2; sleep 30', { name: 'worker.3' });
  await expect.poll(() => textsOf(dyno.appId)).toEqual(['out', 'err']);
  const [line] = await linesOf(dyno.appId);
  expect(line).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00 app\[worker\.3\]: out$/);
  expect(Math.abs(Date.now() - parseLine(line!)!.time)).toBeLessThan(10_000);
  await dyno.remove();
});

test.each([
  { what: 'an empty line', script: 'echo; echo x', texts: ['', 'x'] },
  { what: 'carriage returns', script: "printf 'a\\r\\n10%%\\r20%%\\r\\n'", texts: ['a', '10% 20%'] },
  { what: 'colours, but no cursor movements', script: "printf '\\033[2J\\033[31mred\\033[0m\\n'", texts: ['\u001b[31mred\u001b[0m'] },
  { what: 'bytes that are no UTF-8', script: "printf 'a\\377b\\n'", texts: ['a\ufffdb'] },
  { what: 'quotes and backslashes', script: "printf '%s\\n' 'a \"b\" \\\\n c'", texts: ['a "b" \\\\n c'] },
  { what: 'a last line without an end', script: "printf 'no end'", texts: ['no end'] },
  { what: 'UTF-8', script: "printf 'grüße 🎉\\n'", texts: ['grüße 🎉'] },
])('$what', async ({ script, texts }) => {
  const dyno = await dynos.run(script);
  await dyno.ended();
  await output.drainOutput(dyno.id);
  expect(await textsOf(dyno.appId)).toEqual(texts);
  await dyno.remove();
});

test('a line of 100,000 bytes comes as ten of 10,000', async () => {
  const dyno = await dynos.run("head -c 100000 /dev/zero | tr '\\0' x; echo; echo end");
  await dyno.ended();
  await output.drainOutput(dyno.id);
  expect((await textsOf(dyno.appId)).map((text) => text.length)).toEqual([...Array<number>(10).fill(10_000), 3]);
  await dyno.remove();
});

test('a container that has been removed leaves its lines, and no place', async () => {
  const dyno = await dynos.run('seq 1 300');
  await dyno.ended();
  await output.drainOutput(dyno.id);
  await dyno.remove();
  expect(await textsOf(dyno.appId)).toEqual(Array.from({ length: 300 }, (_, n) => String(n + 1)));
  const key = (await bus.redis.keys('log-places:*'))[0]!;
  await expect.poll(() => bus.redis.hexists(key, dyno.id)).toBe(0);
});

test('a container with a terminal', async () => {
  const dyno = await dynos.run('echo one; echo two', { tty: true });
  await dyno.ended();
  await output.drainOutput(dyno.id);
  expect(await textsOf(dyno.appId)).toEqual(['one', 'two']);
});

test('a container that runs again goes on where it was', async () => {
  const dyno = await dynos.run('echo again');
  await dyno.ended();
  await output.drainOutput(dyno.id);
  const container = dynos.engine.getContainer(dyno.id);
  await container.start();
  await dyno.ended();
  await expect.poll(() => textsOf(dyno.appId)).toEqual(['again', 'again']);
});

test('nothing is followed where the engine keeps nothing', async () => {
  const dyno = await dynos.run('echo unheard', { driver: 'none' });
  await dyno.ended();
  await output.drainOutput(dyno.id);
  expect(await textsOf(dyno.appId)).toEqual([]);
});
