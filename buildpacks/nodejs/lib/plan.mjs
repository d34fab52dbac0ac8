// Reads an app's package.json and lockfile and prints what compile has to do, as assignments for bash.
// Arguments: the app's directory, the file with the versions of Node.js that can be had besides the stack's own.
// Exits 1 after saying what is wrong, and 9 when that file is needed and missing or old.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { resolveNode, wantsNewest } from './versions.mjs';

const DEPENDENCIES = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies', 'bundleDependencies', 'bundledDependencies', 'overrides', 'workspaces'];
/** What npm runs of the app itself when it installs, in its order. */
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall', 'prepublish', 'preprepare', 'prepare', 'postprepare'];
const BUILD_SCRIPTS = ['heroku-prebuild', 'heroku-postbuild', 'build', 'heroku-cleanup'];
/** A list of versions is asked for anew when it is older. */
const FRESH_MS = 3 * 3_600_000;
const OTHER_LOCKS = ['yarn.lock', 'pnpm-lock.yaml'];

/** What is wrong, in lines for the person who pushes. */
export class Problem extends Error {
  constructor(...lines) {
    super(lines[0]);
    this.lines = lines;
  }
}

/**
 * The plan for an app. `files` reads a file of the app or gives undefined; `stackVersion` is the Node.js that the stack has,
 * `listVersions` gives the others; `env` are config vars and npm's settings.
 * Throws Problem.
 */
export function makePlan({ files, stackVersion, listVersions, semver, env }) {
  const pkg = parsePackage(files('package.json'));
  const lock = readLock(files);
  // The stack's own runtime serves whoever it satisfies: it is there already, and no list has to be asked.
  const wanted = pkg.engines?.node;
  const own = resolveNode(wanted, [stackVersion], semver);
  const node = (own.version && !wantsNewest(wanted)) || own.isInvalid ? own : resolveNode(wanted, listVersions(), semver);
  if (node.problem) throw new Problem(...node.problem);
  const scripts = pkg.scripts ?? {};
  const has = (name) => typeof scripts[name] === 'string';
  const installScripts = INSTALL_SCRIPTS.filter(has);
  const hasPackages = ['dependencies', 'devDependencies', 'optionalDependencies', 'workspaces'].some((field) => Object.keys(pkg[field] ?? {}).length > 0);
  const keepsDev = (env.NODE_ENV ?? 'production') !== 'production' || env.NPM_CONFIG_PRODUCTION === 'false';
  const needsDev = keepsDev || installScripts.length > 0 || BUILD_SCRIPTS.some(has);
  const hasDev = Object.keys(pkg.devDependencies ?? {}).length > 0;
  const plan = {
    ENGINE: String(pkg.engines?.node ?? ''),
    NODE_VERSION: node.version,
    STACK_NODE: stackVersion,
    WIDE: node.isWide ? '1' : '',
    NPM_RANGE: String(pkg.engines?.npm ?? ''),
    INSTALL: !hasPackages ? 'none' : lock ? 'ci' : 'install',
    LOCK: lock?.name ?? '',
    INSTALL_SCRIPTS: installScripts,
    // npm compiles the app itself when it installs: packages of the last build would come without that.
    ALWAYS_INSTALL: files('binding.gyp') !== undefined ? '1' : '',
    WITH_DEV: needsDev ? '1' : '',
    PRUNE: needsDev && hasDev && !keepsDev ? '1' : '',
    PREBUILD: has('heroku-prebuild') ? 'heroku-prebuild' : '',
    BUILD_SCRIPT: has('heroku-postbuild') ? 'heroku-postbuild' : has('build') ? 'build' : '',
    CLEANUP: has('heroku-cleanup') ? 'heroku-cleanup' : '',
    CACHE_DIRECTORIES: cacheDirectories(pkg),
    DEFAULT_WEB: defaultWeb(pkg, files),
    WARNINGS: warnings({ pkg, node, lock, files, hasPackages }),
  };
  return { ...plan, PACKAGES_KEY: packagesKey({ pkg, lock, files, env, plan }) };
}

function parsePackage(text) {
  try {
    const pkg = JSON.parse(text.replace(/^\uFEFF/, ''));
    if (pkg === null || typeof pkg !== 'object' || Array.isArray(pkg)) throw new Error('it must be an object');
    return pkg;
  } catch (error) {
    throw new Problem(`package.json can't be read: ${error.message}`, 'Correct it, commit, and push again.');
  }
}

function readLock(files) {
  const name = ['npm-shrinkwrap.json', 'package-lock.json'].find((each) => files(each) !== undefined);
  const others = OTHER_LOCKS.filter((each) => files(each) !== undefined);
  if (others.length + (name ? 1 : 0) > 1) {
    throw new Problem(`Two lockfiles that may contradict each other: ${[name, ...others].filter(Boolean).join(', ')}.`, 'Keep the one of the package manager you use, remove the other, and push again.');
  }
  if (!name) return null;
  try {
    return { name, content: JSON.parse(files(name)) };
  } catch (error) {
    throw new Problem(`${name} can't be read: ${error.message}`, 'Make it anew with "npm install", commit, and push again.');
  }
}

/** One key for all that decides what npm puts into node_modules: a code-only push, or a new version number, keeps it. */
function packagesKey({ pkg, lock, files, env, plan }) {
  const wanted = Object.fromEntries(DEPENDENCIES.map((field) => [field, pkg[field]]));
  const settings = Object.entries(env).filter(([name]) => /^npm_config_/i.test(name) && !/cache$/i.test(name)).sort();
  const locked = lock?.content.packages
    ? Object.entries(lock.content.packages).filter(([path]) => path !== '')
    : lock?.content.dependencies;
  const patches = INSTALL_SCRIPTS.filter((name) => pkg.scripts?.[name]).map((name) => pkg.scripts[name]);
  const all = [wanted, locked, settings, patches, files('.npmrc'), plan.NODE_VERSION, plan.NPM_RANGE, plan.WITH_DEV];
  return createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 24);
}

function cacheDirectories(pkg) {
  const list = pkg.cacheDirectories ?? pkg.cache_directories ?? [];
  return (Array.isArray(list) ? list : []).map(String).filter((path) => /^[\w@.][\w@./-]*$/.test(path) && !path.split('/').includes('..') && path !== 'node_modules');
}

/** `npm start` unless there is none to start; then the file that Node itself would run. */
function defaultWeb(pkg, files) {
  if (pkg.scripts?.start || files('server.js') !== undefined) return 'npm start';
  const main = String(pkg.main ?? 'index.js');
  const found = [main, `${main}.js`, join(main, 'index.js')].find((path) => files(path) !== undefined);
  return found && /^[\w@./-]+$/.test(found) ? `node ${found}` : '';
}

function warnings({ pkg, node, lock, files, hasPackages }) {
  const list = [];
  if (node.isWide) list.push(`engines.node ${JSON.stringify(pkg.engines.node)} allows every future major version; the app gets Node.js ${node.version}.`);
  const other = OTHER_LOCKS.find((name) => files(name) !== undefined);
  if (other) list.push(`${other} is not read here: packages are installed by npm, from package.json alone.`);
  else if (hasPackages && !lock) list.push('No package-lock.json: each build may install other versions. Run "npm install" and commit it.');
  return list;
}

/** The plan as bash reads it. */
export function toBash(plan) {
  const quote = (text) => `'${String(text).replaceAll("'", `'\\''`)}'`;
  return Object.entries(plan).map(([key, value]) => `${key}=${Array.isArray(value) ? `(${value.map(quote).join(' ')})` : quote(value)}`).join('\n');
}

function main([dir, versionsFile]) {
  const semver = createRequire('/opt/node/lib/node_modules/npm/package.json')('semver');
  const files = (name) => (existsSync(join(dir, name)) ? readFileSync(join(dir, name), 'utf8') : undefined);
  const listVersions = () => {
    const checked = statSync(`${versionsFile}.checked`, { throwIfNoEntry: false });
    if (!checked || Date.now() - checked.mtimeMs > FRESH_MS) process.exit(9);
    return readFileSync(versionsFile, 'utf8').trim().split('\n');
  };
  try {
    console.log(toBash(makePlan({ files, stackVersion: process.versions.node, listVersions, semver, env: process.env })));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    console.error(`\n${error.lines.map((line) => ` !     ${line}`).join('\n')}`);
    process.exitCode = 1;
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) main(process.argv.slice(2));
