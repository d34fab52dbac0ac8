// The Docker engine: the one that runs, or one we start, over whatever a killed one left behind.
import { spawn } from 'node:child_process';
import { accessSync, closeSync, constants, existsSync, openSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isEngineUp, openEngine, type Engine } from '../docker/engine.js';
import { findProgram } from './find-program.js';
import { install } from './install.js';
import { findByName, isGoneWithin, programName, signal } from './processes.js';
import type { Progress } from './progress.js';
import { lastLines, run } from './run-command.js';

const SOCKET = '/var/run/docker.sock';
const LOG_FILE = '/var/log/slipway-dockerd.log';
const ANSWERS_WITHIN_MS = 30_000;

export interface RunningEngine {
  engine: Engine;
  /** The engine's process when we started it just now. */
  startedPid?: number;
}

interface Options {
  dockerHost: string;
  mayInstall: boolean;
  progress: Progress;
  /** Programs that will be missed next: they are installed in the same go as the engine. */
  alsoWanted?: string[];
}

/** Finds a running engine, else installs and starts one. It goes on running when we end: dynos do too. */
export async function ensureEngine(o: Options): Promise<RunningEngine> {
  const engine = openEngine({ dockerHost: o.dockerHost });
  if (await isEngineUp(engine)) return { engine };
  if (o.dockerHost !== '') throw new Error(`No Docker engine answers at DOCKER_HOST=${o.dockerHost}: start it, or unset DOCKER_HOST to use this machine's.`);
  if (process.getuid?.() !== 0) throw new Error(whyNotForUser());
  if (!findProgram('dockerd')) {
    const also = (o.alsoWanted ?? []).filter((program) => !findProgram(program));
    await install(o, { what: 'Docker Engine', packages: ['docker.io', 'iptables', ...also], otherwise: 'or set DOCKER_HOST to an engine elsewhere' });
  }
  return o.progress.step('Starting Docker Engine', async () => ({ engine, startedPid: await startEngine(engine) }));
}

/** Stops an engine we started, and its containerd with it. */
export async function stopEngine(pid: number): Promise<void> {
  signal(pid, 'SIGTERM');
  if (!(await isGoneWithin(pid, 15_000))) signal(pid, 'SIGKILL');
}

function whyNotForUser(): string {
  if (existsSync(SOCKET) && !mayUse(SOCKET)) return `You may not use the Docker engine at ${SOCKET}: run \`sudo usermod -aG docker $USER\`, log in again, then try again.`;
  const start = 'run `sudo systemctl start docker`';
  return findProgram('dockerd')
    ? `Docker Engine isn't running, and only root can start it: ${start}, then try again.`
    : 'Docker Engine is missing, and only root can install it: run `sudo apt-get install docker.io`, or set DOCKER_HOST to an engine elsewhere, then try again.';
}

async function startEngine(engine: Engine): Promise<number | undefined> {
  if (findByName('dockerd').length > 0 && (await answers(engine, () => findByName('dockerd').length > 0))) return undefined;
  if (existsSync('/run/systemd/system')) {
    await run('systemctl', ['start', 'docker']);
    if (await answers(engine, () => true)) return undefined;
    throw new Error('Docker Engine didn\'t start: see `journalctl -u docker`.');
  }
  removeStaleFiles();
  const child = spawnEngine();
  if (await answers(engine, () => child.exitCode === null)) return child.pid;
  throw new Error(`Docker Engine didn't start; the end of ${LOG_FILE}:\n${lastLines(readFileSync(LOG_FILE, 'utf8'), 6)}`);
}

function spawnEngine() {
  const output = openSync(LOG_FILE, 'w', 0o600);
  const flags = configHas('live-restore') ? [] : ['--live-restore'];
  const child = spawn(findProgram('dockerd') ?? 'dockerd', flags, { cwd: '/', detached: true, stdio: ['ignore', output, output], env: withSystemPath() });
  closeSync(output);
  child.on('error', () => undefined);
  child.unref();
  return child;
}

async function answers(engine: Engine, lives: () => boolean): Promise<boolean> {
  const deadline = Date.now() + ANSWERS_WITHIN_MS;
  while (lives() && Date.now() < deadline) {
    if (await isEngineUp(engine)) return true;
    await sleep(50);
  }
  return false;
}

/** An engine refuses to start when its pid file, or containerd's, names a process that lives, though it is another's by now. */
function removeStaleFiles(): void {
  for (const dir of ['/var/run', '/run']) {
    removeUnlessOf(`${dir}/docker.pid`, 'dockerd');
    const containerd = removeUnlessOf(`${dir}/docker/containerd/containerd.pid`, 'containerd');
    if (containerd) for (const name of ['containerd.sock', 'containerd.sock.ttrpc', 'containerd-debug.sock']) rmSync(`${dir}/docker/containerd/${name}`, { force: true });
  }
}

/** Removes a pid file unless it names a living process of that program; says whether none lives. */
function removeUnlessOf(file: string, program: string): boolean {
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  if (pid && programName(pid) === program) return false;
  rmSync(file, { force: true });
  return true;
}

function configHas(key: string): boolean {
  const file = '/etc/docker/daemon.json';
  return existsSync(file) && readFileSync(file, 'utf8').includes(`"${key}"`);
}

function mayUse(file: string): boolean {
  try {
    accessSync(file, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** iptables lies in /usr/sbin, which isn't on every PATH. */
function withSystemPath(): Record<string, string | undefined> {
  return { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin` };
}
