// Source arrives with the times of commits; cargo has to see when each file's content was new.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

const COMMITTED = new Date('2020-01-01T00:00:00Z');
let dir: string;
let builds = 0;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'slipway-rust-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

/** One build's copy: gives the time of each path in it. */
function copy(files: Record<string, string>): (path: string) => number {
  builds += 1;
  const from = join(dir, `from-${builds}`);
  const to = join(dir, `to-${builds}`);
  mkdirSync(to);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(from, path)), { recursive: true });
    writeFileSync(join(from, path), text);
    utimesSync(join(from, path), COMMITTED, COMMITTED);
  }
  symlinkSync('src', join(from, 'link'));
  execFileSync('perl', ['buildpacks/rust/lib/copy-source.pl', from, to, join(dir, 'list'), 'Cargo.toml', 'src', 'link']);
  for (const [path, text] of Object.entries(files)) expect(readFileSync(join(to, path), 'utf8')).toBe(text);
  expect(readlinkSync(join(to, 'link'))).toBe('src');
  return (path) => statSync(join(to, path)).mtimeMs;
}

const V1 = { 'Cargo.toml': '[package]', 'src/main.rs': 'one', 'src/a b.rs': 'same' };

it('gives a file the time when its content was first seen, whatever its commit says', () => {
  const begun = Date.now();
  const first = copy(V1);
  expect(first('src/main.rs')).toBeGreaterThan(begun - 1_000);
  const second = copy({ ...V1, 'src/main.rs': 'two' });
  expect(second('src/main.rs')).toBeGreaterThan(first('src/main.rs'));
  for (const path of ['Cargo.toml', 'src', 'src/a b.rs']) expect(second(path)).toBeCloseTo(first(path), 0);
});

it('takes content that came back as new', () => {
  copy(V1);
  const second = copy({ ...V1, 'src/main.rs': 'two' });
  expect(copy(V1)('src/main.rs')).toBeGreaterThan(second('src/main.rs'));
});

it('sees that a file has come or gone by its directory', () => {
  const first = copy(V1);
  const second = copy({ ...V1, 'src/b.rs': '' });
  expect(second('src')).toBeGreaterThan(first('src'));
  expect(copy(V1)('src')).toBeGreaterThan(second('src'));
});
