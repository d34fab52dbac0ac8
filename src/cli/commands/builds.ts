// builds, builds:info, builds:output, builds:cancel, builds:cache:purge.
import type { Command } from 'commander';
import { addAppCommand, type AppOptions, type Cli } from '../command.js';
import { timeAndAge, whenCell } from '../terminal/age.js';
import { buildStatus } from './builds/build-status.js';
import { copyStream } from '../terminal/copy-stream.js';
import { CliError } from '../api/errors.js';
import { wholeNumber } from '../numbers.js';
import { during } from '../terminal/progress.js';
import { reachApp, type Reached } from '../api/reach.js';
import type { BuildResource, CommitResource, ReleaseResource } from '../api/resources.js';
import { findByPrefix, idCells, isPrefix } from '../terminal/short-id.js';
import { fields, table } from '../terminal/table.js';

export function register(program: Command, cli: Cli): void {
  addAppCommand(program, 'builds', "list an app's builds, newest first")
    .option('-n, --num <count>', 'how many to show', wholeNumber, 15)
    .action((options: AppOptions & { num: number }) => list(cli, options));
  addAppCommand(program, 'builds:info [build]', 'show a build: the latest, or by id').action(
    (id: string | undefined, options: AppOptions) => info(cli, id, options),
  );
  addAppCommand(program, 'builds:output [build]', "print a build's output, as it comes").action(
    (id: string | undefined, options: AppOptions) => output(cli, id, options),
  );
  addAppCommand(program, 'builds:cancel [build]', 'cancel the build that runs, or one by id').action(
    (id: string | undefined, options: AppOptions) => cancel(cli, id, options),
  );
  addAppCommand(program, 'builds:cache:purge', 'forget what builds keep for the next: packages, downloads').action((options: AppOptions) =>
    purge(cli, options),
  );
}

async function list(cli: Cli, options: AppOptions & { num: number }): Promise<void> {
  const { terminal } = cli;
  const { api, app, path } = await reachApp(cli, options);
  const builds = newestFirst(await api.get<BuildResource[]>(`${path}/builds`, { range: `created_at ..; max=${options.num}, order=desc` }));
  if (options.json) return terminal.printJson(builds);
  if (builds.length === 0) return terminal.print(`${app} has no builds.`);
  terminal.print(terminal.paint('bold', `=== ${app} Builds`));
  const ids = idCells(
    builds.map(({ id }) => id),
    terminal.columns,
  );
  const row = (build: BuildResource, at: number) => {
    return [ids[at]!, buildStatus(build), shortVersion(build), build.user.email, whenCell(build.created_at, cli.now())];
  };
  table(['ID', 'Status', 'Version', 'User', 'Created'], builds.map(row), terminal).forEach(terminal.print);
}

async function info(cli: Cli, id: string | undefined, options: AppOptions): Promise<void> {
  const { terminal } = cli;
  const reached = await reachApp(cli, options);
  const build = await findBuild(reached, id);
  if (options.json) return terminal.printJson(build);
  const release = build.release ? await reached.api.get<ReleaseResource>(`${reached.path}/releases/${build.release.id}`) : null;
  const commit = await reached.api.get<CommitResource>(`${reached.path}/builds/${build.id}/commit`).catch(() => null);
  terminal.print(terminal.paint('bold', `=== Build ${build.id}`));
  const facts = {
    Status: buildStatus(build),
    Version: build.source_blob.version,
    Description: build.source_blob.version_description || undefined,
    Commit: commit?.subject,
    Author: commit ? `${commit.author.name} <${commit.author.email}>` : undefined,
    Buildpacks: build.buildpacks?.map((buildpack) => buildpack.name ?? buildpack.url).join(', ') || undefined,
    Stack: build.stack,
    Release: release ? `v${release.version}` : undefined,
    By: build.user.email,
    When: timeAndAge(build.created_at, cli.now()),
  };
  fields(facts, terminal).forEach(terminal.print);
}

async function output(cli: Cli, id: string | undefined, options: AppOptions): Promise<void> {
  const reached = await reachApp(cli, options);
  const build = await findBuild(reached, id);
  if (options.json) return cli.terminal.printJson({ id: build.id, output_stream_url: build.output_stream_url });
  const found = await copyStream(reached.api, build.output_stream_url, cli.terminal);
  if (!found) cli.terminal.warn(`Build ${build.id} has no output available.`);
}

async function cancel(cli: Cli, id: string | undefined, options: AppOptions): Promise<void> {
  const reached = await reachApp(cli, options);
  const build = await findBuild(reached, id);
  if (build.status !== 'pending') throw new CliError(`Build ${build.id} has ${build.status} already.`);
  const work = () => reached.api.remove(`${reached.path}/builds/${build.id}`);
  await during(cli.terminal, `Cancelling build ${build.id} on ${reached.app}`, work);
  if (options.json) cli.terminal.printJson(await reached.api.get<BuildResource>(`${reached.path}/builds/${build.id}`));
}

async function purge(cli: Cli, options: AppOptions): Promise<void> {
  const reached = await reachApp(cli, options);
  const pending = newestFirst(
    await reached.api.get<BuildResource[]>(`${reached.path}/builds`, { range: 'created_at ..; max=1, order=desc' }),
  ).find((build) => build.status === 'pending');
  await during(cli.terminal, `Purging build cache of ${reached.app}`, () => reached.api.remove(`${reached.path}/build-cache`));
  if (pending) cli.terminal.warn(`Build ${pending.id} runs with the cache it began with; the next one begins without.`);
  if (options.json) cli.terminal.printJson({});
}

async function findBuild({ api, app, path }: Reached, id: string | undefined): Promise<BuildResource> {
  if (id !== undefined && isPrefix(id)) return findByPrefix(await api.get<BuildResource[]>(`${path}/builds`), id, 'build');
  if (id !== undefined) return api.get<BuildResource>(`${path}/builds/${encodeURIComponent(id)}`);
  const [latest] = newestFirst(await api.get<BuildResource[]>(`${path}/builds`, { range: 'created_at ..; max=1, order=desc' }));
  if (!latest) throw new CliError(`${app} has no builds.`);
  return latest;
}

function newestFirst(builds: BuildResource[]): BuildResource[] {
  return builds.sort((a, b) => b.created_at.localeCompare(a.created_at));
}

function shortVersion(build: BuildResource): string {
  const version = build.source_blob.version ?? '';
  return /^[0-9a-f]{40}$/.test(version) ? version.slice(0, 8) : version;
}
