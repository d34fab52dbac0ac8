// Reads an app's Gemfile and Gemfile.lock and prints what compile has to do, as assignments for bash.
// Arguments: the app's directory, the version of the stack's Ruby. Exits 1 after saying what is wrong.
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readdirSync, readFileSync, statSync, appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readLock, suitsLinux, withoutBundler } from './lockfile.mjs';
import { Problem } from './problem.mjs';
import { planRuby } from './ruby.mjs';
import { defaultTypes } from './types.mjs';

const CPUS = { x64: 'x86_64', arm64: 'aarch64' };

/**
 * The plan for an app. `files` reads a file of the app or gives undefined, `list` names what is in a directory; `env` are
 * config vars and Bundler's settings; `cpu` is the machine's, as in `x86_64-linux`. Throws Problem.
 */
export function makePlan({ files, list, isExecutable = () => true, stackVersion, cpu, env }) {
  const gemfile = files('Gemfile');
  const lockText = files('Gemfile.lock');
  if (lockText === undefined || lockText.trim() === '') {
    throw new Problem('no-lockfile', `Gemfile.lock is ${lockText === undefined ? 'missing' : 'empty'}: it says which versions of the gems the app gets.`, 'Run "bundle install", commit Gemfile.lock (is it in .gitignore or .slugignore?), and push again.');
  }
  if (/^(<<<<<<<|=======|>>>>>>>)/m.test(lockText)) {
    throw new Problem('lockfile-conflict', 'Gemfile.lock has a merge conflict in it.', 'Run "bundle install", commit Gemfile.lock, and push again.');
  }
  const lock = readLock(lockText);
  if (!suitsLinux(lock.platforms, cpu)) {
    throw new Problem(
      'lockfile-platform',
      `Gemfile.lock is for ${lock.platforms.join(', ')} only, but apps run on ${cpu}-linux.`,
      `Run "bundle lock --add-platform ${cpu}-linux", commit Gemfile.lock, and push again.`,
    );
  }
  const ruby = planRuby({ gemfile, lock, rubyVersion: files('.ruby-version'), stackVersion });
  const vendored = list('vendor/cache').some((name) => name.endsWith('.gem'));
  const without = env.BUNDLE_WITHOUT ?? 'development:test';
  const has = (path) => files(path) !== undefined;
  return {
    ...ruby.plan,
    RAILS: lock.gems.get('railties') ?? '',
    RACK: lock.gems.get('rack') ?? '',
    BUNDLED_WITH: lock.bundler ?? '',
    INSTALL: lock.gems.size > 0 ? '1' : '',
    VENDORED: vendored ? '1' : '',
    WITHOUT: without,
    DATABASE: databaseOf(lock.gems),
    ASSETS: hasAssets({ gems: lock.gems, files, list }) ? '1' : '',
    CLEANS_ASSETS: ['sprockets-rails', 'propshaft', 'webpacker', 'shakapacker'].some((gem) => lock.gems.has(gem)) ? '1' : '',
    // Classes of Tailwind and the like may be named in any file.
    SCANS_CODE: ['tailwindcss-rails', 'cssbundling-rails', 'jsbundling-rails', 'webpacker', 'shakapacker', 'vite_ruby', 'i18n-js', 'js-routes'].some((gem) => lock.gems.has(gem)) ? '1' : '',
    TYPES: defaultTypes({ gems: lock.gems, has, isExecutable }),
    WARNINGS: [...ruby.warnings, ...warnings({ files, lock })],
    GEMS_KEY: gemsKey({ gemfile, lockText, files, env, stackVersion, without }),
  };
}

/** A URL of the kind that the app's database adapter reads, so that nothing asks for a database while assets are made. */
function databaseOf(gems) {
  if (gems.has('pg')) return 'postgres://user:pass@127.0.0.1/dbname';
  if (gems.has('mysql2')) return 'mysql2://user:pass@127.0.0.1/dbname';
  if (gems.has('trilogy')) return 'trilogy://user:pass@127.0.0.1/dbname';
  return '';
}

const ASSET_GEMS = ['sprockets-rails', 'propshaft', 'jsbundling-rails', 'cssbundling-rails', 'tailwindcss-rails', 'dartsass-rails', 'webpacker', 'shakapacker', 'vite_ruby'];

/** Whether there is a task assets:precompile, as far as can be told without starting the app. */
function hasAssets({ gems, files, list }) {
  if (!gems.has('rake') || files('Rakefile') === undefined) return false;
  if (ASSET_GEMS.some((gem) => gems.has(gem))) return true;
  const tasks = ['Rakefile', ...list('lib/tasks').map((name) => `lib/tasks/${name}`)].map((path) => files(path) ?? '');
  return tasks.some((text) => /assets:precompile|namespace[ (]+:?["']?assets\b|asset_pipeline/.test(text));
}

function warnings({ files, lock }) {
  const list = [];
  if (lock.gems.has('railties') && !lock.gems.has('puma') && files('Procfile') === undefined) list.push('No web server among the gems: "bundle add puma" gives the app one.');
  if (lock.gems.has('sqlite3') && !lock.gems.has('pg') && !lock.gems.has('mysql2')) list.push('sqlite3: what the app writes to files is gone when its dyno restarts. Use a database of its own for what has to stay.');
  return list;
}

/** One key for all that decides which gems are installed: a code-only push keeps it. */
function gemsKey({ gemfile, lockText, files, env, stackVersion, without }) {
  // A Gemfile is code: the files it loads, and the variables it asks, count as well.
  const loaded = [...gemfile.matchAll(/["']([\w./-]+)["']/g)].map((match) => match[1]).filter((path) => /\.(rb|gemspec)$|(^|\/)Gemfile|version$/.test(path));
  const more = [...new Set(loaded)].map((path) => [path, files(path)]);
  const asked = [...gemfile.matchAll(/ENV(?:\.fetch\(|\[)\s*["'](\w+)["']/g)].map((match) => [match[1], env[match[1]]]);
  const settings = Object.entries(env).filter(([name]) => /^(BUNDLE_|NOKOGIRI_|RAILS_ENV$|RACK_ENV$)/.test(name)).sort();
  const all = [withoutComments(gemfile), withoutBundler(lockText), more, asked, settings, stackVersion, without];
  return createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 24);
}

function withoutComments(gemfile) {
  return gemfile.split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
}

/** The plan as bash reads it. */
export function toBash(plan) {
  const quote = (text) => `'${String(text).replaceAll("'", `'\\''`)}'`;
  return Object.entries(plan).map(([key, value]) => `${key}=${Array.isArray(value) ? `(${value.map(quote).join(' ')})` : quote(value)}`).join('\n');
}

function main([dir, stackVersion]) {
  const files = (name) => (existsSync(join(dir, name)) && statSync(join(dir, name)).isFile() ? readFileSync(join(dir, name), 'utf8') : undefined);
  const list = (name) => (existsSync(join(dir, name)) ? readdirSync(join(dir, name)) : []);
  const isExecutable = (name) => {
    try {
      accessSync(join(dir, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  };
  try {
    console.log(toBash(makePlan({ files, list, isExecutable, stackVersion, cpu: CPUS[process.arch] ?? process.arch, env: process.env })));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    console.error(`\n${error.lines.map((line) => ` !     ${line}`).join('\n')}`);
    appendFileSync(join(dir, '.slipway/report'), `failure: "${error.id}"\n`);
    process.exitCode = 1;
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) main(process.argv.slice(2));
