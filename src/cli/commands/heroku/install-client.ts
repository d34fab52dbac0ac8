// Heroku's client, unmodified, from the npm registry; fetched once, kept in the user's cache.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { CliError } from '../../api/errors.js';

/** The version that our tests run. */
export const CLIENT_VERSION = '11.10.0';
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

/** Where it lies: XDG_CACHE_HOME, else ~/.cache. */
export function clientDir(env: NodeJS.ProcessEnv): string {
  const cache = env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache');
  return join(cache, 'slipway', `heroku-${CLIENT_VERSION}`);
}

/** What node runs. */
export function clientProgram(dir: string): string {
  return join(dir, 'node_modules/heroku/bin/run.js');
}

/** Whether it is there, whole: it is moved to its place in one step. */
export function isInstalled(dir: string): boolean {
  return existsSync(clientProgram(dir));
}

/** Installs it, whoever else does the same at this moment. Throws CliError with npm's own words. */
export async function installClient(dir: string, env: NodeJS.ProcessEnv): Promise<void> {
  const draft = `${dir}.${process.pid}`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  await writeFile(join(draft, 'package.json'), '{ "private": true }\n');
  try {
    await npmInstall(draft, env);
    await mkdir(dirname(dir), { recursive: true });
    await rename(draft, dir).catch((error: unknown) => (isInstalled(dir) ? undefined : Promise.reject(error)));
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** No script of any package runs; the client needs none. */
function npmInstall(cwd: string, env: NodeJS.ProcessEnv): Promise<void> {
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--omit=dev', '--prefer-offline'];
  const args = ['install', '--save-exact', ...options, `heroku@${CLIENT_VERSION}`];
  return new Promise((resolve, reject) => {
    execFile('npm', args, { cwd, env: { ...env, NODE_OPTIONS: '' }, maxBuffer: MAX_OUTPUT_BYTES }, (error, _stdout, stderr) => {
      if (!error) return resolve();
      const why = stderr.trim().split('\n').slice(0, 5).join('\n') || error.message;
      return reject(new CliError(`Can't fetch heroku ${CLIENT_VERSION} from the npm registry:\n${why}`));
    });
  });
}
