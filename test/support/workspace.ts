// A developer's work tree with a remote: what e2e tests type into.
import { execFile, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ask } from './ask.js';
import type { Platform } from './platform.js';

type Files = Record<string, string>;

export interface PushResult {
  code: number | null;
  /** All that git printed. */
  output: string;
  /** Lines from the remote, without `remote: ` and trailing blanks. */
  remote: string[];
}

export interface RunningPush {
  /** Waits until the output contains the text; fails after `timeoutMs` (120 s) or when the push ends. */
  until(text: string, timeoutMs?: number): Promise<void>;
  /** Ctrl-C at the terminal. */
  interrupt(): void;
  ended: Promise<PushResult>;
}

export interface Answer {
  status: number;
  body: string;
}

export interface Workspace {
  name: string;
  dir: string;
  commit(files: Files, message: string): Promise<void>;
  git(...args: string[]): Promise<string>;
  push(ref: string, ...args: string[]): Promise<PushResult>;
  startPush(ref: string, ...args: string[]): RunningPush;
  remoteRef(ref: string): Promise<string>;
  /** Requests the app through the router. */
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  /** Calls the API below `/apps/<name>`. */
  api<T = unknown[]>(method: string, path: string, body?: unknown): Promise<T>;
  remove(): Promise<void>;
}

/** Creates an app through the API and a git work tree with a first commit of `files`, or of a directory's, and the remote `paas`. */
export async function anApp(platform: Platform, name: string, files: Files | string, token = platform.token): Promise<Workspace> {
  await platform.api('POST', '/apps', { name }, token);
  const dir = await mkdtemp(join(tmpdir(), `slipway-${name}-`));
  const workspace = openWorkspace(platform, name, dir, token);
  await workspace.git('init', '-q', '-b', 'main');
  await workspace.git('config', 'user.name', 'Jane');
  await workspace.git('config', 'user.email', 'jane@example.com');
  await workspace.git('remote', 'add', 'paas', `${platform.gitUrl}/${name}.git`);
  if (typeof files === 'string') await cp(files, dir, { recursive: true });
  await workspace.commit(typeof files === 'string' ? {} : files, 'First commit');
  return workspace;
}

function openWorkspace(platform: Platform, name: string, dir: string, token: string): Workspace {
  const basic = Buffer.from(`x:${token}`).toString('base64');
  const args = (more: string[]) => ['-c', `http.extraHeader=Authorization: Basic ${basic}`, '-c', 'protocol.version=2', ...more];
  const env = { ...process.env, GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_GLOBAL: '/dev/null', LC_ALL: 'C' };
  const git = (...more: string[]) =>
    new Promise<string>((resolve, reject) => {
      execFile('git', args(more), { cwd: dir, env }, (error, stdout, stderr) =>
        error ? reject(new Error(`${error.message}\n${stderr}`)) : resolve(stdout.trim()),
      );
    });
  const startPush = (ref: string, ...more: string[]): RunningPush => {
    const child = spawn('git', args(['push', ...more, 'paas', ref]), { cwd: dir, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const waiting = new Set<() => void>();
    const hear = (chunk: Buffer) => {
      output += chunk.toString();
      for (const check of waiting) check();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    const ended = new Promise<PushResult>((resolve) => {
      child.once('close', (code) => resolve({ code, output, remote: remoteLines(output) }));
    });
    return {
      ended,
      interrupt: () => void (child.pid && process.kill(-child.pid, 'SIGINT')),
      until: (text, timeoutMs = 120_000) =>
        new Promise((resolve, reject) => {
          const timer = setTimeout(
            () => finish(new Error(`${JSON.stringify(text)} did not come in ${timeoutMs} ms:\n${output}`)),
            timeoutMs,
          );
          const check = () => output.includes(text) && finish();
          const finish = (error?: Error) => {
            clearTimeout(timer);
            waiting.delete(check);
            if (error) reject(error);
            else resolve();
          };
          waiting.add(check);
          ended.then(() =>
            finish(output.includes(text) ? undefined : new Error(`the push ended before ${JSON.stringify(text)}:\n${output}`)),
          );
          check();
        }),
    };
  };
  return {
    name,
    dir,
    git,
    startPush,
    push: (ref, ...more) => startPush(ref, ...more).ended,
    async commit(files, message) {
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(dir, path)), { recursive: true });
        await writeFile(join(dir, path), text);
      }
      await git('add', '-A');
      await git('commit', '-q', '--allow-empty', '-m', message);
    },
    remoteRef: async (ref) => (await git('ls-remote', 'paas', ref)).split('\t')[0] ?? '',
    async get(path, headers = {}) {
      const { status, body } = await ask(platform, name, path, headers);
      return { status, body };
    },
    api: (method, path, body) => platform.api(method, `/apps/${name}${path}`, body, token),
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}

function remoteLines(output: string): string[] {
  return output.split('\n').flatMap((line) => {
    const match = /^remote: ?(.*)$/.exec(line.replaceAll('\u001b[K', '').split('\r').pop() ?? '');
    return match ? [match[1]!.trimEnd()] : [];
  });
}
