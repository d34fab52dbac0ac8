// Gitea, a git host: built from the Go module proxy, once, which takes some minutes. Its pages have no style; its API, hooks and git do.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { untilSo } from './until.js';

const VERSION = 'v1.23.8';
const DIR = resolve('node_modules/.cache/slipway', `gitea-${VERSION}`);
const BUILD_WITHIN_MS = 1_500_000;
/** What it reads as it runs. */
const FOLDERS = ['options', 'templates', 'public'];
const run = promisify(execFile);

export interface Gitea {
  url: string;
  /** Of the one user, `ada`; it may do all. */
  token: string;
  /** Calls its API; throws for what isn't 2xx. */
  api<T = unknown>(method: string, path: string, body?: object): Promise<T>;
  stop(): Promise<void>;
}

/** Builds it unless it is there. Throws one sentence where there is no Go. */
export async function ensureGitea(): Promise<void> {
  if (existsSync(join(DIR, 'gitea'))) return;
  const options = { timeout: BUILD_WITHIN_MS, maxBuffer: 64 * 1024 * 1024 };
  const work = await mkdtemp(join(tmpdir(), 'slipway-gitea-build-'));
  try {
    // Its go.mod replaces modules, so that `go install` refuses it.
    const { stdout } = await run('go', ['mod', 'download', '-json', `code.gitea.io/gitea@${VERSION}`], { ...options, cwd: work });
    const source = join(work, 'source');
    await cp((JSON.parse(stdout) as { Dir: string }).Dir, source, { recursive: true });
    await makeWritable(source);
    const tags = ['-tags', 'sqlite sqlite_unlock_notify'];
    await run('go', ['build', ...tags, '-o', join(work, 'gitea'), '.'], { ...options, cwd: source });
    await mkdir(DIR, { recursive: true });
    for (const folder of FOLDERS) await cp(join(source, folder), join(DIR, folder), { recursive: true });
    await cp(join(work, 'gitea'), join(DIR, 'gitea.new'));
    await rename(join(DIR, 'gitea.new'), join(DIR, 'gitea'));
  } catch (error) {
    const { code, stderr, message } = error as NodeJS.ErrnoException & { stderr?: string };
    const why = code === 'ENOENT' ? 'there is no go here: install Go 1.23 or newer, and gcc' : stderr || message;
    throw new Error(`Tests of git hosts need Gitea ${VERSION}, which can't be built: ${why}`);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

export async function startGitea(): Promise<Gitea> {
  await ensureGitea();
  const home = await mkdtemp(join(tmpdir(), 'slipway-gitea-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const config = join(home, 'app.ini');
  await writeFile(config, settings(home, port));
  const env = { ...process.env, HOME: home };
  const gitea = async (...args: string[]) => (await run(join(DIR, 'gitea'), ['--config', config, ...args], { env })).stdout.trim();
  await gitea('migrate');
  const child = spawn(join(DIR, 'gitea'), ['--config', config, 'web'], { env, stdio: 'ignore' });
  const ended = once(child, 'close');
  const isUp = () =>
    fetch(`${url}/api/v1/version`).then(
      ({ ok }) => ok,
      () => false,
    );
  await untilSo('Gitea answers', isUp);
  const person = ['--username', 'ada', '--password', 'pass word 1', '--email', 'ada@example.com'];
  await gitea('admin', 'user', 'create', '--admin', '--must-change-password=false', ...person);
  const token = (await gitea('admin', 'user', 'generate-access-token', '--username', 'ada', '--scopes', 'all', '--raw'))
    .split('\n')
    .at(-1)!;
  return {
    url,
    token,
    async api(method, path, body) {
      const headers = { authorization: `token ${token}`, 'content-type': 'application/json' };
      const answer = await fetch(`${url}/api/v1${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
      return (await answer.json()) as never;
    },
    async stop() {
      child.kill('SIGKILL');
      await ended;
      await rm(home, { recursive: true, force: true });
    },
  };
}

function settings(home: string, port: number): string {
  const sections: Record<string, Record<string, string | number | boolean>> = {
    server: {
      HTTP_ADDR: '127.0.0.1',
      HTTP_PORT: port,
      ROOT_URL: `http://127.0.0.1:${port}/`,
      STATIC_ROOT_PATH: DIR,
      OFFLINE_MODE: true,
      DISABLE_SSH: true,
    },
    database: { DB_TYPE: 'sqlite3', PATH: join(home, 'gitea.db') },
    security: { INSTALL_LOCK: true, SECRET_KEY: 'of a test' },
    webhook: { ALLOWED_HOST_LIST: '*' },
    log: { LEVEL: 'Warn', MODE: 'console' },
    cron: { ENABLED: false },
    actions: { ENABLED: false },
  };
  const top = ['I_AM_BEING_UNSAFE_RUNNING_AS_ROOT = true', `WORK_PATH = ${home}`, 'RUN_MODE = prod'];
  const lines = Object.entries(sections).flatMap(([name, values]) => [
    `[${name}]`,
    ...Object.entries(values).map(([key, value]) => `${key} = ${value}`),
  ]);
  return [...top, ...lines, ''].join('\n');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

/** Go keeps modules read-only. */
async function makeWritable(dir: string): Promise<void> {
  await chmod(dir, 0o755);
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    if (entry.isDirectory()) await makeWritable(join(dir, entry.name));
  }
}
