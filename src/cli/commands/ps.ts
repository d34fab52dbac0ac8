// ps, ps:scale, ps:type, ps:restart, ps:stop, ps:wait.
import type { Command } from 'commander';
import { addAppCommand, type AppOptions, type Cli } from '../command.js';
import { describeDynos } from './ps/describe-dynos.js';
import { CliError } from '../api/errors.js';
import { hasTypes, nameChoice } from './ps/name-choice.js';
import { during } from '../terminal/progress.js';
import { reachApp } from '../api/reach.js';
import type { DynoResource, FormationResource } from '../api/resources.js';
import { scaleDynos } from './ps/scale-dynos.js';
import { typeDynos } from './ps/type-dynos.js';
import { waitForDynos } from './ps/wait-for-dynos.js';

interface WhichOptions extends AppOptions {
  dynoName?: string;
  processType?: string;
}

interface StopOptions extends WhichOptions {
  old?: boolean;
}

export function register(program: Command, cli: Cli): void {
  addAppCommand(program, 'ps [types...]', "list an app's dynos").action((types: string[], options: AppOptions) =>
    list(cli, types, options),
  );
  addAppCommand(program, 'ps:scale [changes...]', 'show or change how many dynos run: web=2 worker+1 web=1:Standard-2X').action(
    (changes: string[], options: AppOptions) => scaleDynos(cli, changes, options),
  );
  addAppCommand(program, 'ps:type [changes...]', 'show or change the size of dynos: web=Standard-2X, or one size for all').action(
    (changes: string[], options: AppOptions) => typeDynos(cli, changes, options),
  );
  addWhich(addAppCommand(program, 'ps:restart [dyno]', 'restart one dyno, those of a process type, or all')).action(
    (dyno: string | undefined, options: WhichOptions) => restart(cli, dyno, options),
  );
  addWhich(addAppCommand(program, 'ps:stop [dyno]', 'stop one dyno, or those of a process type'))
    .option('--old', 'end the dynos before, which serve only because those of the new release crash')
    .action((dyno: string | undefined, options: StopOptions) => (options.old ? stopOld(cli, dyno, options) : stop(cli, dyno, options)));
  addAppCommand(program, 'ps:wait', 'wait until all dynos run the latest release')
    .option('--timeout <seconds>', 'give up after so long', '300')
    .action((options: AppOptions & { timeout: string }) => waitForDynos(cli, options));
}

function addWhich(command: Command): Command {
  return command
    .option('-d, --dyno-name <name>', 'the dyno, such as web.1')
    .option('-p, --process-type <type>', 'the process type, such as web');
}

async function list(cli: Cli, types: string[], options: AppOptions): Promise<void> {
  const { terminal } = cli;
  const { api, app, path } = await reachApp(cli, options);
  const [all, entries] = await Promise.all([api.get<DynoResource[]>(`${path}/dynos`), api.get<FormationResource[]>(`${path}/formation`)]);
  const missing = types.find((type) => ![...all, ...entries].some((each) => each.type === type));
  if (missing !== undefined) throw new CliError(`No ${missing} dynos on ${app}${hasTypes(entries)}`);
  const isWanted = ({ type }: { type: string }) => types.length === 0 || types.includes(type);
  const dynos = all.filter(isWanted);
  if (options.json) return terminal.printJson(dynos);
  const lines = describeDynos(dynos, { now: cli.now(), paint: terminal.paint, formation: entries.filter(isWanted) });
  if (lines.length === 0) return terminal.print(`No dynos on ${app}`);
  lines.forEach(terminal.print);
}

async function restart(cli: Cli, dyno: string | undefined, options: WhichOptions): Promise<void> {
  const which = chosen(dyno, options);
  const { api, app, path } = await reachApp(cli, options);
  const work = () => api.remove(`${path}${which?.path ?? '/dynos'}`).catch((error: unknown) => nameChoice(error, api, path));
  await during(cli.terminal, `Restarting ${which?.text ?? 'all dynos'} on ${app}`, work);
  if (options.json) cli.terminal.printJson({ restarted: which?.name ?? 'all' });
}

async function stop(cli: Cli, dyno: string | undefined, options: WhichOptions): Promise<void> {
  const which = chosen(dyno, options);
  if (!which) throw new CliError('Please specify a process type or dyno name to stop.\nFor example: paas ps:stop web.1');
  const { api, app, path } = await reachApp(cli, options);
  const work = () => api.post(`${path}${which.path}/actions/stop`).catch((error: unknown) => nameChoice(error, api, path));
  await during(cli.terminal, `Stopping ${which.text} on ${app}`, work);
  if (options.json) cli.terminal.printJson({ stopped: which.name });
}

async function stopOld(cli: Cli, dyno: string | undefined, options: StopOptions): Promise<void> {
  if (chosen(dyno, options)) throw new CliError('--old ends all dynos that are to be replaced; name no dyno or process type.');
  const { api, app, path } = await reachApp(cli, options);
  const work = () => api.post<DynoResource[]>(`${path}/dynos/actions/stop-old`);
  const nameOf = ({ name, release }: DynoResource) => `${name} of v${release.version}`;
  const told = (stopped: DynoResource[]) => `done, ${stopped.map(nameOf).join(', ') || 'there are none'}`;
  const stopped = await during(cli.terminal, `Stopping old dynos on ${app}`, work, told);
  if (options.json) cli.terminal.printJson(stopped);
}

/** What a restart or stop is about: `web.1`, `web`, or null for everything. */
function chosen(argument: string | undefined, options: WhichOptions): { name: string; text: string; path: string } | null {
  const given = [argument, options.dynoName, options.processType].filter((each) => each !== undefined);
  if (given.length > 1) throw new CliError('Name one dyno or one process type, not both.');
  const name = given[0];
  if (name === undefined) return null;
  const isType = options.processType !== undefined || !name.includes('.');
  if (isType) return { name, text: `all ${name} dynos`, path: `/formations/${encodeURIComponent(name)}` };
  return { name, text: `dyno ${name}`, path: `/dynos/${encodeURIComponent(name)}` };
}
