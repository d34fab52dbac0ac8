// What a lockfile installs, as text that stays the same for as long as that does.
import { Problem } from './problem.mjs';

/** Fields of an entry in package-lock.json that decide what is put where. */
const ENTRY = ['version', 'integrity', 'link', 'dev', 'optional', 'devOptional', 'peer', 'inBundle', 'bundleDependencies', 'hasInstallScript', 'os', 'cpu', 'libc'];

/** The canonical text for a lockfile { name, text }; '' for none. Throws Problem when a JSON one can't be read. */
export function whatItInstalls(lock) {
  if (!lock) return '';
  if (lock.name.endsWith('.json')) return npmInstalls(parse(lock));
  const text = lock.text.replaceAll('\r\n', '\n').split('\n').filter((line) => !/^\s*(#|$)/.test(line)).map((line) => line.trimEnd()).join('\n');
  // Each entry of a yarn.lock stands for itself.
  return lock.name === 'yarn.lock' ? text.split(/\n(?=\S)/).toSorted().join('\n') : text;
}

/** The number of its format; null for others than npm's. */
export function lockfileVersion(lock) {
  return lock?.name.endsWith('.json') ? Number(parse(lock).lockfileVersion ?? 1) : null;
}

function npmInstalls(content) {
  if (!content.packages) return JSON.stringify(content.dependencies ?? {});
  const entries = Object.entries(content.packages).filter(([path]) => path !== '');
  return JSON.stringify(entries.map(([path, entry]) => [path, keep(path, entry)]).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Of the app's own workspaces no more than that they are there: their package.json says the rest. */
function keep(path, entry) {
  if (!/(^|\/)node_modules\//.test(path)) return null;
  const kept = Object.fromEntries(ENTRY.filter((field) => entry[field] !== undefined).map((field) => [field, entry[field]]));
  return entry.integrity ? kept : { ...kept, resolved: entry.resolved };
}

function parse(lock) {
  try {
    const content = JSON.parse(lock.text.replace(/^\uFEFF/, ''));
    if (content === null || typeof content !== 'object') throw new Error('it must be an object');
    return content;
  } catch (error) {
    throw new Problem('invalid-lockfile', `${lock.name} can't be read: ${error.message}`, 'Make it anew with "npm install", commit, and push again.');
  }
}
