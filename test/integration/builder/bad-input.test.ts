// What can be wrong with an app or its build: each is told in one clear line, and nothing of it is released.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listReleases } from '../../../src/store/app/releases.js';
import { startWorld, type Files, type Pushed, type World } from './world.js';

let world: World;

beforeAll(async () => {
  world = await startWorld({ buildMemoryMb: 256, buildDiskMb: 64, buildProcesses: 300, buildTimeoutS: 100, slugLimitMb: 1 });
});

afterAll(() => world?.stop());

const npm = (pkg: object, more: Files = {}): Files => ({
  'package.json': JSON.stringify({ name: 'a', version: '1.0.0', scripts: { start: 'node .' }, ...pkg }),
  'index.js': '',
  ...more,
});
const staleLock = JSON.stringify({
  name: 'a',
  version: '1.0.0',
  lockfileVersion: 3,
  requires: true,
  packages: { '': { name: 'a', version: '1.0.0', dependencies: { ms: '2.0.0' } } },
});

async function push(files: Files, o: Parameters<World['push']>[2] = {}): Promise<Pushed> {
  const app = await world.newApp();
  const pushed = await world.push(app, files, o);
  expect(pushed.build).toMatchObject({ status: 'failed', slugId: null, releaseId: null });
  expect(await listReleases(world.ctx.store, app.id)).toHaveLength(2);
  expect(pushed.output).toMatch(/\n !     Push failed\n$/);
  return pushed;
}

describe('an app', () => {
  const cases: [string, Files, RegExp][] = [
    [
      'without a known language',
      { 'notes.txt': 'x', 'lib/a.cob': 'x' },
      / !     No default language could be detected for this app\.\n !     The top of the app holds: lib, notes\.txt\.\n/,
    ],
    [
      'in a language that has no buildpack',
      { 'mix.exs': 'x', 'lib/a.ex': 'x' },
      /\n !     mix\.exs belongs to Elixir, for which Slipway has no buildpack\.\n !     Set one by its URL, and push again: paas buildpacks:set https:\S+\n/,
    ],
    ['that is empty', { '.gitignore': 'x' }, /No default language could be detected/],
    [
      'with a Procfile without a line of use',
      { Procfile: 'web\nworker\n' },
      /\n !     The Procfile has no line of the kind "name: command"\. Procfile line 1 is skipped: [^\n]+, found "web"\n\n !     Push failed/,
    ],
    [
      'with an invalid package.json',
      { 'package.json': '{"name": "a",}' },
      / !     package\.json can't be read: [^\n]+ \(line 1 column 14\)\n !     Correct it, commit, and push again\.\n[^]* !     Push rejected, failed to compile Node\.js app\.\n/,
    ],
    [
      'with engines that make no sense',
      npm({ engines: { node: 'newest please' } }),
      / !     engines\.node "newest please" in package\.json is not a version or a range of versions\./,
    ],
    [
      'with engines that cannot be had',
      npm({ engines: { node: '99.x' } }),
      / !     No Node\.js "99\.x" \(engines\.node in package\.json\) can be had\.\n !     There are: \d+\.\d+\.\d+, /,
    ],
    [
      'with a lockfile that is out of date',
      npm({ dependencies: { ms: '2.1.3' } }, { 'package-lock.json': staleLock }),
      / !     The lockfile is out of date: it does not match package\.json\./,
    ],
    [
      'with a package that does not exist',
      npm({ dependencies: { 'slipway-no-such-package-at-all': '1.0.0' } }),
      / !     A package is not in the registry \(above\)/,
    ],
    [
      'with a version that does not exist',
      npm({ dependencies: { ms: '77.0.0' } }),
      / !     A package does not have the version that package\.json asks for/,
    ],
    [
      'whose build script fails',
      npm({ scripts: { build: 'echo no >&2; exit 7' } }),
      / {7}no\n[^]* !     Push rejected, failed to compile Node\.js app\./,
    ],
    [
      'with a Procfile that is none',
      { Procfile: 'x'.repeat(70_000) },
      / !     The Procfile is larger than 64 kB; it names commands, a line each\./,
    ],
    [
      'whose slug is too large',
      { Procfile: 'web: x\n', 'big.bin': noise(3_000_000) },
      / !     Compiled slug size: \d\.\dM is too large \(max is 1M\)\./,
    ],
  ];

  it.each(cases)('%s', async (_, files, said) => {
    expect((await push(files)).output).toMatch(said);
  });
});

it('the same code that fails again is told to be the same', async () => {
  const app = await world.newApp();
  const files = { 'notes.txt': 'x' };
  expect((await world.push(app, files)).output).not.toContain('has already been built');
  const again = await world.push(app, files);
  expect(again.output).toContain(
    '\n !     Push failed\n\n ! ## Warning - The same version of this code has already been built: ' +
      '1234567890123456789012345678901234567890\n !\n',
  );
  expect(again.output).toContain('git push <remote> <branchname>:main\n');
});

describe('a build', () => {
  const script = (compile: string) =>
    world.packTarball({ 'bin/detect': '#!/bin/bash\necho Bad\n', 'bin/compile': `#!/bin/bash\n${compile}\n` });
  const cases: [string, string, RegExp][] = [
    [
      'that fills the memory',
      'x=$(head -c 600000000 /dev/zero | tr "\\0" x); echo ${#x}',
      / !     Build ran out of memory \(256 MB\)\. Let it use less, or raise SLIPWAY_BUILD_MEMORY\./,
    ],
    [
      'that fills the disk',
      'while true; do head -c 5000000 /dev/urandom > "$1/$RANDOM$RANDOM"; sleep 0.1; done',
      / !     Build filled its disk \(64 MB\)\. Let it write less, or raise SLIPWAY_BUILD_DISK\./,
    ],
    [
      'that fills it with one file before anyone looks',
      'head -c 900000000 /dev/zero > "$1/zeros"',
      / !     Build filled its disk \(64 MB\)\./,
    ],
    [
      'that fills it with several, and ends before anyone looks',
      'for i in 1 2 3; do head -c 30000000 /dev/zero > "$1/$i"; done',
      / !     Build filled its disk \(64 MB\)\./,
    ],
    [
      'that runs out of processes',
      `perl -e 'for (1..400) { defined(my $p = fork) or die "no process: $!\\n"; $p or sleep 60 }'`,
      /no process: Resource temporarily unavailable\n[^]* !     Build ran out of processes \(300\)\. Let it run fewer at once, or raise SLIPWAY_BUILD_PROCESSES\./,
    ],
    [
      'that would forge a slug with files elsewhere',
      'exec 3>/proc/$PPID/fd/3; mkdir -p /tmp/f/etc; echo x > /tmp/f/etc/x; { echo "blob slug"; tar -c -z -C /tmp/f ' +
        'etc | perl -e \'local $/; $b=<STDIN>; printf "%x\\n", length $b; print $b, "0\\n"\'; echo done; } >&3',
      /\/proc\/\d+\/fd\/3: Permission denied\n[^]* !     Push rejected, failed to compile Bad app\./,
    ],
  ];

  it.each(cases)('%s', async (_, compile, said) => {
    const pushed = await push({ Procfile: 'web: x\n' }, { buildpacks: [await script(compile)] });
    expect(pushed.output).toMatch(said);
  });

  it('that would kill what runs it has killed nobody but its own', async () => {
    const tarball = await script('kill -9 -1; kill -9 $PPID; true');
    const pushed = await world.push(await world.newApp(), { Procfile: 'web: x\n' }, { buildpacks: [tarball] });
    expect(pushed.build.status).toBe('succeeded');
  });

  it('that never ends', async () => {
    await world.restart({ buildTimeoutS: 8 });
    const pushed = await push({ Procfile: 'web: x\n' }, { buildpacks: [await script('sleep 1000')] });
    expect(pushed.output).toMatch(/ !     Build took longer than 8 s and was stopped\. Make it faster, or raise SLIPWAY_BUILD_TIMEOUT\./);
    await world.restart();
  });

  it('that says too much goes on, and the rest is not shown', async () => {
    const tarball = await script('head -c 12000000 /dev/zero | tr "\\0" x | fold -w 100');
    const pushed = await world.push(await world.newApp(), { Procfile: 'web: x\n' }, { buildpacks: [tarball] });
    expect(pushed.build.status).toBe('succeeded');
    expect(pushed.output.length).toBeLessThan(9_000_000);
    expect(pushed.output).toContain(" !     The output of this build is too long; the rest isn't shown.\n");
  });
});

describe('a source', () => {
  const file = (name: string, content: string | Buffer) => {
    const path = join(world.dir, name);
    writeFileSync(path, content);
    return world.upload(path);
  };
  const cases: [string, () => Promise<string>, RegExp][] = [
    [
      'that is not there',
      async () => `${world.blobs.url}/blobs/sources/nothing`,
      / !     The source can't be fetched: 127\.0\.0\.1:\d+ answered 403\./,
    ],
    ['whose server is not there', async () => 'http://127.0.0.1:9/x.tgz', / !     The source can't be fetched from 127\.0\.0\.1:9: /],
    ['that is half a zip', () => file('a.zip', 'PK\x03\x04...'), / !     The source can't be unpacked: End of central directory/],
    [
      'that is no archive',
      () => file('a.txt', 'hello '.repeat(1000)),
      / !     The source can't be unpacked: tar: This does not look like a tar archive/,
    ],
    ['that is empty', () => file('empty', ''), / !     The source is empty\./],
    ['that is cut off', () => file('cut.tgz', Buffer.from('1f8b0800000000000003edd1', 'hex')), / !     The source can't be unpacked: /],
  ];

  it.each(cases)('%s', async (_, source, said) => {
    expect((await push({}, { source: await source() })).output).toMatch(said);
  });
});

/** Text that doesn't compress. */
function noise(bytes: number): string {
  let seed = 1;
  return Array.from({ length: bytes }, () => String.fromCharCode(33 + ((seed = (seed * 48_271) % 2_147_483_647) % 90))).join('');
}
