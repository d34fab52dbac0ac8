// Which Go an app gets, from go.mod and GOVERSION, out of the versions that can be had.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const PACK = resolve('buildpacks/go');
const VERSIONS = ['1.18', '1.18.10', '1.20', '1.20.14', '1.22.0', '1.22.9', '1.22.12', '1.25.14', '1.26.0', '1.26.11', '1.27.4'];
const SCRIPT = `
  source ${PACK}/../lib/common.sh; source ${PACK}/../lib/explain.sh
  source ${PACK}/lib/go-mod.sh; source ${PACK}/lib/versions.sh
  BUILD=. NOTES=.
  read_go_mod; choose_version; echo "$GO_VERSION ($ORIGIN)"`;

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'slipway-go-'));
  writeFileSync(join(dir, 'versions'), `${VERSIONS.join('\n')}\n`);
  writeFileSync(join(dir, 'versions.checked'), '');
});
afterAll(() => rmSync(dir, { recursive: true }));

/** What is said for a go.mod; its last line is the version, if it gets one. */
function choose(goMod: string, goVersion = ''): string {
  writeFileSync(join(dir, 'go.mod'), goMod);
  try {
    return execFileSync('bash', ['--norc', '-c', SCRIPT], {
      cwd: dir,
      env: { PATH: process.env['PATH'], RUNTIMES: dir, GOVERSION: goVersion },
      encoding: 'utf8',
    });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

describe('the version of Go', () => {
  it.each([
    ['newest patch of a line', 'module a\n\ngo 1.22\n', '1.22.12 (go in go.mod)'],
    ['a patch as it is written, listed or not', 'module a\ngo 1.25.2', '1.25.2 (go in go.mod)'],
    ['line breaks of Windows', 'module a\r\n\r\ngo 1.26\r\n', '1.26.11 (go in go.mod)'],
    ['a comment behind it', 'module a\ngo 1.26 // the newest\n', '1.26.11 (go in go.mod)'],
    ['a newer toolchain', 'module a\ngo 1.25.0\ntoolchain go1.26.8\n', '1.26.8 (toolchain in go.mod)'],
    ['an older toolchain', 'module a\ngo 1.26\ntoolchain go1.25.14\n', '1.26.11 (go in go.mod)'],
    ['no toolchain', 'module a\ngo 1.26\ntoolchain default\n', '1.26.11 (go in go.mod)'],
    ["Heroku's comment", '// +heroku goVersion go1.20\nmodule a\ngo 1.18\n', '1.20.14 (+heroku goVersion in go.mod)'],
    ['the first of an old line', '// +heroku goVersion go1.20.0\nmodule a\n', '1.20 (+heroku goVersion in go.mod)'],
    ['nothing said', 'module a\n', '1.26.11 (the default)'],
    ['a go in a block', 'module a\ngo 1.22\nrequire (\n\tgo.uber.org/zap v1.0.0\n)\n', '1.22.12 (go in go.mod)'],
  ])('%s', (_, goMod, expected) => {
    expect(choose(goMod).trimEnd().split('\n').at(-1)).toBe(expected);
  });

  it('is what GOVERSION says before all else', () => {
    expect(choose('// +heroku goVersion go1.20\nmodule a\ngo 1.26\n', 'go1.18')).toContain('1.18.10 (config var GOVERSION)');
  });

  it.each([
    ['module a\ngo 1.24\n', '', 'No Go 1.24 (go in go.mod) can be had.'],
    ['module a\ngo 1.24\n', '', 'There are: 1.27.4, 1.26.11, 1.25.14, 1.22.12, 1.20.14, 1.18.10.'],
    ['module a\ngo 1.9\n', '', 'Go 1.9 (go in go.mod) has no modules: those came with Go 1.11.'],
    ['module a\ngo 1.26\n', '1.28rc1', 'Go "1.28rc1" (config var GOVERSION) can\'t be had: it is not the version of a release.'],
    ['module a\n// +heroku goVersion devel-abc123\n', '', 'Go "devel-abc123" (+heroku goVersion in go.mod) can\'t be had'],
    ['module a\ngo $(reboot)\n', '', 'Go "$(reboot)" (go in go.mod) can\'t be had'],
  ])('is refused for %j and GOVERSION %j: %s', (goMod, goVersion, expected) => {
    expect(choose(goMod, goVersion)).toContain(` !     ${expected}`);
  });
});
