// metrics: what an app's requests and dynos took, lately.
import { Option, type Command } from 'commander';
import { addAppCommand, type AppOptions, type Cli } from '../command.js';
import { reachApp } from '../api/reach.js';
import type { DynoMetricsResource, RouterMetricsResource } from '../api/resources.js';
import { drawMetrics } from './metrics/draw-metrics.js';
import { tabulate } from './metrics/tabulate.js';

interface MetricsOptions extends AppOptions {
  window: string;
  type?: string;
}

export function register(program: Command, cli: Cli): void {
  addAppCommand(program, 'metrics', "show an app's requests, response times, memory and load")
    .addOption(new Option('-w, --window <time>', 'how far back').choices(['2h', '24h', '7d']).default('2h'))
    .option('-t, --type <type>', 'of dynos, show those of this process type only')
    .action((options: MetricsOptions) => show(cli, options));
}

async function show(cli: Cli, { window, type, ...options }: MetricsOptions): Promise<void> {
  const { terminal } = cli;
  const { api, app, path } = await reachApp(cli, options);
  const some = type === undefined ? '' : `&type=${encodeURIComponent(type)}`;
  const [router, dynos] = await Promise.all([
    api.get<RouterMetricsResource>(`${path}/metrics/router?window=${window}`),
    api.get<DynoMetricsResource>(`${path}/metrics/dynos?window=${window}${some}`),
  ]);
  if (options.json) return terminal.printJson({ router, dynos });
  const lines = terminal.columns === null ? tabulate(router, dynos) : drawMetrics(router, dynos, { ...terminal, app, window });
  lines.forEach((line) => terminal.print(line));
}
