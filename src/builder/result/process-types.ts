// Which process types a slug has: the Procfile's, over the defaults of the last buildpack's bin/release.
import { PlatformError } from '../../model/errors.js';
import { parseProcfile } from '../../model/build/procfile.js';
import { readYaml } from './read-yaml.js';

export interface ProcessTypes {
  declared: Record<string, string>;
  defaults: Record<string, string>;
  all: Record<string, string>;
  /** Lines for the person who pushes. */
  warnings: string[];
}

const TYPE = /^[-\w]{1,128}$/;

/** Reads both. Throws `invalid_params` when no line of the Procfile is one, or saying that bin/release spoke no YAML. */
export function readProcessTypes(procfile: string | undefined, release: string): ProcessTypes {
  const { types: declared, warnings } = parseProcfile(procfile ?? '');
  const defaults = parseDefaults(release);
  const all = { ...defaults, ...declared };
  return { declared, defaults, all, warnings: [...warnings, ...warnOfNoWeb(all)] };
}

/** An app that needs none is fine; one whose name for it is misspelt is seldom noticed otherwise. */
function warnOfNoWeb(types: Record<string, string>): string[] {
  return 'web' in types || Object.keys(types).length === 0 ? [] : ['No web type: the app will answer no requests.'];
}

/** `default_process_types` of a bin/release; nothing, `--- {}` and null values are all fine. */
export function parseDefaults(release: string): Record<string, string> {
  const document = parseYaml(release);
  if (document === null || typeof document !== 'object') return {};
  const types = (document as Record<string, unknown>)['default_process_types'];
  if (types === null || typeof types !== 'object' || Array.isArray(types)) return {};
  const valid = Object.entries(types as Record<string, unknown>).filter(
    (entry): entry is [string, string] => TYPE.test(entry[0]) && typeof entry[1] === 'string' && entry[1].trim() !== '',
  );
  return Object.fromEntries(valid);
}

function parseYaml(text: string): unknown {
  try {
    return readYaml(text);
  } catch (error) {
    throw new PlatformError(
      'invalid_params',
      `The buildpack's bin/release printed no valid YAML: ${(error as Error).message.split('\n')[0]}`,
      { cause: error },
    );
  }
}
