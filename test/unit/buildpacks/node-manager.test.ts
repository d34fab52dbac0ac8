// Which package manager the Node.js buildpack takes, in which version, and what it refuses.
import { describe, expect, it } from 'vitest';
import { LOCKS, NPM_LOCK, PACKAGES, planOf, problemOf } from './node-apps.js';

const SHA = `sha512.${'0'.repeat(128)}`;
const pnpmLock = (version: string) => ({ 'pnpm-lock.yaml': `lockfileVersion: ${version}\n` });
const berryLock = (version: number) => ({ 'yarn.lock': `__metadata:\n  version: ${version}\n` });

describe('the package manager', () => {
  it.each([
    ['nothing', {}, {}, ['npm', '']],
    ['package-lock.json', {}, LOCKS.npm, ['npm', '']],
    ['npm-shrinkwrap.json', {}, { 'npm-shrinkwrap.json': JSON.stringify(NPM_LOCK) }, ['npm', '']],
    ['yarn.lock', {}, LOCKS.yarn, ['yarn', '1.22.22']],
    ['yarn.lock and a range', { engines: { yarn: '^1.10' } }, LOCKS.yarn, ['yarn', '1.22.22']],
    ['yarn.lock and an exact version', { engines: { yarn: '1.22.10' } }, LOCKS.yarn, ['yarn', '1.22.10']],
    ['a yarn.lock of Yarn 2', {}, berryLock(4), ['berry', '2.4.3']],
    ['a yarn.lock of Yarn 3', {}, berryLock(6), ['berry', '3.8.7']],
    ['a yarn.lock of Yarn 4', {}, berryLock(8), ['berry', '4.18.1']],
    ['packageManager yarn', { packageManager: 'yarn@4.18.0' }, LOCKS.berry, ['berry', '4.18.0']],
    ['packageManager yarn without a lockfile', { packageManager: 'yarn@4.18.0' }, {}, ['berry', '4.18.0']],
    ['engines.yarn without a lockfile', { engines: { yarn: '1.x' } }, {}, ['yarn', '1.22.22']],
    [
      'a Yarn that is checked in',
      {},
      {
        ...LOCKS.berry,
        '.yarnrc.yml': 'nodeLinker: node-modules\nyarnPath: .yarn/releases/yarn-4.1.0.cjs\n',
        '.yarn/releases/yarn-4.1.0.cjs': '',
      },
      ['berry', ''],
    ],
    [
      'a Yarn that is checked in, whatever engines say',
      { engines: { yarn: '1.x' } },
      { ...LOCKS.berry, '.yarnrc.yml': 'yarnPath: .yarn/releases/yarn-rc.js\n', '.yarn/releases/yarn-rc.js': '' },
      ['berry', ''],
    ],
    [
      'a Yarn that is checked in, whatever packageManager says',
      { packageManager: 'yarn@1.22.19' },
      { ...LOCKS.berry, '.yarnrc.yml': 'yarnPath: .yarn/releases/yarn-rc.js\n', '.yarn/releases/yarn-rc.js': '' },
      ['berry', ''],
    ],
    ['packageManager yarn and an empty yarn.lock', { packageManager: 'yarn@4.18.0' }, { 'yarn.lock': '' }, ['berry', '4.18.0']],
    ['a yarn.lock without entries', {}, { 'yarn.lock': '# yarn lockfile v1\n\n' }, ['yarn', '1.22.22']],
    [
      'fields that are empty',
      { packageManager: '', engines: { node: '', npm: '', yarn: '', pnpm: '' } },
      { '.npmrc': '', '.yarnrc.yml': '' },
      ['npm', ''],
    ],
    ['pnpm-lock.yaml 5.3', {}, pnpmLock('5.3'), ['pnpm', '6.35.1']],
    ['pnpm-lock.yaml 5.4', {}, pnpmLock('5.4'), ['pnpm', '7.33.7']],
    ['pnpm-lock.yaml 6', {}, pnpmLock("'6.0'"), ['pnpm', '8.15.9']],
    ['pnpm-lock.yaml 9', {}, LOCKS.pnpm, ['pnpm', '10.34.8']],
    ['engines.pnpm', { engines: { pnpm: '9.x' } }, LOCKS.pnpm, ['pnpm', '9.15.9']],
    ['engines.pnpm, any', { engines: { pnpm: '>=9' } }, LOCKS.pnpm, ['pnpm', '12.21.0']],
    ['packageManager pnpm', { packageManager: `pnpm@12.20.0+${SHA}` }, LOCKS.pnpm, ['pnpm', '12.20.0']],
    ['engines.npm that is there', { engines: { npm: '>=10' } }, LOCKS.npm, ['npm', '']],
    ['another engines.npm', { engines: { npm: '10.x' } }, LOCKS.npm, ['npm', '10.9.4']],
    ['packageManager npm', { packageManager: 'npm@9.9.4' }, LOCKS.npm, ['npm', '9.9.4']],
    ["engines.npm that the app's own Node.js has", { engines: { node: '20.x', npm: '10.x' } }, LOCKS.npm, ['npm', '']],
  ])('with %s', (_, pkg, files, [manager, version]) => {
    expect(planOf({ ...PACKAGES, ...pkg }, { files })).toMatchObject({ MANAGER: manager, TOOL_VERSION: version });
  });

  it('is taken at its word about an exact version, until that proves not to be there', () => {
    const app = { packageManager: 'pnpm@10.99.0' };
    expect(planOf(app, { files: LOCKS.pnpm, versions: () => [] })['TOOL_VERSION']).toBe('10.99.0');
    const { id, lines } = problemOf(app, { files: LOCKS.pnpm, env: { SLIPWAY_CHECK_VERSIONS: '1' } });
    expect(id).toBe('pnpm-version');
    expect(lines).toEqual(['No pnpm "10.99.0" (packageManager in package.json) can be had.', 'Of pnpm 10 there are: 10.34.8.']);
  });

  it('has the hash that it is verified by', () => {
    expect(planOf({ packageManager: `pnpm@12.20.0+${SHA}` }, { files: LOCKS.pnpm })).toMatchObject({
      TOOL_SHA: SHA,
      TOOL_FROM: 'packageManager',
      TOOL_RANGE: 'pnpm@12.20.0',
    });
  });

  it.each([
    [{ engines: { node: '14.x' } }, { INSTALL: 'frozen', OLD_NPM: '1' }],
    [{ engines: { node: '16.x' } }, { INSTALL: 'frozen', OLD_NPM: '' }],
    [{ engines: { node: '16.x', npm: '6.x' } }, { OLD_NPM: '1' }],
  ])('npm is spoken to as its version understands, for %j', (pkg, wanted) => {
    expect(
      planOf({ ...PACKAGES, ...pkg }, { files: { 'package-lock.json': JSON.stringify({ ...NPM_LOCK, lockfileVersion: 2 }) } }),
    ).toMatchObject(wanted);
  });
});

it('Yarn 2 and later is refused with a setting that it would not start with', () => {
  expect(problemOf(PACKAGES, { files: LOCKS.berry, env: { YARN_PRODUCTION: 'false' } }).id).toBe('yarn2-with-yarn-production-env-set');
  expect(planOf(PACKAGES, { files: LOCKS.berry, env: { YARN_PRODUCTION: '' } })['MANAGER']).toBe('berry');
});

it.each([
  [
    { packageManager: 'pnpm@9.15.9', engines: { pnpm: '8.x' } },
    LOCKS.pnpm,
    'packageManager is taken, not engines.pnpm "8.x": keep one of them in package.json.',
  ],
  [
    { packageManager: 'yarn@4.18.0' },
    { ...LOCKS.berry, '.yarnrc.yml': 'yarnPath: .yarn/releases/yarn-4.0.0.cjs\n', '.yarn/releases/yarn-4.0.0.cjs': '' },
    'yarnPath in .yarnrc.yml is taken (.yarn/releases/yarn-4.0.0.cjs), not packageManager in package.json: keep one of them.',
  ],
])('two versions that are named are warned of: %j', (pkg, files, warning) => {
  expect(planOf({ ...PACKAGES, ...pkg }, { files })['WARNINGS']).toEqual([warning]);
});

it('two versions that agree are not', () => {
  expect(planOf({ ...PACKAGES, packageManager: 'pnpm@9.15.9', engines: { pnpm: '>=9' } }, { files: LOCKS.pnpm })['WARNINGS']).toEqual([]);
});

describe('a contradiction', () => {
  const yarnPath = { '.yarnrc.yml': 'yarnPath: ".yarn/releases/yarn-4.1.0.cjs" # here\n' };
  it.each([
    [
      'multiple-lockfiles',
      {},
      { ...LOCKS.npm, ...LOCKS.yarn },
      'Two lockfiles that may contradict each other: package-lock.json, yarn.lock.',
    ],
    [
      'multiple-lockfiles',
      {},
      { ...LOCKS.npm, 'npm-shrinkwrap.json': '{}' },
      'Two lockfiles that may contradict each other: package-lock.json, npm-shrinkwrap.json.',
    ],
    [
      'multiple-lockfiles',
      {},
      { ...LOCKS.pnpm, ...LOCKS.yarn },
      'Two lockfiles that may contradict each other: yarn.lock, pnpm-lock.yaml.',
    ],
    [
      'multiple-package-managers',
      { engines: { npm: '10.x', yarn: '1.x' } },
      {},
      'package.json names several package managers: engines.npm, engines.yarn.',
    ],
    [
      'multiple-package-managers',
      { engines: { npm: '10.x' }, packageManager: 'pnpm@9.0.0' },
      {},
      'package.json names several package managers: engines.npm, packageManager.',
    ],
    [
      'lockfile-of-another-manager',
      { packageManager: 'pnpm@9.0.0' },
      LOCKS.npm,
      'package.json says packageManager "pnpm@9.0.0", but package-lock.json is written by npm.',
    ],
    [
      'invalid-package-manager',
      { packageManager: 'yarn' },
      {},
      'packageManager "yarn" in package.json is not npm, yarn or pnpm with an exact version.',
    ],
    [
      'invalid-package-manager',
      { packageManager: 'bun@1.0.0' },
      {},
      'packageManager "bun@1.0.0" in package.json is not npm, yarn or pnpm with an exact version.',
    ],
    ['invalid-lockfile', {}, { 'package-lock.json': '' }, 'package-lock.json is empty.'],
    ['invalid-lockfile', {}, { 'pnpm-lock.yaml': '\n' }, 'pnpm-lock.yaml is empty.'],
    [
      'yarn-lockfile-version',
      { engines: { yarn: '1.x' } },
      LOCKS.berry,
      "yarn.lock is written by Yarn 2 or later, which Yarn 1.x can't read.",
    ],
    [
      'yarn-lockfile-version',
      { packageManager: 'yarn@4.1.0' },
      LOCKS.yarn,
      'yarn.lock is written by Yarn 1, but package.json asks for Yarn 4.1.0, which would change it.',
    ],
    [
      'missing-yarn-path',
      {},
      { ...LOCKS.berry, ...yarnPath },
      '.yarnrc.yml says yarnPath: .yarn/releases/yarn-4.1.0.cjs, but that file is not in the repository.',
    ],
    [
      'npm-version',
      { engines: { npm: 'please-use-yarn' } },
      {},
      'engines.npm "please-use-yarn" in package.json is not a version or a range of versions.',
    ],
    ['npm-version', { engines: { npm: '99.x' } }, {}, 'No npm "99.x" (engines.npm in package.json) can be had.'],
    ['pnpm-version', { engines: { pnpm: '5.x' } }, LOCKS.pnpm, 'No pnpm "5.x" (engines.pnpm in package.json) can be had.'],
    ['yarn-version', { engines: { yarn: '4.99.x' } }, LOCKS.berry, 'No Yarn "4.99.x" (engines.yarn in package.json) can be had.'],
    [
      'lockfile-too-new',
      { engines: { node: '14.x' } },
      LOCKS.npm,
      "package-lock.json is of version 3, which npm 6 of Node.js 14.21.3 can't read.",
    ],
  ])('is refused as %s: %j', (id, pkg, files, line) => {
    const problem = problemOf(pkg, { files });
    expect(problem.id).toBe(id);
    expect(problem.lines[0]).toBe(line);
    expect(problem.lines.length).toBeGreaterThan(1);
  });
});
