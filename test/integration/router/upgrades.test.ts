// WebSockets and other upgrades: any protocol passes on 101; without it the answer is an answer like any other.
import { createHash, randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { behind, open } from './behind.js';
import {
  anApp,
  bodyOf,
  cannedDyno,
  get,
  httpDyno,
  raw,
  rawDyno,
  sleep,
  startTestRouter,
  statusOf,
  until,
  type TestRouter,
  type Upstream,
} from './support.js';

const KEY = randomBytes(16).toString('base64');
const ACCEPT = createHash('sha1').update(`${KEY}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
const HANDSHAKE = get('/chat', [
  'Host: demo.localhost',
  'Connection: keep-alive, Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  `Sec-WebSocket-Key: ${KEY}`,
]);
const SWITCH = `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${ACCEPT}\r\n\r\n`;

/** A dyno that says yes to every upgrade, then answers bytes with the same bytes; `heads` gets what it was asked. */
function echoing(heads: string[] = []): Promise<Upstream> {
  return rawDyno((socket) => {
    socket.once('data', (chunk) => {
      heads.push(chunk.toString('latin1'));
      socket.write(SWITCH);
      socket.on('data', (bytes) => socket.write(bytes)).on('end', () => socket.end());
    });
  });
}

/** A client past its handshake. */
async function joined(router: TestRouter): Promise<{ socket: Socket; got: () => string; closed: Promise<void> }> {
  const socket = connect({ port: router.port, host: '127.0.0.1', noDelay: true }).on('error', () => undefined);
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.write(HANDSHAKE);
  await until(() => text.includes('\r\n\r\n'));
  return { socket, got: () => bodyOf(text), closed };
}

describe('an upgrade', () => {
  it('reaches the dyno with its own headers and ours', async () => {
    const heads: string[] = [];
    const router = await behind(await echoing(heads));
    const answer = await raw(router.port, HANDSHAKE, { until: /\r\n\r\n/ });
    expect(answer).toContain(`Sec-WebSocket-Accept: ${ACCEPT}\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\n/);
    expect(heads[0]).toMatch(/^GET \/chat HTTP\/1\.1\r\nhost: demo\.localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n/i);
    expect(heads[0]).toContain(`Sec-WebSocket-Key: ${KEY}\r\n`);
    expect(heads[0]).toContain('X-Forwarded-For: 127.0.0.1\r\n');
  });

  it('comes behind hints in the same packet, and bytes behind it stay behind it', async () => {
    const router = await behind(await cannedDyno(`HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${SWITCH}hello`));
    const answer = await raw(router.port, HANDSHAKE, { until: /hello/ });
    expect(answer).toMatch(/^HTTP\/1\.1 103 [^]*\r\n\r\nHTTP\/1\.1 101 [^]*\r\n\r\nhello$/);
  });

  it('passes bytes both ways, whatever they are', async () => {
    const router = await behind(await echoing());
    const { socket, got } = await joined(router);
    const bytes = randomBytes(3_000_000);
    socket.write(bytes);
    await until(() => got().length === bytes.length);
    expect(Buffer.from(got(), 'latin1').equals(bytes)).toBe(true);
    socket.destroy();
  });

  it('passes bytes that came in the same packet as the handshake, on either side', async () => {
    const eager = await rawDyno(
      (socket) => void socket.once('data', (chunk) => socket.write(`${SWITCH}welcome ${bodyOf(chunk.toString())}`).valueOf()),
    );
    const router = await behind(eager);
    expect(await raw(router.port, `${HANDSHAKE}early`, { until: /welcome/ })).toMatch(/welcome $/);
    const echo = await behind(await echoing());
    expect(await raw(echo.port, `${HANDSHAKE}early`, { until: /early/ })).toMatch(/early$/);
  });

  it('counts as a request for the app until it ends, though nothing passes', async () => {
    const router = await behind(await echoing());
    const { socket, closed } = await joined(router);
    const told = router.activity.seen();
    expect([...told.keys()]).toEqual(['app-demo']);
    router.activity.forget(told);
    expect([...router.activity.seen().keys()]).toEqual(['app-demo']);
    socket.end();
    await closed;
    await router.said();
    router.activity.forget(router.activity.seen());
    expect(router.activity.seen().size).toBe(0);
  });

  it('is told in the log when it ends, whoever ends it', async () => {
    const heads: string[] = [];
    const router = await behind(await echoing(heads));
    const first = await joined(router);
    first.socket.write('12345');
    await until(() => first.got() === '12345');
    await sleep(30);
    expect(router.lines).toHaveLength(0);
    first.socket.end();
    await first.closed;
    expect((await router.said())[0]).toMatch(
      new RegExp(
        `^at=info method=GET path="/chat" .* dyno=web\\.1 connect=\\d+ms service=\\d+ms status=101 ` +
          `bytes=${SWITCH.length + 5} protocol=http$`,
      ),
    );

    const second = await joined(router);
    second.socket.resetAndDestroy();
    expect((await router.said(2))[1]).toMatch(/^at=info .* status=101 /);

    const bye = await behind(await rawDyno((socket) => void socket.once('data', () => socket.end(`${SWITCH}bye`))));
    expect(await raw(bye.port, HANDSHAKE)).toMatch(/bye$/);
    expect((await bye.said())[0]).toMatch(/^at=info .* status=101 /);
  });

  it('lives as long as bytes pass, in one direction even, and ends with H15 when none do', async () => {
    const router = await behind(await echoing(), { idleMs: 600, firstByteMs: 600 });
    const { socket, got, closed } = await joined(router);
    for (let i = 0; i < 10; i += 1) {
      socket.write('.');
      await sleep(100);
    }
    await until(() => got() === '.'.repeat(10));
    const start = Date.now();
    await closed;
    expect(Date.now() - start).toBeLessThan(10_000);
    expect((await router.said())[0]).toMatch(/^at=error code=H15 desc="Idle connection" method=GET path="\/chat" .* status=503 /);
  });

  it('ends one window after its client stops reading', async () => {
    const flood = await rawDyno(
      (socket) => void socket.once('data', () => socket.write(Buffer.concat([Buffer.from(SWITCH), Buffer.alloc(30_000_000)]))),
    );
    const router = await behind(flood, { idleMs: 4_000, firstByteMs: 20_000 });
    const socket = connect({ port: router.port, host: '127.0.0.1' })
      .pause()
      .on('error', () => undefined);
    socket.write(HANDSHAKE);
    const start = Date.now();
    expect((await router.said())[0]).toContain('code=H15');
    expect(Date.now() - start).toBeGreaterThan(3_900);
    expect(Date.now() - start).toBeLessThan(7_900);
    socket.destroy();
  });

  it('takes no place among the requests at work', async () => {
    const router = await behind(await echoing(), { activePerDyno: 1, backlogPerDyno: 1 });
    const clients = [await joined(router), await joined(router), await joined(router)];
    for (const { socket } of clients) socket.destroy();
    expect(await router.said(3)).toHaveLength(3);
  });

  it('that the dyno does not want is an ordinary answer', async () => {
    const router = await behind(await httpDyno((req, res) => void res.writeHead(426, { Upgrade: 'TLS/1.0' }).end(`no ${req.url}`)));
    const answer = await raw(router.port, HANDSHAKE);
    expect(statusOf(answer)).toBe(426);
    expect(answer).toMatch(/no \/chat/);
    expect((await router.said())[0]).toMatch(/^at=info .* status=426 /);
  });

  it('offered beside a body is passed over: the request is an ordinary one', async () => {
    const router = await behind(await httpDyno((req, res) => void req.pipe(res)));
    const offer = 'POST / HTTP/1.1\r\nHost: demo.localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\n';
    const whole = await raw(router.port, `${offer}Content-Length: 5\r\n\r\nhello${get('/', ['Host: demo.localhost'])}`, { answers: 2 });
    expect(whole).toMatch(/hello/);
    expect(whole.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
    expect(
      await raw(router.port, [`${offer}Transfer-Encoding: chunked\r\n\r\n2\r\nhe`, '\r\n3\r\nllo\r\n0\r\n\r\n'], { gapMs: 30 }),
    ).toMatch(/he\r\n3\r\nllo|hello/);
  });

  it('to an app without dynos, or with bytes that are no answer, fails as others do', async () => {
    const none = await startTestRouter([anApp({ wanted: 0 })]);
    open.push(() => none.close());
    expect(statusOf(await raw(none.port, HANDSHAKE))).toBe(503);
    expect((await none.said())[0]).toContain('code=H14');
    const silent = await behind(await rawDyno((socket) => void socket.resume()), { firstByteMs: 100 });
    expect(statusOf(await raw(silent.port, HANDSHAKE))).toBe(503);
    expect((await silent.said())[0]).toContain('code=H12');
    const garbage = await behind(await cannedDyno('nonsense\r\n\r\n'));
    expect(statusOf(await raw(garbage.port, HANDSHAKE))).toBe(503);
    expect((await garbage.said())[0]).toContain('code=H17');
  });

  it('ends with the client while the dyno still thinks', async () => {
    let told = false;
    const router = await behind(await rawDyno((socket) => void socket.resume().on('close', () => (told = true))), { firstByteMs: 5_000 });
    await raw(router.port, HANDSHAKE, { leaveMs: 80 });
    expect((await router.said())[0]).toContain('code=H27');
    await until(() => told);
  });

  it('does not fill memory when one side does not read', async () => {
    const router = await behind(await rawDyno((socket) => void socket.once('data', () => socket.write(SWITCH, () => socket.pause()))), {
      idleMs: 10_000,
    });
    const { socket } = await joined(router);
    let sent = 0;
    const chunk = Buffer.alloc(65_536);
    while (sent < 100_000_000) {
      sent += chunk.length;
      if (
        !socket.write(chunk) &&
        !(await Promise.race([new Promise((resolve) => socket.once('drain', () => resolve(true))), sleep(300).then(() => false)]))
      )
        break;
    }
    expect(sent).toBeLessThan(40_000_000);
    socket.destroy();
  });
});
