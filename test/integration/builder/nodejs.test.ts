// What the Node.js buildpack reuses from build to build, and what it must not.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type Files, type World } from './world.js';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world?.stop());

// As Prisma does: code that the build makes lies among the packages.
const GENERATE = "const fs = require('fs'); require('ms'); fs.mkdirSync('node_modules/.client', { recursive: true }); fs.writeFileSync('node_modules/.client/index.js', fs.readFileSync('schema'))";
const app: Files = {
  'package.json': JSON.stringify({
    name: 'a', version: '1.0.0', scripts: { build: 'node generate.js', start: 'node .' },
    dependencies: { 'left-pad': '1.3.0' }, devDependencies: { ms: '2.1.3' },
  }),
  'package-lock.json': JSON.stringify({
    name: 'a', version: '1.0.0', lockfileVersion: 3, requires: true,
    packages: {
      '': { name: 'a', version: '1.0.0', dependencies: { 'left-pad': '1.3.0' }, devDependencies: { ms: '2.1.3' } },
      'node_modules/left-pad': { version: '1.3.0', integrity: 'sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==' },
      'node_modules/ms': { version: '2.1.3', integrity: 'sha512-6FlzubTLZG3J2a/NVCAleEhjzq5oxgHyaCU9yYXvcLsvoVaHJq/s5xXI6/XXP6tz7R9xAOtHnSO/tXtF3WRTlA==', dev: true },
    },
  }),
  'generate.js': GENERATE,
  schema: 'one',
};

it('npm is compiled already, and no build can change that', async () => {
  const look = '#!/bin/bash\nexport PATH=/opt/node/bin:$PATH NODE_COMPILE_CACHE=/slipway/compile-cache\necho "taken: $(NODE_DEBUG_NATIVE=COMPILE_CACHE npm root 2>&1 | grep -c "was accepted")"\necho "compiled: $(NODE_DEBUG_NATIVE=COMPILE_CACHE npm root 2>&1 | grep -c "writing cache")"\necho "writable: $(find /slipway/compile-cache -writable | wc -l)"\n';
  const { output } = await world.push(await world.newApp(), { Procfile: 'web: true\n' }, { buildpacks: [await world.packTarball({ 'bin/detect': '#!/bin/bash\necho Look\n', 'bin/compile': look })] });
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
    const again = await world.push(id, { ...plain, schema: 'two', 'package-lock.json': touched, 'package.json': app['package.json']!.replace('"version":"1.0.0"', '"version":"1.0.1"') });
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

describe('a package manager', () => {
  it('that cannot be had is refused with those that can', async () => {
    const pushed = await world.push(await world.newApp(), { 'package.json': '{"packageManager":"pnpm@10.99.0","dependencies":{"ms":"2.1.3"}}', 'pnpm-lock.yaml': "lockfileVersion: '9.0'\n" });
    expect(pushed.output).toMatch(/ !     No pnpm "10\.99\.0" \(packageManager in package\.json\) can be had\.\n !     Of pnpm 10 there are: 10\.\d+\.\d+,/);
    expect(pushed.build.reports).toMatchObject([{ buildpack: 'Node.js', report: { failure: 'pnpm-version' } }]);
  });
});

async function packagesOf(slug: { digest: string }): Promise<string[]> {
  const paths = (await world.list(slug)).map((line) => line.split(/\s+/)[5]!);
  return paths.flatMap((path) => /^app\/node_modules\/([^./][^/]*)\/$/.exec(path)?.[1] ?? []);
}
