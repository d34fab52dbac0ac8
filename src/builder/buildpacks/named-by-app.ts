// The buildpacks an app names in a file of its own, for when nobody has set any.
//
//   app.json     {"buildpacks": [{"url": "heroku/nodejs"}, …]}
//   .buildpacks  one a line; blank lines and lines that begin with # are skipped
import { parseBuildpack } from '../../model/build/buildpack.js';
import { PlatformError } from '../../model/errors.js';

const MOST = 20;

/** What the file names, in order; nothing when it names none. Throws `invalid_params` naming the entry that is no buildpack. */
export function readNamedBuildpacks(file: string, text: string): string[] {
  const entries = file === 'app.json' ? inAppJson(text) : inDotBuildpacks(text);
  if (entries.length > MOST) throw new PlatformError('invalid_params', `${file} names ${entries.length} buildpacks; ${MOST} are the most.`);
  for (const { place, url } of entries) {
    try {
      parseBuildpack(url);
    } catch (error) {
      throw new PlatformError('invalid_params', `${file}, ${place}: ${(error as Error).message}`, { cause: error });
    }
  }
  return entries.map((entry) => entry.url);
}

interface Entry {
  place: string;
  url: string;
}

/** An app.json that can't be read, or is made for something else, names none: it is no part of a push elsewhere. */
function inAppJson(text: string): Entry[] {
  const list = (parseJson(text) as { buildpacks?: unknown } | null)?.buildpacks;
  if (!Array.isArray(list)) return [];
  return list.map((entry: unknown, index) => ({
    place: `buildpack ${index + 1}`,
    url: String((entry as { url?: unknown } | null)?.url ?? ''),
  }));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function inDotBuildpacks(text: string): Entry[] {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .map((line, index) => ({ place: `line ${index + 1}`, url: line.trim() }));
  return lines.filter(({ url }) => url !== '' && !url.startsWith('#'));
}
