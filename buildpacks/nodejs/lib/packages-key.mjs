// One key for all that decides which packages are installed: a code-only push, or a new version number, keeps it.
import { createHash } from 'node:crypto';
import { runsAtInstall } from './install-scripts.mjs';
import { whatItInstalls } from './lockfile.mjs';

const DEPENDENCIES = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies', 'peerDependenciesMeta', 'dependenciesMeta', 'bundleDependencies', 'bundledDependencies', 'overrides', 'resolutions', 'pnpm', 'installConfig', 'workspaces'];
/** Settings of the package managers among an app's files. */
const RC_FILES = ['.npmrc', '.yarnrc', '.yarnrc.yml', 'pnpm-workspace.yaml', '.pnpmfile.cjs', '.pnpmfile.mjs'];
const SETTINGS = /^(npm_config_|yarn_|pnpm_config_)/i;

/** A patch that package managers apply themselves, as package.json, settings and lockfiles name it. */
const PATCH = /[\w@.+~/-]+\.(?:patch|diff)\b/g;

export function packagesKey({ pkg, members, manager, files, env, plan }) {
  const pick = (each) => DEPENDENCIES.map((field) => each[field] ?? null);
  const settings = Object.entries(env).filter(([name]) => SETTINGS.test(name) && !/cache$/i.test(name)).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const all = [
    pick(pkg),
    members.map((member) => [member.path, member.pkg.name, pick(member.pkg)]),
    whatItInstalls(manager.lock),
    settings,
    RC_FILES.map((name) => files(name) ?? null),
    patches({ pkg, members, manager, files }),
    [plan.NODE_VERSION, plan.MANAGER, plan.TOOL_VERSION, plan.YARN_PATH, plan.WITH_DEV],
  ];
  return createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 24);
}

function patches({ pkg, members, manager, files }) {
  const lock = manager.name === 'npm' ? '' : manager.lock?.text ?? '';
  const texts = [JSON.stringify([pkg, ...members.map((member) => member.pkg)]), files('pnpm-workspace.yaml') ?? '', lock];
  const paths = new Set(texts.flatMap((text) => text.match(PATCH) ?? []).map((path) => path.replace(/^~?\.?\/+/, '')));
  return [...paths].toSorted().map((path) => [path, files(path) ?? null]);
}

/** Whether installing also does what packages of an earlier build would come without: compiling or copying the app's own. */
export function mustAlwaysInstall({ pkg, members, manager, files, env }) {
  // npm copies archives only; directories it links.
  const isCopied = manager.name === 'npm' ? /^(file:|\.{0,2}\/|~\/).*\.(tgz|tar|tar\.gz)$/ : /^(file:|\.{0,2}\/|~\/)/;
  const wanted = (each) => [each.dependencies, each.devDependencies, each.optionalDependencies].flatMap((field) => Object.values(field ?? {}));
  const copies = (each) => wanted(each).some((range) => isCopied.test(range));
  const isInjected = (each) => Object.values(each.dependenciesMeta ?? {}).some((meta) => meta?.injected);
  const linksByCopy = /^\s*install-links\s*=\s*true/m.test(files('.npmrc') ?? '') || env.npm_config_install_links === 'true';
  const isRun = (each) => each.bin !== undefined || runsAtInstall(manager.name, each);
  return (
    files('binding.gyp') !== undefined ||
    // It runs nothing without the lockfile that it has written.
    (manager.name === 'berry' && !manager.lock?.text.trim()) ||
    linksByCopy ||
    [pkg, ...members.map((member) => member.pkg)].some((each) => copies(each) || isInjected(each)) ||
    members.some((member) => isRun(member.pkg) || /\s/.test(member.path))
  );
}
