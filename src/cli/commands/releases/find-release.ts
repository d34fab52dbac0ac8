// The release that a word names: vN, an id or the beginning of one; the latest when there is none.
import { parseVersion } from '../../../model/release.js';
import { ApiError, CliError } from '../../api/errors.js';
import type { Reached } from '../../api/reach.js';
import type { ReleaseResource } from '../../api/resources.js';
import { findByPrefix, isPrefix } from '../../terminal/short-id.js';

const LATEST = { range: 'version ..; order=desc,max=1' };

/** Throws CliError when there is no such release. */
export async function findRelease({ api, app, path }: Reached, ref: string | undefined): Promise<ReleaseResource> {
  if (ref === undefined || ref === 'current') {
    const [latest] = await api.get<ReleaseResource[]>(`${path}/releases`, LATEST);
    if (!latest) throw new CliError(`${app} has no releases.`);
    return latest;
  }
  const version = parseVersion(ref.toLowerCase());
  if (version === null && isPrefix(ref)) return findByPrefix(await api.get<ReleaseResource[]>(`${path}/releases`), ref, 'release');
  const found = api.get<ReleaseResource>(`${path}/releases/${version ?? encodeURIComponent(ref)}`);
  return found.catch((error: unknown) => nameLatest(error, { api, app, path }));
}

/** A release that isn't there is told with the latest that is. */
async function nameLatest(error: unknown, { api, app, path }: Reached): Promise<never> {
  if (!(error instanceof ApiError) || !/that release/.test(error.text)) throw error;
  const [latest] = await api.get<ReleaseResource[]>(`${path}/releases`, LATEST);
  const hint = latest ? `\nThe latest of ${app} is v${latest.version}.` : '';
  throw new ApiError({ id: error.id, status: error.status, message: error.text + hint });
}
