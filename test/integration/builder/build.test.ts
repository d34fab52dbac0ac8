// Builds of whole apps in the real engine: what people read, and what the slug holds.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Slug } from '../../../src/model/build/slug.js';
import { startWorld, type Files, type World } from './world.js';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world?.stop());

const express = fixture('express-app', ['package.json', 'package-lock.json', 'index.js']);

function fixture(name: string, paths: string[]): Files {
  return Object.fromEntries(paths.map((path) => [path, readFileSync(`test/fixtures/${name}/${path}`, 'utf8')]));
}

describe('an app with a Procfile', () => {
  const files = {
    Procfile: 'web: bash serve.sh\r\nworker: sleep 9\n',
    'serve.sh': '#!/bin/bash\nsleep 1\n',
    'log/old.log': 'x',
    'tmp/x': 'x',
    '.DS_Store': 'x',
  };

  it('is built, packed and released, and says so as Heroku does', async () => {
    const pushed = await world.push(await world.newApp(), files);
    const lines = [
      '-----> Building on the Slipway-12 stack',
      '-----> Determining which buildpack to use for this app',
      '-----> Procfile app detected',
      '-----> Discovering process types',
      '       Procfile declares types     -> web, worker',
      '',
      '-----> Compressing...',
      '       Done: \\d+B',
      '-----> Launching...',
      '       Released v3',
      '       http://\\S+ deployed to Slipway',
      '\n$',
    ];
    expect(pushed.output).toMatch(new RegExp(`^${lines.join('\n')}`));
    expect(pushed.build).toMatchObject({ status: 'succeeded', failure: null });
    expect(pushed.slug).toMatchObject({
      processTypes: { web: 'bash serve.sh', worker: 'sleep 9' },
      buildpackProvidedDescription: 'Procfile',
      base: [],
    });
    const entries = (await world.list(pushed.slug!)).map((line) => line.split(/\s+/));
    expect(entries.map((fields) => [fields[0], fields[1], fields[5]])).toEqual([
      ['drwxr-xr-x', '20000/20000', 'app/'],
      ['-rw-r--r--', '20000/20000', 'app/Procfile'],
      ['drwxr-xr-x', '20000/20000', 'app/log/'],
      ['-rwxr-xr-x', '20000/20000', 'app/serve.sh'],
      ['drwxr-xr-x', '20000/20000', 'app/tmp/'],
    ]);
  });

  it('gives the identical slug when it is built twice', async () => {
    const [one, two] = [await world.push(await world.newApp(), files), await world.push(await world.newApp(), files)];
    expect(two.slug?.digest).toBe(one.slug?.digest);
    expect(two.slug?.id).not.toBe(one.slug?.id);
  });

  it.each([
    ['project.clj', { 'project.clj': 'x' }, 'project.clj belongs to Clojure,'],
    ['a .csproj', { 'Shop.csproj': 'x' }, 'Shop.csproj belongs to .NET,'],
    ['index.html beside deno.json', { 'index.html': 'x', 'deno.json': '{}' }, 'deno.json belongs to Deno,'],
  ])('whose language is unknown (%s) is built as it is, and told so', async (_name, more: Files, words) => {
    const pushed = await world.push(await world.newApp(), { Procfile: 'web: lein run\n', ...more });
    expect(pushed.build.failure).toBe(null);
    expect(pushed.output).toMatch(/-----> (Procfile|Static site) app detected\n !     /);
    expect(pushed.output).toContain(
      ` !     ${words} for which Slipway has no buildpack: nothing is compiled or installed.\n` +
        ` !     If the app needs that, set a buildpack by its URL`,
    );
    const chosen = await world.push(await world.newApp(), { Procfile: 'web: lein run\n', ...more }, { buildpacks: ['procfile'] });
    expect(chosen.output).not.toContain('has no buildpack');
  });

  it('may have lines in its Procfile that are odd: they are told', async () => {
    const pushed = await world.push(await world.newApp(), { Procfile: '  web bash serve.sh\n<<<<<<< HEAD\nworker: sleep 9\n' });
    expect(pushed.slug?.processTypes).toEqual({ web: 'bash serve.sh', worker: 'sleep 9' });
    expect(pushed.output).toContain(
      [
        '       Procfile declares types     -> web, worker',
        ' !     Procfile line 1 has no colon and is indented; it is taken as "web: bash serve.sh"',
        ' !     Procfile line 2 is skipped: a merge conflict is left there. Resolve it, commit, and push again.\n',
      ].join('\n'),
    );
  });

  it('loses what .slugignore names, before the buildpack sees it', async () => {
    const pushed = await world.push(await world.newApp(), {
      Procfile: 'web: true\n',
      '.slugignore': '\uFEFF*.psd\t # designs\n# docs\n  /docs\nspec/\r\n\n  # indented\n!keep\nmissing # not there\n\\#odd\na#b\n',
      'a.psd': 'x',
      'deep/down/b.psd': 'x',
      'docs/a.md': 'x',
      'lib/docs/b.md': 'x',
      'spec/one.rb': 'x',
      'my file.txt': 'x',
      '#odd': 'x',
      'a#b': 'x',
    });
    expect(pushed.output).toContain('-----> Deleting 6 files matching .slugignore patterns.\n');
    const names = (await world.list(pushed.slug!)).map((line) => line.split(/\s+/).slice(5).join(' '));
    expect(names).toEqual([
      'app/',
      'app/.slugignore',
      'app/Procfile',
      'app/deep/',
      'app/deep/down/',
      'app/lib/',
      'app/lib/docs/',
      'app/lib/docs/b.md',
      'app/my file.txt',
    ]);
  });

  it('comes from a tarball with one folder at its top when the API is given one', async () => {
    const pushed = await world.push(await world.newApp(), { 'repo-main/Procfile': 'web: true\n' }, { origin: 'api' });
    expect(pushed.slug?.processTypes).toEqual({ web: 'true' });
  });
});

describe('a folder with index.html', () => {
  it('is served by nginx', async () => {
    const pushed = await world.push(await world.newApp(), { 'index.html': '<h1>Hello</h1>', '404.html': 'Lost' });
    expect(pushed.output).toContain('-----> Static site app detected');
    expect(pushed.slug?.processTypes).toEqual({ web: '.heroku/static/boot' });
    expect(await world.read(pushed.slug!, 'app/.heroku/static/boot')).toContain('exec nginx');
  });
});

describe('a Node.js app', () => {
  it('rests on the shared runtime and on its packages; a code-only push sends neither again', async () => {
    const app = await world.newApp();
    const first = await world.push(app, express);
    expect(first.build.failure).toBe(null);
    expect(first.output).toContain('       engines.node (package.json):   24.x\n');
    expect(first.output).toMatch(/ {7}Using Node\.js 24\.\d+\.\d+ and npm 1\d\./);
    expect(first.output).toMatch(/ {7}added 71 packages/);
    expect(first.slug).toMatchObject({ processTypes: { web: 'npm start' }, buildpackProvidedDescription: 'Node.js' });
    expect(first.slug!.base).toHaveLength(2);
    const [runtime, packages] = first.slug!.base;
    expect(await entries({ digest: runtime!.digest })).toContain('opt/node/bin/node');
    expect(await entries({ digest: packages!.digest })).toContain('app/node_modules/express/package.json');
    expect(await entries(first.slug!)).not.toContain('app/node_modules/');

    const elsewhere = await world.push(await world.newApp(), express);
    expect(digests(elsewhere.slug!)).toEqual(digests(first.slug!));

    const second = await world.push(app, { ...express, 'index.js': `${express['index.js']}// changed\n` });
    expect(second.output).toContain('Nothing to install: the packages are those of the last build.');
    expect(second.slug!.base).toEqual(first.slug!.base);
    expect(second.slug!.size).toBeLessThan(20_000);
  }, 180_000);

  it('has its build script run with devDependencies, which are pruned afterwards, and kept for the next build', async () => {
    const files: Files = {
      'package.json': JSON.stringify({
        name: 'built',
        version: '1.0.0',
        engines: { node: '>=20' },
        scripts: {
          'heroku-prebuild': 'echo before > before.txt',
          build: "node -e \"require('ms'); require('fs').writeFileSync('out.txt', process.env.SECRET)\"",
          start: 'node .',
        },
        dependencies: { 'left-pad': '1.3.0' },
        devDependencies: { ms: '2.1.3' },
      }),
      'index.js': '',
    };
    const app = await world.newApp();
    await world.setConfig(app, { SECRET: 'from the config vars' });
    const first = await world.push(app, files);
    expect(first.build.failure).toBe(null);
    expect(first.output).toContain('-----> Pruning devDependencies');
    expect(first.output).toContain('allows every future major version; the app gets Node.js 24.');
    expect(first.output).not.toContain('from the config vars');
    expect(await world.read(first.slug!, 'app/out.txt')).toBe('from the config vars');
    expect((await entries(first.slug!)).filter((name) => /node_modules\/[^./]+\/$/.test(name))).toEqual(['app/node_modules/left-pad/']);
    const second = await world.push(app, { ...files, 'index.js': '// changed' });
    expect(second.output).toContain('Nothing to install');
    expect(await world.read(second.slug!, 'app/out.txt')).toBe('from the config vars');
  });

  it('needs no install step without dependencies, and starts its main file', async () => {
    const pushed = await world.push(await world.newApp(), { 'package.json': '{"name":"plain","main":"app.js"}', 'app.js': '' });
    expect(pushed.output).not.toContain('Installing dependencies');
    expect(pushed.slug?.processTypes).toEqual({ web: 'node app.js' });
  });

  it('gets the versions that engines names, and keeps cacheDirectories', async () => {
    const pkg = {
      engines: { node: '18.20.8', npm: '9.x' },
      cacheDirectories: ['.cache/x'],
      scripts: {
        start: 'node .',
        build: 'node -v > versions; npm -v >> versions; mkdir -p .cache/x; echo built >> .cache/x/log; cp .cache/x/log log',
      },
    };
    const files = { 'package.json': JSON.stringify(pkg) };
    const app = await world.newApp();
    const pushed = await world.push(app, files);
    expect(pushed.build.failure).toBe(null);
    expect(pushed.output).toContain('Using Node.js 18.20.8 and npm 9.');
    expect(await world.read(pushed.slug!, 'app/versions')).toMatch(/^v18\.20\.8\n9\.\d+\.\d+\n$/);
    expect(await entries({ digest: pushed.slug!.base[0]!.digest })).toContain('opt/slipway/runtimes/node/18.20.8/bin/node');
    const again = await world.push(app, files);
    expect(await world.read(again.slug!, 'app/log')).toBe('built\nbuilt\n');
    expect(again.slug!.base).toEqual(pushed.slug!.base);
  }, 180_000);

  it('may have native code, which is compiled at each build', async () => {
    const files: Files = {
      'package.json': JSON.stringify({ name: 'a', version: '1.0.0', dependencies: { ms: '2.1.3' }, scripts: { start: 'node .' } }),
      'binding.gyp': '{"targets":[{"target_name":"hello","sources":["hello.c"]}]}',
      'hello.c': '#include <node_api.h>\nNAPI_MODULE_INIT() { return exports; }\n',
    };
    const app = await world.newApp();
    for (const more of [{}, { 'index.js': '' }] as Files[]) {
      const pushed = await world.push(app, { ...files, ...more });
      expect(pushed.build.failure).toBe(null);
      expect(await entries(pushed.slug!)).toContain('app/build/Release/hello.node');
    }
  }, 180_000);
});

async function entries(slug: { digest: string }): Promise<string[]> {
  return (await world.list(slug)).map((line) => line.split(/\s+/)[5]!);
}

/** Of all the archives of a slug. */
function digests(slug: Pick<Slug, 'digest' | 'base'>): string[] {
  return [...slug.base, slug].map((layer) => layer.digest);
}
