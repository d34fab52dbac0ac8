import { spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer, connect as connectTls } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import { ensureCertificates } from '../../../src/start/home/ca.js';
import { checkDatabase, checkRedis } from '../../../src/start/stores/check-stores.js';
import { waitsFor } from '../../../src/start/down.js';
import { lockHolder, takeLock } from '../../../src/start/home/home-lock.js';
import { findHome, openHome } from '../../../src/start/home/home.js';
import { linkPaas, unlinkPaas } from '../../../src/start/machine/link-paas.js';
import { choosePorts } from '../../../src/start/home/ports.js';
import { stopLeftovers } from '../../../src/start/leftovers.js';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

function temporaryDirectory(): string {
  const dir = mkdtempSync(join(tmpdir(), 'slipway-test-'));
  undo.push(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

test('a home keeps its id, key and token; what is secret is so on disk', () => {
  const dir = join(temporaryDirectory(), 'a/b');
  expect(findHome(dir)).toBeUndefined();
  const home = openHome(dir);
  const token = readFileSync(join(dir, 'admin.token'), 'utf8');
  expect(home.id).toMatch(/^[0-9a-f]{8}$/);
  expect(token).toMatch(/^HRKU-[0-9a-f-]{36}\n$/);
  expect(readFileSync(join(dir, 'secret.key'), 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
  for (const name of ['admin.token', 'secret.key']) expect(statSync(join(dir, name)).mode & 0o777).toBe(0o600);
  for (const name of ['repos', 'blobs', 'run']) expect(statSync(join(dir, name)).mode & 0o777).toBe(0o700);
  expect(openHome(dir)).toEqual(home);
  expect(readFileSync(join(dir, 'admin.token'), 'utf8')).toBe(token);
});

test('a home that is a file is refused with what to do', () => {
  const file = join(temporaryDirectory(), 'file');
  writeFileSync(file, '');
  expect(() => openHome(file)).toThrow(/SLIPWAY_HOME=.*can't be used.*set SLIPWAY_HOME to a directory/);
});

test("one instance a home: the second is told who holds it, a killed one's lock is taken over", async () => {
  const dir = temporaryDirectory();
  const release = await takeLock(dir);
  expect(lockHolder(dir)).toBe(process.pid);
  release();
  expect(lockHolder(dir)).toBeUndefined();

  const other = spawn('sleep', ['60']);
  undo.push(() => other.kill('SIGKILL'));
  const started = readFileSync(`/proc/${other.pid}/stat`, 'utf8').split(') ')[1]!.split(' ')[19];
  writeFileSync(join(dir, 'start.lock'), `${other.pid} ${started}\n`);
  await expect(takeLock(dir)).rejects.toThrow(new RegExp(`already runs on ${dir} \\(process ${other.pid}\\)`));

  writeFileSync(join(dir, 'start.lock'), `${other.pid} 1\n`); // The pid lives, but is another process's by now.
  (await takeLock(dir))();
  writeFileSync(join(dir, 'start.lock'), 'nonsense');
  (await takeLock(dir))();
});

test('ports: 0 picks free ones that differ; one in use is named with its variable and holder', async () => {
  const { A, B } = await choosePorts('127.0.0.1', { A: 0, B: 0 });
  expect(A).toBeGreaterThan(0);
  expect(A).not.toBe(B);

  const server = createServer();
  await new Promise<void>((resolve) => server.listen(A, '127.0.0.1', resolve));
  undo.push(() => server.close());
  await expect(choosePorts('127.0.0.1', { SLIPWAY_API_PORT: A })).rejects.toThrow(
    new RegExp(`Port ${A} is in use by \\S+ \\(process ${process.pid}\\): .*SLIPWAY_API_PORT`),
  );
  await expect(choosePorts('127.0.0.1', { A: B, B })).rejects.toThrow(`Port ${B} is in use`);
  const both = await choosePorts('127.0.0.1', { SLIPWAY_API_PORT: A, SLIPWAY_ROUTER_PORT: A, SLIPWAY_ROUTER_TLS_PORT: 0 }).catch(
    (error: Error) => error.message,
  );
  expect(both).toMatch(/set SLIPWAY_API_PORT to another port.*\nPort .*set SLIPWAY_ROUTER_PORT/);
  await expect(choosePorts('192.0.2.1', { A: 0 })).rejects.toThrow(/SLIPWAY_BIND=192\.0\.2\.1 can't be listened on/);
});

test("certificates: signed by the home's CA, kept, and made anew when a name is missing or they expire", async () => {
  const dir = temporaryDirectory();
  const names = ['localhost', '127.0.0.1', '::1', 'apps.example', '*.apps.example'];
  await ensureCertificates(dir, names, Date.now());
  const read = (name: string) => readFileSync(join(dir, name), 'utf8');
  const first = read('server.pem');
  expect(statSync(join(dir, 'ca.key')).mode & 0o777).toBe(0o600);
  expect(new X509Certificate(first).checkHost('hello.apps.example')).toBeDefined();
  expect(new X509Certificate(first).checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(await tlsHandshake(dir)).toBe(true);

  await ensureCertificates(dir, names, Date.now());
  expect(read('server.pem')).toBe(first);
  const ca = read('ca.pem');
  await ensureCertificates(dir, [...names, '10.0.0.5'], Date.now());
  expect(read('server.pem')).not.toBe(first);
  expect(read('ca.pem')).toBe(ca);
  const second = read('server.pem');
  await ensureCertificates(dir, names, Date.now() + 380 * 86_400_000);
  expect(read('server.pem')).not.toBe(second);
  expect(read('ca.pem')).toBe(ca);
});

function tlsHandshake(dir: string): Promise<boolean> {
  const server = createTlsServer({ cert: readFileSync(join(dir, 'server.pem')), key: readFileSync(join(dir, 'server.key')) });
  undo.push(() => server.close());
  return new Promise((resolve, reject) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = address && typeof address === 'object' ? address.port : 0;
      const client = connectTls({ host: '127.0.0.1', port, servername: 'localhost', ca: readFileSync(join(dir, 'ca.pem')) }, () => {
        resolve(client.authorized);
        client.destroy();
      });
      client.on('error', reject);
    });
  });
}

test.each([
  [
    'a port nobody listens on',
    'postgres://me:secret@127.0.0.1:1/db',
    /^DATABASE_URL \(127\.0\.0\.1:1\/db\) can't be used: .*ECONNREFUSED.*unset it/,
  ],
  ['no URL of PostgreSQL', 'mysql://me:secret@h/db', /it must begin with postgres:/],
  ['nonsense', 'postgres://[', /DATABASE_URL can't be used/],
  ["a host that doesn't exist", 'postgres://me:secret@nowhere.invalid/db', /DATABASE_URL \(nowhere\.invalid\/db\) can't be used/],
])('DATABASE_URL with %s is told in one line, without the password', async (_, url, message) => {
  const failure = await checkDatabase(url).catch((error: Error) => error.message);
  expect(failure).toMatch(message);
  expect(failure).not.toContain('secret');
});

test.each([
  ['a port nobody listens on', 'redis://:secret@127.0.0.1:1', /^REDIS_URL \(127\.0\.0\.1:1\) can't be used: .*ECONNREFUSED.*unset it/],
  ["a socket that isn't there", '/nowhere/redis.sock', /^REDIS_URL \(\/nowhere\/redis\.sock\) can't be used: .*ENOENT/],
  ['no URL of Redis', 'http://h', /must be redis:/],
])('REDIS_URL with %s is told in one line, without the password', async (_, url, message) => {
  const failure = await checkRedis(url).catch((error: Error) => error.message);
  expect(failure).toMatch(message);
  expect(failure).not.toContain('secret');
});

test('a store that accepts and says nothing is given up', async () => {
  const mute = createServer(() => undefined);
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  undo.push(() => mute.close());
  const address = mute.address();
  const port = address && typeof address === 'object' ? address.port : 0;
  const began = Date.now();
  await Promise.all([
    expect(checkRedis(`redis://127.0.0.1:${port}`)).rejects.toThrow(/no answer within 5 s/),
    expect(checkDatabase(`postgres://me@127.0.0.1:${port}/db`)).rejects.toThrow(/timeout/),
  ]);
  expect(Date.now() - began).toBeLessThan(30_000);
});

test('processes of a home whose foreman was killed are ended, those of others are not', async () => {
  const [ours, other] = ['aaaa0001', 'aaaa0002'].map((id) => spawn('sleep', ['60'], { env: { SLIPWAY_HOME_ID: id }, detached: true }));
  undo.push(() => other!.kill('SIGKILL'));
  const ended = new Promise((resolve) => ours!.on('exit', (_, by) => resolve(by)));
  expect(await stopLeftovers('aaaa0001')).toBe(1);
  expect(await ended).toBe('SIGTERM');
  expect(other!.exitCode).toBeNull();
});

test('paas is linked where nobody has a paas, and only who made the link removes it', () => {
  const dir = temporaryDirectory();
  const [root, home, other, link] = [join(dir, 'slipway'), join(dir, 'home'), join(dir, 'other'), join(dir, 'bin/paas')];
  for (const each of [join(root, 'bin'), home, other]) mkdirSync(each, { recursive: true });
  writeFileSync(join(root, 'bin/paas'), '');
  linkPaas({ root, home }, link);
  expect(readlinkSync(link)).toBe(join(root, 'bin/paas'));
  linkPaas({ root, home: other }, link);
  unlinkPaas({ root, home: other });
  expect(readlinkSync(link)).toBe(join(root, 'bin/paas'));
  unlinkPaas({ root, home });
  expect(existsSync(link)).toBe(false);

  writeFileSync(link, 'somebody else');
  linkPaas({ root, home }, link);
  unlinkPaas({ root, home });
  expect(readFileSync(link, 'utf8')).toBe('somebody else');

  rmSync(link);
  linkPaas({ root, home }, link);
  rmSync(link);
  symlinkSync('/elsewhere/paas', link);
  unlinkPaas({ root, home });
  expect(readlinkSync(link)).toBe('/elsewhere/paas');
  linkPaas({ root, home }, null);
  expect(readlinkSync(link)).toBe('/elsewhere/paas');
  // It leads nowhere: what it led to is gone.
  linkPaas({ root, home }, link);
  expect(readlinkSync(link)).toBe(join(root, 'bin/paas'));
});

test('down says which processes it waits for', async () => {
  const dir = temporaryDirectory();
  const sleeper = spawn('sleep', ['60']);
  undo.push(() => sleeper.kill('SIGKILL'));
  writeFileSync(join(dir, 'router.pid'), `${sleeper.pid}\n`);
  writeFileSync(join(dir, 'builder.pid'), `${process.pid}\n`);
  writeFileSync(join(dir, 'web.pid'), '999999999\n');
  expect(waitsFor(dir)).toBe('waits for builder, router');
  rmSync(join(dir, 'router.pid'));
  rmSync(join(dir, 'builder.pid'));
  expect(waitsFor(dir)).toBe('waits for PostgreSQL and Redis');
});

test('the home of an earlier version gets what is missing', () => {
  const dir = temporaryDirectory();
  mkdirSync(join(dir, 'run'));
  chmodSync(dir, 0o755);
  writeFileSync(join(dir, 'home.id'), '0123abcd\n');
  expect(openHome(dir).id).toBe('0123abcd');
  expect(statSync(dir).mode & 0o007).toBeLessThanOrEqual(1);
});
