// pg:backups:schedule, :unschedule, :schedules: databases that are backed up once a day.
import type { Command } from 'commander';
import { addAppCommand, type AppOptions, type Cli } from '../../command.js';
import { CliError } from '../../api/errors.js';
import { reachApp } from '../../api/reach.js';
import { during } from '../../terminal/progress.js';
import { table } from '../../terminal/table.js';
import { untilText } from '../schedule/words.js';
import { databasePath, findDatabase } from './transfer.js';

interface BackupScheduleResource {
  id: string;
  name: string;
  hour: number;
  timezone: string;
  next_at: string;
}

type Scheduling = AppOptions & { at: string };

export function registerSchedules(program: Command, cli: Cli): void {
  addAppCommand(program, 'pg:backups:schedule [database]', 'back a database up once a day')
    .requiredOption('--at <time>', "hour and time zone: '02:00 Europe/Vienna'; UTC without a zone")
    .action((database: string | undefined, options: Scheduling) => schedule(cli, database, options));
  addAppCommand(program, 'pg:backups:unschedule [database]', 'back a database up by the clock no longer').action(
    (database: string | undefined, options: AppOptions) => unschedule(cli, database, options),
  );
  addAppCommand(program, 'pg:backups:schedules', 'list which databases are backed up by the clock').action((options: AppOptions) =>
    list(cli, options),
  );
}

async function schedule(cli: Cli, database: string | undefined, options: Scheduling): Promise<void> {
  const { api, app } = await reachApp(cli, options);
  const [, hour, timezone] = /^([01]?\d|2[0-3]):00(?: +(\S+))?$/.exec(options.at.trim()) ?? [];
  if (hour === undefined)
    throw new CliError(`${JSON.stringify(options.at)} is no hour: say --at '02:00 Europe/Vienna', or --at 02:00 for UTC.`);
  const addon = await findDatabase(api, app, database);
  const wish = { hour: Number(hour), timezone: timezone ?? 'UTC' };
  const made = await during(
    cli.terminal,
    `Scheduling daily backups of ${addon.name} at ${hour}:00 ${wish.timezone}`,
    () => api.post<BackupScheduleResource>(`${databasePath(addon)}/transfer-schedules`, wish),
    ({ next_at: next }) => `done, the next ${untilText(next, cli.now())}`,
  );
  if (options.json) cli.terminal.printJson(made);
}

async function unschedule(cli: Cli, database: string | undefined, options: AppOptions): Promise<void> {
  const { api, app } = await reachApp(cli, options);
  const addon = await findDatabase(api, app, database);
  const path = `${databasePath(addon)}/transfer-schedules`;
  const found = (await api.get<(BackupScheduleResource & { addon: { id: string } })[]>(path)).find((each) => each.addon.id === addon.id);
  if (!found) throw new CliError(`${addon.name} is not backed up by the clock.`);
  const gone = await during(cli.terminal, `Unscheduling daily backups of ${addon.name}`, () => api.remove<object>(`${path}/${found.id}`));
  if (options.json) cli.terminal.printJson(gone);
}

async function list(cli: Cli, options: AppOptions): Promise<void> {
  const { terminal } = cli;
  const { api, app } = await reachApp(cli, options);
  const path = `${databasePath(await findDatabase(api, app))}/transfer-schedules`;
  const all = await api.get<BackupScheduleResource[]>(path);
  if (options.json) return terminal.printJson(all);
  if (all.length === 0)
    return terminal.print(`No database of ${app} is backed up by the clock. Begin with: paas pg:backups:schedule --at 02:00`);
  const rows = all.map((each) => [each.name, `${each.hour}:00 ${each.timezone}`, untilText(each.next_at, cli.now())]);
  table(['Database', 'Daily At', 'Next'], rows, terminal).forEach(terminal.print);
}
