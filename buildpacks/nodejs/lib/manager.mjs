// Which package manager installs an app's packages: its lockfile says so, or else package.json.
import { Problem } from './problem.mjs';

const LOCKS = { npm: ['package-lock.json', 'npm-shrinkwrap.json'], yarn: ['yarn.lock'], pnpm: ['pnpm-lock.yaml'] };
const MANAGERS = Object.keys(LOCKS);

/**
 * Returns { name, lock, wanted, from, sha, yarnPath, linker }: `name` is npm, yarn, berry or pnpm; `lock` is { name, text } or
 * null; `wanted` is the range of versions and `from` the field that names it, both '' when none does; `sha` is what
 * packageManager says of the archive. Throws Problem.
 */
export function chooseManager(pkg, files) {
  const locks = readLocks(files);
  const pinned = parsePackageManager(pkg.packageManager);
  refuseContradictions(pkg, locks, pinned);
  const lock = locks[0] ?? null;
  const named = MANAGERS.find((name) => name !== 'npm' && pkg.engines?.[name]);
  const family = lock?.manager ?? pinned?.name ?? named ?? 'npm';
  const engine = pkg.engines?.[family];
  const version = pinned
    ? { wanted: pinned.version, from: 'packageManager', sha: pinned.sha }
    : { wanted: engine ? String(engine) : '', from: engine ? `engines.${family}` : '', sha: '' };
  const chosen = { name: family, lock: lock && { name: lock.name, text: lock.text }, yarnPath: '', linker: '', ...version };
  return family === 'yarn' ? { ...chosen, ...whichYarn(chosen, files) } : chosen;
}

function readLocks(files) {
  return MANAGERS.flatMap((manager) => LOCKS[manager].map((name) => ({ manager, name, text: files(name) }))).filter((lock) => lock.text !== undefined);
}

/** `pnpm@9.1.0+sha512.0123…`, as corepack reads it. */
function parsePackageManager(text) {
  if (text === undefined || text === null || text === '') return null;
  const found = /^(npm|yarn|pnpm)@(\d+\.\d+\.\d+[\w.-]*)(?:\+(sha(?:1|224|256|384|512)\.[0-9a-f]+))?$/.exec(String(text).trim());
  if (!found) {
    throw new Problem('invalid-package-manager', `packageManager ${JSON.stringify(text)} in package.json is not npm, yarn or pnpm with an exact version.`, 'Write for example "pnpm@10.34.8", or leave it out.');
  }
  return { name: found[1], version: found[2], sha: found[3] ?? '' };
}

function refuseContradictions(pkg, locks, pinned) {
  if (locks.length > 1) {
    throw new Problem('multiple-lockfiles', `Two lockfiles that may contradict each other: ${locks.map((lock) => lock.name).join(', ')}.`, 'Keep the one of the package manager you use, remove the other, and push again.');
  }
  const named = [...new Set([...MANAGERS.filter((name) => pkg.engines?.[name]).map((name) => [name, `engines.${name}`]), ...(pinned ? [[pinned.name, 'packageManager']] : [])].map(([name, field]) => `${name} ${field}`))];
  if (new Set(named.map((each) => each.split(' ')[0])).size > 1) {
    throw new Problem('multiple-package-managers', `package.json names several package managers: ${named.map((each) => each.split(' ')[1]).join(', ')}.`, 'Keep the one you use, remove the others, and push again.');
  }
  const [lock] = locks;
  if (lock && lock.manager !== 'yarn' && lock.text.trim() === '') {
    throw new Problem('invalid-lockfile', `${lock.name} is empty.`, `Make it anew with "${lock.manager} install", commit, and push again.`);
  }
  if (lock && pinned && lock.manager !== pinned.name) {
    throw new Problem('lockfile-of-another-manager', `package.json says packageManager ${JSON.stringify(pkg.packageManager)}, but ${lock.name} is written by ${lock.manager}.`, `Commit the lockfile of ${pinned.name} and remove ${lock.name}, or correct packageManager.`);
  }
}

/** Classic or berry; for berry, where its program is and how it links packages. A program in the repository is what runs. */
function whichYarn({ lock, wanted, from }, files) {
  const isBerryLock = lock !== null && /^__metadata:/m.test(lock.text);
  // Yarn 2 and later takes an empty one as a sign that the project begins here.
  const isYarn1Lock = lock !== null && !isBerryLock && /^(?!#)\S/m.test(lock.text);
  const rc = files('.yarnrc.yml') ?? '';
  const yarnPath = setting(rc, 'yarnPath');
  const berry = { name: 'berry', yarnPath, linker: setting(rc, 'nodeLinker') || 'pnp' };
  if (yarnPath) {
    if (files(yarnPath) !== undefined) return berry;
    const line = `.yarnrc.yml says yarnPath: ${yarnPath}, but that file is not in the repository.`;
    throw new Problem('missing-yarn-path', line, 'Commit it ("git add --force" where .gitignore names .yarn), or remove yarnPath.');
  }
  const major = Number(/^\D*(\d+)/.exec(wanted)?.[1] ?? NaN);
  if (isBerryLock && major < 2) {
    const line = `yarn.lock is written by Yarn 2 or later, which Yarn ${wanted} can't read.`;
    throw new Problem('yarn-lockfile-version', line, `Correct ${from} in package.json, or make yarn.lock anew with "yarn install".`);
  }
  if (isYarn1Lock && major >= 2) {
    const line = `yarn.lock is written by Yarn 1, but package.json asks for Yarn ${wanted}, which would change it.`;
    throw new Problem('yarn-lockfile-version', line, 'Run "yarn install" with that version and commit yarn.lock.');
  }
  if (!isBerryLock && !(major >= 2)) return { name: 'yarn' };
  return { ...berry, ...(wanted === '' && { wanted: berryOf(lock) }) };
}

/** A plain value at the top of a YAML file. */
function setting(text, key) {
  return new RegExp(`^${key}:[ \\t]*["']?([^"'#\\r\\n]*?)["']?[ \\t]*(?:#.*)?\\r?$`, 'm').exec(text)?.[1]?.replace(/^\.\//, '') ?? '';
}

/** The Yarn whose lockfiles look like this one. */
function berryOf(lock) {
  const version = Number(/^__metadata:\s+version:\s*"?(\d+)/m.exec(lock?.text ?? '')?.[1] ?? 8);
  return version >= 8 ? '4.x' : version >= 5 ? '3.x' : '2.x';
}

/** The pnpm whose lockfiles look like this one. */
export function pnpmOf(lock) {
  const version = /^lockfileVersion:\s*["']?(\d+)(?:\.(\d+))?/m.exec(lock?.text ?? '');
  const major = Number(version?.[1] ?? 9);
  return major >= 9 ? '10.x' : major >= 6 ? '8.x' : Number(version?.[2]) >= 4 ? '7.x' : '6.x';
}
