// buildpacks, buildpacks:set, :add, :remove, :clear.
import type { Command } from 'commander';
import { addAppCommand, type AppOptions, type Cli } from '../command.js';
import { oneLine } from '../terminal/clean.js';
import { addTo, removeFrom, setIn } from './buildpacks/buildpack-list.js';
import { wholeNumber } from '../numbers.js';
import { reachApp, type Reached } from '../api/reach.js';
import type { BuildpackInstallation } from '../api/resources.js';

interface IndexOptions extends AppOptions {
  index?: number;
}

type Change = (list: string[]) => string[];

export function register(program: Command, cli: Cli): void {
  addAppCommand(program, 'buildpacks', "list an app's buildpacks").action((options: AppOptions) => list(cli, options));
  addAppCommand(program, 'buildpacks:set <buildpack>', 'set the buildpack: a name, a git URL (with #ref), or the URL of a .tgz')
    .option('-i, --index <n>', 'replace the one at this place (from 1)', wholeNumber)
    .action((buildpack: string, options: IndexOptions) =>
      change(cli, options, 'set', (present) => setIn(present, buildpack, options.index)),
    );
  addAppCommand(program, 'buildpacks:add <buildpack>', 'add a buildpack')
    .option('-i, --index <n>', 'put it at this place (from 1)', wholeNumber)
    .action((buildpack: string, options: IndexOptions) =>
      change(cli, options, 'added', (present) => addTo(present, buildpack, options.index)),
    );
  addAppCommand(program, 'buildpacks:remove [buildpack]', 'remove a buildpack')
    .option('-i, --index <n>', 'remove the one at this place (from 1)', wholeNumber)
    .action((buildpack: string | undefined, options: IndexOptions) =>
      change(cli, options, 'removed', (present) => removeFrom(present, buildpack, options.index)),
    );
  addAppCommand(program, 'buildpacks:clear', 'remove all buildpacks: the next build detects').action((options: AppOptions) =>
    clear(cli, options),
  );
}

async function list(cli: Cli, options: AppOptions): Promise<void> {
  const { terminal } = cli;
  const { api, app, path } = await reachApp(cli, options);
  const installed = await api.get<BuildpackInstallation[]>(`${path}/buildpack-installations`);
  if (options.json) return terminal.printJson(installed);
  if (installed.length === 0) return terminal.print(`${app} has no Buildpacks.`);
  terminal.print(terminal.paint('bold', `=== ${app} Buildpack${installed.length > 1 ? 's' : ''}`));
  show(cli, names(installed), '');
}

async function change(cli: Cli, options: AppOptions, word: string, edit: Change): Promise<void> {
  const reached = await reachApp(cli, options);
  const present = names(await reached.api.get<BuildpackInstallation[]>(`${reached.path}/buildpack-installations`));
  await put(cli, options, reached, edit(present), `Buildpack ${word}.`);
}

async function clear(cli: Cli, options: AppOptions): Promise<void> {
  await put(cli, options, await reachApp(cli, options), [], 'Buildpacks cleared.');
}

async function put(cli: Cli, options: AppOptions, { api, app, path }: Reached, wanted: string[], done: string): Promise<void> {
  const { terminal } = cli;
  const body = { updates: wanted.map((buildpack) => ({ buildpack })) };
  const installed = await api.put<BuildpackInstallation[]>(`${path}/buildpack-installations`, body);
  if (options.json) return terminal.printJson(installed);
  const now = names(installed);
  if (now.length === 0) return terminal.print(`${done} Next release on ${app} will detect buildpacks normally.`);
  terminal.print(now.length === 1 ? `${done} Next release on ${app} will use ${now[0]}.` : `${done} Next release on ${app} will use:`);
  if (now.length > 1) show(cli, now, '  ');
  terminal.print(
    `Run git push ${options.remote ?? 'paas'} main to create a new release using ` +
      `${now.length > 1 ? 'these buildpacks' : 'this buildpack'}.`,
  );
}

function show({ terminal }: Cli, list: string[], indent: string): void {
  if (list.length === 1) return terminal.print(list[0]);
  list.forEach((name, index) => terminal.print(`${indent}${index + 1}. ${name}`));
}

function names(installed: BuildpackInstallation[]): string[] {
  return [...installed].sort((a, b) => a.ordinal - b.ordinal).map(({ buildpack }) => oneLine(buildpack.url.replace(/^urn:buildpack:/, '')));
}
