// maintenance, maintenance:on, maintenance:off.
import type { Command } from 'commander';
import { addAppCommand, type AppOptions, type Cli } from '../../command.js';
import { during } from '../../terminal/progress.js';
import { reachApp } from '../../api/reach.js';
import type { AppResource } from '../../api/resources.js';

export function register(program: Command, cli: Cli): void {
  addAppCommand(program, 'maintenance', 'tell whether maintenance mode is on').action((options: AppOptions) => show(cli, options));
  addAppCommand(program, 'maintenance:on', 'answer every request with the maintenance page').action((options: AppOptions) =>
    turn(cli, true, options),
  );
  addAppCommand(program, 'maintenance:off', 'leave maintenance mode').action((options: AppOptions) => turn(cli, false, options));
}

async function show(cli: Cli, options: AppOptions): Promise<void> {
  const { api, path } = await reachApp(cli, options);
  const { maintenance } = await api.get<AppResource>(path);
  if (options.json) cli.terminal.printJson({ maintenance });
  else cli.terminal.print(maintenance ? 'on' : 'off');
}

async function turn(cli: Cli, maintenance: boolean, options: AppOptions): Promise<void> {
  const { api, app, path } = await reachApp(cli, options);
  const verb = maintenance ? 'Enabling' : 'Disabling';
  const changed = await during(cli.terminal, `${verb} maintenance mode for ${app}`, () => api.patch<AppResource>(path, { maintenance }));
  if (options.json) cli.terminal.printJson(changed);
}
