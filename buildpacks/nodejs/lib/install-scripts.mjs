// What package managers run of the app itself when they install: each has its own list, and its own order.

const AROUND = ['install', 'postinstall'];
const PREPARES = ['preprepare', 'prepare', 'postprepare'];

/**
 * The scripts of package.json that such a version of a manager runs when it installs: `first`, ahead of the packages, and
 * `then`, once they are there.
 */
export function installScripts({ name, major }, pkg) {
  const { first, then } = runs(name, major);
  return { first: first.filter((each) => hasScript(pkg, each)), then: then.filter((each) => hasScript(pkg, each)) };
}

/** Whether the manager, in whatever version, runs something of this package. */
export function runsAtInstall(name, pkg) {
  return [7, 99].some((major) => Object.values(installScripts({ name, major }, pkg)).flat().length > 0);
}

/** A script that is empty is there, and does nothing. */
export function hasScript(pkg, name) {
  return typeof pkg.scripts?.[name] === 'string' && pkg.scripts[name].trim() !== '';
}

function runs(name, major) {
  if (name === 'berry') return { first: [], then: ['preinstall', ...AROUND] };
  if (name === 'yarn') return { first: ['preinstall'], then: [...AROUND, 'prepublish', 'prepare'] };
  if (name === 'pnpm') return { first: ['pnpm:devPreinstall', 'preinstall'], then: [...AROUND, ...(major < 9 ? ['prepare'] : PREPARES)] };
  if (major < 7) return { first: ['preinstall'], then: [...AROUND, 'prepublish', 'prepare'] };
  const rest = [...AROUND, 'prepublish', ...PREPARES];
  return major < 12 ? { first: [], then: ['preinstall', ...rest] } : { first: ['preinstall'], then: rest };
}
