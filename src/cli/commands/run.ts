// run, run:detached, run:inside.
import type { Command } from 'commander';
import { addAppCommand, type AppOptions, type Cli } from '../command.js';
import { CliError } from '../api/errors.js';
import { reachApp } from '../api/reach.js';
import { during } from '../terminal/progress.js';
import { followLog } from './logs/follow-log.js';
import { envOf, joinCommand } from './run/words.js';
import { attach, exitAs, hasTerminal } from './run/attach.js';
import type { AttachedResource } from './run/attach.js';

interface RunOptions extends AppOptions {
  size?: string;
  type?: string;
  env: string[];
  tty?: boolean;
  exitCode?: boolean;
  tail?: boolean;
  timeToLive?: string;
}

const collect = (value: string, before: string[]) => [...before, value];

export function register(program: Command, cli: Cli): void {
  addRun(program, 'run <command...>', 'run a command in a dyno of its own, with this terminal or pipe at its input and output')
    .option('--no-tty', 'use no terminal, also where there is one')
    .option('-x, --exit-code', 'end with the status of the command: it always does')
    .action((words: string[], options: RunOptions) => run(cli, words, options));
  addRun(program, 'run:detached <command...>', 'run a command in a dyno of its own, in the background; what it says is in the log')
    .option('-t, --tail', 'show what it says')
    .option('--time-to-live <seconds>', 'end it after so long')
    .action((words: string[], options: RunOptions) => runDetached(cli, words, options));
  addEnv(addAppCommand(program, 'run:inside <dyno> <command...>', 'run a command inside a dyno that is up'))
    .option('--no-tty', 'use no terminal, also where there is one')
    .option('-x, --exit-code', 'end with the status of the command: it always does')
    .action((dyno: string, words: string[], options: RunOptions) => runInside(cli, dyno, words, options));
}

function addRun(program: Command, spec: string, summary: string): Command {
  return addEnv(addAppCommand(program, spec, summary))
    .option('-s, --size <size>', 'the size of the dyno')
    .option('--type <type>', 'the process type it counts as, instead of run');
}

/** Options that aren't ours are the command's; behind `--` all are. */
function addEnv(command: Command): Command {
  return command.allowUnknownOption().option('-e, --env <pairs>', 'config vars for this run: A=1;B=2', collect, []);
}

async function run(cli: Cli, words: string[], options: RunOptions): Promise<void> {
  const command = joinCommand(words);
  const isTerminal = hasTerminal(cli) && options.tty !== false;
  const { api, app, path } = await reachApp(cli, options);
  const wish = {
    attach: true,
    command,
    env: envOf(cli, options.env, isTerminal),
    force_no_tty: !isTerminal,
    size: options.size,
    type: options.type,
  };
  const attached = await attach(cli, {
    what: `Running ${command} on ${app}`,
    isTerminal,
    ask: () => api.post<AttachedResource>(`${path}/dynos`, wish),
    status: (dyno) => `up, ${dyno.name} (${dyno.size})`,
  });
  exitAs(await attached.status);
}

async function runInside(cli: Cli, dyno: string, words: string[], options: RunOptions): Promise<void> {
  const command = joinCommand(words);
  const isTerminal = hasTerminal(cli) && options.tty !== false;
  const { api, app, path } = await reachApp(cli, options);
  const wish = { command, env: envOf(cli, options.env, isTerminal), force_no_tty: !isTerminal };
  const attached = await attach(cli, {
    what: `Running ${command} inside ${dyno} on ${app}`,
    isTerminal,
    ask: () => api.post<AttachedResource>(`${path}/dynos/${encodeURIComponent(dyno)}`, wish),
    status: () => 'up',
  });
  exitAs(await attached.status);
}

async function runDetached(cli: Cli, words: string[], options: RunOptions): Promise<void> {
  const command = joinCommand(words);
  const seconds = options.timeToLive === undefined ? undefined : Number(options.timeToLive);
  if (seconds !== undefined && !Number.isInteger(seconds))
    throw new CliError(`--time-to-live is a number of seconds, not ${options.timeToLive}.`);
  const { api, app, path } = await reachApp(cli, options);
  const wish = {
    attach: false,
    command,
    env: envOf(cli, options.env, false),
    size: options.size,
    type: options.type,
    time_to_live: seconds,
  };
  const ask = () => api.post<AttachedResource>(`${path}/dynos`, wish);
  const dyno = await during(cli.terminal, `Running ${command} on ${app}`, ask, ({ name }) => `done, ${name}`);
  if (options.tail)
    return followLog(cli.terminal, { api, path, wish: { lines: 100, tail: true, dyno: dyno.name }, json: options.json ?? false });
  if (options.json) return cli.terminal.printJson(dyno);
  cli.terminal.print(`Run paas logs --app ${app} --dyno-name ${dyno.name} to view the output.`);
}
