// How many processes a dyno's memory and processors allow, as its profile script finds out.
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bashAll } from './python-apps.js';

const SCRIPT =
  `source ${resolve('buildpacks/python/lib/WEB_CONCURRENCY.sh')}; echo "$WEB_CONCURRENCY ` + `\${WEB_CONCURRENCY_SET_BY-} $DYNO_RAM"`;

const CASES: [string, string, string][] = [
  ['512 MB', 'MEMORY_AVAILABLE=512', '2 slipway/python 512'],
  ['1 GB', 'MEMORY_AVAILABLE=1024', '4 slipway/python 1024'],
  ['more memory than processors', 'MEMORY_AVAILABLE=14336', '5 slipway/python 14336'],
  ['very little', 'MEMORY_AVAILABLE=100', '1 slipway/python 100'],
  ['a config var', 'MEMORY_AVAILABLE=512 WEB_CONCURRENCY=7', '7  512'],
  ['a limit of cgroup v2 or v1', 'cat() { echo 1073741824; }', '4 slipway/python 1024'],
  ['no limit in cgroup v2', 'cat() { echo max; }', '2 slipway/python 512'],
  ['no limit in cgroup v1', 'cat() { echo 9223372036854771712; }', '2 slipway/python 512'],
  ['no cgroup', 'cat() { false; }', '2 slipway/python 512'],
];

describe('WEB_CONCURRENCY', () => {
  it.each(CASES)('with %s', (_what, given, wanted) => {
    expect(bashAll([{}], `unset WEB_CONCURRENCY MEMORY_AVAILABLE; nproc() { echo 2; }; ${given}; ${SCRIPT}`)).toEqual([wanted]);
  });
});
