// Reads an app's package.json and lockfile and prints what compile has to do, as assignments for bash.
// Arguments: the app's directory, the directory with what other versions of each language can be had.
// Exits 1 after saying what is wrong, and 9 when such a list is needed and missing or old: its language is printed.
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { hasScript } from './install-scripts.mjs';
import { lockfileVersion } from './lockfile.mjs';
import { chooseManager, pnpmOf } from './manager.mjs';
import { mustAlwaysInstall, packagesKey } from './packages-key.mjs';
import { Problem } from './problem.mjs';
import { buildOf, scriptsOf } from './scripts.mjs';
import { bundledNpm, isOutdated, resolveNode, resolveTool, wantsNewest } from './versions.mjs';

export { Problem };

const PACKAGE_FIELDS = ['dependencies', 'devDependencies', 'optionalDependencies', 'workspaces'];
const TITLES = { npm: 'npm', yarn: 'Yarn', berry: 'Yarn', pnpm: 'pnpm' };
/** The last of Yarn 1: it serves whoever it satisfies. */
const YARN_1 = '1.22.22';
/** A list of versions is asked for anew when it is older. */
const FRESH_MS = 3 * 3_600_000;

/**
 * The plan for an app. `files` reads a file of the app or gives undefined; `workspaces` gives the other package.json
 * files as { path, text }; `stack` is { node, npm }, the versions that the stack has; `listVersions` gives the others of
 * a language; `npmOf` the npm that an installed Node.js has; `env` are config vars and settings.
 * Throws Problem.
 */
export function makePlan({ files, workspaces = () => [], stack, listVersions, npmOf = () => undefined, semver, env }) {
  const pkg = parsePackage('package.json', files('package.json'));
  if (pkg.engines?.iojs) throw new Problem('iojs', 'package.json asks for io.js (engines.iojs), which became Node.js 4 in 2015.', 'Remove engines.iojs and set engines.node.');
  const members = isMonorepo(pkg, files) ? workspaces().map(({ path, text }) => ({ path, pkg: parsePackage(path, text) })) : [];
  const manager = chooseManager(pkg, files);
  refuseYarnProduction(manager, env);
  const node = chooseNode({ pkg, stack, listVersions, semver, env });
  const npm = node.version === stack.node ? stack.npm : npmOf(node.version) ?? `${bundledNpm(node.version)}.9999.9999`;
  const tool = chooseTool({ manager, npm, listVersions, semver, env });
  const npmMajor = Number((manager.name === 'npm' && tool.version ? tool.version : npm).split('.')[0]);
  refuseNewLock(manager, npmMajor, node.version);
  const does = scriptsOf({ pkg, members, manager, major: manager.name === 'npm' ? npmMajor : parseInt(tool.version, 10), files, env });
  const plan = {
    ENGINE: String(pkg.engines?.node ?? ''),
    NODE_VERSION: node.version,
    STACK_NODE: stack.node,
    MANAGER: manager.name,
    TOOL: manager.name === 'berry' ? 'yarn' : manager.name,
    TOOL_VERSION: tool.version,
    TOOL_SHA: tool.version ? manager.sha : '',
    TOOL_FROM: manager.from,
    TOOL_RANGE: manager.from === 'packageManager' ? `${TITLES[manager.name].toLowerCase()}@${manager.wanted}` : manager.wanted,
    YARN_PATH: manager.yarnPath,
    LINKER: manager.linker,
    OLD_NPM: npmMajor < 7 ? '1' : '',
    INSTALL: !hasPackages(pkg, members, manager) ? 'none' : manager.lock && (manager.name !== 'npm' || npmMajor >= 6) ? 'frozen' : 'loose',
    LOCK: manager.lock?.name ?? '',
    ...does,
    ALWAYS_INSTALL: mustAlwaysInstall({ pkg, members, manager, files, env }) ? '1' : '',
    PREBUILD: hasScript(pkg, 'heroku-prebuild') ? 'heroku-prebuild' : '',
    ...buildOf(pkg),
    CLEANUP: hasScript(pkg, 'heroku-cleanup') ? 'heroku-cleanup' : '',
    CACHE_DIRECTORIES: cacheDirectories(pkg),
    STARTS: hasScript(pkg, 'start') ? '1' : '',
    MAIN: mainFiles(pkg),
    WARNINGS: warnings({ pkg, node, manager, members, npmMajor, semver }),
  };
  return { ...plan, PACKAGES_KEY: packagesKey({ pkg, members, manager, files, env, plan }) };
}

function parsePackage(name, text) {
  try {
    const pkg = JSON.parse(text.replace(/^\uFEFF/, ''));
    if (pkg === null || typeof pkg !== 'object' || Array.isArray(pkg)) throw new Error('it must be an object');
    return pkg;
  } catch (error) {
    throw new Problem('invalid-package-json', `${name} can't be read: ${error.message}`, 'Correct it, commit, and push again.');
  }
}

/** The stack's own runtime serves whoever it satisfies: it is there already, and no list has to be asked. */
function chooseNode({ pkg, stack, listVersions, semver, env }) {
  const wanted = pkg.engines?.node;
  const mayBeWide = env.NODEJS_ALLOW_WIDE_RANGE === 'true';
  const own = resolveNode(wanted, [stack.node], semver);
  const isEnough = own.version && !wantsNewest(wanted) && !(mayBeWide && own.isWide);
  const node = isEnough || own.isInvalid ? own : resolveNode(wanted, listVersions('node'), semver, mayBeWide);
  if (node.problem) throw new Problem('node-version', ...node.problem);
  return node;
}

/** The manager's version; '' where Node.js or the app brings it. */
function chooseTool({ manager, npm, listVersions, semver, env }) {
  const { name, from } = manager;
  if (manager.yarnPath) return { version: '' };
  if (name === 'yarn' && semver.satisfies(YARN_1, manager.wanted || '*')) return { version: YARN_1 };
  if (name === 'npm' && (!manager.wanted || semver.satisfies(npm, manager.wanted))) return { version: '' };
  const language = name === 'berry' ? 'yarn' : name;
  const wanted = manager.wanted || pnpmOf(manager.lock);
  const tool = resolveTool({ title: TITLES[name], wanted, from: from || manager.lock?.name, listVersions: () => listVersions(language), semver, isChecked: env.SLIPWAY_CHECK_VERSIONS === '1' });
  if (tool.problem) throw new Problem(`${language}-version`, ...tool.problem);
  return tool;
}

/** Yarn 2 and later starts with no setting that it doesn't know, in the build and in dynos. */
function refuseYarnProduction(manager, env) {
  if (manager.name !== 'berry' || !env.YARN_PRODUCTION) return;
  throw new Problem(
    'yarn2-with-yarn-production-env-set',
    'Yarn 2 and later does not start while the config var YARN_PRODUCTION is set.',
    'Unset it. To keep devDependencies, set YARN2_SKIP_PRUNING=true instead.',
  );
}

function refuseNewLock(manager, npmMajor, node) {
  if (manager.name !== 'npm' || npmMajor >= 7 || lockfileVersion(manager.lock) !== 3) return;
  throw new Problem('lockfile-too-new', `${manager.lock.name} is of version 3, which npm ${npmMajor} of Node.js ${node} can't read.`, 'Set engines.node to 16.x or later, or make the lockfile anew with "npm install --lockfile-version 1".');
}

function isMonorepo(pkg, files) {
  return pkg.workspaces !== undefined || /^packages:/m.test(files('pnpm-workspace.yaml') ?? '');
}

function hasPackages(pkg, members, manager) {
  // Yarn 2 and later start nothing in a project that has not been installed.
  if (manager.name === 'berry' || members.length > 0) return true;
  return [{ pkg }, ...members].some((each) => PACKAGE_FIELDS.some((field) => Object.keys(each.pkg[field] ?? {}).length > 0));
}

function cacheDirectories(pkg) {
  const list = pkg.cacheDirectories ?? pkg.cache_directories ?? [];
  return (Array.isArray(list) ? list : []).map(String).filter((path) => /^[\w@.][\w@./-]*$/.test(path) && !path.split('/').includes('..') && path !== 'node_modules');
}

/** The files that Node itself would run, without anything that a shell would take for more than a name. */
function mainFiles(pkg) {
  const main = String(pkg.main ?? 'index.js');
  return [main, `${main}.js`, join(main, 'index.js')].filter((path) => /^[\w@.][\w@./-]*$/.test(path));
}

function warnings({ pkg, node, manager, members, npmMajor, semver }) {
  const list = [];
  if (node.isWide) list.push(`engines.node ${JSON.stringify(pkg.engines.node)} allows every future major version; the app gets Node.js ${node.version}.`);
  const line = /^(?:0\.)?\d+/.exec(node.version)[0];
  if (isOutdated(node.version)) list.push(`Node.js ${line} gets no more security updates: set engines.node to "24.x".`);
  const { name, from, wanted, lock, yarnPath } = manager;
  if (lock?.name === 'package-lock.json' && npmMajor < 5) {
    list.push(`npm ${npmMajor} does not read package-lock.json: set engines.npm to "6.x" in package.json.`);
  }
  const field = TITLES[name].toLowerCase();
  const engine = pkg.engines?.[field];
  if (yarnPath && from && !yarnPath.includes(wanted)) {
    list.push(`yarnPath in .yarnrc.yml is taken (${yarnPath}), not ${from} in package.json: keep one of them.`);
  } else if (from === 'packageManager' && engine && !semver.satisfies(wanted, String(engine))) {
    list.push(`packageManager is taken, not engines.${field} ${JSON.stringify(engine)}: keep one of them in package.json.`);
  }
  if (!manager.lock && hasPackages(pkg, members, manager)) {
    const names = { npm: ['package-lock.json', 'npm'], yarn: ['yarn.lock', 'yarn'], berry: ['yarn.lock', 'yarn'], pnpm: ['pnpm-lock.yaml', 'pnpm'] };
    const [lock, command] = names[manager.name];
    list.push(`No ${lock}: each build may install other versions. Run "${command} install" and commit it.`);
  }
  return list;
}

/** The plan as bash reads it. */
export function toBash(plan) {
  const quote = (text) => `'${String(text).replaceAll("'", `'\\''`)}'`;
  return Object.entries(plan).map(([key, value]) => `${key}=${Array.isArray(value) ? `(${value.map(quote).join(' ')})` : quote(value)}`).join('\n');
}

/** Every package.json below the top, but none of installed packages. */
function findWorkspaces(dir, below = '', depth = 5) {
  return readdirSync(join(dir, below), { withFileTypes: true }).flatMap((entry) => {
    const path = join(below, entry.name);
    if (entry.isFile() && entry.name === 'package.json' && below !== '') return [{ path, text: readFileSync(join(dir, path), 'utf8') }];
    const isSearched = entry.isDirectory() && depth > 0 && entry.name !== 'node_modules' && !entry.name.startsWith('.');
    return isSearched ? findWorkspaces(dir, path, depth - 1) : [];
  });
}

function main([dir, runtimes]) {
  const npm = '/opt/node/lib/node_modules/npm';
  const semver = createRequire(`${npm}/package.json`)('semver');
  const versionOf = (place) => JSON.parse(readFileSync(join(place, 'package.json'), 'utf8')).version;
  const files = (name) => (statSync(join(dir, name), { throwIfNoEntry: false })?.isFile() ? readFileSync(join(dir, name), 'utf8') : undefined);
  const npmOf = (node) => {
    const place = join(runtimes, 'node', node, 'lib/node_modules/npm');
    return existsSync(place) ? versionOf(place) : undefined;
  };
  const listVersions = (language) => {
    const checked = statSync(join(runtimes, language, 'versions.checked'), { throwIfNoEntry: false });
    if (!checked || Date.now() - checked.mtimeMs > FRESH_MS) {
      console.log(language);
      process.exit(9);
    }
    return readFileSync(join(runtimes, language, 'versions'), 'utf8').trim().split('\n');
  };
  const stack = { node: process.versions.node, npm: versionOf(npm) };
  try {
    console.log(toBash(makePlan({ files, workspaces: () => findWorkspaces(dir), stack, listVersions, npmOf, semver, env: process.env })));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    console.log(error.id);
    console.error(`\n${error.lines.map((line) => ` !     ${line}`).join('\n')}`);
    process.exitCode = 1;
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) main(process.argv.slice(2));
