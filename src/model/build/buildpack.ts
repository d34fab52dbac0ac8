// Buildpack references: a short name of ours, a git URL with an optional #ref, or a tarball URL.
import { withoutPassword } from '../../lib/without-password.js';
import { PlatformError } from '../errors.js';

export type BuildpackRef =
  | { kind: 'builtin'; name: string }
  | { kind: 'git'; url: string; ref: string | null }
  | { kind: 'tarball'; url: string };

/** The order in which our own are tried when an app has none set. */
export const DETECT_ORDER = ['ruby', 'nodejs', 'python', 'java', 'gradle', 'php', 'go', 'rust', 'static', 'procfile'] as const;

/** All of our own; the last is taken by name only. */
const BUILTIN: readonly string[] = [...DETECT_ORDER, 'null'];

/** Parses what people type. Throws `invalid_params` with the forms that are accepted. */
export function parseBuildpack(text: string): BuildpackRef {
  const plain = text.trim().replace(/^urn:buildpack:/, '');
  const short = /^(?:(?:heroku|heroku-community|slipway)\/)?([a-z][a-z0-9-]*)$/.exec(plain);
  if (short && BUILTIN.includes(short[1]!)) return { kind: 'builtin', name: short[1]! };
  if (/^(https?|file):\/\/\S+\.(tgz|tar\.gz)(\?\S*)?$/.test(plain)) return { kind: 'tarball', url: plain };
  const git = /^((?:https?|git|ssh|file):\/\/[^\s#]+|git@[^\s#]+)(?:#([\w./-]+))?$/.exec(plain);
  if (git && !git[1]!.startsWith('-')) return { kind: 'git', url: git[1]!, ref: git[2] ?? null };
  throw new PlatformError(
    'invalid_params',
    `${JSON.stringify(withoutPassword(text))} is not a buildpack: use one of ${BUILTIN.map((name) => `slipway/${name}`).join(', ')}, ` +
      'a git URL (with #branch, #tag or #commit), or the URL of a .tgz.',
  );
}
