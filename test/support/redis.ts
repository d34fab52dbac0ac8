// A Redis of a test's own, that can be killed and come back.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fetchRedis, findRedis } from '../../src/start/stores/redis-program.js';

export interface TestRedis {
  /** The path of its socket. */
  url: string;
  pid(): number;
  /** Ends it; what was written is on disk. */
  stop(): Promise<void>;
  /** Starts it again over the same data, with `settings` added. */
  start(...settings: string[]): Promise<void>;
  /** Stops it and removes all traces. */
  remove(): Promise<void>;
}

/** Starts an empty Redis on a Unix socket. */
export async function startRedis(): Promise<TestRedis> {
  const dir = mkdtempSync(join(tmpdir(), 'slipway-redis-'));
  const socket = join(dir, 'redis.sock');
  const cacheDir = resolve('node_modules/.cache/slipway');
  const program = findRedis(cacheDir) ?? (await fetchRedis(cacheDir));
  let child: ChildProcess | null = null;

  async function start(...settings: string[]): Promise<void> {
    const args = ['--port', '0', '--unixsocket', socket, '--dir', dir, '--appendonly', 'yes', '--save', '', ...settings];
    child = spawn(program.path, args, { stdio: 'ignore', env: { ...process.env, ...program.env } });
    while (!existsSync(socket)) await sleep(10);
  }

  async function stop(): Promise<void> {
    const ended = child && once(child, 'exit');
    child?.kill('SIGTERM');
    await ended;
    child = null;
    rmSync(socket, { force: true });
  }

  await start();
  return {
    url: socket,
    start,
    stop,
    pid: () => child?.pid ?? 0,
    async remove() {
      if (child) await stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
