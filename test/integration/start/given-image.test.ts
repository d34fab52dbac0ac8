// SLIPWAY_STACK_IMAGE, with images of one file.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testEngine } from '../../support/engine.js';
import { openProgress } from '../../../src/start/screen/progress.js';
import { givenImage } from '../../../src/start/stack/given-image.js';
import { loadArchive, saveArchive } from '../../../src/start/stack/archive.js';
import { hasImage } from '../../../src/docker/image/has-image.js';

const engine = testEngine();
const progress = openProgress({ write: () => undefined });
const repo = `slipway-test/stack-${process.pid}`;
const made = new Set<string>();
let dir = '';

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'slipway-test-'));
  writeFileSync(join(dir, 'hello'), `${process.pid}`);
  execFileSync('tar', ['-C', dir, '-cf', join(dir, 'root.tar'), 'hello']);
});
afterAll(async () => {
  for (const name of made)
    await engine
      .getImage(name)
      .remove({ force: true })
      .catch(() => undefined);
  rmSync(dir, { recursive: true, force: true });
});

async function give(given: string): Promise<string> {
  const { tag } = await givenImage({ engine, progress, given }, repo);
  for (const name of [tag, 'given']) made.add(`${repo}:${name}`);
  return `${repo}:${tag}`;
}

test('a root file system in a tar is imported, and named by its digest', async () => {
  const name = await give(join(dir, 'root.tar'));
  const { Id } = await engine.getImage(name).inspect();
  expect(name).toBe(`${repo}:${Id.replace('sha256:', '').slice(0, 16)}`);
  expect(await give(name)).toBe(name); // by its name it is the same
});

test('what was saved can be loaded, by the home and as SLIPWAY_STACK_IMAGE', async () => {
  const tag = `test${process.pid}`;
  const [run, build] = [`slipway/stack:${tag}`, `slipway/stack-build:${tag}`];
  const image = engine.getImage(await give(join(dir, 'root.tar')));
  for (const each of ['slipway/stack', 'slipway/stack-build']) await image.tag({ repo: each, tag });
  for (const name of [run, build]) made.add(name);
  const archiveDir = join(dir, 'stack');
  await saveArchive({ engine, archiveDir, stack: 'slipway-12', images: { run, build } });
  for (const name of made)
    await engine
      .getImage(name)
      .remove()
      .catch(() => undefined);
  expect(await hasImage(engine, run)).toBe(false);
  expect(await loadArchive({ engine, progress, archiveDir }, { stack: 'slipway-12', tag })).toBe(true);
  expect(await hasImage(engine, build)).toBe(true);

  execFileSync('zstd', ['-dqf', join(archiveDir, `slipway-12.${tag}.tar.zst`), '-o', join(dir, 'images.tar')]);
  await give(join(dir, 'images.tar'));
});

test("a broken archive is forgotten, one that isn't there is no failure", async () => {
  const archiveDir = mkdtempSync(join(dir, 'broken-'));
  expect(await loadArchive({ engine, progress, archiveDir }, { stack: 'slipway-12', tag: 'none' })).toBe(false);
  writeFileSync(join(archiveDir, 'slipway-12.bad.tar.zst'), 'not an archive');
  expect(await loadArchive({ engine, progress, archiveDir }, { stack: 'slipway-12', tag: 'bad' })).toBe(false);
});

test.each([
  ['/nowhere/stack.tar', /SLIPWAY_STACK_IMAGE=\/nowhere\/stack\.tar: there is no such file/],
  ['/etc/hostname', /is not a tar file/],
  ['no-such-host.invalid/stack:1', /can't be pulled/],
])('%s is refused with its reason', async (given, reason) => {
  await expect(givenImage({ engine, progress, given }, repo)).rejects.toThrow(reason);
});
