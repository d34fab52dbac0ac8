// stack, stack:set.
import type { Command } from 'commander';
import { addAppCommand, type AppOptions, type Cli } from '../../command.js';
import { during } from '../../terminal/progress.js';
import { reachApp } from '../../api/reach.js';
import type { AppResource, StackResource } from '../../api/resources.js';

export function register(program: Command, cli: Cli): void {
  addAppCommand(program, 'stack', 'list the stacks, and which the app is on').action((options: AppOptions) => list(cli, options));
  addAppCommand(program, 'stack:set <stack>', 'set the stack that the next build is made on').action((stack: string, options: AppOptions) =>
    set(cli, stack, options),
  );
}

async function list(cli: Cli, options: AppOptions): Promise<void> {
  const { terminal } = cli;
  const { api, path } = await reachApp(cli, options);
  const [app, stacks] = await Promise.all([api.get<AppResource>(path), api.get<StackResource[]>('/stacks')]);
  if (options.json) return terminal.printJson(stacks);
  terminal.print(terminal.paint('bold', `=== ${app.name} Available Stacks`));
  for (const { name } of [...stacks].sort((a, b) => a.name.localeCompare(b.name))) {
    const next = name === app.build_stack.name && name !== app.stack.name ? ' (active on next deploy)' : '';
    terminal.print(name === app.stack.name ? terminal.paint('green', `* ${name}`) : `  ${name}${next}`);
  }
}

async function set(cli: Cli, stack: string, options: AppOptions): Promise<void> {
  const { terminal } = cli;
  const { api, path } = await reachApp(cli, options);
  const app = await during(terminal, `Setting stack to ${stack}`, () => api.patch<AppResource>(path, { build_stack: stack }));
  if (options.json) return terminal.printJson(app);
  if (app.stack.name === app.build_stack.name) return;
  terminal.print(`You will need to redeploy ${app.name} for the change to take effect.`);
  terminal.print(`Run git push ${options.remote ?? 'paas'} main to trigger a new build on ${app.name}.`);
}
