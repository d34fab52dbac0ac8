// What the Node.js buildpack reuses from build to build, and what it must not.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startWorld, type Files, type World } from './world.js';

// Each of them pushes up to five times, and installs over the network.
vi.setConfig({ testTimeout: 5 * 60_000 });

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world?.stop());

// As Prisma does: code that the build makes lies among the packages.
const GENERATE =
  "const fs = require('fs'); require('ms'); fs.mkdirSync('node_modules/.client', { recursive: true }); " +
  "fs.writeFileSync('node_modules/.client/index.js', fs.readFileSync('schema'))";
const app: Files = {
  'package.json': JSON.stringify({
    name: 'a',
    version: '1.0.0',
    scripts: { build: 'node generate.js', start: 'node .' },
    dependencies: { 'left-pad': '1.3.0' },
    devDependencies: { ms: '2.1.3' },
  }),
  'package-lock.json': JSON.stringify({
    name: 'a',
    version: '1.0.0',
    lockfileVersion: 3,
    requires: true,
    packages: {
      '': { name: 'a', version: '1.0.0', dependencies: { 'left-pad': '1.3.0' }, devDependencies: { ms: '2.1.3' } },
      'node_modules/left-pad': {
        version: '1.3.0',
        integrity: 'sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==',
      },
      'node_modules/ms': {
        version: '2.1.3',
        integrity: 'sha512-6FlzubTLZG3J2a/NVCAleEhjzq5oxgHyaCU9yYXvcLsvoVaHJq/s5xXI6/XXP6tz7R9xAOtHnSO/tXtF3WRTlA==',
        dev: true,
      },
    },
  }),
  'generate.js': GENERATE,
  schema: 'one',
};

it('npm is compiled already, and no build can change that', async () => {
  const look =
    '#!/bin/bash\nexport PATH=/opt/node/bin:$PATH NODE_COMPILE_CACHE=/slipway/compile-cache\n' +
    'echo "taken: $(NODE_DEBUG_NATIVE=COMPILE_CACHE npm root 2>&1 | grep -c "was accepted")"\n' +
    'echo "compiled: $(NODE_DEBUG_NATIVE=COMPILE_CACHE npm root 2>&1 | grep -c "writing cache")"\n' +
    'echo "writable: $(find /slipway/compile-cache -writable | wc -l)"\n';
  const { output } = await world.push(
    await world.newApp(),
    { Procfile: 'web: true\n' },
    { buildpacks: [await world.packTarball({ 'bin/detect': '#!/bin/bash\necho Look\n', 'bin/compile': look })] },
  );
  expect(output).toMatch(/^taken: \d{2,}$/m);
  expect(output).toMatch(/^compiled: 0$/m);
  expect(output).toMatch(/^writable: 0$/m);
});

describe('packages of a Node.js app', () => {
  it('are neither installed nor pruned again when the code changes, or the lockfile is touched', async () => {
    const plain = { ...app, 'generate.js': "require('ms')" };
    const id = await world.newApp();
    const first = await world.push(id, plain);
    expect(first.output).toMatch(/ {7}removed 1 package/);
    const touched = JSON.stringify({ ...JSON.parse(app['package-lock.json']!), version: '1.0.1' }, null, 4);
    const again = await world.push(id, {
      ...plain,
      schema: 'two',
      'package-lock.json': touched,
      'package.json': app['package.json']!.replace('"version":"1.0.0"', '"version":"1.0.1"'),
    });
    expect(again.output).toContain('Nothing to install: ');
    expect(again.output).toContain('Nothing to prune: ');
    expect(await packagesOf(again.slug!)).toEqual(['left-pad']);
  });

  it('hold what this build has written among them, not what an earlier one had', async () => {
    const id = await world.newApp();
    for (const schema of ['one', 'two', 'two', 'three']) {
      const pushed = await world.push(id, { ...app, schema });
      expect(pushed.build.failure).toBe(null);
      expect(await world.read(pushed.slug!, 'app/node_modules/.client/index.js')).toBe(schema);
      expect(await packagesOf(pushed.slug!)).toEqual(['left-pad']);
    }
  });

  it('survive a build that fails', async () => {
    const id = await world.newApp();
    await world.push(id, app);
    const failed = await world.push(id, { ...app, 'generate.js': `${GENERATE}; require('no-such-module')` });
    expect(failed.output).toContain(' !     A module is missing (above)');
    expect((await world.push(id, app)).output).toContain('Nothing to install: ');
  });
});

// Replaces a word in a file of a package, as patches do: what is patched already can't be patched.
const PATCH = `
const fs = require('fs');
for (const name of fs.existsSync('patches') ? fs.readdirSync('patches') : []) {
  const [file, from, to] = fs.readFileSync('patches/' + name, 'utf8').trim().split(' ');
  const text = fs.readFileSync(file, 'utf8');
  if (!text.includes(from)) throw new Error('The patch ' + name + ' does not apply.');
  fs.writeFileSync(file, text.replace(from, to));
}`;
const FILE = 'node_modules/left-pad/index.js';
const PNPM_LOCK =
  "lockfileVersion: '9.0'\n\nsettings:\n  autoInstallPeers: true\n  excludeLinksFromLockfile: false\n\nimporters:\n\n" +
  '  .:\n    dependencies:\n      left-pad:\n        specifier: 1.3.0\n        version: 1.3.0\n\npackages:\n\n' +
  '  left-pad@1.3.0:\n    resolution: {integrity: ' +
  'sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==}\n\nsnapshots:\n\n' +
  '  left-pad@1.3.0: {}\n';
const pnpm: Files = {
  'package.json': JSON.stringify({ name: 'a', version: '1.0.0', packageManager: 'pnpm@10.34.8', dependencies: { 'left-pad': '1.3.0' } }),
  'pnpm-lock.yaml': PNPM_LOCK,
};

const OLD_PNPM_LOCK = PNPM_LOCK.slice(0, PNPM_LOCK.indexOf('importers:')).replace('9.0', '6.0').concat(`dependencies:
  left-pad:
    specifier: 1.3.0
    version: 1.3.0

devDependencies:
  ms:
    specifier: 2.1.3
    version: 2.1.3

packages:

  /left-pad@1.3.0:
    resolution: {integrity: sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==}
    dev: false

  /ms@2.1.3:
    resolution: {integrity: sha512-6FlzubTLZG3J2a/NVCAleEhjzq5oxgHyaCU9yYXvcLsvoVaHJq/s5xXI6/XXP6tz7R9xAOtHnSO/tXtF3WRTlA==}
    dev: true
`);

describe('what scripts change among the packages', () => {
  const patched = (from: string, to: string) => ({ 'patches/one': `${FILE} ${from} ${to}` });
  it.each([
    ['postinstall of an app with devDependencies', app, { build: undefined, postinstall: 'node patch.js' }],
    [
      'build of an app without',
      { ...app, 'package.json': app['package.json']!.replace('"devDependencies":{"ms":"2.1.3"}', '"devDependencies":{}') },
      { build: 'node patch.js' },
    ],
    ['heroku-cleanup, after the pruning', app, { build: undefined, 'heroku-cleanup': 'node patch.js' }],
    ["postinstall, of files that are pnpm's store too", pnpm, { postinstall: 'node patch.js' }],
  ] as const)('in %s is of that build only', async (_, given: Files, scripts) => {
    const pkg = JSON.parse(given['package.json']!) as { scripts?: object };
    const all: Files = { ...given, 'patch.js': PATCH, 'package.json': JSON.stringify({ ...pkg, scripts: { ...pkg.scripts, ...scripts } }) };
    if (!all['package.json']!.includes('"ms"') && all['package-lock.json']) all['package-lock.json'] = withoutMs(all['package-lock.json']);
    const id = await world.newApp();
    const push = async (patch: Files, code: string) => {
      const pushed = await world.push(id, { ...all, ...patch, 'code.js': code });
      expect(pushed.build.failure, pushed.output).toBe(null);
      const text = await world
        .read(pushed.slug!, `app/${FILE}`)
        .catch(() => world.read(pushed.slug!, 'app/node_modules/.pnpm/left-pad@1.3.0/node_modules/left-pad/index.js'));
      return { isReused: pushed.output.includes('Nothing to install: '), text };
    };
    const first = await push(patched('leftPad', 'leftOne'), '1');
    expect(first.text).toContain('leftOne');
    expect((await push(patched('leftPad', 'leftTwo'), '1')).text).toBe(first.text.replace('leftOne', 'leftTwo'));
    const published = await push({}, '1');
    expect(published.text).toBe(first.text.replace('leftOne', 'leftPad'));
    const patchedAgain = await push(patched('leftPad', 'leftOne'), '2');
    expect(patchedAgain).toEqual({ isReused: true, text: first.text });
    expect(await push(patched('leftPad', 'leftOne'), '3')).toEqual({ isReused: true, text: first.text });
  });

  it('does not outlive a build that fails', async () => {
    const id = await world.newApp();
    const files = {
      ...app,
      'generate.js': `${PATCH}; fs.symlinkSync('../schema', 'node_modules/schema'); if (fs.existsSync('fail')) process.exit(1)`,
      ...patched('leftPad', 'leftOne'),
    };
    const all = [files, { ...files, fail: '' }, files, files];
    const pushes = [];
    for (const each of all) pushes.push(await world.push(id, each));
    expect(
      pushes.map((pushed) => pushed.build.failure === null),
      pushes.map((pushed) => pushed.output).join(),
    ).toEqual([true, false, true, true]);
    expect(pushes[3]!.output).toContain('Nothing to install: ');
    expect(pushes[3]!.output).toContain('Nothing to prune: ');
    expect(await world.read(pushes[3]!.slug!, `app/${FILE}`)).toContain('leftOne');
  });

  it('is undone where a patch of the package manager is another', async () => {
    const id = await world.newApp();
    const diff = (line: string) =>
      `diff --git a/index.js b/index.js\n--- a/index.js\n+++ b/index.js\n@@ -4,1 +4,1 @@\n-'use strict';\n+'use strict'; // ${line}\n`;
    const settings = {
      ...pnpm,
      'pnpm-workspace.yaml': 'patchedDependencies:\n  left-pad@1.3.0: fixes/left-pad.patch\n',
      '.npmrc': 'frozen-lockfile=false\n',
    };
    await world.push(id, { ...settings, 'fixes/left-pad.patch': diff('one') });
    const { output } = await world.push(id, { ...settings, 'fixes/left-pad.patch': diff('two') });
    expect(output).not.toContain('Nothing to install: ');
  });
});

describe('install scripts of the app', () => {
  it('run once each, in the first build and in those that reuse its packages', async () => {
    const id = await world.newApp();
    const scripts = Object.fromEntries(
      ['preinstall', 'install', 'postinstall', 'prepare'].map((name) => [name, `echo "ran $npm_lifecycle_event"`]),
    );
    const files = { ...app, 'package.json': JSON.stringify({ ...(JSON.parse(app['package.json']!) as object), scripts }) };
    const ran = (output: string) => output.match(/^ +ran \w+$/gm)?.map((line) => line.trim().slice(4));
    const first = await world.push(id, files);
    const again = await world.push(id, files);
    expect(again.output).toContain('Nothing to install: ');
    expect(ran(first.output), first.output).toEqual(Object.keys(scripts));
    expect(ran(again.output), again.output).toEqual(Object.keys(scripts));
    expect(await world.read(again.slug!, 'app/package.json')).toBe(files['package.json']);
  });
});

describe('a build', () => {
  it('has all the memory that it may have for its heap, unless a config var says otherwise', async () => {
    const id = await world.newApp();
    const files = { ...app, 'generate.js': "console.log('options ' + process.env.NODE_OPTIONS)" };
    expect((await world.push(id, files)).output).toContain('options --max_old_space_size=1024\n');
    await world.setConfig(id, { NODE_OPTIONS: '--max-old-space-size=300' });
    expect((await world.push(id, files)).output).toContain('options --max-old-space-size=300\n');
  });
});

describe('a package manager', () => {
  // Yarn 2.4.3 goes by another name in the registry than 2.4.2; Node.js 0.10.20 is an archive among others in its package.
  it.each([
    ['node --version', { engines: { node: '0.10.20' } }, 'v0.10.20'],
    ['yarn --version', { packageManager: 'yarn@2.4.3' }, '2.4.3'],
    ['yarn --version', { engines: { yarn: '0.28.4' } }, '0.28.4'],
  ])('or Node.js that is old can be had: %s of %j', async (build, pkg, version) => {
    const pushed = await world.push(await world.newApp(), {
      'package.json': JSON.stringify({ name: 'a', version: '1.0.0', ...pkg, scripts: { build } }),
    });
    expect(pushed.build.failure, pushed.output).toBe(null);
    expect(pushed.output.split('\n')).toContain(`       ${version}`);
  });

  it.each(['8.11.0', '8.15.5'])('pnpm %s prunes, and runs no install script of the app for it', async (version) => {
    const files = {
      'package.json': JSON.stringify({
        name: 'a',
        version: '1.0.0',
        packageManager: `pnpm@${version}`,
        scripts: { postinstall: 'echo "ran $npm_lifecycle_event"' },
        dependencies: { 'left-pad': '1.3.0' },
        devDependencies: { ms: '2.1.3' },
      }),
      'pnpm-lock.yaml': OLD_PNPM_LOCK,
    };
    const pushed = await world.push(await world.newApp(), files);
    expect(pushed.build.failure, pushed.output).toBe(null);
    expect(pushed.output.match(/ran postinstall$/gm)).toHaveLength(1);
    expect(await packagesOf(pushed.slug!)).toEqual([]);
    expect((await world.list(pushed.slug!)).filter((line) => /node_modules\/(left-pad|ms) -> /.test(line))).toHaveLength(1);
  });

  it('that does not run any more is refused with those that do', async () => {
    const { output } = await world.push(await world.newApp(), { 'package.json': '{"engines":{"yarn":"0.27.5"}}' });
    expect(output).toContain(
      ' !     No Yarn "0.27.5" (engines.yarn in package.json) can be had.\n !     Of Yarn 0 there are: 0.28.4, 0.28.1.\n',
    );
  });

  it('that cannot be had is refused with those that can', async () => {
    const pushed = await world.push(await world.newApp(), {
      'package.json': '{"packageManager":"pnpm@10.99.0","dependencies":{"ms":"2.1.3"}}',
      'pnpm-lock.yaml': "lockfileVersion: '9.0'\n",
    });
    expect(pushed.output).toMatch(
      / !     No pnpm "10\.99\.0" \(packageManager in package\.json\) can be had\.\n !     Of pnpm 10 there are: 10\.\d+\.\d+,/,
    );
    expect(pushed.build.reports).toMatchObject([{ buildpack: 'Node.js', report: { failure: 'pnpm-version' } }]);
  });
});

async function packagesOf(slug: { digest: string }): Promise<string[]> {
  const paths = (await world.list(slug)).map((line) => line.split(/\s+/)[5]!);
  return paths.flatMap((path) => /^app\/node_modules\/([^./][^/]*)\/$/.exec(path)?.[1] ?? []);
}

function withoutMs(lock: string): string {
  const content = JSON.parse(lock) as { packages: Record<string, { devDependencies?: object }> };
  delete content.packages['node_modules/ms'];
  delete content.packages['']!.devDependencies;
  return JSON.stringify(content);
}
