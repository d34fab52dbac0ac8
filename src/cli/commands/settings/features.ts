// features, features:enable, features:disable.
import type { Command } from 'commander';
import { addAppCommand, type AppOptions, type Cli } from '../../command.js';
import { during } from '../../terminal/progress.js';
import { alignRows } from '../../terminal/table.js';
import { reachApp } from '../../api/reach.js';
import type { FeatureResource } from '../../api/resources.js';

export function register(program: Command, cli: Cli): void {
  addAppCommand(program, 'features', 'list what the app can do, and what of it is on').action((options: AppOptions) => list(cli, options));
  addAppCommand(program, 'features:enable <feature>', 'switch something on, from the next start of each dyno on').action(
    (feature: string, options: AppOptions) => turn(cli, { feature, enabled: true }, options),
  );
  addAppCommand(program, 'features:disable <feature>', 'switch it off again').action((feature: string, options: AppOptions) =>
    turn(cli, { feature, enabled: false }, options),
  );
}

async function list(cli: Cli, options: AppOptions): Promise<void> {
  const { terminal } = cli;
  const { api, app, path } = await reachApp(cli, options);
  const features = await api.get<FeatureResource[]>(`${path}/features`);
  if (options.json) return terminal.printJson(features);
  terminal.print(terminal.paint('bold', `=== App Features ${app}`));
  const rows = features.map(({ name, enabled, description }) => [enabled ? '[+]' : '[ ]', name, description]);
  for (const row of alignRows(rows, terminal)) terminal.print(row);
}

async function turn(cli: Cli, { feature, enabled }: { feature: string; enabled: boolean }, options: AppOptions): Promise<void> {
  const { api, app, path } = await reachApp(cli, options);
  const change = () => api.patch<FeatureResource>(`${path}/features/${encodeURIComponent(feature)}`, { enabled });
  const changed = await during(cli.terminal, `${enabled ? 'Enabling' : 'Disabling'} ${feature} for ${app}`, change);
  if (options.json) cli.terminal.printJson(changed);
}
