// Stays with a build until what it brings is up; Ctrl-C cancels it.
import { setTimeout as sleep } from 'node:timers/promises';
import { CliError } from '../../api/errors.js';
import type { Reached } from '../../api/reach.js';
import type { BuildResource, ReleaseResource } from '../../api/resources.js';
import type { Cli, JsonOption } from '../../command.js';
import { wholeNumber } from '../../numbers.js';
import { copyStream } from '../../terminal/copy-stream.js';
import { during } from '../../terminal/progress.js';
import { untilUp } from '../releases/releases-wait.js';

const POLL_MS = 500;
const WAIT_S = 3_600;

/** The option of every command that waits so. */
export const TIMEOUT = ['-t, --timeout <seconds>', 'how long to wait for the release to be up', wholeNumber, WAIT_S] as const;

/** Shows the build. Throws CliError when it fails, or when its release does. */
export async function followBuild(
  cli: Cli,
  reached: Reached,
  build: BuildResource,
  options: JsonOption & { timeout: number },
): Promise<void> {
  const { terminal } = cli;
  const takeBack = cli.onInterrupt(() => reached.api.remove(`${reached.path}/builds/${build.id}`));
  const output = options.json ? { ...terminal, copy: () => Promise.resolve() } : terminal;
  await copyStream(reached.api, build.output_stream_url, output).catch((error: Error) => {
    terminal.warn(`The build's output broke off, the build goes on: ${error.message}`);
  });
  const ended = await untilBuilt(reached, build.id);
  takeBack();
  if (ended.status !== 'succeeded' || !ended.release) {
    throw new CliError(
      `The build ${ended.cancelled ? 'was cancelled' : 'failed'}: what ran before goes on.\n` +
        `Read it again with: paas builds:output ${build.id}`,
    );
  }
  const release = await reached.api.get<ReleaseResource>(`${reached.path}/releases/${ended.release.id}`);
  const wait = () => untilUp(reached, release, Date.now() + options.timeout * 1000);
  await during(terminal, `Waiting for v${release.version} of ${reached.app}`, wait, () => 'up');
  if (options.json) terminal.printJson(await untilBuilt(reached, build.id));
}

/** The stream of a build ends a moment before the build does. */
async function untilBuilt({ api, path }: Reached, id: string): Promise<BuildResource> {
  for (;;) {
    const build = await api.get<BuildResource>(`${path}/builds/${id}`);
    if (build.status !== 'pending') return build;
    await sleep(POLL_MS);
  }
}
