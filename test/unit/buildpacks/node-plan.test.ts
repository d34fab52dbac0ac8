// What the Node.js buildpack makes of package.json and lockfiles.
import { describe, expect, it } from 'vitest';
import { toBash } from '../../../buildpacks/nodejs/lib/plan.mjs';
import { LOCKS, NPM_LOCK, PACKAGES, planOf, problemOf } from './node-apps.js';

describe('Node.js', () => {
  it("is the stack's own where that satisfies, and no list is asked for", () => {
    const versions = () => {
      throw new Error('asked');
    };
    expect(planOf({}, { versions })).toMatchObject({ NODE_VERSION: '24.20.0', STACK_NODE: '24.20.0' });
    expect(planOf({ engines: { node: '>=18' } }, { versions })['NODE_VERSION']).toBe('24.20.0');
  });

  it.each([
    ['20.x', {}, '20.20.2'],
    ['24.21', {}, '24.21.0'],
    ['latest', {}, '26.10.0'],
    ['>=18', { NODEJS_ALLOW_WIDE_RANGE: 'true' }, '26.10.0'],
  ])('%s with %j comes from the registry as %s', (range, env, version) => {
    expect(planOf({ engines: { node: range } }, { env })['NODE_VERSION']).toBe(version);
  });

  it('is warned of where it is old, or may become any', () => {
    expect(planOf({ engines: { node: '16.x' } })['WARNINGS']).toEqual([
      'Node.js 16 gets no more security updates: set engines.node to "24.x".',
    ]);
    expect(planOf({ engines: { node: '>=18' } })['WARNINGS']).toEqual([
      'engines.node ">=18" allows every future major version; the app gets Node.js 24.20.0.',
    ]);
    expect(planOf({ engines: { node: '26.x' } })['WARNINGS']).toEqual([]);
    expect(planOf({ engines: { node: '0.10' } }, { versions: () => ['0.10.48'] })['WARNINGS']).toEqual([
      'Node.js 0.10 gets no more security updates: set engines.node to "24.x".',
    ]);
  });

  it('that brings an npm which does not know lockfiles is warned of', () => {
    const files = { 'package-lock.json': JSON.stringify({ ...NPM_LOCK, lockfileVersion: 1 }) };
    expect(planOf({ ...PACKAGES, engines: { node: '6.x' } }, { files, versions: () => ['6.17.1'] })['WARNINGS']).toContain(
      'npm 3 does not read package-lock.json: set engines.npm to "6.x" in package.json.',
    );
  });
});

describe('packages', () => {
  const dev = { ...PACKAGES, devDependencies: { a: '1' } };
  const workspaces = { workspaces: ['packages/*'] };
  it.each([
    ['no dependencies', {}, {}, { INSTALL: 'none', WITH_DEV: '', PRUNE: '' }],
    ['a lockfile', PACKAGES, LOCKS.npm, { INSTALL: 'frozen', LOCK: 'package-lock.json', WITH_DEV: '', PRUNE: '' }],
    ['no lockfile', PACKAGES, {}, { INSTALL: 'loose' }],
    ['a build script', { ...dev, scripts: { build: 'x' } }, LOCKS.npm, { WITH_DEV: '1', PRUNE: '1', BUILD_SCRIPT: 'build' }],
    ['a build script, for Yarn', { ...dev, scripts: { build: 'x' } }, LOCKS.yarn, { WITH_DEV: '1', PRUNE: '1' }],
    [
      'heroku-postbuild over build',
      { scripts: { build: 'x', 'heroku-postbuild': 'y' } },
      {},
      { BUILD_SCRIPT: 'heroku-postbuild', BUILD_NOTES: ['Detected both "build" and "heroku-postbuild" scripts'] },
    ],
    [
      'an empty heroku-postbuild',
      { ...dev, scripts: { build: 'x', 'heroku-postbuild': '' } },
      {},
      {
        BUILD_SCRIPT: '',
        BUILD_NOTES: ['Detected both "build" and "heroku-postbuild" scripts', 'Running heroku-postbuild, which is empty'],
        WITH_DEV: '',
      },
    ],
    [
      'an empty build',
      { ...dev, scripts: { build: '' } },
      {},
      { BUILD_SCRIPT: '', BUILD_NOTES: ['Running build, which is empty'], WITH_DEV: '' },
    ],
    [
      'empty scripts around them',
      { scripts: { 'heroku-prebuild': '', 'heroku-cleanup': ' ', postinstall: '' } },
      {},
      { PREBUILD: '', CLEANUP: '', INSTALL_SCRIPTS: [], BUILD_NOTES: [] },
    ],
    ['devDependencies that nothing needs', dev, LOCKS.pnpm, { WITH_DEV: '', PRUNE: '' }],
    ['devDependencies, which Yarn 2 and later always installs', dev, LOCKS.berry, { WITH_DEV: '1', PRUNE: '1' }],
    [
      'an install script of the app',
      { ...PACKAGES, scripts: { postinstall: 'x' } },
      LOCKS.npm,
      { WITH_DEV: '1', INSTALL_SCRIPTS: ['postinstall'] },
    ],
    [
      'install scripts that are not to run',
      { ...PACKAGES, scripts: { postinstall: 'x' } },
      { '.npmrc': 'ignore-scripts=true' },
      { INSTALL_SCRIPTS: [] },
    ],
    ['native code of its own', PACKAGES, { ...LOCKS.npm, 'binding.gyp': '{}' }, { ALWAYS_INSTALL: '1' }],
    ['a copied package', { dependencies: { a: 'file:./a' } }, LOCKS.yarn, { ALWAYS_INSTALL: '1' }],
    ['an archive', { dependencies: { a: 'file:./a-1.0.0.tgz' } }, LOCKS.npm, { ALWAYS_INSTALL: '1' }],
    ['a directory named without file:', { dependencies: { a: './a' } }, LOCKS.yarn, { ALWAYS_INSTALL: '1' }],
    ['no lockfile, for Yarn 2 and later', { ...PACKAGES, packageManager: 'yarn@4.18.0' }, {}, { ALWAYS_INSTALL: '1' }],
    ['a linked package', { dependencies: { a: 'file:./a' } }, LOCKS.npm, { ALWAYS_INSTALL: '' }],
    [
      'cacheDirectories',
      { cacheDirectories: ['.next/cache', '../out', 'node_modules', '/etc'] },
      {},
      { CACHE_DIRECTORIES: ['.next/cache'] },
    ],
    ['workspaces', workspaces, LOCKS.npm, { INSTALL: 'frozen', ALWAYS_INSTALL: '' }],
  ])('with %s', (_, pkg, files, wanted) => {
    expect(planOf(pkg, { files })).toMatchObject(wanted);
  });

  it.each([
    [{ NODE_ENV: 'test' }, LOCKS.npm],
    [{ NPM_CONFIG_PRODUCTION: 'false' }, LOCKS.npm],
    [{ YARN_PRODUCTION: 'false' }, LOCKS.yarn],
    [{ YARN2_SKIP_PRUNING: 'true' }, LOCKS.berry],
    [{ PNPM_SKIP_PRUNING: 'true' }, LOCKS.pnpm],
  ])('are all kept with %j', (env, files) => {
    const [[name, value]] = Object.entries(env) as [[string, string]];
    expect(planOf(dev, { files, env })).toMatchObject({ WITH_DEV: '1', PRUNE: '', PRUNE_NOT: `${name} is '${value}'` });
  });

  it.each([
    [{ NPM_CONFIG_PRODUCTION: 'true' }, LOCKS.npm],
    [{ YARN_PRODUCTION: 'true' }, LOCKS.yarn],
  ])('are never all installed with %j', (env, files) => {
    expect(planOf({ ...dev, scripts: { build: 'x' } }, { files, env })).toMatchObject({ WITH_DEV: '', PRUNE: '', PRUNE_NOT: '' });
  });

  it('of a monorepo of pnpm stay where pruning would run install scripts', () => {
    const members = { 'packages/a/package.json': { scripts: { prepare: 'x' }, devDependencies: { b: '1' } } };
    const files = { ...LOCKS.pnpm, 'pnpm-workspace.yaml': 'packages:\n  - packages/*\n' };
    expect(planOf({}, { files, members })).toMatchObject({
      INSTALL: 'frozen',
      PRUNE: '',
      PRUNE_NOT: expect.stringContaining('without devDependencies'),
    });
  });

  it('of a monorepo are those of its parts too', () => {
    const files = LOCKS.npm;
    expect(
      planOf(
        { ...workspaces, scripts: { build: 'x' } },
        { files, members: { 'packages/a/package.json': { devDependencies: { b: '1' } } } },
      ),
    ).toMatchObject({ PRUNE: '1' });
    expect(planOf(workspaces, { files, members: { 'packages/a/package.json': { scripts: { postinstall: 'x' } } } })).toMatchObject({
      ALWAYS_INSTALL: '1',
      WITH_DEV: '1',
    });
    expect(problemOf(workspaces, { files, members: { 'packages/a/package.json': [] } }).lines[0]).toMatch(
      /^packages\/a\/package\.json can't be read/,
    );
  });
});

// As each of them did when it was asked to install an app with all of these scripts.
describe('install scripts', () => {
  const all = [
    'pnpm:devPreinstall',
    'preinstall',
    'install',
    'postinstall',
    'prepublish',
    'preprepare',
    'prepare',
    'postprepare',
    'prepublishOnly',
    'dependencies',
  ];
  const pkg = { ...PACKAGES, scripts: Object.fromEntries(all.map((name) => [name, 'x'])) };
  const rest = ['install', 'postinstall', 'prepublish', 'preprepare', 'prepare', 'postprepare'];
  it.each([
    ['npm 6', { engines: { node: '14.x' } }, {}, ['preinstall'], ['install', 'postinstall', 'prepublish', 'prepare']],
    ['npm 11', {}, {}, [], ['preinstall', ...rest]],
    ['npm 12', { packageManager: 'npm@12.2.0' }, {}, ['preinstall'], rest],
    ['Yarn 1', {}, LOCKS.yarn, ['preinstall'], ['install', 'postinstall', 'prepublish', 'prepare']],
    ['Yarn 4', {}, LOCKS.berry, [], ['preinstall', 'install', 'postinstall']],
    ['pnpm 8', { packageManager: 'pnpm@8.15.9' }, LOCKS.pnpm, ['pnpm:devPreinstall', 'preinstall'], ['install', 'postinstall', 'prepare']],
    ['pnpm 10', {}, LOCKS.pnpm, ['pnpm:devPreinstall', 'preinstall'], rest.filter((name) => name !== 'prepublish')],
  ])('of %s run as it runs them', (_, more, files, first, then) => {
    expect(planOf({ ...pkg, ...more }, { files })).toMatchObject({ INSTALL_SCRIPTS_FIRST: first, INSTALL_SCRIPTS: then });
  });
});

describe('what an app runs', () => {
  it.each([
    [{ scripts: { start: 'node x' } }, { STARTS: '1' }],
    [{ main: 'lib/app' }, { STARTS: '', MAIN: ['lib/app', 'lib/app.js', 'lib/app/index.js'] }],
    [{}, { MAIN: ['index.js', 'index.js.js', 'index.js/index.js'] }],
    [{ main: 'a; rm -rf .' }, { MAIN: [] }],
    [{ main: '-e evil' }, { MAIN: [] }],
  ])('of %j is %j', (pkg, wanted) => {
    expect(planOf(pkg)).toMatchObject(wanted);
  });
});

describe('a problem is told in one line', () => {
  it.each([
    ['{"name": ', 'invalid-package-json', /^package\.json can't be read: /],
    ['[]', 'invalid-package-json', /^package\.json can't be read: it must be an object/],
    ['{"engines":{"node":"foo bar"}}', 'node-version', /^engines\.node "foo bar" in package\.json is not a version/],
    ['{"engines":{"node":"99.x"}}', 'node-version', /^No Node\.js "99\.x" \(engines\.node in package\.json\) can be had\./],
    ['{"engines":{"iojs":"3.x"}}', 'iojs', /^package\.json asks for io\.js \(engines\.iojs\)/],
  ])('%s', (text, id, line) => {
    const problem = problemOf(text);
    expect(problem.id).toBe(id);
    expect(problem.lines[0]).toMatch(line);
  });

  it('for a lockfile of npm that holds a merge conflict', () => {
    expect(problemOf(PACKAGES, { files: { 'package-lock.json': '<<<<<<< HEAD' } })).toMatchObject({
      id: 'invalid-lockfile',
      lines: [expect.stringMatching(/^package-lock\.json can't be read: /), expect.anything()],
    });
  });
});

describe('bash', () => {
  it('gets every value quoted', () => {
    expect(toBash({ A: "it's $HOME", B: ['x y', '`z`'] })).toBe("A='it'\\''s $HOME'\nB=('x y' '`z`')");
  });
});
