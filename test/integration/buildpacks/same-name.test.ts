// Two programs of one name, in Go and in Rust: each tool leaves one of them, and says little or nothing.
import { expect, it } from 'vitest';
import { inBuildImage, type Case, type Outcome } from './in-build-image.js';

const GO = 'package main\n\nfunc main() {}\n';
const RUST = 'fn main() {}\n';
const crate = (name: string, more = '') => `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2021"\n${more}`;

/** Looks for the packages as compile does, with the stack's Go. */
const FIND = `
PACK=/slipway/buildpacks/go BUILD=$PWD NOTES=$PWD/.slipway MODULE=example.com/a
export GOBIN=$BUILD/bin GOCACHE=/tmp/cache/go GOFLAGS=-mod=mod GOTOOLCHAIN=local
mkdir -p $NOTES
for lib in common explain; do source /slipway/buildpacks/lib/$lib.sh; done
source $PACK/lib/install.sh
find_packages`;

function aGoApp(folders: string[], script = FIND): Case {
  return {
    files: { 'go.mod': 'module example.com/a\n\ngo 1.19\n', ...Object.fromEntries(folders.map((folder) => [`${folder}/main.go`, GO])) },
    script,
  };
}

it('in Go, are refused by their folders, whether found or asked for', async () => {
  const [found, asked, others] = (await inBuildImage('go', [
    aGoApp(['admin/server', 'public/server', 'worker']),
    aGoApp(['admin/server', 'public/server', 'worker'], `export GO_INSTALL_PACKAGE_SPEC='./admin/... ./public/...'\n${FIND}`),
    aGoApp(['server', 'worker']),
  ])) as [Outcome, Outcome, Outcome];
  for (const { status, said } of [found, asked]) {
    expect(status).toBe(1);
    expect(said).toContain(' !     Two programs are called server: example.com/a/admin/server and example.com/a/public/server.');
    expect(said).not.toContain('Procfile');
  }
  expect(others).toMatchObject({ status: 0, said: expect.stringContaining('example.com/a/worker') as string });
});

it('in Go, are refused where only their process types would be the same', async () => {
  const script = `${FIND} && source $PACK/lib/procfile.sh && write_procfile`;
  const [clash, named] = (await inBuildImage('go', [
    aGoApp(['my.app', 'my-app'], script),
    { ...aGoApp(['my.app', 'my-app'], script), files: { ...aGoApp(['my.app', 'my-app']).files, Procfile: 'web: bin/my.app\n' } },
  ])) as [Outcome, Outcome];
  expect(clash.said).toContain(' !     bin/my-app and bin/my.app would both be the process type my-app.\n !     Commit a Procfile');
  expect(clash.status).toBe(1);
  expect(named.status).toBe(0);
});

it('in Rust, are refused by their sources', async () => {
  const workspace = {
    'Cargo.toml': '[workspace]\nmembers = ["a", "b"]\nresolver = "2"\n',
    'a/Cargo.toml': crate('a', '[[bin]]\nname = "server"\npath = "main.rs"\n'),
    'a/main.rs': RUST,
    'b/Cargo.toml': crate('b', '[[bin]]\nname = "server"\npath = "main.rs"\n'),
    'b/main.rs': RUST,
    'Cargo.lock': 'version = 3\n\n[[package]]\nname = "a"\nversion = "0.1.0"\n\n[[package]]\nname = "b"\nversion = "0.1.0"\n',
  };
  const [outcome] = await inBuildImage('rust', [{ files: workspace, script: 'compile' }]);
  expect(outcome!.said).toContain(' !     Two programs are called server: a/main.rs and b/main.rs.');
  expect(outcome!.status).toBe(1);
});
