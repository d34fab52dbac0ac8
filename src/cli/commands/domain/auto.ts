// certs:auto, certs:auto:enable, :disable, :refresh.
import type { Command } from 'commander';
import { addAppCommand, type AppOptions, type Cli } from '../../command.js';
import { CliError } from '../../api/errors.js';
import { during } from '../../terminal/progress.js';
import { ask } from '../../terminal/prompt.js';
import { reachApp } from '../../api/reach.js';
import type { AppResource, DomainResource } from '../../api/resources.js';
import { table } from '../../terminal/table.js';

export function register(program: Command, cli: Cli): void {
  addAppCommand(program, 'certs:auto', 'tell how automatic certificates are coming on').action((options: AppOptions) => show(cli, options));
  addAppCommand(program, 'certs:auto:enable', "have certificates made for the app's domains, and renewed").action((options: AppOptions) =>
    enable(cli, options),
  );
  addAppCommand(program, 'certs:auto:disable', 'have no more of them made; those there are go')
    .option('-c, --confirm <app>', "the app's name, instead of being asked for it")
    .action((options: AppOptions & { confirm?: string }) => disable(cli, options));
  addAppCommand(program, 'certs:auto:refresh', 'try again at once for those that have failed').action((options: AppOptions) =>
    refresh(cli, options),
  );
}

async function show(cli: Cli, options: AppOptions): Promise<void> {
  const { terminal } = cli;
  const { api, app, path } = await reachApp(cli, options);
  const [{ acm }, domains] = await Promise.all([api.get<AppResource>(path), api.get<DomainResource[]>(`${path}/domains`)]);
  const added = domains.filter(({ kind }) => kind === 'custom');
  if (options.json) return terminal.printJson({ acm, domains: added });
  terminal.print(terminal.paint('bold', `=== Automatic Certificate Management is ${acm ? 'enabled' : 'disabled'} on ${app}`));
  if (!acm) return;
  if (added.length === 0) return terminal.print('Add a custom domain to your app by running: paas domains:add <yourdomain.com>');
  const rows = added.map(({ hostname, acm_status: status, acm_status_reason: reason }) => [hostname, status ?? 'waiting', reason ?? '']);
  table(['Domain', 'Status', 'Reason'], rows, terminal).forEach(terminal.print);
  if (added.some(({ acm_status: status }) => status === 'failed' || status === 'failing'))
    terminal.warn("Some domains aren't certified: does their DNS point here (paas domains)? Try again with: paas certs:auto:refresh");
}

async function enable(cli: Cli, options: AppOptions): Promise<void> {
  const { api, path } = await reachApp(cli, options);
  const app = await during(
    cli.terminal,
    'Enabling Automatic Certificate Management',
    () => api.post<AppResource>(`${path}/acm`, {}),
    () => 'starting. See status with paas certs:auto',
  );
  if (options.json) cli.terminal.printJson(app);
}

async function disable(cli: Cli, options: AppOptions & { confirm?: string }): Promise<void> {
  const { api, app, path } = await reachApp(cli, options);
  await confirm(cli, app, options.confirm);
  const changed = await during(cli.terminal, 'Disabling Automatic Certificate Management', () => api.remove<AppResource>(`${path}/acm`));
  if (options.json) cli.terminal.printJson(changed);
}

async function confirm(cli: Cli, app: string, given: string | undefined): Promise<void> {
  if (given === undefined && !cli.stdin.isTTY)
    throw new CliError(`This would take its automatic certificates from ${app}.\nTo do so, run again with --confirm ${app}`);
  const typed = given ?? (await ask(cli, `This takes its automatic certificates from ${app}. To proceed, type ${app}: `));
  if (typed !== app) throw new CliError(`Confirmation did not match ${app}. Aborted.`);
}

async function refresh(cli: Cli, options: AppOptions): Promise<void> {
  const { api, path } = await reachApp(cli, options);
  const work = () => api.patch<AppResource>(`${path}/acm`, { acm_refresh: true });
  const app = await during(cli.terminal, 'Refreshing Automatic Certificate Management', work);
  if (options.json) cli.terminal.printJson(app);
}
