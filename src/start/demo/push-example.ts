// Commits a copy of an example app and pushes it with git, as its developer would.
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runOrThrow } from '../machine/run-command.js';

/** Pushes the app in `source` to `remote`; git's output goes to our screen. Throws when the push is refused. */
export async function pushExample(o: { source: string; remote: string; token: string }): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'slipway-demo-'));
  try {
    cpSync(o.source, dir, { recursive: true });
    const git = (...args: string[]) => runOrThrow(`git ${args[0]}`, 'git', args, { cwd: dir, env: { ...AUTHOR } });
    await git('init', '-q', '-b', 'main');
    await git('add', '-A');
    await git('commit', '-q', '-m', 'Hello');
    await git('remote', 'add', 'paas', o.remote);
    const status = await push(dir, o.token);
    if (status !== 0) throw new Error(`git push failed with status ${status}; what it said is above.`);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const AUTHOR = {
  GIT_AUTHOR_NAME: 'Slipway',
  GIT_AUTHOR_EMAIL: 'demo@localhost',
  GIT_COMMITTER_NAME: 'Slipway',
  GIT_COMMITTER_EMAIL: 'demo@localhost',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
};

function push(cwd: string, token: string): Promise<number> {
  const credentials = Buffer.from(`demo:${token}`).toString('base64');
  // The token travels in the environment: arguments and the remote's URL can be read by others.
  const env = {
    ...process.env,
    ...AUTHOR,
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'http.extraHeader',
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${credentials}`,
  };
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['push', 'paas', 'main'], { cwd, env, stdio: ['ignore', process.stdout, process.stdout] });
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}
