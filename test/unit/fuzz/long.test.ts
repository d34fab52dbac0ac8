// Long inputs that once took seconds or minutes: a pattern that begins anew at each of many places takes the square of their number.
import { expect, it } from 'vitest';
import { checkDockerfile } from '../../../src/builder/container/dockerfile.js';
import { parseHerokuYml } from '../../../src/builder/container/heroku-yml.js';
import { parseDefaults } from '../../../src/builder/result/process-types.js';
import { readReport } from '../../../src/builder/result/report.js';
import { eachRecord } from '../../../src/dynos/output/engine-records.js';
import { cleanText } from '../../../src/model/logs/log-text.js';
import { parseBuildpack } from '../../../src/model/build/buildpack.js';
import { parseProcfile } from '../../../src/model/build/procfile.js';
import { readSubmodules } from '../../../src/model/git/submodules.js';

const LONG = 256 * 1024;
/** The squares took minutes; on a slow machine that is busy these take a part of this. */
const SOON_MS = 3_000;
const dockerfile = (text: string) => checkDockerfile(text, { file: 'Dockerfile', buildArgs: {} });

it.each<[string, () => unknown]>([
  ['what is no buildpack', () => parseBuildpack('nodejs'.repeat(LONG / 6))],
  ['what begins many URLs', () => parseBuildpack('a://a:'.repeat(LONG / 6))],
  ['a Procfile of wide blanks', () => parseProcfile(`web:${'\u3000'.repeat(LONG)}`)],
  ['a Procfile of blanks between two words', () => parseProcfile(`web: a${' '.repeat(LONG)}b`)],
  ['a Procfile of many types', () => parseProcfile(Array.from({ length: LONG / 8 }, (_, index) => `a${index}: b\n`).join(''))],
  ['.gitmodules of line ends', () => readSubmodules('\n'.repeat(LONG), [], null)],
  ['.gitmodules of blanks', () => readSubmodules(`[submodule "a"]\npath =${' '.repeat(LONG)}`, [], null)],
  ['a Dockerfile of line ends', () => dockerfile('\n'.repeat(LONG))],
  ['a Dockerfile of comments', () => dockerfile(`# ${'\r'.repeat(LONG)}`)],
  ['a Dockerfile of quotes', () => dockerfile(`FROM debian:12\nRUN ${'\\"'.repeat(LONG / 2)}`)],
  ['heroku.yml of keys', () => parseHerokuYml('web: '.repeat(LONG / 5))],
  ['bin/release of keys', () => parseDefaults('web: '.repeat(LONG / 5))],
  ['bin/report of keys', () => readReport(`x\n${'web: '.repeat(LONG / 5)}`)],
  ['a file of the engine with many beginnings', () => eachRecord(`${'{"log":"'.repeat(LONG / 8)}\n`, () => undefined)],
  ['a hundred log lines of carriage returns', () => Array.from({ length: 100 }, () => cleanText(`${'\r'.repeat(9_990)}x`))],
])('%s', { timeout: 60_000 }, (_, read) => {
  const took = Array.from({ length: 3 }, () => {
    const began = performance.now();
    try {
      read();
    } catch {
      // Most of them are refused; here only the time counts.
    }
    return performance.now() - began;
  });
  // The machine may be busy: the best of three counts.
  expect(Math.min(...took)).toBeLessThan(SOON_MS);
});
