// Buildpacks in git repositories: the commit is found first, so that one seen before is not fetched again.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { PlatformError } from '../../model/errors.js';
import { readPack, type PackFile } from './archive.js';

export interface GitPlace {
  /** Where fetched buildpacks are kept, as `<url's digest>-<commit>.tar`. */
  cacheDir: string;
  tempDir: string;
  timeoutMs: number;
  /** Whether file:// URLs may be fetched: only where every user may read what the builder may. */
  allowsFiles: boolean;
}

const MAX_PACK_KB = 256 * 1024;

/** Fetches a repository's tree at a branch, tag, commit or its default branch. Throws `invalid_params` with the reason. */
export async function fetchGitPack(o: GitPlace, url: string, ref: string | null, signal: AbortSignal): Promise<{ files: PackFile[]; commit: string }> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(o.timeoutMs)]);
  const git = (args: string[], cwd?: string) => runGit(o, args, { cwd, signal: limit });
  const commit = isCommit(ref) ? ref : await lookUp(git, url, ref);
  const cached = commit && cacheFile(o, url, commit);
  if (cached && (await isThere(cached))) return { files: await readPack(createReadStream(cached)), commit: commit! };
  const dir = await mkdtemp(join(o.tempDir, 'buildpack-'));
  try {
    await git(['init', '--quiet', '--bare', dir]);
    const found = await fetchCommit((args) => git(args, dir), url, commit, ref);
    const file = cacheFile(o, url, found);
    await mkdir(o.cacheDir, { recursive: true });
    await git(['archive', '--format=tar', '-o', join(dir, 'pack.tar'), found], dir);
    const files = await readPack(createReadStream(join(dir, 'pack.tar')));
    await rename(join(dir, 'pack.tar'), file).catch(async () => pipeline(createReadStream(join(dir, 'pack.tar')), createWriteStream(file)));
    return { files, commit: found };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

type Git = (args: string[]) => Promise<string>;

/** The commit that a ref names, asked of the server; null when it names none (it may be a shortened commit). */
async function lookUp(git: Git, url: string, ref: string | null): Promise<string | null> {
  const wanted = ref === null ? ['HEAD'] : [`refs/heads/${ref}`, `refs/tags/${ref}`, `refs/tags/${ref}^{}`];
  const lines = (await git(['ls-remote', '--', url, ...wanted])).trim().split('\n');
  const commits = new Map(lines.map((line) => line.split('\t').reverse() as [string, string]));
  const names = ref === null ? ['HEAD'] : [`refs/heads/${ref}`, `refs/tags/${ref}^{}`, `refs/tags/${ref}`];
  return names.map((name) => commits.get(name)).find((commit) => commit !== undefined) ?? null;
}

async function fetchCommit(git: Git, url: string, commit: string | null, ref: string | null): Promise<string> {
  // The shallow way first; servers may refuse single commits, and the plainest of them know no shallow way at all.
  const isShallow = commit !== null && (await git(['fetch', '--quiet', '--depth=1', '--no-tags', '--', url, commit]).then(() => true, isTimeout));
  if (!isShallow) await git(['fetch', '--quiet', '--', url, '+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*']);
  const name = commit ?? ref ?? 'HEAD';
  return (await git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]).catch(() => {
    throw new PlatformError('invalid_params', `it has no branch, tag or commit ${JSON.stringify(name)}`);
  })).trim();
}

function isTimeout(error: Error): false {
  if (error.message.includes('did not answer within')) throw error;
  return false;
}

function runGit(o: GitPlace, args: string[], { cwd, signal }: { cwd?: string | undefined; signal: AbortSignal }): Promise<string> {
  return new Promise((resolve, reject) => {
    const limited = ['-c', `ulimit -f ${MAX_PACK_KB * 2}; exec "$@"`, 'sh', 'git', '-c', 'core.hooksPath=/dev/null', '-c', 'fetch.fsckObjects=true', ...args];
    // Its own process group: git's helpers end with it.
    const child = spawn('sh', limited, { cwd: cwd ?? o.tempDir, detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: gitEnv(o) });
    let out = '';
    let said = '';
    const stop = () => child.pid && process.kill(-child.pid, 'SIGKILL');
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    child.stdout.on('data', (bytes: Buffer) => (out += String(bytes)));
    child.stderr.on('data', (bytes: Buffer) => (said = (said + String(bytes)).slice(-4_000)));
    child.on('error', reject);
    child.on('close', (code) => {
      signal.removeEventListener('abort', stop);
      if (code === 0) resolve(out);
      else reject(new PlatformError('invalid_params', signal.aborted ? `it did not answer within ${o.timeoutMs / 1000} s` : reasonOf(said)));
    });
  });
}

function gitEnv(o: GitPlace): Record<string, string | undefined> {
  const passed = Object.entries(process.env).filter(([key]) => /^(PATH|GIT_SSL_CAINFO|SSL_CERT_FILE|CURL_CA_BUNDLE|(https?|no|all)_proxy)$/i.test(key));
  return {
    ...Object.fromEntries(passed),
    HOME: o.tempDir,
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '/bin/false',
    GIT_SSH_COMMAND: 'ssh -oBatchMode=yes',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ALLOW_PROTOCOL: ['https', 'http', 'git', 'ssh', ...(o.allowsFiles ? ['file'] : [])].join(':'),
  };
}

/** The line of git's that says why, without the URL (it may hold a password). */
function reasonOf(said: string): string {
  const lines = said.split('\n').map((line) => line.replace(/^(fatal|error|remote): /, '').trim()).filter((line) => line !== '');
  const line = lines.find((each) => /not found|denied|resolve|refused|timed out|not allowed|does not exist|not appear/i.test(each)) ?? lines[0] ?? 'git gave no reason';
  return `git says: ${line.replaceAll(/\w+:\/\/[^\s'"]+/g, 'the repository')}`;
}

function isCommit(ref: string | null): ref is string {
  return ref !== null && /^[0-9a-f]{40}$/.test(ref);
}

function cacheFile(o: GitPlace, url: string, commit: string): string {
  return join(o.cacheDir, `${createHash('sha256').update(url).digest('hex').slice(0, 16)}-${commit}.tar`);
}

/** Whether a buildpack is kept; its time says that it was used, for whoever tidies. */
async function isThere(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => null);
  if (found) await utimes(file, new Date(), new Date());
  return found !== null;
}
