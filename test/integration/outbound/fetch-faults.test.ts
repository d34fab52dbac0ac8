// Why something can't be had from outside, and what is tried again.
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchTarballPack } from '../../../src/builder/buildpacks/tarball.js';
import { openSource } from '../../../src/builder/input/source.js';
import { FetchFault } from '../../../src/outbound/fetch-fault.js';
import { openFetchGuard } from '../../../src/outbound/fetch-guard.js';
import { withGit } from '../../../src/outbound/git.js';

const answers: Record<string, (res: ServerResponse, req: IncomingMessage) => void> = {
  '/missing': (res) => res.writeHead(404).end(),
  '/missing.git': (res) => res.writeHead(404).end(),
  '/busy': (res) => res.writeHead(429).end(),
  '/broken': (res) => res.writeHead(503).end(),
  '/loop': (res) => res.writeHead(302, { location: '/loop' }).end(),
  '/inside': (res) => res.writeHead(302, { location: 'http://127.0.0.2:9/' }).end(),
  '/cut': (_res, req) => req.socket.destroy(),
  '/half': (res) => {
    res.writeHead(200, { 'content-length': 1_000_000 }).write(Buffer.alloc(1_000));
    setTimeout(() => res.destroy(), 50);
  },
  '/silent': () => undefined,
  '/silent.git': () => undefined,
};

let server: Server;
let base: string;
let closed: string;
const asked: string[] = [];

beforeAll(async () => {
  server = createHttpServer((req, res) => {
    asked.push(req.url ?? '');
    const path = (req.url ?? '').replace(/\/info\/refs.*/, '');
    answers[path]?.(res, req);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const gone = createServer();
  await new Promise<void>((done) => gone.listen(0, '127.0.0.1', done));
  closed = `http://127.0.0.1:${(gone.address() as AddressInfo).port}`;
  await new Promise((done) => gone.close(done));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const guard = () => openFetchGuard([new URL(base).host, new URL(closed).host]);
const kindOf = (error: unknown) => (error instanceof FetchFault ? error.kind : `no fault of a fetch: ${String(error)}`);

const CASES = [
  ['a server that is not there', () => `${closed}/x`, 'unreachable', 3],
  ['a connection that is cut', () => `${base}/cut`, 'unreachable', 3],
  ['a server that has failed', () => `${base}/broken`, 'unreachable', 3],
  ['a server that asks for patience', () => `${base}/busy`, 'unreachable', 3],
  ['what is not there', () => `${base}/missing`, 'refused', 1],
  ['an address that is not public', () => 'http://127.0.0.2:9/x', 'refused', 0],
  ['a redirect to one', () => `${base}/inside`, 'refused', 1],
  ['redirects without end', () => `${base}/loop`, 'refused', 6],
  ['a server that says nothing', () => `${base}/silent`, 'late', 1],
] as const;

describe('a buildpack at a URL', () => {
  it.concurrent.each(CASES)(
    '%s',
    async (_what, url, kind, tries) => {
      const timeoutMs = kind === 'late' ? 1_500 : 30_000;
      const fetching = fetchTarballPack(url(), { timeoutMs, allowsFiles: false, guard: guard(), signal: AbortSignal.timeout(60_000) });
      expect(await fetching.catch(kindOf)).toBe(kind);
      if (url().startsWith(base)) expect(asked.filter((path) => path === new URL(url()).pathname)).toHaveLength(tries);
    },
    60_000,
  );
});

describe('a source', () => {
  it('that breaks off is no fault of the platform', async () => {
    const { stream } = await openSource(`${base}/half`, { maxBytes: 1e9, guard: guard(), signal: AbortSignal.timeout(60_000) });
    const reading = (async () => {
      for await (const _chunk of stream);
    })();
    const error = (await reading.catch((each: unknown) => each)) as FetchFault;
    expect(kindOf(error)).toBe('unreachable');
    expect(error).toMatchObject({ id: 'unavailable', message: expect.stringMatching(/^The source broke off while it was fetched: /) });
  });
});

describe('git', () => {
  it.concurrent.each([
    ['a server that is not there', () => `${closed}/x.git`, 'unreachable'],
    ['one by TLS', () => `${closed.replace('http:', 'https:')}/x.git`, 'unreachable'],
    ['a repository that is not there', () => `${base}/missing.git`, 'refused'],
    ['an address that is not public', () => 'http://127.0.0.2:9/x.git', 'refused'],
    ['a server that says nothing', () => `${base}/silent.git`, 'late'],
    ['ssh, which has no key here', () => 'git@example.com:a/b.git', 'refused'],
  ])(
    'and %s',
    async (_what, url, kind) => {
      const timeoutMs = kind === 'late' ? 1_500 : 30_000;
      const place = { cacheDir: tmpdir(), tempDir: tmpdir(), timeoutMs, allowsFiles: false, guard: guard() };
      const asking = withGit(place, url(), AbortSignal.timeout(60_000), (git) => git(['ls-remote', '--', url()]));
      const error = (await asking.catch((each: unknown) => each)) as FetchFault;
      expect([error.message, kindOf(error)]).toEqual([expect.not.stringContaining('CONNECT'), kind]);
    },
    30_000,
  );
});
