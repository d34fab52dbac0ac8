// Every H code that can occur here, by what really goes wrong: the status and page that the client gets, and the line that its owner reads.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { H_CODES, hRow, type HCode } from '../../../src/model/error-codes.js';
import { trustedProxies } from '../../../src/router/peer/peer.js';
import { behind, HOST, open, post, routerFor } from './behind.js';
import { quietPort } from '../../support/quiet-port.js';
import { lineOf, SENT, UNSENT } from './line-of.js';
import { aDyno, anApp, cannedDyno, get, raw, rawDyno, sleep, startTestRouter, statusOf, until, type TestRouter } from './support.js';

interface Row {
  code: HCode;
  what: string;
  /** Makes it happen; gives the router, and all that the client got. */
  happens: () => Promise<{ router: TestRouter; answer: string }>;
  /** Of the page; null where the connection breaks. */
  title: string | null;
  /** What the line says of the dyno. */
  told: string;
  status?: number | '';
  desc?: string;
}

const ERROR = 'Application error';
const CONNECT_ONLY = 'dyno=web\\.1 connect=\\d+ms service=';

async function askOf(router: TestRouter, bytes = get()): Promise<{ router: TestRouter; answer: string }> {
  return { router, answer: await raw(router.port, bytes) };
}

const silent = () => rawDyno((socket) => void socket.resume());
const saying = (bytes: string, then?: (socket: Socket) => void) => cannedDyno(bytes, then);
const BEGUN = 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok';

const rows: Row[] = [
  {
    code: 'H10',
    what: 'all dynos have crashed',
    happens: async () => askOf(await routerFor([anApp({ dynos: [aDyno({ state: 'crashed' })] })])),
    title: ERROR,
    told: UNSENT,
  },
  {
    code: 'H11',
    what: 'too many wait already',
    async happens() {
      const router = await routerFor([anApp({ dynos: [aDyno({ state: 'starting' })] })], { backlogPerDyno: 1, holdMs: 10_000 });
      const waiting = connect(router.port, '127.0.0.1').on('error', () => undefined);
      open.push(async () => void waiting.destroy());
      waiting.write(get());
      const first = await untilStatus(router, 503);
      return { router, answer: first };
    },
    title: ERROR,
    told: UNSENT,
  },
  { code: 'H12', what: 'a dyno says nothing', happens: async () => askOf(await behind(await silent())), title: ERROR, told: SENT },
  {
    code: 'H13',
    what: 'a dyno closes without a word',
    happens: async () => askOf(await behind(await saying('', (socket) => socket.end()))),
    title: ERROR,
    told: SENT,
  },
  {
    code: 'H14',
    what: 'no web dyno is wanted',
    happens: async () => askOf(await routerFor([anApp({ wanted: 0 })])),
    title: ERROR,
    told: UNSENT,
  },
  { code: 'H15', what: 'an answer stalls', happens: async () => askOf(await behind(await saying(BEGUN))), title: null, told: SENT },
  {
    code: 'H17',
    what: 'a dyno speaks another language',
    happens: async () => askOf(await behind(await saying('SSH-2.0-OpenSSH\r\n'))),
    title: ERROR,
    told: SENT,
  },
  {
    code: 'H18',
    what: 'a dyno closes amid its answer',
    happens: async () => askOf(await behind(await saying(BEGUN, (socket) => socket.end()))),
    title: null,
    told: SENT,
  },
  {
    code: 'H19',
    what: 'a dyno does not take connections',
    async happens() {
      const port = await deafPort();
      return askOf(await routerFor([anApp({ dynos: [aDyno({ port })] })], { connectMs: 300 }));
    },
    title: ERROR,
    told: CONNECT_ONLY,
  },
  {
    code: 'H20',
    what: 'no dyno is up in time',
    happens: async () => askOf(await routerFor([anApp({ dynos: [aDyno({ state: 'starting' })] })], { holdMs: 100 })),
    title: ERROR,
    told: UNSENT,
  },
  {
    code: 'H21',
    what: 'a dyno refuses connections',
    happens: async () => askOf(await routerFor([anApp({ dynos: [aDyno({ port: await quietPort() })] })])),
    title: ERROR,
    told: CONNECT_ONLY,
  },
  {
    code: 'H22',
    what: 'too many connections of one address',
    async happens() {
      const proxies = trustedProxies(['127.0.0.0/8'], true);
      const router = await startTestRouter([anApp({ wanted: 0 })], { connectionsPerAddress: 1, headersMs: 20_000 }, undefined, proxies);
      open.push(() => router.close());
      const named = 'PROXY TCP4 198.51.100.7 10.0.0.1 1 2\r\n';
      const first = connect(router.port, '127.0.0.1').on('error', () => undefined);
      open.push(async () => void first.destroy());
      await once(first, 'connect');
      // Its answer says that it is counted.
      first.write(named + get());
      await once(first, 'data');
      return askOf(router, named + get());
    },
    title: 'Service Unavailable',
    told: UNSENT,
  },
  {
    code: 'H24',
    what: 'the router stops',
    async happens() {
      const router = await behind(await saying(BEGUN), { idleMs: 20_000 });
      const client = connect(router.port, '127.0.0.1').on('error', () => undefined);
      let answer = '';
      client.on('data', (chunk) => (answer += String(chunk))).write(get());
      await until(() => answer.endsWith('ok'));
      await router.close(0);
      return { router, answer };
    },
    title: null,
    told: SENT,
    status: '',
  },
  {
    code: 'H25',
    what: 'a cookie is too large',
    happens: async () =>
      askOf(await behind(await saying(`HTTP/1.1 200 OK\r\nSet-Cookie: a=${'b'.repeat(9_000)}\r\nContent-Length: 0\r\n\r\n`))),
    title: ERROR,
    told: SENT,
    desc: 'HTTP restriction: oversized cookie',
  },
  {
    code: 'H26',
    what: 'a request expects what nobody gives',
    happens: async () => askOf(await behind(await silent()), get('/', [HOST, 'Expect: tea'])),
    title: 'Expectation Failed',
    told: UNSENT,
    status: 417,
    desc: 'Request Error" cause="unsupported expect header value',
  },
  {
    code: 'H27',
    what: 'a client leaves',
    async happens() {
      let isAsked = false;
      const dyno = await rawDyno((socket) => void socket.once('data', () => (isAsked = true)));
      const router = await behind(dyno, { firstByteMs: 20_000, idleMs: 20_000 });
      const client = connect(router.port, '127.0.0.1');
      await once(client, 'connect');
      client.write(get());
      await until(() => isAsked);
      client.resetAndDestroy();
      return { router, answer: '' };
    },
    title: null,
    told: SENT,
  },
  {
    code: 'H28',
    what: 'a client does not send what it said it would',
    happens: async () => askOf(await behind(await silent()), post('Content-Length: 9', 'hello')),
    title: null,
    told: SENT,
  },
  {
    code: 'H80',
    what: 'it is maintained',
    happens: async () => askOf(await routerFor([anApp({ maintenance: true })])),
    title: 'Offline for Maintenance',
    told: UNSENT,
  },
  {
    code: 'H81',
    what: 'nothing is deployed',
    happens: async () => askOf(await routerFor([anApp({ deployed: false, hasWeb: false })])),
    title: 'Welcome to your new app!',
    told: UNSENT,
  },
  {
    code: 'H99',
    what: 'the app goes while its request waits',
    async happens() {
      const router = await routerFor([anApp({ dynos: [aDyno({ state: 'starting' })] })], { holdMs: 10_000 });
      const answer = raw(router.port, get());
      await until(() => router.activity.seen().size > 0);
      router.route();
      return { router, answer: await answer };
    },
    title: ERROR,
    told: UNSENT,
  },
];

it.each(rows)('$code: $what', async ({ code, happens, title, told, status, desc }) => {
  const { router, answer } = await happens();
  const row = hRow(code);
  await until(() => router.lines.some(({ text }) => text.includes(`code=${code} `)), 10_000);
  const line = router.lines.map(({ text }) => text).find((text) => text.includes(`code=${code} `))!;
  const at = `${row.sock ? `sock=${row.sock} ` : ''}at=${row.at}`;
  expect(line.replace('fwd="198.51.100.7"', 'fwd="127.0.0.1"')).toMatch(lineOf(code, at, desc ?? row.desc, told, status ?? row.status));
  if (title === null) return expect(answer).not.toContain('<title>');
  expect(statusOf(answer)).toBe(status ?? row.status);
  expect(answer).toContain(`<title>${title}</title>`);
  const shown = (desc ?? row.desc).replace(/" cause=.*/, '');
  expect(answer).toContain(`<dd>${code} ${shown}</dd>`);
  expect(answer).toContain(`<dd>${/request_id=(\S+)/.exec(line)![1]}</dd>`);
});

it('every code has its row', () => expect(rows.map(({ code }) => code)).toEqual(Object.keys(H_CODES)));

async function untilStatus(router: TestRouter, status: number): Promise<string> {
  for (let tries = 0; tries < 50; tries += 1) {
    const answer = await raw(router.port, get(), { leaveMs: 200 });
    if (statusOf(answer) === status) return answer;
  }
  throw new Error(`never ${status}`);
}

/** A port whose queue of connections is full, and whose program takes none of them. */
async function deafPort(): Promise<number> {
  const isDeaf = new Int32Array(new SharedArrayBuffer(4));
  const deaf = new Worker(
    `const { parentPort, workerData } = require('node:worker_threads');
     const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
       parentPort.postMessage(server.address().port);
       setTimeout(() => {
         Atomics.store(workerData, 0, 1);
         Atomics.wait(workerData, 0, 1);
       }, 50);
     });`,
    { eval: true, workerData: isDeaf },
  );
  open.push(async () => void (await deaf.terminate()));
  const [port] = (await once(deaf, 'message')) as [number];
  await until(() => Atomics.load(isDeaf, 0) === 1);
  const queued = Array.from({ length: 4 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
  open.push(async () => queued.forEach((socket) => socket.destroy()));
  await until(() => queued.filter(({ connecting }) => !connecting).length >= 2);
  await sleep(100);
  return port;
}
