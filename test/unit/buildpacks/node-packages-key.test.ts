// The key of installed packages: the same for as long as nothing changes that decides about them.
import { describe, expect, it } from 'vitest';
import { LOCKS, NPM_LOCK, PACKAGES, planOf } from './node-apps.js';

const key = (...args: Parameters<typeof planOf>) => planOf(...args)['PACKAGES_KEY'];

describe('the key of packages', () => {
  it.each([
    [
      'npm',
      {
        'package-lock.json': JSON.stringify(
          {
            ...NPM_LOCK,
            name: 'b',
            packages: {
              'node_modules/ms': { ...NPM_LOCK.packages['node_modules/ms'], license: 'MIT', resolved: 'elsewhere' },
              '': { name: 'b', version: '9.9.9' },
            },
          },
          null,
          4,
        ),
      },
    ],
    ['yarn', { 'yarn.lock': `# a comment\r\n${LOCKS.yarn['yarn.lock'].replaceAll('\n', '\r\n')}\r\n` }],
    ['berry', { 'yarn.lock': `# a comment\n\n${LOCKS.berry['yarn.lock']}` }],
    ['pnpm', { 'pnpm-lock.yaml': `\n${LOCKS.pnpm['pnpm-lock.yaml'].replaceAll('\n\n', '\n')}` }],
  ] as const)('of %s stays when the lockfile is touched, and the app changes otherwise', (manager, touched) => {
    const first = key(PACKAGES, { files: LOCKS[manager] });
    expect(key({ ...PACKAGES, name: 'b', version: '9.9.9', scripts: { start: 'node .' } }, { files: touched })).toBe(first);
  });

  it.each([
    ['another package', { dependencies: { ms: '2.1.2' } }, {}],
    ['a setting', PACKAGES, { env: { npm_config_legacy_peer_deps: 'true' } }],
    ['.npmrc', PACKAGES, { files: { ...LOCKS.npm, '.npmrc': 'omit=optional' } }],
    ['another Node.js', { ...PACKAGES, engines: { node: '20' } }, {}],
    ['another npm', { ...PACKAGES, engines: { npm: '10.x' } }, {}],
    ['another content', PACKAGES, { files: { 'package-lock.json': LOCKS.npm['package-lock.json'].replace('sha512-x', 'sha512-y') } }],
    ['devDependencies that are wanted', { ...PACKAGES, scripts: { build: 'x' } }, {}],
  ])('changes with %s', (_, pkg, more) => {
    expect(key(pkg, { files: LOCKS.npm, ...more })).not.toBe(key(PACKAGES, { files: LOCKS.npm }));
  });

  it.each([
    ['pnpm', { ...PACKAGES, pnpm: { patchedDependencies: { 'ms@2.1.3': 'fixes/ms.patch' } } }, LOCKS.pnpm, 'fixes/ms.patch'],
    [
      'pnpm, in its settings',
      PACKAGES,
      { ...LOCKS.pnpm, 'pnpm-workspace.yaml': 'patchedDependencies:\n  ms@2.1.3: patches/ms@2.1.3.patch\n' },
      'patches/ms@2.1.3.patch',
    ],
    [
      'Yarn 4',
      { ...PACKAGES, resolutions: { ms: 'patch:ms@npm%3A2.1.3#~/.yarn/patches/ms-npm-2.1.3-81ff3cfac1.patch' } },
      LOCKS.berry,
      '.yarn/patches/ms-npm-2.1.3-81ff3cfac1.patch',
    ],
    ['Yarn 3', { ...PACKAGES, resolutions: { ms: 'patch:ms@2.1.3#./ms.patch' } }, LOCKS.berry, 'ms.patch'],
  ])('changes with a patch that %s applies', (_, pkg, files, path) => {
    const of = (patch: string) => key(pkg, { files: { ...files, [path]: patch } });
    expect(of('one')).toBe(of('one'));
    expect(of('two')).not.toBe(of('one'));
  });

  it("stays when the app's own install scripts change, which the packages are kept without", () => {
    const of = (postinstall: string) => key({ ...PACKAGES, scripts: { postinstall } }, { files: LOCKS.npm });
    expect(of('two')).toBe(of('one'));
  });

  it('of a monorepo changes with what its parts need, not with their versions', () => {
    const of = (part: object) => key({ workspaces: ['a'] }, { files: LOCKS.npm, members: { 'a/package.json': part } });
    expect(of({ name: 'a', version: '2.0.0' })).toBe(of({ name: 'a', version: '1.0.0' }));
    expect(of({ name: 'a', dependencies: { ms: '1' } })).not.toBe(of({ name: 'a' }));
    expect(of({ name: 'b' })).not.toBe(of({ name: 'a' }));
  });
});
