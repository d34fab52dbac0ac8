// schedule, schedule:add, :remove, :run, :history.
import type { Command } from 'commander';
import { addAppCommand, type AppOptions, type Cli } from '../command.js';
import { reachApp } from '../api/reach.js';
import type { Api } from '../api/api.js';
import type { ScheduleResource, ScheduleRunResource } from '../api/resources.js';
import { wholeNumber } from '../numbers.js';
import { during } from '../terminal/progress.js';
import { table } from '../terminal/table.js';
import { joinCommand } from './run/words.js';
import { outcomeCell, timesText, untilText } from './schedule/words.js';
import { whenCell } from '../terminal/age.js';

interface AddOptions extends AppOptions {
  timezone?: string;
  size?: string;
  name?: string;
  allowOverlap?: boolean;
}

interface HistoryOptions extends AppOptions {
  num: string;
}

export function register(program: Command, cli: Cli): void {
  addAppCommand(program, 'schedule', 'list what the app runs by the clock').action((options: AppOptions) => list(cli, options));
  addAppCommand(program, 'schedule:add <cron> <command...>', 'run a command by the clock, each time in a dyno of its own')
    .option('-z, --timezone <name>', 'the time zone of the expression: Europe/Vienna; UTC without it')
    .option('-s, --size <size>', 'the size of the dyno')
    .option('-n, --name <name>', 'what it is called; made of the command without it')
    .option('--allow-overlap', 'begin a run though another goes on')
    .action((cron: string, words: string[], options: AddOptions) => add(cli, cron, words, options));
  addAppCommand(program, 'schedule:remove <name>', 'let a command run by the clock no longer').action((name: string, options: AppOptions) =>
    remove(cli, name, options),
  );
  addAppCommand(program, 'schedule:run <name>', 'run it now, whatever the clock says').action((name: string, options: AppOptions) =>
    run(cli, name, options),
  );
  addAppCommand(program, 'schedule:history [name]', 'show what became of the runs, the newest first')
    .option('-n, --num <count>', 'how many', '15')
    .action((name: string | undefined, options: HistoryOptions) => history(cli, name, options));
}

async function list(cli: Cli, options: AppOptions): Promise<void> {
  const { terminal } = cli;
  const { api, app, path } = await reachApp(cli, options);
  const schedules = await api.get<ScheduleResource[]>(`${path}/schedules`);
  if (options.json) return terminal.printJson(schedules);
  if (schedules.length === 0) return terminal.print(`${app} runs nothing by the clock. Add something with: paas schedule:add`);
  const now = cli.now();
  const rows = schedules.map((schedule) => [
    { text: schedule.name, isWhole: true },
    timesText(schedule),
    schedule.command,
    untilText(schedule.next_run_at, now),
    schedule.last_run ? outcomeCell(schedule.last_run, now) : '',
    schedule.origin === 'app.json' ? 'app.json' : '',
  ]);
  table(['Name', 'Cron', 'Command', 'Next Run', 'Last Run', 'From'], rows, terminal).forEach(terminal.print);
}

async function add(cli: Cli, cron: string, words: string[], options: AddOptions): Promise<void> {
  const { api, app, path } = await reachApp(cli, options);
  const { timezone, size, name, allowOverlap } = options;
  const wish = { cron, command: joinCommand(words), timezone, size, name, allow_overlap: allowOverlap };
  const ask = () => api.post<ScheduleResource>(`${path}/schedules`, wish);
  const status = (made: ScheduleResource) => `done, ${made.name} runs next ${untilText(made.next_run_at, cli.now())}`;
  const added = await during(cli.terminal, `Adding ${wish.command} to the schedules of ${app}`, ask, status);
  if (options.json) cli.terminal.printJson(added);
}

async function remove(cli: Cli, name: string, options: AppOptions): Promise<void> {
  const { api, app, path } = await reachApp(cli, options);
  const work = () => api.remove<ScheduleResource>(schedulePath(path, name));
  const gone = await during(cli.terminal, `Removing ${name} from the schedules of ${app}`, work);
  if (options.json) cli.terminal.printJson(gone);
}

async function run(cli: Cli, name: string, options: AppOptions): Promise<void> {
  const { api, app, path } = await reachApp(cli, options);
  const ask = () => api.post<ScheduleRunResource>(`${schedulePath(path, name)}/runs`);
  const begun = await during(cli.terminal, `Running ${name} on ${app}`, ask, ({ dyno }) => `done, ${dyno?.name}`);
  if (options.json) return cli.terminal.printJson(begun);
  cli.terminal.print(`Run paas logs --app ${app} --dyno-name ${begun.dyno?.name} to view the output.`);
}

async function history(cli: Cli, name: string | undefined, options: HistoryOptions): Promise<void> {
  const { terminal } = cli;
  const most = wholeNumber(options.num);
  const { api, app, path } = await reachApp(cli, options);
  const names = name === undefined ? (await api.get<ScheduleResource[]>(`${path}/schedules`)).map((each) => each.name) : [name];
  const runs = await newestRuns(api, { path, names, most });
  if (options.json) return terminal.printJson(runs);
  if (runs.length === 0) return terminal.print(`Nothing has run by the clock on ${app} so far.`);
  const now = cli.now();
  const rows = runs.map((each) => [
    { text: each.schedule.name, isWhole: true },
    whenCell(each.due_at ?? each.created_at, now),
    each.due_at === null ? 'by hand' : 'by the clock',
    { ...outcomeCell(each), isWhole: true },
    each.dyno?.name ?? '',
    each.reason ?? '',
  ]);
  table(['Name', 'Time', 'Begun', 'Outcome', 'Dyno', 'Why'], rows, terminal).forEach(terminal.print);
}

async function newestRuns(api: Api, o: { path: string; names: string[]; most: number }): Promise<ScheduleRunResource[]> {
  const range = `created_at ..; order=desc,max=${Math.min(o.most, 1_000)}`;
  const read = (name: string) => api.get<ScheduleRunResource[]>(`${schedulePath(o.path, name)}/runs`, { range });
  const all = (await Promise.all(o.names.map(read))).flat();
  return all.toSorted((a, b) => (a.created_at < b.created_at ? 1 : -1)).slice(0, o.most);
}

function schedulePath(path: string, name: string): string {
  return `${path}/schedules/${encodeURIComponent(name)}`;
}
