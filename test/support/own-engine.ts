// A Docker engine of a test's own, in namespaces of its own: what becomes of it concerns nobody else.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { isEngineUp, openEngine } from '../../src/docker/engine.js';
import { importImage } from '../../src/docker/image/stack-images.js';

export interface OwnEngine {
  dockerHost: string;
  /** kill -9 of the engine alone: what runs in it runs on, and it is started again. */
  kill(): void;
  /** Ends it with all that runs in it. */
  stop(): Promise<void>;
}

/** An image of one program that sleeps, which each of them has. */
export const SLEEP_IMAGE = 'sleep';

/** Starts one, with live-restore. It needs root. */
export async function startOwnEngine(): Promise<OwnEngine> {
  const dir = mkdtempSync(join(tmpdir(), 'slipway-engine-'));
  const dockerHost = `unix://${dir}/docker.sock`;
  const flags = ['--data-root', `${dir}/data`, '--exec-root', `${dir}/exec`, '--pidfile', `${dir}/pid`, '-H', dockerHost, '--live-restore'];
  const script = `ip link set lo up; mount -t tmpfs none /run; while :; do dockerd "$@" >>${dir}/log 2>&1 || sleep 0.2; done`;
  const apart = ['--net', '--mount', '--pid', '--fork', '--mount-proc', '--kill-child'];
  const child = spawn('unshare', [...apart, 'sh', '-euc', script, 'sh', ...flags], { stdio: 'ignore', detached: true });
  const engine = openEngine({ dockerHost });
  for (let tries = 0; !(await isEngineUp(engine)); tries += 1) {
    if (child.exitCode !== null || tries > 600)
      throw new Error(`The engine didn't start:\n${readFileSync(`${dir}/log`, 'utf8').slice(-2_000)}`);
    await sleep(100);
  }
  const libraries = execFileSync('ldd', ['/bin/sleep'], { encoding: 'utf8' }).match(/\/\S+/g) ?? [];
  const files = ['bin/sleep', ...libraries.map((path) => path.slice(1))];
  const tar = execFileSync('tar', ['-ch', '-C', '/', ...files], { maxBuffer: 1 << 26 });
  await importImage(engine, Readable.from([tar], { objectMode: false }), { repo: SLEEP_IMAGE, tag: 'latest' });
  return {
    dockerHost,
    kill() {
      const shell = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim();
      // Its number is that of its own namespace.
      execFileSync('nsenter', ['-t', shell, '-p', '-m', 'sh', '-c', `kill -9 ${readFileSync(`${dir}/pid`, 'utf8').trim()}`]);
    },
    async stop() {
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGKILL');
      await ended;
      // What was mounted in its namespace goes with its last process.
      for (let tries = 0; ; tries += 1) {
        try {
          return rmSync(dir, { recursive: true, force: true });
        } catch (error) {
          if (tries > 50) throw error;
          await sleep(100);
        }
      }
    },
  };
}
