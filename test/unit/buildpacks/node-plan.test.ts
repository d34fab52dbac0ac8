// What the Node.js buildpack makes of package.json and lockfiles.
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { makePlan, Problem, toBash } from '../../../buildpacks/nodejs/lib/plan.mjs';

const semver: unknown = createRequire(import.meta.url)('semver');
const LOCK = { lockfileVersion: 3, packages: { '': { name: 'a', version: '1.0.0' }, 'node_modules/ms': { version: '2.1.3', integrity: 'sha512-x' } } };

function plan(pkg: object | string, files: Record<string, string> = {}, env: Record<string, string> = {}, listVersions = () => ['20.20.2', '24.21.0', '26.10.0']) {
  const all: Record<string, string> = { 'package.json': typeof pkg === 'string' ? pkg : JSON.stringify(pkg), ...files };
  return makePlan({ files: (name) => all[name], stackVersion: '24.20.0', listVersions, semver, env });
}

function problem(...args: Parameters<typeof plan>): string[] {
  try {
    plan(...args);
  } catch (error) {
    if (error instanceof Problem) return error.lines;
    throw error;
  }
  throw new Error('there was no problem');
}

const withPackages = { dependencies: { ms: '2.1.3' } };
const lock = { 'package-lock.json': JSON.stringify(LOCK) };

describe('Node.js', () => {
  it("is the stack's own where that satisfies, and no list is asked for", () => {
    const never = () => {
      throw new Error('asked');
    };
    expect(plan({}, {}, {}, never)).toMatchObject({ NODE_VERSION: '24.20.0', STACK_NODE: '24.20.0' });
    expect(plan({ engines: { node: '>=18' } }, {}, {}, never)).toMatchObject({ NODE_VERSION: '24.20.0', WIDE: '1' });
  });

  it.each([
    ['20.x', '20.20.2'],
    ['24.21', '24.21.0'],
    ['latest', '26.10.0'],
  ])('%s comes from the registry as %s', (range, version) => {
    expect(plan({ engines: { node: range } })['NODE_VERSION']).toBe(version);
  });
});

describe('packages', () => {
  it.each([
    ['no dependencies', {}, {}, { INSTALL: 'none', WITH_DEV: '', PRUNE: '' }],
    ['a lockfile', withPackages, lock, { INSTALL: 'ci', LOCK: 'package-lock.json', WITH_DEV: '', PRUNE: '' }],
    ['no lockfile', withPackages, {}, { INSTALL: 'install' }],
    ['a build script', { ...withPackages, devDependencies: { a: '1' }, scripts: { build: 'x' } }, lock, { WITH_DEV: '1', PRUNE: '1', BUILD_SCRIPT: 'build' }],
    ['heroku-postbuild over build', { scripts: { build: 'x', 'heroku-postbuild': 'y' } }, {}, { BUILD_SCRIPT: 'heroku-postbuild' }],
    ['devDependencies that nothing needs', { ...withPackages, devDependencies: { a: '1' } }, lock, { WITH_DEV: '', PRUNE: '' }],
    ['an install script of the app', { ...withPackages, scripts: { postinstall: 'x' } }, lock, { WITH_DEV: '1', INSTALL_SCRIPTS: ['postinstall'] }],
    ['native code of its own', withPackages, { ...lock, 'binding.gyp': '{}' }, { ALWAYS_INSTALL: '1' }],
    ['cacheDirectories', { cacheDirectories: ['.next/cache', '../out', 'node_modules', '/etc'] }, {}, { CACHE_DIRECTORIES: ['.next/cache'] }],
  ])('with %s', (_, pkg, files, wanted) => {
    expect(plan(pkg, files)).toMatchObject(wanted);
  });

  it('are kept for an environment other than production', () => {
    expect(plan({ ...withPackages, devDependencies: { a: '1' } }, lock, { NODE_ENV: 'test' })).toMatchObject({ WITH_DEV: '1', PRUNE: '' });
  });

  it('have the same key for as long as nothing that decides about them changes', () => {
    const key = (...args: Parameters<typeof plan>) => plan(...args)['PACKAGES_KEY'];
    const first = key(withPackages, lock);
    const renamed = { 'package-lock.json': JSON.stringify({ ...LOCK, name: 'b', packages: { ...LOCK.packages, '': { name: 'b', version: '9.9.9' } } }, null, 4) };
    expect(key({ ...withPackages, name: 'b', version: '9.9.9', scripts: { start: 'node .' } }, renamed)).toBe(first);
    expect(key({ dependencies: { ms: '2.1.2' } }, lock)).not.toBe(first);
    expect(key(withPackages, lock, { npm_config_legacy_peer_deps: 'true' })).not.toBe(first);
    expect(key(withPackages, { ...lock, '.npmrc': 'omit=optional' })).not.toBe(first);
    expect(key({ ...withPackages, engines: { node: '20' } }, lock)).not.toBe(first);
  });
});

describe('the default process', () => {
  it.each([
    [{ scripts: { start: 'node x' } }, {}, 'npm start'],
    [{ main: 'lib/app' }, { 'lib/app.js': '' }, 'node lib/app.js'],
    [{}, { 'index.js': '' }, 'node index.js'],
    [{ main: 'x.js' }, { 'server.js': '' }, 'npm start'],
    [{ main: 'gone.js' }, {}, ''],
    [{ main: 'a; rm -rf .' }, { 'a; rm -rf .': '' }, ''],
  ])('of %j is %s', (pkg, files, web) => {
    expect(plan(pkg, files)['DEFAULT_WEB']).toBe(web);
  });
});

describe('a problem is told in one line', () => {
  it.each([
    ['{"name": ', /^package\.json can't be read: /],
    ['[]', /^package\.json can't be read: it must be an object/],
    ['{"engines":{"node":"foo bar"}}', /^engines\.node "foo bar" in package\.json is not a version/],
    ['{"engines":{"node":"99.x"}}', /^No Node\.js "99\.x" \(engines\.node in package\.json\) can be had\./],
  ])('%s', (text, line) => {
    expect(problem(text)[0]).toMatch(line);
  });

  it('for lockfiles', () => {
    expect(problem({}, { 'package-lock.json': '<<<<<<< HEAD' })[0]).toMatch(/^package-lock\.json can't be read: /);
    expect(problem({}, { ...lock, 'yarn.lock': '' })[0]).toBe('Two lockfiles that may contradict each other: package-lock.json, yarn.lock.');
  });
});

describe('bash', () => {
  it('gets every value quoted', () => {
    expect(toBash({ A: "it's $HOME", B: ['x y', '`z`'] })).toBe("A='it'\\''s $HOME'\nB=('x y' '`z`')");
  });
});
