// Dynos come and go under load: nothing fails that did not have to.
import { Agent, request as httpRequest } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import {
  aDyno,
  anApp,
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
import { open, routerFor as openRouter } from './behind.js';

const PATIENT = { firstByteMs: 20_000, idleMs: 20_000, connectMs: 20_000, holdMs: 20_000 };

function routerFor(...dynos: Upstream[]): Promise<TestRouter> {
  open.push(...dynos.map((dyno) => () => dyno.close()));
  return openRouter(
    [anApp({ wanted: dynos.length, dynos: dynos.map((dyno, i) => aDyno({ id: `dyno-${i + 1}`, name: `web.${i + 1}`, port: dyno.port })) })],
    PATIENT,
  );
}

const agent = new Agent({ keepAlive: true, maxSockets: 8 });

function fetchOnce(port: number, method = 'GET', body = ''): Promise<number> {
  return new Promise((resolve) => {
    const req = httpRequest(
      { port, agent, method, path: '/', headers: { host: 'demo.localhost', ...(body && { 'content-length': body.length }) } },
      (res) => {
        res
          .resume()
          .on('end', () => resolve(res.statusCode ?? 0))
          .on('error', () => resolve(-1));
      },
    );
    req.on('error', () => resolve(-2));
    req.end(body);
  });
}

function connectionsOf(dyno: Upstream): Promise<number> {
  return new Promise((resolve) => dyno.server.getConnections((_error, count) => resolve(count)));
}

describe('a dyno that leaves the table', () => {
  it('finishes what it has; new requests go to others; its connections are closed afterwards', async () => {
    let finish: (() => void) | undefined;
    let openConnections = 0;
    const old = await httpDyno((req, res) => {
      if (req.url === '/fast') return void res.end('old');
      res.write('begun ');
      finish = () => void res.end('by old');
    });
    old.server.on('connection', (socket) => {
      openConnections += 1;
      socket.on('close', () => (openConnections -= 1));
    });
    const next = await httpDyno((_req, res) => void res.end('by next'));
    const router = await routerFor(old);
    open.push(() => next.close());
    await Promise.all([raw(router.port, get('/fast')), raw(router.port, get('/fast'))]);
    const slow = raw(router.port, get('/slow', ['Host: demo.localhost', 'Connection: close']));
    await until(() => finish !== undefined);
    router.route(anApp({ dynos: [aDyno({ id: 'next', port: next.port })] }));
    await until(() => openConnections === 1);
    expect(await raw(router.port, get('/fast'))).toMatch(/by next$/);
    finish!();
    expect(await slow).toMatch(/begun [^]*by old/);
    await until(() => openConnections === 0);
  });

  it('may reset idle connections: what is safe to repeat is sent again, once, on a connection of its own', async () => {
    let requests = 0;
    const flaky = await rawDyno((socket) => {
      let served = 0;
      socket.on('data', () => {
        requests += 1;
        served += 1;
        // The second request on each connection finds it closing, as a stopping server's are.
        if (served === 2) socket.resetAndDestroy();
        else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      });
    });
    const router = await routerFor(flaky);
    for (let i = 0; i < 6; i += 1) expect(statusOf(await raw(router.port, get()))).toBe(200);
    expect(requests).toBeGreaterThan(6);
    expect((await router.said(6)).every((line) => line.startsWith('at=info'))).toBe(true);
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'TRACE'])('a %s goes out on a connection of its own', async (method) => {
    let connections = 0;
    let served = 0;
    const dyno = await httpDyno((_req, res) => {
      served += 1;
      res.end('ok');
    });
    dyno.server.on('connection', () => (connections += 1));
    const router = await routerFor(dyno);
    for (let i = 0; i < 3; i += 1) await raw(router.port, `${method} / HTTP/1.1\r\nHost: demo.localhost\r\nContent-Length: 0\r\n\r\n`);
    expect([served, connections]).toEqual([3, 3]);
  });
});

describe('a request that a dyno has taken', () => {
  const request = (method: string) =>
    `${method} / HTTP/1.1\r\nHost: demo.localhost\r\nX-Counted: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`;

  /** Answers `GET /warm`, and does with every other request what `act` does; `taken` counts those. */
  async function counting(act: (socket: Socket) => void): Promise<{ dyno: Upstream; taken: () => number }> {
    let taken = 0;
    const dyno = await rawDyno((socket) => {
      socket.on('data', (chunk) => {
        if (!chunk.includes('X-Counted')) return void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
        taken += 1;
        act(socket);
      });
    });
    return { dyno, taken: () => taken };
  }

  it.each(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'POST'])('%s: a connection that was new closes: H13, once', async (method) => {
    const [one, two] = [await counting((socket) => void socket.destroy()), await counting((socket) => void socket.destroy())];
    const router = await routerFor(one.dyno, two.dyno);
    expect(statusOf(await raw(router.port, request(method)))).toBe(503);
    expect(one.taken() + two.taken()).toBe(1);
    expect((await router.said())[0]).toMatch(/ code=H13 .* dyno=web\.[12] /);
  });

  it('also when its dyno is being stopped', async () => {
    const next = await httpDyno((_req, res) => void res.end('next'));
    open.push(() => next.close());
    const { dyno, taken } = await counting((socket) => {
      router.route(anApp({ dynos: [aDyno({ id: 'next', port: next.port })] }));
      socket.destroy();
    });
    const router = await routerFor(dyno);
    expect(statusOf(await raw(router.port, request('GET')))).toBe(503);
    expect(taken()).toBe(1);
    expect((await router.said())[0]).toContain('code=H13');
  });

  it.each([
    ['GET', 2],
    ['HEAD', 2],
    ['OPTIONS', 2],
    ['DELETE', 1],
    ['PUT', 1],
    ['TRACE', 1],
  ])('%s: connections in use before close at once: taken %i times at most', async (method, most) => {
    const { dyno, taken } = await counting((socket) => void socket.destroy());
    const router = await routerFor(dyno);
    await Promise.all(Array.from({ length: 4 }, () => raw(router.port, get('/warm'))));
    expect(statusOf(await raw(router.port, request(method)))).toBe(503);
    expect(taken()).toBe(most);
    expect((await router.said(5))[4]).toContain('code=H13');
  });

  it('a connection in use before closes after the dyno had time to work: H13, once', async () => {
    const { dyno, taken } = await counting((socket) => void setTimeout(() => socket.destroy(), 300));
    const router = await startTestRouter([anApp({ dynos: [aDyno({ port: dyno.port })] })], { ...PATIENT, closingMs: 100 });
    open.push(
      () => dyno.close(),
      () => router.close(),
    );
    await raw(router.port, get('/warm'));
    expect(statusOf(await raw(router.port, request('GET')))).toBe(503);
    expect(taken()).toBe(1);
    expect((await router.said(2))[1]).toContain('code=H13');
  });
});

describe('under load', () => {
  it('no request fails while dynos are replaced again and again', async () => {
    const start = () => httpDyno((req, res) => void req.resume().on('end', () => setTimeout(() => res.end('ok'), Math.random() * 5)));
    let current = await start();
    const router = await startTestRouter([anApp({ dynos: [aDyno({ id: 'v0', port: current.port })] })], PATIENT);
    open.push(() => router.close());
    const statuses = new Map<number, number>();
    let isDone = false;
    const clients = Array.from({ length: 8 }, async (_, i) => {
      while (!isDone) {
        const status = await (i % 4 === 0 ? fetchOnce(router.port, 'POST', 'hello') : fetchOnce(router.port));
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    });
    for (let release = 1; release <= 10; release += 1) {
      await sleep(100);
      const next = await start();
      router.route(anApp({ dynos: [aDyno({ id: `v${release}`, port: next.port })] }));
      const old = current;
      current = next;
      // As the dyno manager does: the route first, then a moment, then the end once no connection is left.
      await sleep(50);
      while ((await connectionsOf(old)) > 0) await sleep(10);
      await new Promise<void>((resolve) => old.server.close(() => resolve()));
    }
    isDone = true;
    await Promise.all(clients);
    open.push(() => current.close());
    expect(router.lines.map((line) => line.text).filter((text) => !text.startsWith('at=info'))).toEqual([]);
    expect([...statuses.keys()]).toEqual([200]);
    expect(statuses.get(200)).toBeGreaterThan(100);
  });

  it('requests are spread evenly', async () => {
    const counts = [0, 0, 0, 0];
    const dynos = await Promise.all(counts.map((_, i) => httpDyno((_req, res) => void res.end(String((counts[i] = counts[i]! + 1))))));
    const router = await routerFor(...dynos);
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        for (let i = 0; i < 50; i += 1) await fetchOnce(router.port);
      }),
    );
    for (const count of counts) expect(count).toBeGreaterThan(60);
  });

  it('pipelined requests beyond measure wait their turn without piling up', async () => {
    const dyno = await httpDyno((_req, res) => void res.end('ok'));
    const router = await routerFor(dyno);
    const answer = await raw(router.port, get().repeat(500), { answers: 500 });
    expect(answer.match(/HTTP\/1\.1 200/g)).toHaveLength(500);
  });

  it('a client that sends thousands of requests ahead is cut off', async () => {
    const dyno = await httpDyno((_req, res) => void setTimeout(() => res.end('ok'), 20));
    const router = await routerFor(dyno);
    const answer = await raw(router.port, get().repeat(20_000), { answers: 20_000 });
    expect(answer.match(/HTTP\/1\.1 200/g)?.length ?? 0).toBeLessThan(1_000);
  });
});

describe('when the router stops', () => {
  it('what is at work is finished, idle connections are closed, new ones refused', async () => {
    let atWork = false;
    const dyno = await httpDyno((_req, res) => {
      atWork = true;
      setTimeout(() => res.end('done'), 200);
    });
    const router = await routerFor(dyno);
    const idle = raw(router.port, '', { until: /./ });
    const working = raw(router.port, get());
    await expect.poll(() => atWork).toBe(true);
    const start = Date.now();
    await router.close(30_000);
    expect(Date.now() - start).toBeLessThan(15_000);
    const answer = await working;
    expect(answer).toMatch(/done$/);
    expect(await idle).toBe('');
    await expect(raw(router.port, get())).rejects.toThrow('ECONNREFUSED');
    open.pop();
  });

  it('what does not end in time is cut and told as H24', async () => {
    let isAsked = false;
    const router = await routerFor(await rawDyno((socket) => void socket.once('data', () => (isAsked = true))));
    const working = raw(router.port, get());
    await until(() => isAsked);
    await router.close(60);
    expect(statusOf(await working)).toBe(503);
    expect((await router.said())[0]).toMatch(/^at=error code=H24 desc="Forced close" .* status= bytes=0 protocol=http$/);
    open.pop();
  });
});
