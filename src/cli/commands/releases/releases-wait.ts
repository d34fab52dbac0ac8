// releases:wait: until a release is up or has failed, which its exit status tells to scripts.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { crashText, judgeWeb, wantsWeb, type SeenDyno } from '../../../model/judge-web.js';
import { addAppCommand, type AppOptions, type Cli } from '../../command.js';
import { ApiError, CliError } from '../../api/errors.js';
import { findRelease } from './find-release.js';
import { wholeNumber } from '../../numbers.js';
import { during } from '../../terminal/progress.js';
import { reachApp, type Reached } from '../../api/reach.js';
import type { FormationResource, ReleaseResource } from '../../api/resources.js';

const POLL_MS = 500;
/** A release command may take an hour; who wants to wait less says so. */
const WAIT_S = 3_600;

type WaitOptions = AppOptions & { timeout: number };

export function registerWait(program: Command, cli: Cli): void {
  addAppCommand(program, 'releases:wait [release]', 'wait until a release is up: the latest, or vN; exit status 1 when it fails or crashes')
    .option('-t, --timeout <seconds>', 'how long to wait', wholeNumber, WAIT_S)
    .action((release: string | undefined, options: WaitOptions) => wait(cli, release, options));
}

async function wait(cli: Cli, ref: string | undefined, options: WaitOptions): Promise<void> {
  const reached = await reachApp(cli, options);
  const release = await findRelease(reached, ref);
  const deadline = Date.now() + options.timeout * 1000;
  await during(
    cli.terminal,
    `Waiting for v${release.version} of ${reached.app}`,
    () => untilUp(reached, release, deadline),
    () => 'up',
  );
  if (options.json) cli.terminal.printJson(await findRelease(reached, release.id));
}

/** Returns when the release is up, or needs no web dyno to be. Throws CliError when it failed, crashed or takes too long. */
export async function untilUp(reached: Reached, { id, version }: ReleaseResource, deadline: number): Promise<void> {
  const { api, path } = reached;
  const ended = await poll(reached, version, deadline, async () => {
    const release = await findRelease(reached, id);
    return release.status === 'pending' ? undefined : release;
  });
  if (ended.status !== 'succeeded') {
    const how = ended.status === 'failed' ? 'failed' : 'has expired';
    throw new CliError(`v${version} ${how}: it is not what runs.\nSee why with: paas releases:output v${version}, paas logs`);
  }
  const [types, formation] = await Promise.all([processTypes(reached, ended), api.get<FormationResource[]>(`${path}/formation`)]);
  if (!wantsWeb(types, formation)) return;
  const started = new Map<string, string>();
  const look = async () => judgeWeb(started, await api.get<SeenDyno[]>(`${path}/dynos`), version);
  const verdict = await poll(reached, version, deadline, look);
  if (verdict.state === 'crashed') throw new CliError(`${crashText(version, verdict)}\nSee why with: paas logs`);
}

async function poll<T>({ app }: Reached, version: number, deadline: number, ask: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const answer = await ask().catch(platformAway);
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new CliError(`v${version} of ${app} isn't up yet.\nSee how it does with: paas ps, paas logs`);
    await sleep(POLL_MS);
  }
}

/** A store of the platform's may be away for a moment. */
function platformAway(error: unknown): undefined {
  if (!(error instanceof ApiError) || error.status !== 503) throw error;
}

/** Null when the release has no slug that may be seen: another app's, say. */
async function processTypes({ api, path }: Reached, { slug }: ReleaseResource): Promise<Record<string, string> | null> {
  if (!slug) return null;
  const read = api.get<{ process_types: Record<string, string> }>(`${path}/slugs/${slug.id}`);
  return read.then(
    (found) => found.process_types,
    (error: unknown) => {
      if (error instanceof ApiError && error.status === 404) return null;
      throw error;
    },
  );
}
