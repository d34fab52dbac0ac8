// Heroku's own client, unmodified, of one version: fetched once into a cache, and pointed at a platform of ours.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Platform } from './platform.js';

const VERSION = '11.10.0';
const CACHE = resolve('node_modules/.cache/slipway');
const FETCH_WITHIN_MS = 300_000;

/** The directory of its program `heroku`. Rejects with what npm says when it can't be fetched. */
export async function fetchOfficialClient(): Promise<string> {
  const dir = join(CACHE, `heroku-${VERSION}`);
  if (!existsSync(dir)) {
    const fresh = `${dir}.${process.pid}`;
    mkdirSync(fresh, { recursive: true });
    writeFileSync(join(fresh, 'package.json'), '{"private":true}');
    const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--save-exact', `heroku@${VERSION}`];
    await promisify(execFile)('npm', args, { cwd: fresh, timeout: FETCH_WITHIN_MS });
    if (existsSync(dir)) rmSync(fresh, { recursive: true });
    else renameSync(fresh, dir);
  }
  return join(dir, 'node_modules/.bin');
}

/** What it needs to be told to speak with this platform, and with nobody else. */
export function officialClientEnv(platform: Platform): Record<string, string> {
  const url = `http://localhost:${new URL(platform.apiUrl).port}`;
  return {
    HEROKU_HOST: url,
    HEROKU_PARTICLEBOARD_URL: url,
    HEROKU_DATA_HOST: 'localhost',
    HEROKU_API_KEY: platform.token,
    HEROKU_DISABLE_AUTOUPDATE: '1',
    HEROKU_SKIP_ANALYTICS: '1',
    HEROKU_SKIP_NEW_VERSION_CHECK: 'true',
    DISABLE_TELEMETRY: 'true',
    NODE_EXTRA_CA_CERTS: join(platform.home, 'ca.pem'),
  };
}
