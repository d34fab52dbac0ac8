// apps:source: which part of a repository the app is.
import type { Command } from 'commander';
import { reachApp } from '../../api/reach.js';
import { CliError } from '../../api/errors.js';
import type { AppSourceResource } from '../../api/resources.js';
import { addAppCommand, type AppOptions, type Cli } from '../../command.js';
import { during } from '../../terminal/progress.js';
import { fields } from '../../terminal/table.js';

interface SourceOptions extends AppOptions {
  dir?: string;
  watch: string[];
  clear?: boolean;
}

const collect = (value: string, before: string[]) => [...before, value];

export function register(program: Command, cli: Cli): void {
  addAppCommand(program, 'apps:source', 'show or set which directory of the repository is the app, and which paths concern it')
    .option('-d, --dir <path>', 'the directory that is built, from the top of the repository')
    .option('-w, --watch <path>', 'build only pushes that change something below it; may be given several times', collect, [])
    .option('-c, --clear', 'make the whole repository the app again, and build every push')
    .action((options: SourceOptions) => source(cli, options));
}

async function source(cli: Cli, { dir, watch, clear = false, ...options }: SourceOptions): Promise<void> {
  const isChange = dir !== undefined || watch.length > 0;
  if (clear && isChange) throw new CliError('--clear takes neither --dir nor --watch.');
  const { api, app, path } = await reachApp(cli, options);
  const wish = clear ? { dir: null, watch: [] } : { ...(dir !== undefined && { dir }), ...(watch.length > 0 && { watch }) };
  const change = () => api.patch<AppSourceResource>(`${path}/source`, wish);
  const now =
    clear || isChange
      ? await during(cli.terminal, `Setting the source of ${app}`, change)
      : await api.get<AppSourceResource>(`${path}/source`);
  if (options.json) return cli.terminal.printJson(now);
  fields({ Directory: now.dir ?? 'the whole repository', Watched: now.watch.join(', ') || 'all of it' }, cli.terminal).forEach(
    cli.terminal.print,
  );
  if ((clear || isChange) && now.pending)
    cli.terminal.tell(
      'The next push is built with it, whatever it changes. To build the same commit again: paas deploy, or push an empty commit ' +
        '(git commit --allow-empty -m "Build again").\n',
    );
}
