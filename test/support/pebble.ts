// pebble, Let's Encrypt's ACME server for tests, with its challenge test server for DNS: built from the Go module proxy, once.
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { aCertificate } from './certificates.js';
import { quietPort } from './quiet-port.js';
import { untilSo } from './until.js';

const VERSION = 'v2.10.0';
const DIR = resolve('node_modules/.cache/slipway', `pebble-${VERSION}`);
const PROGRAMS = ['pebble', 'pebble-challtestsrv'];
const BUILD_WITHIN_MS = 600_000;

export interface Pebble {
  directory: string;
  /** Who vouches for its own host. */
  ca: string;
  /** Its server of DNS, and where that is told what to say (`/set-txt`, `/clear-txt`). */
  resolver: string;
  dnsUrl: string;
  /** Lets a name have this address; all others have 127.0.0.1. */
  address(host: string, address: string): Promise<void>;
  /** The address of all others; none where it is empty. */
  addressOfOthers(address: string): Promise<void>;
  stop(): Promise<void>;
}

/** Builds both unless they are there. Throws one sentence where there is no Go. */
export async function ensurePebble(): Promise<void> {
  if (PROGRAMS.every((name) => existsSync(join(DIR, name)))) return;
  const packages = PROGRAMS.map((name) => `github.com/letsencrypt/pebble/v2/cmd/${name}@${VERSION}`);
  const options = { env: { ...process.env, GOBIN: DIR }, timeout: BUILD_WITHIN_MS, maxBuffer: 16 * 1024 * 1024 };
  await promisify(execFile)('go', ['install', ...packages], options).catch((error: NodeJS.ErrnoException & { stderr?: string }) => {
    const why = error.code === 'ENOENT' ? 'there is no go here: install Go 1.23 or newer (golang-go)' : error.stderr || error.message;
    throw new Error(`Tests of automatic certificates need pebble ${VERSION}, which can't be built: ${why}`);
  });
}

/** Starts it; it looks for challenges at these ports of 127.0.0.1, and refuses so many nonces in a hundred. */
export async function startPebble(o: { httpPort: number; tlsPort: number; badNonces: number }): Promise<Pebble> {
  await ensurePebble();
  const dir = await mkdtemp(join(tmpdir(), 'slipway-pebble-'));
  const [acme, management, dns, dnsManagement] = await Promise.all([quietPort(), quietPort(), quietPort(), quietPort()]);
  const { chain, key, ca } = await aCertificate(['localhost', '127.0.0.1']);
  const [certificate, privateKey, config] = ['cert.pem', 'key.pem', 'config.json'].map((name) => join(dir, name)) as [
    string,
    string,
    string,
  ];
  const pebble = {
    listenAddress: `127.0.0.1:${acme}`,
    managementListenAddress: `127.0.0.1:${management}`,
    certificate,
    privateKey,
    httpPort: o.httpPort,
    tlsPort: o.tlsPort,
    ocspResponderURL: '',
    profiles: { default: { description: 'of 90 days', validityPeriod: 7_776_000 } },
  };
  await Promise.all([writeFile(certificate, chain), writeFile(privateKey, key), writeFile(config, JSON.stringify({ pebble }))]);
  const off = ['-http01', '', '-https01', '', '-tlsalpn01', '', '-doh', ''];
  const names = [
    '-dnsserver',
    `127.0.0.1:${dns}`,
    '-management',
    `127.0.0.1:${dnsManagement}`,
    '-defaultIPv4',
    '127.0.0.1',
    '-defaultIPv6',
    '',
  ];
  const env = { ...process.env, PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: String(o.badNonces) };
  const running = [
    start('pebble-challtestsrv', [...names, ...off]),
    start('pebble', ['-config', config, '-dnsserver', `127.0.0.1:${dns}`], env),
  ];
  const post = (path: string, body: object) =>
    fetch(`http://127.0.0.1:${dnsManagement}${path}`, { method: 'POST', body: JSON.stringify(body) });
  await untilSo('the DNS of pebble answers', () =>
    post('/clear-a', { host: 'nobody.test' }).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  await untilSo('pebble listens', () => running[1]!.output().includes('Listening on'));
  return {
    directory: `https://localhost:${acme}/dir`,
    ca,
    resolver: `127.0.0.1:${dns}`,
    dnsUrl: `http://127.0.0.1:${dnsManagement}`,
    addressOfOthers: async (ip) => void (await post('/set-default-ipv4', { ip })),
    async address(host, address) {
      await post('/clear-a', { host });
      await post('/add-a', { host, addresses: [address] });
    },
    async stop() {
      await Promise.all(running.map((each) => each.stop()));
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function start(name: string, args: string[], env: NodeJS.ProcessEnv = process.env): { output(): string; stop(): Promise<void> } {
  const child: ChildProcess = spawn(join(DIR, name), args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<void>((done) => void child.once('close', () => done()));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += String(chunk)));
  return {
    output: () => output,
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
