// config, config:get, config:set, config:unset.
import type { Command } from 'commander';
import { addAppCommand, type AppOptions, type Cli } from '../command.js';
import { lookUp } from '../../lib/look-up.js';
import { givenVars } from './config/given-vars.js';
import { during } from '../terminal/progress.js';
import { quote } from '../terminal/quote.js';
import { reachApp, type Reached } from '../api/reach.js';
import type { ConfigVarsResource, ReleaseResource } from '../api/resources.js';
import { fields } from '../terminal/table.js';

interface ShowOptions extends AppOptions {
  shell?: boolean;
}

/** What a dyno is always told, whatever is set. */
const OURS = ['PORT', 'DYNO'];

export function register(program: Command, cli: Cli): void {
  addAppCommand(program, 'config', "list an app's config vars")
    .option('-s, --shell', 'print KEY=value lines for a shell')
    .action((options: ShowOptions) => list(cli, options));
  addAppCommand(program, 'config:get <keys...>', 'print the value of a config var')
    .option('-s, --shell', 'print KEY=value lines for a shell')
    .action((keys: string[], options: ShowOptions) => get(cli, keys, options));
  const setting = 'set config vars, KEY=value each, KEY=@FILE, or a file of them on standard input, and restart';
  addAppCommand(program, 'config:set [pairs...]', setting).action((pairs: string[], options: AppOptions) => set(cli, pairs, options));
  addAppCommand(program, 'config:unset <keys...>', 'remove config vars, and restart').action((keys: string[], options: AppOptions) =>
    unset(cli, keys, options),
  );
}

async function list(cli: Cli, options: ShowOptions): Promise<void> {
  const { terminal } = cli;
  const { api, app, path } = await reachApp(cli, options);
  const vars = await api.get<ConfigVarsResource>(`${path}/config-vars`);
  if (options.json) return terminal.printJson(vars);
  if (options.shell) return Object.entries(vars).forEach(([key, value]) => terminal.print(`${key}=${quote(value)}`));
  terminal.print(terminal.paint('bold', `=== ${app} Config Vars`));
  return print(cli, vars);
}

async function get(cli: Cli, keys: string[], options: ShowOptions): Promise<void> {
  const { terminal } = cli;
  const { api, path } = await reachApp(cli, options);
  const vars = await api.get<ConfigVarsResource>(`${path}/config-vars`);
  if (options.json) {
    const found = keys.map((key) => ({ key, value: lookUp(vars, key) ?? null }));
    return terminal.printJson(found.length === 1 ? found[0] : found);
  }
  for (const key of keys) terminal.print(options.shell ? `${key}=${quote(lookUp(vars, key) ?? '')}` : (lookUp(vars, key) ?? ''));
}

async function set(cli: Cli, pairs: string[], options: AppOptions): Promise<void> {
  const patch = await givenVars(cli, pairs);
  const reached = await reachApp(cli, options);
  const before = await reached.api.get<ConfigVarsResource>(`${reached.path}/config-vars`);
  const isNew = Object.entries(patch).some(([key, value]) => lookUp(before, key) !== value);
  const names = Object.keys(patch).join(', ');
  const what = `Setting ${names}${isNew ? ' and restarting' : ' on'} ${reached.app}`;
  const { vars } = await during(cli.terminal, what, () => change(reached, patch), isNew ? doneAt : () => 'done, nothing new');
  const idle = Object.keys(patch).filter((key) => OURS.includes(key));
  const verb = idle.length > 1 ? 'have' : 'has';
  if (idle.length > 0) cli.terminal.warn(`${idle.join(' and ')} ${verb} no effect: the platform gives each dyno its own.`);
  if (options.json) return cli.terminal.printJson(vars);
  print(cli, Object.fromEntries(Object.keys(patch).map((key) => [key, lookUp(vars, key) ?? ''])));
}

async function unset(cli: Cli, keys: string[], options: AppOptions): Promise<void> {
  const reached = await reachApp(cli, options);
  const before = await reached.api.get<ConfigVarsResource>(`${reached.path}/config-vars`);
  const wanted = [...new Set(keys)];
  const present = wanted.filter((key) => Object.hasOwn(before, key));
  const missing = wanted.filter((key) => !Object.hasOwn(before, key));
  if (missing.length > 0) cli.terminal.warn(`${missing.join(', ')} ${missing.length > 1 ? 'are' : 'is'} not set on ${reached.app}.`);
  const patch = Object.fromEntries(present.map((key) => [key, null]));
  const what = `Unsetting ${present.join(', ')} and restarting ${reached.app}`;
  const { vars } = present.length > 0 ? await during(cli.terminal, what, () => change(reached, patch), doneAt) : { vars: before };
  if (options.json) cli.terminal.printJson(vars);
}

interface Changed {
  vars: ConfigVarsResource;
  version: number | undefined;
}

async function change({ api, path }: Reached, patch: Record<string, string | null>): Promise<Changed> {
  const vars = await api.patch<ConfigVarsResource>(`${path}/config-vars`, patch);
  const releases = await api.get<ReleaseResource[]>(`${path}/releases`, { range: 'version ..; order=desc,max=1' });
  return { vars, version: releases[0]?.version };
}

function doneAt({ version }: Changed): string {
  return version === undefined ? 'done' : `done, v${version}`;
}

function print({ terminal }: Cli, vars: ConfigVarsResource): void {
  fields(vars, terminal, 'green').forEach(terminal.print);
}
