// drains, drains:add, drains:remove: in the words of Heroku's client.
import type { Command } from 'commander';
import { addAppCommand, type AppOptions, type Cli } from '../../command.js';
import { reachApp } from '../../api/reach.js';
import type { AddonResource } from '../addons/addon-resource.js';

interface DrainResource {
  addon: { name: string } | null;
  token: string;
  url: string;
}

export function register(program: Command, cli: Cli): void {
  addAppCommand(program, 'drains', "list where an app's log is sent").action((options: AppOptions) => list(cli, options));
  addAppCommand(program, 'drains:add <url>', "send an app's log to a URL, too: https:// or syslog+tls://").action(
    (url: string, options: AppOptions) => add(cli, url, options),
  );
  addAppCommand(program, 'drains:remove <url>', "send an app's log there no more; its token or id will do").action(
    (url: string, options: AppOptions) => remove(cli, url, options),
  );
}

async function list(cli: Cli, options: AppOptions): Promise<void> {
  const { terminal } = cli;
  const { api, path } = await reachApp(cli, options);
  const drains = await api.get<DrainResource[]>(`${path}/log-drains`);
  if (options.json) return terminal.printJson(drains);
  const ofPeople = drains.filter(({ addon }) => addon === null);
  const ofAddons = drains.flatMap(({ addon }) => addon?.name ?? []);
  if (ofPeople.length > 0) terminal.print(terminal.paint('bold', '=== Drains'));
  for (const { url, token } of ofPeople) terminal.print(`${url} (${token})`);
  if (ofAddons.length === 0) return;
  terminal.print(terminal.paint('bold', '=== Add-on Drains'));
  const addons = await Promise.all(ofAddons.map((name) => api.get<AddonResource>(`${path}/addons/${name}`)));
  for (const { name, plan } of addons) terminal.print(`${plan.name} (${name})`);
}

async function add(cli: Cli, url: string, options: AppOptions): Promise<void> {
  const { api, path } = await reachApp(cli, options);
  const added = await api.post<DrainResource>(`${path}/log-drains`, { url });
  if (options.json) return cli.terminal.printJson(added);
  cli.terminal.print(`Successfully added drain ${added.url}`);
}

async function remove(cli: Cli, ref: string, options: AppOptions): Promise<void> {
  const { api, path } = await reachApp(cli, options);
  const gone = await api.remove<DrainResource>(`${path}/log-drains/${encodeURIComponent(ref)}`);
  if (options.json) return cli.terminal.printJson(gone);
  cli.terminal.print(`Successfully removed drain ${gone.url}`);
}
