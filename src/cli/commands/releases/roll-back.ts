// `paas rollback`: a new release that is a copy of an earlier one.
import type { AppOptions, Cli } from '../../command.js';
import { CliError } from '../../api/errors.js';
import { findRelease } from './find-release.js';
import { copyStream } from '../../terminal/copy-stream.js';
import { during } from '../../terminal/progress.js';
import { reachApp, type Reached } from '../../api/reach.js';
import type { ReleaseResource } from '../../api/resources.js';

/** Rolls back to vN, or to the release before the one that runs. */
export async function rollBack(cli: Cli, ref: string | undefined, options: AppOptions): Promise<void> {
  const { terminal } = cli;
  const reached = await reachApp(cli, options);
  const { api, app, path } = reached;
  const target = await findTarget(reached, ref);
  const work = () => api.post<ReleaseResource>(`${path}/releases`, { release: target.id });
  const release = await during(terminal, `Rolling back ${app} to v${target.version}`, work, (made) => `done, v${made.version}`);
  terminal.warn('Rollback affects code and config vars; add-ons that were detached since are attached again, all others stay.');
  if (release.description.includes(', without ')) terminal.warn(release.description);
  terminal.warn(`To undo, run: paas rollback v${release.version - 1}`);
  if (options.json) return terminal.printJson(release);
  if (!release.output_stream_url) return;
  terminal.print('Running release command...');
  const found = await copyStream(api, release.output_stream_url, terminal);
  if (!found) return terminal.warn('Release command starting. Use `paas releases:output` to view the log.');
  const { status } = await api.get<ReleaseResource>(`${path}/releases/${release.id}`);
  if (status === 'failed') throw new CliError(`The release command of v${release.version} failed; the release before it goes on running.`);
}

async function findTarget(reached: Reached, ref: string | undefined): Promise<ReleaseResource> {
  if (ref !== undefined && ref !== 'previous') {
    if (!/^(v?\d+|[\da-f-]+)$/i.test(ref)) throw new CliError(`${ref} is not a release: expected vN, such as v7.`);
    return findRelease(reached, ref);
  }
  const { api, app, path } = reached;
  const releases = await api.get<ReleaseResource[]>(`${path}/releases`, { range: 'version ..; max=50, order=desc' });
  const target = previousOf(releases);
  if (!target) throw new CliError(`No eligible release found for ${app} to roll back to.`, 2);
  return target;
}

/** The newest release before the one that runs that may be rolled back to; releases come newest first. */
export function previousOf(releases: ReleaseResource[]): ReleaseResource | undefined {
  const current = releases.find((release) => release.current) ?? releases[0];
  return releases.find((release) => release.eligible_for_rollback && current !== undefined && release.version < current.version);
}
