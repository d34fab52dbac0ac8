// One-off dynos that wait for room on a full machine, and their clients meanwhile.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stopOneOff } from '../../../../src/actions/one-off/stop-one-off.js';
import type { App } from '../../../../src/model/app.js';
import { openHome, type Home } from '../home.js';
import { ask, come, converse, deployed, type Client } from './client.js';

let home: Home;
let app: App;
let first: Client;

beforeAll(async () => {
  home = await openHome({ dynoMemoryMb: 512, patienceMs: 10_000, clients: {} });
  app = await home.newApp();
  await home.deploy(app, {}, { console: 'true' });
  await deployed(home, app);
  // It has all the room that there is.
  const { secret } = await ask(home, app, { command: 'echo first; sleep 1000' });
  first = await come(home, secret!);
  await first.ready;
});
afterAll(async () => {
  first.socket.destroy();
  await home.close();
});

const until = (read: () => unknown, timeout = 40_000) => expect.poll(read, { timeout, interval: 30 });
const linesOf = async (name: string) =>
  (await home.log(app)).filter((line) => line.includes(`[${name}]`)).map((line) => line.replace(`[${name}]`, ''));
const full = 'heroku: This machine is full: its dynos have 512 of 512 MB; starts when there are 512 MB free';

async function queued() {
  const { dyno, secret } = await ask(home, app, { command: 'echo ran' });
  const client = await come(home, secret!);
  await until(() => linesOf(dyno.name)).toContain(full);
  return { dyno, client };
}

async function expectNothingRan(name: string): Promise<void> {
  await until(async () => (await home.states(app)).some((state) => state.startsWith(name))).toBe(false);
  expect(await linesOf(name)).toEqual([full, 'heroku: State changed from starting to complete']);
}

test('one that is stopped while it waits lets its client go', async () => {
  const { dyno, client } = await queued();
  await stopOneOff(home.ctx, app, home.user, dyno);
  expect(await client.all).toBe('');
  await expectNothingRan(dyno.name);
});

test('one whose client leaves while it waits is never begun', async () => {
  const { dyno, client } = await queued();
  client.socket.destroy();
  await expectNothingRan(dyno.name);
});

test('one that is larger than the machine lets its client go', async () => {
  const { dyno, secret } = await ask(home, app, { command: 'echo ran', size: 'Standard-2X' });
  expect(await come(home, secret!).then((client) => client.all)).toBe('');
  await until(() => linesOf(dyno.name)).toEqual([
    'heroku: A Standard-2X dyno has 1024 MB and this machine has 512 MB for all: choose a smaller size with paas ps:type',
    'heroku: State changed from starting to complete',
  ]);
});

test('a person hears what it waits for, and that it ends when there is no room for long; what a program reads in a pipe is clean', async () => {
  const terminal = ask(home, app, { command: 'echo ran', hasTty: true }).then(async ({ secret }) => (await come(home, secret!)).all);
  const pipe = ask(home, app, { command: 'echo ran' }).then(async ({ secret }) => (await come(home, secret!)).all);
  const { output, errors, status } = await converse(home, app, { command: 'echo ran' });
  const told = [
    ' !    waiting for room: 512 MB needed, dynos have 512 of 512 MB',
    ' !    There was no room within 10 seconds: 512 MB needed, dynos have 512 of 512 MB. Scale something down, or try again later.',
  ];
  expect({ output, errors, status }).toEqual({ output: '', errors: `${told.join('\n')}\n`, status: 1 });
  expect((await terminal).split('\r\n')).toEqual([...told, '']);
  expect(await pipe).toBe('');
});

test('one that never fits says so to paas, and ends with 1', async () => {
  const { errors, status } = await converse(home, app, { command: 'echo ran', size: 'Standard-2X' });
  expect({ errors, status }).toEqual({ errors: expect.stringContaining('choose a smaller size with paas ps:type'), status: 1 });
});
