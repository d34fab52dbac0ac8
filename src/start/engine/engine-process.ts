// The process of a Docker engine that we start ourselves, where nobody else (systemd) looks after one.
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync } from 'node:fs';
import { OUR_ENGINE } from '../../docker/labels.js';
import { findProgram } from '../machine/find-program.js';
import { isGoneWithin, programName, signal } from '../machine/processes.js';

export const ENGINE_SOCKET = '/var/run/docker.sock';
export const ENGINE_LOG = '/var/log/slipway-dockerd.log';

const PID_FILE = '/var/run/docker.pid';
const CONTAINERD = '/var/run/docker/containerd';

/** Starts an engine that outlives us. With live-restore a kill of it loses no dyno and no line of a log. */
export function spawnEngine(): ChildProcess {
  removeStaleFiles();
  const output = openSync(ENGINE_LOG, 'w', 0o600);
  const flags = [...(configHas('live-restore') ? [] : ['--live-restore']), ...(configHas('labels') ? [] : ['--label', OUR_ENGINE])];
  const child = spawn(findProgram('dockerd') ?? 'dockerd', flags, {
    cwd: '/',
    detached: true,
    stdio: ['ignore', output, output],
    env: withSystemPath(),
  });
  closeSync(output);
  child.on('error', () => undefined);
  child.unref();
  return child;
}

/** Whether it was started by us. */
export function isEngineOurs(): boolean {
  const pid = enginePid();
  return pid !== undefined && readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(OUR_ENGINE);
}

/** Ends the engine, and its containerd with it. */
export async function stopEngine(withinMs = 15_000): Promise<void> {
  const pid = enginePid();
  if (pid === undefined) return;
  signal(pid, 'SIGTERM');
  if (await isGoneWithin(pid, withinMs)) return;
  signal(pid, 'SIGKILL');
  await isGoneWithin(pid, withinMs);
}

/** Has the engine write down what its threads wait for; where, for whoever reports it. */
export function dumpEngine(): string {
  const pid = enginePid();
  if (pid !== undefined) signal(pid, 'SIGUSR1');
  return '/var/run/docker/goroutine-stacks-*.log';
}

/** Of the engine of this machine; undefined when none runs. */
export function enginePid(): number | undefined {
  return livingPid(PID_FILE, 'dockerd');
}

/** An engine refuses to start when its pid file, or containerd's, names a process that lives, though it is another's by now. */
function removeStaleFiles(): void {
  if (!livingPid(PID_FILE, 'dockerd')) rmSync(PID_FILE, { force: true });
  if (livingPid(`${CONTAINERD}/containerd.pid`, 'containerd')) return;
  for (const name of ['containerd.pid', 'containerd.sock', 'containerd.sock.ttrpc', 'containerd-debug.sock'])
    rmSync(`${CONTAINERD}/${name}`, { force: true });
}

/** The pid in a file, when a process of that program has it. */
function livingPid(file: string, program: string): number | undefined {
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  return pid && programName(pid) === program ? pid : undefined;
}

function configHas(key: string): boolean {
  const file = '/etc/docker/daemon.json';
  return existsSync(file) && readFileSync(file, 'utf8').includes(`"${key}"`);
}

/** iptables lies in /usr/sbin, which isn't on every PATH. */
function withSystemPath(): Record<string, string | undefined> {
  return { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin` };
}
