// The whole platform on random ports and a home of its own, for one test file.
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { testEngine } from './engine.js';
import { ofHome } from '../../src/docker/labels.js';
import { endWithParent } from '../../src/start/stores/daemon.js';
import type { Ready } from '../../src/start/ready.js';
import { lastLines } from '../../src/start/machine/run-command.js';

export type ProcessName = 'start' | 'web' | 'builder' | 'dynos' | 'logplex' | 'router' | 'providers';

export interface Platform {
  apiUrl: string;
  gitUrl: string;
  routerUrl: string;
  domain: string;
  /** The admin's. */
  token: string;
  home: string;
  /** What all processes have printed so far. */
  output(): string;
  /** Calls the API and returns its JSON; throws `<status> <body>` when it refuses. */
  api<T = unknown>(method: string, path: string, body?: unknown, token?: string): Promise<T>;
  /** Names of this home's containers, sorted; those that have a label if one is given. */
  containers(label?: string): Promise<string[]>;
  /** Whether a process with `command` in its command line runs in one of them. */
  runs(command: string): Promise<boolean>;
  /** The pid of a Procfile process, or of the foreman (`start`). */
  pid(name: ProcessName): number;
  /** kill -9; returns when the foreman has started it again. */
  kill(name: Exclude<ProcessName, 'start'>): Promise<void>;
  /** Waits until /healthz answers 200. */
  healthy(): Promise<void>;
  /** Ctrl-C, and the same again on the same ports and home. Answers the exit status and how long stopping took. */
  restart(): Promise<{ code: number | null; stopMs: number }>;
  /** Stops everything and removes every trace. */
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 240_000;
/** On the slowest of machines. */
const COMES_WITHIN_MS = 90_000;
// Tests and benchmarks, compiled or not, are run from the project's root.
const ROOT = resolve('.');
const MAIN = join(ROOT, 'dist/src/start/main.js');

const RANDOM_PORTS = {
  SLIPWAY_API_PORT: '0',
  SLIPWAY_ROUTER_PORT: '0',
  SLIPWAY_ROUTER_TLS_PORT: '0',
  SLIPWAY_RENDEZVOUS_PORT: '0',
  SLIPWAY_DATA_PORT: '0',
};

/** Runs `npm start` with `env` added, and returns when ready.json is there. */
export async function startPlatform(env: Record<string, string> = {}): Promise<Platform> {
  const home = env['SLIPWAY_HOME'] ?? mkdtempSync(join(tmpdir(), 'slipway-home-'));
  const settings: Record<string, string | undefined> = { ...process.env, ...RANDOM_PORTS, ...env, SLIPWAY_HOME: home };
  const engine = testEngine(settings['DOCKER_HOST']);
  const pid = (name: ProcessName) => (name === 'start' ? (child.pid ?? 0) : readPid(join(home, 'run', `${name}.pid`)));
  const output = () => (existsSync(join(home, 'test.log')) ? readFileSync(join(home, 'test.log'), 'utf8') : '');
  const until = (what: string, limitMs: number, isTrue: () => boolean | Promise<boolean>) => waitFor(what, limitMs, isTrue, output);

  async function containers(label?: string): Promise<string[]> {
    const id = readFileSync(join(home, 'home.id'), 'utf8').trim();
    const found = await engine.listContainers({ all: true, filters: ofHome(id, ...(label ? [label] : [])) });
    return found.map((container) => container.Names[0]?.slice(1) ?? container.Id).toSorted();
  }

  let child = spawnStart(settings, home);
  const ready = await untilReady(child, home, output);
  const token = readFileSync(ready.token_file, 'utf8').trim();
  return {
    apiUrl: ready.api_url,
    gitUrl: ready.git_url,
    routerUrl: ready.router_url,
    domain: env['SLIPWAY_DOMAIN'] ?? 'localhost',
    token,
    home,
    output,
    pid,
    api: (method, path, body, as = token) => callApi(`${ready.api_url}${path}`, method, body, as),
    containers,
    async runs(command) {
      const tops = (await containers()).map((name) =>
        engine
          .getContainer(name)
          .top()
          .catch(() => ({ Processes: [] })),
      );
      return (await Promise.all(tops)).some(({ Processes }) => JSON.stringify(Processes).includes(command));
    },
    async kill(name) {
      const old = pid(name);
      process.kill(old, 'SIGKILL');
      await until(`${name} to be started again`, COMES_WITHIN_MS, () => pid(name) !== 0 && pid(name) !== old);
    },
    healthy: () => until('a healthy platform', COMES_WITHIN_MS, () => isHealthy(ready.api_url)),
    async restart() {
      const began = Date.now();
      const code = await interrupt(child);
      const stopMs = Date.now() - began;
      child = spawnStart({ ...settings, ...portsOf(ready) }, home);
      await untilReady(child, home, output);
      return { code, stopMs };
    },
    async stop() {
      await interrupt(child);
      await runDown(settings);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function spawnStart(env: Record<string, string | undefined>, home: string): ChildProcess {
  const log = openSync(join(home, 'test.log'), 'a');
  const [command, ...args] = [...endWithParent('TERM'), process.execPath, MAIN, 'start', '--verbose'];
  const child = spawn(command!, args, { cwd: ROOT, env, stdio: ['ignore', log, log] });
  closeSync(log);
  return child;
}

async function untilReady(child: ChildProcess, home: string, output: () => string): Promise<Ready> {
  const file = join(home, 'ready.json');
  const read = () => (existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Ready) : undefined);
  try {
    await waitFor('ready.json', READY_WITHIN_MS, () => read()?.pid === child.pid || hasEnded(child), output);
  } finally {
    if (read()?.pid !== child.pid) await interrupt(child);
  }
  const ready = read();
  if (ready?.pid !== child.pid) throw new Error(`The platform ended with status ${child.exitCode}:\n${lastLines(output(), 40)}`);
  return ready!;
}

/** The chosen ports; the TLS one isn't told, so it is chosen anew. */
function portsOf(ready: Ready): Record<string, string> {
  return { SLIPWAY_API_PORT: new URL(ready.api_url).port, SLIPWAY_ROUTER_PORT: new URL(ready.router_url).port };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function interrupt(child: ChildProcess): Promise<number | null> {
  if (hasEnded(child)) return Promise.resolve(child.exitCode);
  return new Promise((resolveCode) => {
    child.on('exit', (code) => resolveCode(code));
    child.kill('SIGINT');
  });
}

async function waitFor(what: string, limitMs: number, isTrue: () => boolean | Promise<boolean>, output: () => string): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error(`Waited ${limitMs / 1000} s for ${what} in vain:\n${lastLines(output(), 40)}`);
    await sleep(20);
  }
}

async function callApi<T>(url: string, method: string, body: unknown, token: string): Promise<T> {
  const answer = await fetch(url, {
    method,
    headers: { accept: 'application/vnd.heroku+json; version=3', authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${answer.status} ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

async function isHealthy(url: string): Promise<boolean> {
  return fetch(`${url}/healthz`).then(
    (answer) => answer.status === 200,
    () => false,
  );
}

function readPid(file: string): number {
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
}

function runDown(env: Record<string, string | undefined>): Promise<void> {
  return new Promise((resolveDown, reject) => {
    const child = spawn(process.execPath, [MAIN, 'down'], { cwd: ROOT, env, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolveDown() : reject(new Error(`npm run down ended with ${code}: ${said}`))));
  });
}
