// How many PHP processes a dyno gets: its memory by PHP's memory_limit, or what WEB_CONCURRENCY says.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const V2 = 'cgroup/memory.max';
const V1 = 'cgroup/memory/memory.limit_in_bytes';
const MB = 1_048_576;
const SCRIPT = `
source buildpacks/php/serve/lib/memory.sh
cd "$1" || exit 1
CGROUP_ROOT=$1/cgroup DOCUMENT_ROOT=$1 SERVER=nginx
for name in INI INI_INCLUDE FPM_INCLUDE FPM_CONFIG; do file=$(tr A-Z a-z <<<$name).conf; [ ! -f "$file" ] || printf -v $name %s "$file"; done
choose_concurrency 2>/dev/null; echo "$CHILDREN $WEB_CONCURRENCY"`;

const table: [string, Record<string, string>, Record<string, string>, number][] = [
  ['512 MB by cgroup v2', { [V2]: String(512 * MB) }, {}, 4],
  ['1 GB by cgroup v1', { [V1]: String(1024 * MB) }, {}, 8],
  ['no limit by v2', { [V2]: 'max' }, {}, 4],
  ['no limit by v1', { [V1]: '9223372036854771712' }, {}, 4],
  ['no cgroup', {}, {}, 4],
  ['what the platform says, without a cgroup', {}, { MEMORY_AVAILABLE: '256' }, 2],
  ['.user.ini', { '.user.ini': '; mine\nmemory_limit = 64M ; small\n' }, {}, 8],
  ['.user.ini with CRLF', { '.user.ini': 'memory_limit=256M\r\n' }, {}, 2],
  [
    'php_admin_value of the pool over .user.ini',
    { '.user.ini': 'memory_limit=64M', 'fpm_include.conf': 'php_admin_value[memory_limit] = 256M' },
    {},
    2,
  ],
  [
    '.user.ini over php_value of the pool',
    { '.user.ini': 'memory_limit=32M', 'fpm_include.conf': 'request_slowlog_timeout = 1\n\nphp_value[memory_limit] = 16M' },
    {},
    16,
  ],
  ['php_value of the pool over php.ini', { 'ini.conf': 'memory_limit=64M', 'fpm_include.conf': 'php_value[memory_limit] = 16M' }, {}, 32],
  ['an empty .user.ini', { '.user.ini': '', 'fpm_include.conf': 'php_value[memory_limit] = 16M' }, {}, 32],
  ['a setting that is commented out', { '.user.ini': ';memory_limit = 16M' }, {}, 4],
  ['php.ini, in quotes', { 'ini.conf': 'memory_limit = "32M"' }, {}, 16],
  ['the last of several', { 'ini_include.conf': 'memory_limit = 32M\nmemory_limit = 512M' }, {}, 1],
  ['gigabytes, more than there is', { '.user.ini': 'memory_limit = 1G' }, {}, 1],
  ['kilobytes, at most 100 processes', { '.user.ini': 'memory_limit = 1024K' }, {}, 100],
  ['two fifths of the processes that v2 allows', { '.user.ini': 'memory_limit = 1M', 'cgroup/pids.max': '256' }, {}, 102],
  ['two fifths of the processes that v1 allows', { '.user.ini': 'memory_limit = 1M', 'cgroup/pids/pids.max': '512' }, {}, 204],
  ['any number of processes', { '.user.ini': 'memory_limit = 1M', 'cgroup/pids.max': 'max' }, {}, 100],
  ['no limit in PHP', { '.user.ini': 'memory_limit = -1' }, {}, 1],
  ['WEB_CONCURRENCY', {}, { WEB_CONCURRENCY: '7' }, 7],
  ['WEB_CONCURRENCY that is no number', {}, { WEB_CONCURRENCY: '0; rm' }, 4],
  ['WEB_CONCURRENCY of another buildpack', {}, { WEB_CONCURRENCY: '7', WEB_CONCURRENCY_SET_BY: 'slipway/nodejs' }, 4],
];

let top: string;
beforeAll(() => {
  top = mkdtempSync(join(tmpdir(), 'slipway-php-'));
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

it.each(table)('%s', (_, files, env, expected) => {
  const dir = mkdtempSync(join(top, 'dyno-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), `${text}\n`);
  }
  const { stdout } = spawnSync('bash', ['-c', SCRIPT, 'bash', dir], { env: { PATH: process.env['PATH'], ...env }, encoding: 'utf8' });
  expect(stdout.trim()).toBe(`${expected} ${expected}`);
});
