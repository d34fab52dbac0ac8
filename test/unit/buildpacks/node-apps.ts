// Apps of a few lines for the tests of the Node.js buildpack, and what it plans for them.
import { createRequire } from 'node:module';
import { makePlan, Problem, type Plan } from '../../../buildpacks/nodejs/lib/plan.mjs';

const semver: unknown = createRequire(import.meta.url)('semver');
const VERSIONS: Record<string, string[]> = {
  node: ['14.21.3', '16.20.2', '20.20.2', '24.21.0', '26.10.0'],
  npm: ['6.14.18', '9.9.4', '10.9.4', '11.21.2', '12.2.0'],
  yarn: ['1.22.22', '2.4.3', '3.8.7', '4.18.0', '4.18.1'],
  pnpm: ['6.35.1', '7.33.7', '8.15.9', '9.15.9', '10.34.8', '11.28.10', '12.21.0'],
};

export const PACKAGES = { dependencies: { ms: '2.1.3' } };
const NPM_LOCK = {
  lockfileVersion: 3,
  packages: { '': { name: 'a', version: '1.0.0' }, 'node_modules/ms': { version: '2.1.3', integrity: 'sha512-x' } },
};
/** A lockfile of each kind that installs one package. */
export const LOCKS = {
  npm: { 'package-lock.json': JSON.stringify(NPM_LOCK) },
  yarn: { 'yarn.lock': '# yarn lockfile v1\n\n\nms@2.1.3:\n  version "2.1.3"\n  integrity sha512-x\n' },
  berry: { 'yarn.lock': '__metadata:\n  version: 8\n  cacheKey: 10c0\n\n"ms@npm:2.1.3":\n  version: 2.1.3\n  checksum: 10c0/x\n' },
  pnpm: {
    'pnpm-lock.yaml':
      "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      ms:\n        specifier: 2.1.3\n        version: 2.1.3\n",
  },
};
export { NPM_LOCK };

interface App {
  files?: Record<string, string>;
  /** The other package.json files of a monorepo. */
  members?: Record<string, object>;
  env?: Record<string, string>;
  versions?: (language: string) => string[];
}

/** What is planned for an app with this package.json, on a stack with Node.js 24.20.0 and npm 11.21.2. */
export function planOf(
  pkg: object | string,
  { files = {}, members = {}, env = {}, versions = (language) => VERSIONS[language]! }: App = {},
): Plan {
  const all: Record<string, string> = { 'package.json': typeof pkg === 'string' ? pkg : JSON.stringify(pkg), ...files };
  const workspaces = () => Object.entries(members).map(([path, content]) => ({ path, text: JSON.stringify(content) }));
  return makePlan({
    files: (name) => all[name],
    workspaces,
    stack: { node: '24.20.0', npm: '11.21.2' },
    listVersions: versions,
    semver,
    env,
  });
}

/** The id of what is wrong with an app, and the lines that say so. */
export function problemOf(...args: Parameters<typeof planOf>): { id: string; lines: string[] } {
  try {
    planOf(...args);
  } catch (error) {
    if (error instanceof Problem) return { id: error.id, lines: error.lines };
    throw error;
  }
  throw new Error('there was no problem');
}
