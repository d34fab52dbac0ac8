// Redis or Valkey as a child of ours: a Unix socket in a private directory, every write appended to a file.
import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endWithParent, type Daemon } from './daemon.js';
import { isAlive, isGoneWithin, programName, signal } from '../machine/processes.js';
import { lastLines } from '../machine/run-command.js';
import type { RedisProgram } from './redis-program.js';
import { makePrivateDirectory, socketDirectory } from '../machine/socket-directory.js';

const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 7_000;

interface EmbeddedRedis {
  dir: string;
  id: string;
  program: RedisProgram;
  /** Its ceiling: what would go beyond is refused, and nothing evicted, since jobs are among what it holds. 0 for none. */
  memoryMb?: number;
  /** Lets it end when we are killed. */
  endsWithUs?: boolean;
}

/** The Redis of a directory, not started yet. `url` is its socket's path. */
export function embeddedRedis(o: EmbeddedRedis): Daemon {
  const sockets = socketDirectory(o.dir, `slipway-${o.id}-redis`);
  const socket = join(sockets, 'redis.sock');
  const server = () => readServer(o.dir);
  return {
    name: 'redis',
    url: socket,
    pid: server,
    async start() {
      if (server() && (await isReady(socket, () => server() !== undefined))) return 'adopted';
      makePrivateDirectory(o.dir);
      makePrivateDirectory(sockets);
      await startServer({ ...o, socket });
      return 'started';
    },
    async stop() {
      const pid = server();
      if (pid && signal(pid, 'SIGTERM') && !(await isGoneWithin(pid, STOP_WITHIN_MS))) signal(pid, 'SIGKILL');
      if (sockets !== o.dir) rmSync(sockets, { recursive: true, force: true });
    },
  };
}

async function startServer({ dir, socket, program, memoryMb = 0, endsWithUs }: EmbeddedRedis & { socket: string }): Promise<void> {
  const logFile = join(dir, 'redis.log');
  const settings = {
    port: '0',
    unixsocket: socket,
    unixsocketperm: '700',
    dir,
    pidfile: join(dir, 'redis.pid'),
    logfile: logFile,
    appendonly: 'yes',
    save: '',
    maxmemory: `${memoryMb}mb`,
    'maxmemory-policy': 'noeviction',
    'tcp-keepalive': '60',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const [command, ...args] = [...(endsWithUs ? endWithParent('TERM') : []), program.path, ...options];
  const output = openSync(logFile, 'a', 0o600);
  const child = spawn(command!, args, {
    cwd: dir,
    detached: true,
    stdio: ['ignore', output, output],
    env: { ...process.env, ...program.env },
  });
  closeSync(output);
  child.on('error', () => undefined);
  child.unref();
  const lives = () => child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  if (await isReady(socket, lives)) return;
  throw new Error(`Redis didn't start; the end of ${logFile}:\n${lastLines(readFileSync(logFile, 'utf8'), 6)}`);
}

async function isReady(socket: string, lives: () => boolean): Promise<boolean> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (lives() && Date.now() < deadline) {
    if (await answersPing(socket)) return true;
    await sleep(10);
  }
  return false;
}

function answersPing(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket, () => connection.write('PING\r\n'));
    connection.setTimeout(1_000, () => connection.destroy());
    connection.on('error', () => resolve(false));
    connection.on('close', () => resolve(false));
    connection.on('data', (answer) => {
      resolve(answer.toString().startsWith('+PONG'));
      connection.destroy();
    });
  });
}

function readServer(dir: string): number | undefined {
  const file = join(dir, 'redis.pid');
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  return pid && isAlive(pid) && /^(redis|valkey)-/.test(programName(pid)) ? pid : undefined;
}
