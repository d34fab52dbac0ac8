// One key for all that decides which packages are installed: a code-only push, or a new version number, keeps it.
import { createHash } from 'node:crypto';
import { whatItInstalls } from './lockfile.mjs';

const DEPENDENCIES = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies', 'peerDependenciesMeta', 'dependenciesMeta', 'bundleDependencies', 'bundledDependencies', 'overrides', 'resolutions', 'pnpm', 'installConfig', 'workspaces'];
/** Settings of the package managers among an app's files. */
const RC_FILES = ['.npmrc', '.yarnrc', '.yarnrc.yml', 'pnpm-workspace.yaml', '.pnpmfile.cjs', '.pnpmfile.mjs'];
const SETTINGS = /^(npm_config_|yarn_|pnpm_config_)/i;

const NPM_RUNS = ['preinstall', 'install', 'postinstall', 'prepublish', 'preprepare', 'prepare', 'postprepare'];
/** What each manager runs of the app itself when it installs, in its order. */
export const INSTALL_SCRIPTS = {
  npm: NPM_RUNS,
  yarn: ['preinstall', 'install', 'postinstall', 'prepublish', 'prepare'],
  berry: ['preinstall', 'install', 'postinstall'],
  pnpm: ['pnpm:devPreinstall', ...NPM_RUNS],
};

export function packagesKey({ pkg, members, manager, files, env, plan }) {
  const pick = (each) => DEPENDENCIES.map((field) => each[field] ?? null);
  const settings = Object.entries(env).filter(([name]) => SETTINGS.test(name) && !/cache$/i.test(name)).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const all = [
    pick(pkg),
    members.map((member) => [member.path, member.pkg.name, pick(member.pkg)]),
    whatItInstalls(manager.lock),
    settings,
    INSTALL_SCRIPTS[manager.name].map((name) => pkg.scripts?.[name] ?? null),
    RC_FILES.map((name) => files(name) ?? null),
    [plan.NODE_VERSION, plan.MANAGER, plan.TOOL_VERSION, plan.YARN_PATH, plan.WITH_DEV],
  ];
  return createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 24);
}

/** Whether installing also does what packages of an earlier build would come without: compiling or copying the app's own. */
export function mustAlwaysInstall({ pkg, members, manager, files, env }) {
  const copies = (each) => manager.name !== 'npm' && ['dependencies', 'devDependencies', 'optionalDependencies'].some((field) => Object.values(each[field] ?? {}).some((range) => /^file:/.test(range)));
  const isInjected = (each) => Object.values(each.dependenciesMeta ?? {}).some((meta) => meta?.injected);
  const linksByCopy = /^\s*install-links\s*=\s*true/m.test(files('.npmrc') ?? '') || env.npm_config_install_links === 'true';
  const isRun = (each) => each.bin !== undefined || INSTALL_SCRIPTS[manager.name].some((name) => each.scripts?.[name]);
  return (
    files('binding.gyp') !== undefined ||
    linksByCopy ||
    [pkg, ...members.map((member) => member.pkg)].some((each) => copies(each) || isInjected(each)) ||
    members.some((member) => isRun(member.pkg) || /\s/.test(member.path))
  );
}
