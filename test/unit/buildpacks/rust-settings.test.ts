// Which Rust an app gets, and the process types of its programs.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const PACK = resolve('buildpacks/rust');
const LIB = ['../lib/common.sh', '../lib/explain.sh', 'lib/settings.sh', 'lib/toolchain.sh', 'lib/programs.sh']
  .map((file) => `source ${PACK}/${file}`)
  .join('\n');

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'slipway-rust-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

function run(files: Record<string, string>, script: string, env: Record<string, string> = {}): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  try {
    const options = {
      cwd: dir,
      env: { PATH: process.env['PATH'], BUILD: dir, NOTES: dir, RUNTIMES: dir, ...env },
      encoding: 'utf8',
    } as const;
    return execFileSync('bash', ['--norc', '-c', `${LIB}\n${script}`], options);
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

const cargo = { 'Cargo.toml': '[package]\nname = "a"\n' };
const version = (files: Record<string, string>) => run({ ...cargo, ...files }, 'read_settings; use_toolchain 1.96.0');

describe('the version of Rust', () => {
  it.each([
    ['none is asked for', {}, '-----> Using Rust 1.96.0\n'],
    ['stable', { 'rust-toolchain': 'stable\n' }, '-----> Using Rust 1.96.0 (stable in rust-toolchain)\n'],
    [
      'its line',
      { 'rust-toolchain.toml': '[toolchain]\nchannel = "1.96"\ncomponents = ["clippy"]\n' },
      '-----> Using Rust 1.96.0 (1.96 in rust-toolchain.toml)\n',
    ],
    [
      'itself, for this machine',
      { 'rust-toolchain': '1.96.0-x86_64-unknown-linux-gnu' },
      '-----> Using Rust 1.96.0 (1.96.0 in rust-toolchain)\n',
    ],
    [
      'TOML in the old file',
      { 'rust-toolchain': "[toolchain]\nchannel = '1.96'\n" },
      '-----> Using Rust 1.96.0 (1.96 in rust-toolchain)\n',
    ],
    [
      'RustConfig before files',
      { RustConfig: 'VERSION=stable\n', 'rust-toolchain': '1.50\n' },
      '-----> Using Rust 1.96.0 (stable in VERSION in RustConfig)\n',
    ],
  ])("is the stack's own: %s", (_, files, expected) => expect(version(files as Record<string, string>)).toBe(expected));

  it.each([
    ['1.70', "Rust 1.70 (rust-toolchain) can't be had: there is no platform to ask."],
    ['nightly-2026-01-01', 'Rust "nightly-2026-01-01" (rust-toolchain) can\'t be had: only releases are, no nightly or beta.'],
    ['1.70.x', 'Rust "1.70.x" (rust-toolchain) is not the version of a release.'],
  ])('is refused: %s', (wanted, expected) => {
    const said = version({ 'rust-toolchain': wanted, versions: '1.94.0\n1.95.0\n' });
    expect(said).toContain(
      ` !     ${expected}\n !     There is Rust 1.96.0, the stack's own; of the others the newest are 1.95.0, 1.94.0.`,
    );
  });
});

describe('the source', () => {
  it('may lie below', () => expect(run({ 'api/Cargo.toml': '' }, 'read_settings; echo $BUILD_PATH', { BUILD_PATH: 'api' })).toBe('api\n'));
  it('is missed', () => expect(run({ RustConfig: '' }, 'read_settings')).toContain(' !     There is no Cargo.toml in the top of the app.'));
  it('is not looked for when nothing is built', () =>
    expect(run({ RustConfig: 'RUST_SKIP_BUILD=1' }, 'read_settings; echo fine')).toBe('fine\n'));
  it('stays inside', () =>
    expect(run({ 'a/Cargo.toml': '', ...cargo }, 'read_settings', { BUILD_PATH: 'a/..' })).toContain(
      ' !     BUILD_PATH leads out of the app.',
    ));
});

describe('process types', () => {
  const types = (toml: string, main: string, ...programs: string[]) =>
    run({ 'Cargo.toml': toml }, `choose_types '${main}' ${programs.join(' ')}; cat default-types`);
  it.each([
    ['one program is web', '', '', ['a-b'], 'web: ./target/release/a-b\n'],
    ['the only src/main.rs is', '', 'shop', ['restock', 'shop'], 'restock: ./target/release/restock\nweb: ./target/release/shop\n'],
    [
      'default-run is before that',
      '[package]\ndefault-run = "api"\n',
      'shop',
      ['api', 'shop'],
      'web: ./target/release/api\nshop: ./target/release/shop\n',
    ],
    ['none is when nothing tells', '', '', ['a', 'b'], 'a: ./target/release/a\nb: ./target/release/b\n'],
  ])('%s', (_, toml, main, programs, expected) => expect(types(toml, main, ...programs)).toBe(expected));
});
