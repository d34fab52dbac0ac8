// The way out of git: a proxy that connects only where the guard lets it.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo, type Server as TcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchGitPack } from '../../../src/builder/buildpacks/git.js';
import { openFetchGuard } from '../../../src/outbound/fetch-guard.js';
import { openGuardedProxy, type GuardedProxy } from '../../../src/outbound/guarded-proxy.js';

const run = promisify(execFile);

let dir: string;
let web: Server;
let echo: TcpServer;
let proxy: GuardedProxy;
let odd: TcpServer;
/** What that one answers, whatever it is asked. */
let oddAnswer = '';
let [webPort, echoPort, oddPort] = [0, 0, 0];

const listen = async (server: Server | TcpServer) => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
};

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'slipway-proxy-'));
  web = createServer((req, res) => {
    if (req.method === 'POST') return void req.pipe(res.writeHead(201));
    try {
      res.end(readFileSync(join(dir, decodeURIComponent(new URL(req.url ?? '', 'http://x').pathname))));
    } catch {
      res.writeHead(404).end();
    }
  });
  echo = createTcpServer((socket) => void socket.pipe(socket));
  odd = createTcpServer((socket) => socket.on('error', () => undefined).once('data', () => socket.end(oddAnswer)));
  [webPort, echoPort, oddPort] = [await listen(web), await listen(echo), await listen(odd)];
  proxy = await openGuardedProxy(openFetchGuard([`127.0.0.1:${webPort}`, `localhost:${echoPort}`, `127.0.0.1:${oddPort}`]));
});

afterAll(() => {
  proxy?.close();
  web?.close();
  echo?.close();
  odd?.close();
  rmSync(dir, { recursive: true, force: true });
});

/** A request through the proxy. */
function ask(method: string, url: string, body = ''): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(proxy.url);
  return new Promise((resolve, reject) => {
    const req = request({ host: hostname, port, method, path: url, agent: false }, (res) => {
      let text = '';
      res
        .setEncoding('utf8')
        .on('data', (chunk: string) => (text += chunk))
        .on('end', () => resolve({ status: res.statusCode ?? 0, body: text }));
    });
    req.on('error', reject).end(body);
  });
}

/** Opens a tunnel, says a word, and answers what came back before its end. */
function tunnel(target: string): Promise<string> {
  const { hostname, port } = new URL(proxy.url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\nearly `));
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.endsWith('early ')) socket.write('word');
      if (text.endsWith('word')) socket.end();
    });
    socket.on('error', () => undefined).on('close', () => resolve(text));
  });
}

describe('the proxy', () => {
  it('passes requests and tunnels on to what is allowed', async () => {
    writeFileSync(join(dir, 'a.txt'), 'hello');
    expect(await ask('GET', `http://127.0.0.1:${webPort}/a.txt?x=1`)).toEqual({ status: 200, body: 'hello' });
    expect(await ask('POST', `http://127.0.0.1:${webPort}/a.txt`, 'body')).toEqual({ status: 201, body: 'body' });
    expect(await tunnel(`localhost:${echoPort}`)).toBe('HTTP/1.1 200 Connection established\r\n\r\nearly word');
    expect(proxy.refused()).toBe(null);
  });

  it('refuses the rest, names that lead there too, and tells which', async () => {
    expect(await tunnel(`127.0.0.1:${echoPort}`)).toBe('');
    expect(proxy.refused()?.message).toContain('127.0.0.1 is not on the public internet');
    expect((await ask('GET', `http://localhost:${webPort}/a.txt`)).status).toBe(502);
    expect(proxy.refused()?.message).toContain('localhost is not on the public internet');
    expect((await ask('GET', 'http://[::1]:1/')).status).toBe(502);
    expect(await tunnel('not a host')).toBe('');
  });

  it('outlives servers whose answers can not be given', async () => {
    const url = `http://127.0.0.1:${oddPort}/`;
    oddAnswer = 'HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n';
    await expect(ask('GET', url)).rejects.toThrow('socket hang up');
    oddAnswer = 'HTTP/1.1 200 OK\r\nTrailer: x\r\nContent-Length: 2\r\n\r\nhi';
    expect(await ask('GET', url)).toEqual({ status: 200, body: 'hi' });
  });

  it('lets git fetch from what is allowed', async () => {
    const git = (...args: string[]) => run('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], { cwd: dir });
    await git('init', '-q', '-b', 'main', 'tree');
    for (const script of ['detect', 'compile'])
      await run('sh', ['-c', `mkdir -p bin && echo '#!/bin/sh' > bin/${script}`], { cwd: join(dir, 'tree') });
    await git('-C', 'tree', 'add', '-A');
    await git('-C', 'tree', 'commit', '-qm', 'A buildpack');
    await git('clone', '-q', '--bare', 'tree', 'pack.git');
    await git('-C', 'pack.git', 'update-server-info');
    const place = {
      cacheDir: join(dir, 'cache'),
      tempDir: dir,
      timeoutMs: 20_000,
      allowsFiles: false,
      guard: openFetchGuard([`127.0.0.1:${webPort}`]),
    };
    const { files } = await fetchGitPack(place, `http://127.0.0.1:${webPort}/pack.git`, 'main', new AbortController().signal);
    expect(files.map((file) => file.name)).toContain('bin/compile');
    await expect(
      fetchGitPack({ ...place, guard: openFetchGuard([]) }, `http://127.0.0.1:${webPort}/pack.git`, 'main', new AbortController().signal),
    ).rejects.toThrow('is not on the public internet');
  });
});
