// Which Ruby an app asks for, and whether the stack's will do.
import { Problem } from './problem.mjs';

/**
 * What names a version, the most binding first: the directive in the Gemfile, then RUBY VERSION in Gemfile.lock, then
 * .ruby-version, which Bundler does not read unless told to. Returns { file, requirements, engine, line, isBinding } or
 * null; `line` is the directive's, from 1, `fileLine` that of one which names .ruby-version. A directive that isn't plain text is left to Bundler.
 */
export function wantedRuby({ gemfile, lock, rubyVersion }) {
  const own = parseVersionFile(rubyVersion);
  const directive = directiveOf(gemfile, own, rubyVersion);
  if (directive) return { ...directive, isBinding: true };
  if (lock.ruby) return { file: 'Gemfile.lock', requirements: [lock.ruby.version], engine: lock.ruby.engine, isBinding: true };
  return own && { file: '.ruby-version', ...own, isBinding: false };
}

function directiveOf(gemfile, own, rubyVersion) {
  const lines = gemfile.split('\n');
  const index = lines.findIndex((each) => /^\s*ruby[\s(]/.test(each));
  if (index < 0) return null;
  const code = lines[index].replace(/#.*/, '');
  if (/["']\.ruby-version["']/.test(code)) {
    if (!own) throw noVersion(rubyVersion);
    return { file: '.ruby-version', ...own, fileLine: index + 1 };
  }
  const engine = /engine(?::|"\s*=>|\s*=>)\s*["'](\w+)["']/.exec(code)?.[1] ?? 'ruby';
  const [plain] = code.split(/,\s*:?\w+(?::|\s*=>)/);
  const requirements = [...plain.matchAll(/["']([^"']+)["']/g)].map((match) => match[1].trim());
  const isPlain = requirements.length > 0 && requirements.every((each) => REQUIREMENT.test(each)) && !/ENV|File/.test(plain);
  return isPlain ? { file: 'Gemfile', requirements, engine, line: index + 1 } : null;
}

function noVersion(rubyVersion) {
  const fault = rubyVersion === undefined ? 'is not there' : rubyVersion.trim() === '' ? 'is empty' : `holds no version of Ruby: ${JSON.stringify(rubyVersion.trim().slice(0, 40))}`;
  return new Problem('ruby-version-file', `The Gemfile takes its Ruby from .ruby-version, which ${fault}.`, 'Write a version there, such as 3.1, commit it, and push again.');
}

const REQUIREMENT = /^(?:(=|!=|>=|<=|>|<|~>)\s*)?(\d+(?:\.\w+)*?)(?:-?p\d+)?$/;

function parseVersionFile(text) {
  const word = text?.trim().split(/\s/)[0] ?? '';
  const match = /^(?:(ruby|jruby|truffleruby)-)?(\d+(?:\.\w+)*?)(?:-?p\d+)?$/.exec(word);
  return match && { requirements: [match[2]], engine: match[1] ?? 'ruby' };
}

/** Whether a version satisfies every requirement, as RubyGems sees it. */
export function satisfies(version, requirements) {
  return requirements.every((each) => {
    const [, operator = '=', wanted] = REQUIREMENT.exec(each);
    const order = compare(version, wanted);
    switch (operator) {
      case '=': return order === 0;
      case '!=': return order !== 0;
      case '>': return order > 0;
      case '<': return order < 0;
      case '>=': return order >= 0;
      case '<=': return order <= 0;
      default: return order >= 0 && compare(version, nextOf(wanted)) < 0;
    }
  });
}

function compare(a, b) {
  const [x, y] = [a, b].map((each) => each.split('.').map(Number));
  for (let index = 0; index < Math.max(x.length, y.length); index += 1) {
    const difference = (x[index] || 0) - (y[index] || 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Where `~>` ends: `3.1.2` before `3.2`, `3.1` before `4`. */
function nextOf(version) {
  const parts = version.split('.').map(Number);
  const kept = parts.length > 1 ? parts.slice(0, -1) : parts;
  return [...kept.slice(0, -1), kept.at(-1) + 1].join('.');
}

/** `3.1` of `3.1.7`: Rubies that differ only behind it run the same gems. */
export function lineOf(version) {
  return version.split('.').slice(0, 2).join('.');
}

/**
 * Whether the stack's Ruby will do: 'same', 'patch' when it differs only in the last number, which Bundler would refuse and
 * no app can tell, else 'other'.
 */
export function judge({ requirements }, stackVersion) {
  if (satisfies(stackVersion, requirements)) return 'same';
  const isLine = (each) => lineOf(REQUIREMENT.exec(each)[2]) === lineOf(stackVersion);
  return requirements.every(isLine) ? 'patch' : 'other';
}
