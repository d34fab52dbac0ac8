// Where redis-server or valkey-server comes from: PATH, or the distribution's packages unpacked beside our modules.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { arch } from 'node:os';
import { join } from 'node:path';
import { run, runOrThrow } from '../machine/run-command.js';
import { findProgram } from '../machine/find-program.js';

export interface RedisProgram {
  path: string;
  env: Record<string, string>;
}

const NAMES = ['redis-server', 'valkey-server'];

/** The second holds the program, the first a link to it. */
const PACKAGES = ['redis-server', 'redis-tools'];
const SIMULATE = ['install', '-s', '--reinstall', '--no-install-recommends', ...PACKAGES];

/** The Redis of this machine, or the one unpacked into `cacheDir` before; undefined when there is none. */
export function findRedis(cacheDir: string): RedisProgram | undefined {
  const path = NAMES.map((name) => findProgram(name)).find((found) => found !== undefined);
  if (path) return { path, env: {} };
  const unpacked = NAMES.map((name) => join(cacheDir, 'redis/usr/bin', name)).find((file) => existsSync(file));
  if (!unpacked) return undefined;
  const libraries = ['usr/lib', 'lib'].map((dir) => join(cacheDir, 'redis', dir, `${arch() === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`));
  return { path: unpacked, env: { LD_LIBRARY_PATH: libraries.join(':') } };
}

/**
 * Fetches the distribution's packages and unpacks them into `cacheDir`: needs no root, and starts no service of
 * the machine's as installing them would.
 */
export async function fetchRedis(cacheDir: string): Promise<RedisProgram> {
  const unfinished = join(cacheDir, `redis.${process.pid}`);
  mkdirSync(unfinished, { recursive: true });
  const apt = await packageLists(unfinished);
  const simulated = await runOrThrow('Looking for the package redis-server', 'apt-get', [...apt, ...SIMULATE]);
  const packages = [...simulated.matchAll(/^Inst (\S+)/gm)].map((match) => match[1]!);
  await runOrThrow('Downloading redis-server', 'apt-get', [...apt, '-o', 'APT::Sandbox::User=', 'download', ...packages], {
    cwd: unfinished,
  });
  for (const file of readdirSync(unfinished).filter((name) => name.endsWith('.deb'))) {
    await runOrThrow('Unpacking redis-server', 'dpkg', ['-x', file, 'root'], { cwd: unfinished });
  }
  const target = join(cacheDir, 'redis');
  rmSync(target, { recursive: true, force: true });
  renameSync(join(unfinished, 'root'), target);
  rmSync(unfinished, { recursive: true, force: true });
  const found = findRedis(cacheDir);
  if (!found) throw new Error('The package redis-server holds no redis-server: set REDIS_URL to a Redis of yours.');
  return found;
}

/** Options that make apt-get work with package lists: the machine's, or a private copy fetched now when it has none. */
async function packageLists(dir: string): Promise<string[]> {
  const known = await run('apt-get', SIMULATE);
  if (known.code === 0) return [];
  const own = ['-o', `Dir::State::Lists=${join(dir, 'lists')}`, '-o', `Dir::Cache=${join(dir, 'cache')}`];
  for (const part of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(dir, part), { recursive: true });
  await runOrThrow('Fetching the package lists', 'apt-get', [...own, '-o', 'APT::Sandbox::User=', 'update']);
  return own;
}
