// A developer's work tree, pushed with real git.
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface WorkTree {
  dir: string;
  git(...args: string[]): Promise<string>;
  /** Writes version.txt and commits everything. */
  commit(version: string): Promise<void>;
  /** Pushes a branch of this name; throws when it is refused. */
  push(url: string, o?: { branch?: string; token?: string }): Promise<void>;
  remove(): void;
}

/** A repository with a copy of `source` (or empty), not committed yet. */
export async function makeWorkTree(source?: string): Promise<WorkTree> {
  const dir = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  if (source) cpSync(source, dir, { recursive: true });
  const git = (...args: string[]) => run(dir, args);
  await git('init', '-q', '-b', 'main');
  await git('config', 'user.name', 'Jane');
  await git('config', 'user.email', 'jane@example.com');
  await git('config', 'gc.auto', '0');
  return {
    dir,
    git,
    async commit(version) {
      writeFileSync(join(dir, 'version.txt'), version);
      await git('add', '-A');
      await git('commit', '-q', '-m', version);
    },
    async push(url, { branch = 'main', token } = {}) {
      const as = token ? ['-c', `http.extraHeader=Authorization: Basic ${Buffer.from(`x:${token}`).toString('base64')}`] : [];
      await git(...as, 'push', '-q', url, `HEAD:refs/heads/${branch}`);
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

function run(cwd: string, args: string[]): Promise<string> {
  const env = { ...process.env, GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_GLOBAL: '/dev/null', LC_ALL: 'C' };
  return new Promise((resolve, reject) => {
    execFile('git', args, { cwd, env, maxBuffer: 1e8 }, (error, stdout, stderr) =>
      error ? reject(new Error(`${error.message}\n${stderr}`)) : resolve(stdout),
    );
  });
}
