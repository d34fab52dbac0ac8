// Where redis-server or valkey-server comes from: PATH, or the distribution's packages unpacked beside our modules.
import { existsSync } from 'node:fs';
import { arch } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '../machine/find-program.js';
import { unpackPackages } from './unpack-packages.js';

export interface RedisProgram {
  path: string;
  env: Record<string, string>;
}

const NAMES = ['redis-server', 'valkey-server'];

/** The second holds the program, the first a link to it. */
const PACKAGES = ['redis-server', 'redis-tools'] as const;

/** The Redis of this machine, or the one unpacked into `cacheDir` before; undefined when there is none. */
export function findRedis(cacheDir: string): RedisProgram | undefined {
  const path = NAMES.map((name) => findProgram(name)).find((found) => found !== undefined);
  if (path) return { path, env: {} };
  const unpacked = NAMES.map((name) => join(cacheDir, 'redis/usr/bin', name)).find((file) => existsSync(file));
  if (!unpacked) return undefined;
  const libraries = ['usr/lib', 'lib'].map((dir) => join(cacheDir, 'redis', dir, `${arch() === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`));
  return { path: unpacked, env: { LD_LIBRARY_PATH: libraries.join(':') } };
}

/** Fetches the distribution's packages and unpacks them into `cacheDir`. */
export async function fetchRedis(cacheDir: string): Promise<RedisProgram> {
  await unpackPackages(PACKAGES, join(cacheDir, 'redis'));
  const found = findRedis(cacheDir);
  if (!found) throw new Error('The package redis-server holds no redis-server: set REDIS_URL to a Redis of yours.');
  return found;
}
