// `paas ps:wait`: until every dyno is up with the latest release.
import { setTimeout as sleep } from 'node:timers/promises';
import type { AppOptions, Cli } from '../../command.js';
import { CliError } from '../../api/errors.js';
import { during } from '../../terminal/progress.js';
import { reachApp, type Reached } from '../../api/reach.js';
import type { DynoResource, ReleaseResource } from '../../api/resources.js';

const POLL_MS = 500;

/** Waits; throws CliError when `timeout` (seconds) passes first. */
export async function waitForDynos(cli: Cli, options: AppOptions & { timeout: string }): Promise<void> {
  const timeoutS = Number(options.timeout);
  if (!(timeoutS > 0)) throw new CliError(`--timeout must be a number of seconds, not ${options.timeout}`);
  const reached = await reachApp(cli, options);
  const releases = await reached.api.get<ReleaseResource[]>(`${reached.path}/releases`, { range: 'version ..; order=desc,max=1' });
  const version = releases[0]?.version ?? 0;
  const deadline = Date.now() + timeoutS * 1000;
  const dynos = await during(cli.terminal, `Waiting for every dyno to be running v${version}`, () => poll(reached, version, deadline));
  if (options.json) cli.terminal.printJson(dynos);
}

async function poll({ api, app, path }: Reached, version: number, deadline: number): Promise<DynoResource[]> {
  for (;;) {
    const dynos = (await api.get<DynoResource[]>(`${path}/dynos`)).filter((dyno) => dyno.type !== 'release');
    const ready = dynos.filter((dyno) => (dyno.state === 'up' || dyno.state === 'idle') && dyno.release.version >= version);
    if (ready.length === dynos.length) return dynos;
    if (Date.now() > deadline)
      throw new CliError(`${ready.length} of ${dynos.length} dynos of ${app} run v${version}.\nSee why with: paas ps, paas logs`);
    await sleep(POLL_MS);
  }
}
