// Git submodules: .gitmodules says where each comes from, the tree says at which commit.
import { parseUrl } from '../../lib/net/parse-url.js';
import type { Submodule } from '../build/build.js';
import { PlatformError } from '../errors.js';

/** A path of a tree that is another repository's commit. */
export interface Link {
  path: string;
  commit: string;
}

/**
 * Each link with the URL that .gitmodules names for it; `base` is the URL of the repository itself, null when it has
 * none that others know. Throws `invalid_params` for one without a URL, or with a relative URL and no base.
 */
export function readSubmodules(settings: string, links: Link[], base: string | null): Submodule[] {
  const urls = readUrls(settings);
  return links.map(({ path, commit }) => {
    const url = urls.get(path);
    if (url === undefined)
      throw new PlatformError(
        'invalid_params',
        `${path} is a git submodule, but .gitmodules names no URL for it.\n` +
          `Add it (git submodule add URL ${path}), or remove it (git rm --cached ${path}).`,
      );
    if (!/^\.\.?\//.test(url)) return { path, commit, url };
    if (base === null)
      throw new PlatformError(
        'invalid_params',
        `The git submodule ${path} has the relative URL ${url}, which leads nowhere from here.\n` +
          `Give it a whole one: git submodule set-url ${path} https://…`,
      );
    const around = `${base.replace(/\/$/, '')}/`;
    if (!parseUrl(url, around)) {
      const why = `but ${base} is no URL that it could begin at`;
      throw new PlatformError('invalid_params', `The git submodule ${path} has the relative URL ${url}, ${why}.`);
    }
    return { path, commit, url: new URL(url, around).href };
  });
}

/** path → url of the sections of .gitmodules. A line at a time: a pattern over all of it would take the square of its length. */
function readUrls(settings: string): Map<string, string> {
  const urls = new Map<string, string>();
  let section = new Map<string, string>();
  for (const line of settings.split('\n').map((each) => each.trim())) {
    if (line.startsWith('[')) section = new Map();
    const [, key, value] = /^(path|url)\s*=\s*(\S.*)$/.exec(line) ?? [];
    if (key && value && !section.has(key)) section.set(key, value.replace(/^"(.*)"$/, '$1'));
    const [path, url] = [section.get('path'), section.get('url')];
    if (path !== undefined && url !== undefined) urls.set(path, url);
  }
  return urls;
}
