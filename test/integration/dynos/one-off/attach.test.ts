// A one-off dyno and its client: pipes and a terminal, how either leaves, and who may come.
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runInside } from '../../../../src/actions/one-off/run-inside.js';
import { stopOneOff } from '../../../../src/actions/one-off/stop-one-off.js';
import { frame, windowFrame } from '../../../../src/model/run/attach-frames.js';
import type { App } from '../../../../src/model/app.js';
import type { Dyno } from '../../../../src/model/dyno.js';
import { openHome, type Home } from '../home.js';
import { ask, come, converse, deployed, hear } from './client.js';

let home: Home;
let app: App;

beforeAll(async () => {
  home = await openHome({ clients: { comeWithinMs: 8_000, idleMs: 10_000, hangUpEveryMs: 300 } });
  app = await home.newApp();
  await home.deploy(app, { 'hello.txt': 'from the slug\n' }, { console: 'echo console' });
  await deployed(home, app);
});
afterAll(() => home.close());

const until = (read: () => unknown, timeout = 40_000) => expect.poll(read, { timeout, interval: 30 });
const containersOf = async (name: string) => (await home.containers()).filter((each) => each.Labels['slipway.dyno'] === name);
const linesOf = async (name: string) =>
  (await home.log(app)).filter((line) => line.includes(`[${name}]`)).map((line) => line.replace(`[${name}]`, ''));
const isGone = (name: string) => until(async () => [await home.states(app), await containersOf(name)]).toEqual([[], []]);
const input = (text: string | Buffer) => frame('input', Buffer.from(text));

describe('a client that speaks bytes', () => {
  test('is greeted in a chunk of its own, then gets what is printed, and the end', async () => {
    const { dyno, secret } = await ask(home, app, { command: 'cat hello.txt; cat >/dev/null; echo err >&2' });
    const client = await come(home, secret!);
    await client.ready;
    client.socket.write('\x04');
    // Two pipes of the engine's: which it reads first is its own affair.
    expect((await client.all).split('\n').sort()).toEqual(['', 'err', 'from the slug']);
    expect(client.chunks[0]?.toString()).toBe('rendezvous\r\n');
    await isGone(dyno.name);
    expect(await linesOf(dyno.name)).toEqual([
      'heroku: Awaiting client',
      'heroku: Starting process with command `cat hello.txt; cat >/dev/null; echo err >&2`',
      'heroku: State changed from starting to up',
      'heroku: Process exited with status 0',
      'heroku: State changed from up to complete',
    ]);
  });

  test('only the last EOT of all is the end of its input', async () => {
    const { secret } = await ask(home, app, { command: 'od -An -c' });
    const client = await come(home, secret!);
    await client.ready;
    client.socket.write('a\x04');
    client.socket.write('b\x04c\n\x04');
    expect((await client.all).trim()).toBe(String.raw`a 004   b 004   c  \n`);
  });

  test('its secret is good once, and no other is', async () => {
    const { secret } = await ask(home, app, { command: 'sleep 1; echo one' });
    const first = await come(home, secret!);
    await first.ready;
    for (const wrong of [secret!, 'x', '', 'x'.repeat(300)])
      expect(await come(home, wrong).then((client) => client.all.then(() => client.chunks.length))).toBe(0);
    expect(await first.all).toBe('one\n');
  });

  test('that does not come in time finds nothing; nothing has run', async () => {
    const { dyno, secret } = await ask(home, app, { command: 'echo ran' });
    await isGone(dyno.name);
    expect(await linesOf(dyno.name)).toEqual([
      'heroku: Awaiting client',
      'heroku: Error R13 (Attach error) -> Failed to attach to process',
      'heroku: State changed from starting to complete',
    ]);
    expect(await come(home, secret!).then(async (client) => [await client.all, client.chunks.length])).toEqual(['', 0]);
  });
});

describe('a client that speaks frames', () => {
  test('gets both outputs and the status, and what it sends is what is read', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
    const { output, errors, status } = await converse(
      home,
      app,
      { command: 'od -An -tx1 -v | tr -d " \\n"; echo err >&2; exit 7' },
      (socket) => {
        socket.write(input(bytes));
        socket.write(frame('inputEnd'));
      },
    );
    expect({ output, errors, status }).toEqual({ output: bytes.toString('hex'), errors: 'err\n', status: 7 });
  });

  test.each([
    ['wc -c', Buffer.alloc(300_000, 'x'), '300000\n'],
    ['head -c 3', Buffer.alloc(2_000_000, 'y'), 'yyy'],
    ['cat | sha256sum | head -c 8', Buffer.alloc(1_000_000, 'z'), 'ff2f7c4d'],
  ])('%s of much', async (command, bytes, wanted) => {
    const { output, status } = await converse(home, app, { command }, (socket) => {
      socket.write(input(bytes));
      socket.write(frame('inputEnd'));
    });
    expect(status).toBe(0);
    if (!command.includes('sha')) expect(output).toBe(wanted);
    else expect(output).toMatch(/^[0-9a-f]{8}$/);
  });

  test('what is no frame ends the connection, and the dyno', async () => {
    const { dyno } = await converse(home, app, { command: 'sleep 1000' }, (socket) => void socket.write(Buffer.alloc(100, 0xff)));
    await isGone(dyno.name);
  });
});

describe('a terminal', () => {
  const inTerminal = (command: string, send?: Parameters<typeof converse>[3], env = {}) =>
    converse(home, app, { command, hasTty: true, env }, send);

  test('is one, of the size that was told, in the foreground', async () => {
    const { output, status } = await inTerminal('tty >/dev/null && stty size; [ -z "$SLIPWAY_WINDOW" ]', undefined, {
      SLIPWAY_WINDOW: '33x77',
    });
    expect({ output, status }).toEqual({ output: '33 77\r\n', status: 0 });
    expect((await inTerminal('stty size; echo $COLUMNS', undefined, { LINES: '20', COLUMNS: '70', TERM: 'xterm' })).output).toBe(
      '20 70\r\n70\r\n',
    );
  });

  test('changes its size, and the program is told', async () => {
    const wait = 'trap "stty size; exit" WINCH; echo ready; while :; do sleep 0.1; done';
    const { output } = await inTerminal(
      wait,
      (socket) =>
        void socket.on('data', (chunk: Buffer) => chunk.includes('ready') && socket.write(windowFrame({ rows: 10, columns: 132 }))),
    );
    expect(output).toBe('ready\r\n10 132\r\n');
  });

  test.each([
    ['Ctrl-C interrupts', 'sleep 1000', [['begun', '\x03']], 130],
    ['Ctrl-D ends the input', 'cat >/dev/null; exit 4', [['begun', '\x04']], 4],
    [
      'Ctrl-Z leaves nothing standing',
      'cat >/dev/null; exit 5',
      [
        ['begun', '\x1a'],
        ['^Z', '\x04'],
      ],
      5,
    ],
    [
      'a shell has its jobs',
      'PS1="> " bash --norc -i',
      [
        ['> ', 'sh -c "echo a job; exec cat"\r'],
        ['a job\r\n', '\x1a'],
        ['Stopped', ''],
        ['> ', 'fg\r'],
        ['fg', ''],
        ['exec cat"\r\n', '\x04'],
        ['> ', 'exit 6\r'],
      ],
      6,
    ],
  ] as [string, string, [string, string][], number][])('%s', async (_name, command, steps, wanted) => {
    const { status, output } = await inTerminal(`echo begun; ${command}`, (socket) => type(socket, steps));
    expect(status, output).toBe(wanted);
  });

  /** Types each as soon as what stands before it has been shown, behind what was shown then. */
  function type(socket: TLSSocket, steps: [string, string][]): void {
    let shown = '';
    const left = [...steps];
    socket.on('data', (chunk: Buffer) => {
      shown += chunk.toString('latin1');
      for (let next = left[0]; next && shown.includes(next[0]); next = left[0]) {
        shown = shown.slice(shown.indexOf(next[0]) + next[0].length);
        if (next[1] !== '') socket.write(input(next[1]));
        left.shift();
      }
    });
  }
});

describe('a command inside a dyno', () => {
  const inside = async (command: string, o: { hasTty?: boolean; env?: Record<string, string> } = {}) => {
    const by = { userId: home.user.id, authorizationId: null };
    const wish = { app, user: home.user, by, dyno: host, command, env: {}, hasTty: false, ...o };
    return runInside(home.ctx, wish);
  };
  let host: Dyno;

  beforeAll(async () => {
    const { dyno } = await ask(home, app, { command: 'sleep 1000', attach: false, type: 'host', env: { FROM: 'host' } });
    while ((await home.rows(app))[0]?.state !== 'up') await new Promise((resolve) => setTimeout(resolve, 20));
    host = (await home.rows(app)).find(({ id }) => id === dyno.id)!;
  });
  afterAll(async () => {
    await stopOneOff(home.ctx, app, home.user, host);
    while ((await home.rows(app)).length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  });

  test('runs beside it, on its files, in its environment, as its user, and says how it ended', async () => {
    const secret = await inside('cat hello.txt; echo $DYNO $X; id -u; cat; echo err >&2; exit 9', { env: { X: 'y' } });
    const heard = await hear(home, secret, (socket) => void socket.write(Buffer.concat([input('sent\n'), frame('inputEnd')])));
    expect(heard).toEqual({ output: `from the slug\n${host.name} y\n20000\nsent\n`, errors: 'err\n', status: 9 });
    expect(await home.states(app)).toEqual([`${host.name} up v3`]);
  });

  test('at a terminal', async () => {
    expect(await hear(home, await inside('stty size >/dev/null && tty >/dev/null; exit $?', { hasTty: true }))).toMatchObject({
      status: 0,
    });
  });

  test('ends when its client goes, with all it has started; the dyno goes on', async () => {
    const client = await come(home, await inside('sleep 987 & echo begun; sleep 987'));
    await until(() => Buffer.concat(client.chunks).toString()).toContain('begun');
    client.socket.destroy();
    const [found] = await containersOf(host.name);
    const processes = async () => JSON.stringify((await home.engine.getContainer(found!.Id).top()).Processes);
    await until(processes).not.toContain('sleep 987');
    expect(await processes()).toContain('sleep 1000');
  });
});

describe('the end', () => {
  async function begun(command: string, hasTty = false) {
    const { dyno, secret } = await ask(home, app, { command, hasTty });
    const client = await come(home, secret!);
    await client.ready;
    await until(() => Buffer.concat(client.chunks).toString()).toContain('begun');
    return { dyno, client };
  }

  test.each([false, true])('the client goes (terminal: %s): all are told, and end', async (hasTty) => {
    const { dyno, client } = await begun('echo begun; sleep 1000 & sleep 1000', hasTty);
    client.socket.destroy();
    await isGone(dyno.name);
    expect((await linesOf(dyno.name)).slice(-3)).toEqual([
      'heroku: Client connection closed. Sending SIGHUP to all processes',
      'heroku: Process exited with status 129',
      'heroku: State changed from up to complete',
    ]);
  });

  test('the client goes, and nobody listens: three times, R16, SIGKILL', async () => {
    const { dyno, client } = await begun('trap "" HUP; echo begun; sleep 1000');
    client.socket.destroy();
    await isGone(dyno.name);
    expect((await linesOf(dyno.name)).slice(-7)).toEqual([
      ...Array(3).fill('heroku: Client connection closed. Sending SIGHUP to all processes'),
      'heroku: Error R16 (Detached) -> An attached process is not responding to SIGHUP after its external connection was closed.',
      'heroku: Stopping remaining processes with SIGKILL',
      'heroku: Process exited with status 137',
      'heroku: State changed from up to complete',
    ]);
  });

  test('neither side says anything for too long', async () => {
    const { dyno, client } = await begun('echo begun; sleep 1000');
    await client.all;
    await isGone(dyno.name);
    await until(() => linesOf(dyno.name)).toContain('heroku: Client connection closed. Sending SIGHUP to all processes');
  });

  test('it is stopped: a shell at a terminal too', async () => {
    const { dyno, client } = await begun('echo begun; exec bash -i', true);
    await stopOneOff(home.ctx, app, home.user, dyno);
    await client.all;
    await isGone(dyno.name);
    await until(() => linesOf(dyno.name)).toContain('heroku: Stopping all processes with SIGTERM');
  });

  test('who asked for it may do nothing any more', async () => {
    const { dyno, client } = await begun('echo begun; sleep 1000');
    await home.ctx.bus.publish('access-revoked', { userId: home.user.id, authorizationId: null });
    await client.all;
    await isGone(dyno.name);
  });

  test('the manager goes: the next one ends what lost its client, and lets come whom it awaits', async () => {
    const { dyno, client } = await begun('echo begun; sleep 1000');
    await home.stopManager();
    await client.all;
    const awaited = await ask(home, app, { command: 'echo late' });
    home.startManager();
    expect(await come(home, awaited.secret!).then((late) => late.all)).toBe('late\n');
    await isGone(dyno.name);
    await until(() => linesOf(dyno.name)).toContain('heroku: Process exited with status 129');
  });
});
