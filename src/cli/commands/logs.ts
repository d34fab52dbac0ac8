// logs.
import type { Command } from 'commander';
import { addAppCommand, type AppOptions, type Cli } from '../command.js';
import { CliError } from '../api/errors.js';
import { followLog } from './logs/follow-log.js';
import { wholeNumber } from '../numbers.js';
import { reachApp } from '../api/reach.js';

interface LogOptions extends AppOptions {
  num: number;
  source?: string;
  dynoName?: string;
  dyno?: string;
  processType?: string;
  tail?: boolean;
}

const SOURCES = ['app', 'heroku'];

export function register(program: Command, cli: Cli): void {
  addAppCommand(program, 'logs', "show an app's log")
    .option('-n, --num <count>', 'how many lines of the past to show', wholeNumber, 100)
    .option('-s, --source <source>', 'only lines of this source: app or heroku')
    .option('-d, --dyno-name <name>', 'only lines of this dyno: web.1')
    .option('--dyno <name>', 'the same as --dyno-name')
    .option('-p, --process-type <type>', 'only lines of dynos of this process type: web')
    .option('-t, --tail', 'go on with new lines as they come')
    .action((options: LogOptions) => logs(cli, options));
}

async function logs(cli: Cli, options: LogOptions): Promise<void> {
  const which = [options.dynoName, options.dyno, options.processType].filter((each) => each !== undefined);
  if (which.length > 1) throw new CliError('Name one of --dyno-name and --process-type, not both.');
  if (options.source !== undefined && !SOURCES.includes(options.source)) {
    throw new CliError(
      `--source is app or heroku, not ${options.source}.\nThe router's lines: paas logs --source heroku --dyno-name router`,
    );
  }
  const { api, path } = await reachApp(cli, options);
  const wish = { lines: options.num, tail: options.tail ?? false, source: options.source, dyno: which[0] };
  await followLog(cli.terminal, { api, path, wish, json: options.json ?? false });
}
