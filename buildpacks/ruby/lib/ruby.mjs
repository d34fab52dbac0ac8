// Whether the app runs on the stack's Ruby, and what there is to say about it.
import { Problem } from './problem.mjs';
import { judge, lineOf, wantedRuby } from './versions.mjs';

/** { plan, warnings } for the Ruby part. Throws Problem. */
export function planRuby({ gemfile, lock, rubyVersion, stackVersion }) {
  const wanted = wantedRuby({ gemfile, lock, rubyVersion });
  const plan = { RUBY: stackVersion, RUBY_WANTED: '', RUBY_FROM: '', RUBY_LINE: '', RUBY_FILE_LINE: '' };
  if (!wanted) return { plan, warnings: rubyUnsaid(stackVersion) };
  const asked = wanted.requirements.join(', ');
  if (wanted.engine !== 'ruby') {
    throw new Problem('ruby-engine', `${wanted.file} asks for ${wanted.engine}, but the stack has Ruby ${stackVersion} only.`, 'Leave the engine out, run "bundle lock", commit, and push again.');
  }
  const verdict = judge(wanted, stackVersion);
  if (verdict === 'other' && wanted.isBinding) throw otherRuby(wanted, asked, stackVersion);
  Object.assign(plan, { RUBY_WANTED: asked, RUBY_FROM: wanted.file, RUBY_LINE: verdict === 'patch' && wanted.isBinding ? String(wanted.line ?? 0) : '', RUBY_FILE_LINE: String(wanted.fileLine ?? '') });
  return { plan, warnings: rubyWarnings({ wanted, asked, verdict, stackVersion, lock }) };
}

function otherRuby(wanted, asked, stackVersion) {
  const line = lineOf(stackVersion);
  return new Problem(
    'ruby-version',
    `Ruby ${asked} (${wanted.file}) can't be had on this stack, which has: ${stackVersion}.`,
    wanted.file === '.ruby-version' ? `Write ${line} there, run "bundle lock", commit, and push again;` : `Write ruby "~> ${line}.0" in the Gemfile, run "bundle lock", commit, and push again;`,
    'or move the app to a stack with that version (paas stack, paas stack:set).',
  );
}

function rubyUnsaid(stackVersion) {
  return [`The Gemfile says no Ruby version; the app gets ${stackVersion}. Write ruby "~> ${lineOf(stackVersion)}.0" there to keep it to that.`];
}

function rubyWarnings({ wanted, asked, verdict, stackVersion, lock }) {
  if (verdict === 'patch' && !wanted.isBinding) return [];
  if (verdict === 'patch') return [`${wanted.file} asks for Ruby ${asked}; the stack has ${stackVersion}, and the app gets that. Write ruby "~> ${lineOf(stackVersion)}.0" to be content with it.`];
  if (verdict === 'other') return [`${wanted.file} says Ruby ${asked}, but the Gemfile does not insist on it: the app gets the stack's ${stackVersion}.`];
  const locked = lock.ruby?.version;
  if (locked && lineOf(locked) !== lineOf(stackVersion)) return [`Gemfile.lock was made with Ruby ${locked}; the Gemfile allows the stack's ${stackVersion}, and the app gets that.`];
  return [];
}
