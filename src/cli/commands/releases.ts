// releases, releases:info, releases:output, releases:wait, rollback.
import type { Command } from 'commander';
import { addAppCommand, type AppOptions, type Cli } from '../command.js';
import { timeAndAge, whenCell } from '../terminal/age.js';
import { wholeNumber } from '../numbers.js';
import { copyStream } from '../terminal/copy-stream.js';
import { quote } from '../terminal/quote.js';
import type { Cell } from '../terminal/table.js';
import { findRelease } from './releases/find-release.js';
import { reachApp } from '../api/reach.js';
import type { ConfigVarsResource, ReleaseResource } from '../api/resources.js';
import { rollBack } from './releases/roll-back.js';
import { statusText } from './releases/release-status.js';
import { alignRows, fields } from '../terminal/table.js';
import { registerWait } from './releases/releases-wait.js';

export function register(program: Command, cli: Cli): void {
  addAppCommand(program, 'releases', "list an app's releases, newest first")
    .option('-n, --num <count>', 'how many to show', wholeNumber, 15)
    .action((options: AppOptions & { num: number }) => list(cli, options));
  addAppCommand(program, 'releases:info [release]', 'show a release: the latest, or vN')
    .option('-s, --shell', 'print its config vars for a shell')
    .action((release: string | undefined, options: AppOptions & { shell?: boolean }) => info(cli, release, options));
  addAppCommand(program, 'releases:output [release]', "print the output of a release's release command").action(
    (release: string | undefined, options: AppOptions) => output(cli, release, options),
  );
  registerWait(program, cli);
  addAppCommand(program, 'rollback [release]', 'go back to an earlier release: the one before, or vN').action(
    (release: string | undefined, options: AppOptions) => rollBack(cli, release, options),
  );
}

async function list(cli: Cli, options: AppOptions & { num: number }): Promise<void> {
  const { terminal } = cli;
  const { api, app, path } = await reachApp(cli, options);
  const releases = await api.get<ReleaseResource[]>(`${path}/releases`, { range: `version ..; max=${options.num}, order=desc` });
  if (options.json) return terminal.printJson(releases);
  if (releases.length === 0) return terminal.print(`${app} has no releases.`);
  const current = releases.find((release) => release.current);
  terminal.print(terminal.paint('bold', `=== ${app} Releases${current ? ` - Current: v${current.version}` : ''}`));
  alignRows(
    releases.map((release) => row(release, cli.now())),
    terminal,
  ).forEach(terminal.print);
}

function row(release: ReleaseResource, now: Date): Cell[] {
  const style = release.status === 'failed' ? 'red' : release.status === 'succeeded' ? 'cyan' : 'yellow';
  const version = { text: `v${release.version}`, style, isWhole: true } as const;
  return [version, release.description, { text: statusText(release), style }, release.user.email, whenCell(release.created_at, now)];
}

async function info(cli: Cli, ref: string | undefined, options: AppOptions & { shell?: boolean }): Promise<void> {
  const { terminal } = cli;
  const reached = await reachApp(cli, options);
  const release = await findRelease(reached, ref);
  if (options.json) return terminal.printJson(release);
  const vars = await reached.api.get<ConfigVarsResource>(`${reached.path}/releases/${release.version}/config-vars`);
  const status = statusText(release);
  terminal.print(terminal.paint('bold', `=== Release v${release.version}`));
  const facts = {
    By: release.user.email,
    Change: release.description + (status ? ` (${status})` : ''),
    'Eligible for Rollback?': release.eligible_for_rollback === undefined ? undefined : release.eligible_for_rollback ? 'Yes' : 'No',
    When: timeAndAge(release.created_at, cli.now()),
  };
  fields(facts, terminal).forEach(terminal.print);
  terminal.print();
  terminal.print(terminal.paint('bold', `=== v${release.version} Config vars`));
  const lines = options.shell ? Object.entries(vars).map(([key, value]) => `${key}=${quote(value)}`) : fields(vars, terminal);
  lines.forEach(terminal.print);
}

async function output(cli: Cli, ref: string | undefined, options: AppOptions): Promise<void> {
  const reached = await reachApp(cli, options);
  const release = await findRelease(reached, ref);
  if (options.json) return cli.terminal.printJson({ version: release.version, output_stream_url: release.output_stream_url });
  if (!release.output_stream_url) return cli.terminal.warn(`Release v${release.version} has no release output available.`);
  const found = await copyStream(reached.api, release.output_stream_url, cli.terminal);
  if (!found) cli.terminal.warn('Release command not started yet. Please try again in a few seconds.');
}
