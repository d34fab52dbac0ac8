// A release's command: the `release` process type, run once in a dyno of the new release before anything else is.
// It may be found half done by a manager that took over: it runs on in its container, and is watched again.
import { randomInt } from 'node:crypto';
import { appendOutput, readOutput } from '../../bus/output.js';
import { openOutput } from '../../bus/gather-output.js';
import { pause } from '../../lib/async/clock.js';
import type { Dyno } from '../../model/dyno.js';
import type { Release } from '../../model/release.js';
import { deleteDyno, insertDyno, listDynos, updateDyno } from '../../store/app/dynos.js';
import type { AppWants } from '../../store/app/wanted.js';
import { launch } from '../life/launch.js';
import type { Deps } from '../deps.js';
import type { Exit, Running } from '../driver.js';
import { say } from '../say.js';
import { endContainer } from '../life/stop.js';

/** Heroku's limit. */
const MOST_MS = 3_600_000;
/** How long we wait for the end of its output when it has ended. */
const LAST_WORDS_MS = 10_000;

/** Runs the command to its end, or goes on watching it; its exit status. Throws when the platform can't run or watch it now. */
export async function runReleaseCommand(deps: Deps, wants: AppWants, command: string, signal: AbortSignal): Promise<number> {
  const { dyno, launched } = (await findRunning(deps, wants)) ?? (await startCommand(deps, wants, command, signal));
  const first = await watch(deps, wants, dyno, launched, signal);
  const hasRun = !(await deps.driver.wasNeverBegun(dyno, first, launched.containerId));
  const { status } = hasRun ? first : await watch(deps, wants, dyno, await launch(deps, dyno, wants, { signal, again: true }), signal);
  say(deps, dyno, `Process exited with status ${status ?? 'unknown'}`, 'State changed from up to complete');
  return status ?? 1;
}

/** Gives its dyno up; to be called when the result is recorded, since until then it must be found again. */
export async function retireCommand(deps: Deps, release: Pick<Release, 'id' | 'appId'>): Promise<void> {
  const rows = await listDynos(deps.store, { appId: release.appId });
  for (const row of rows)
    if (row.type === 'release' && row.releaseId === release.id) await updateDyno(deps.store, row.id, { state: 'down' });
}

interface Command {
  dyno: Dyno;
  launched: Running;
}

/** The command that an earlier manager started. One that was never started is cleared away. */
async function findRunning(deps: Deps, { app, release }: AppWants): Promise<Command | null> {
  const rows = (await listDynos(deps.store, { appId: app.id })).filter((row) => row.type === 'release' && row.releaseId === release.id);
  const containers = await deps.driver.list(app.id);
  for (const dyno of rows) {
    const found = containers.find((container) => container.dynoId === dyno.id);
    if (found && found.state !== 'created') {
      return { dyno, launched: await deps.driver.find(found.containerId) };
    }
    if (found) await deps.driver.remove(found.containerId);
    await deleteDyno(deps.store, dyno.id);
  }
  return null;
}

async function startCommand(deps: Deps, wants: AppWants, command: string, signal: AbortSignal): Promise<Command> {
  const number = randomInt(1_000, 10_000);
  const port = randomInt(10_000, 32_000);
  const size = deps.sizes.default.name;
  const life = { state: 'starting', size, containerId: null, host: null, port, crashes: 0, restartAt: null } as const;
  const release = { releaseId: wants.release.id, releaseVersion: wants.release.version };
  const dyno = await insertDyno(deps.store, {
    appId: wants.app.id,
    name: `release.${number}`,
    type: 'release',
    number,
    command,
    ...release,
    node: deps.node,
    ...life,
  });
  await deps.room.take(dyno, signal, (text) => void appendOutput(deps.bus, wants.release.id, noteOf(text)).catch(() => undefined));
  // If this throws, the row stays: the driver may have started the command all the same, and it must be found then.
  const launched = await launch(deps, dyno, wants, { signal });
  await updateDyno(deps.store, dyno.id, { state: 'up' });
  say(deps, dyno, 'State changed from starting to up');
  return { dyno, launched };
}

/** Passes its output on and waits for its end; it may take an hour. */
async function watch(deps: Deps, { release }: AppWants, dyno: Dyno, launched: Running, signal: AbortSignal): Promise<Exit> {
  const late = new AbortController();
  const ended = deps.driver.ended(launched.containerId, signal).finally(() => late.abort());
  const speaking = passOn(deps, release.id, launched.containerId, signal);
  speaking.catch(() => undefined);
  const leftMs = Math.max(0, launched.startedAt + MOST_MS - deps.clock.now());
  const isLate = await Promise.race([ended.then(() => false), pause(deps.clock, leftMs, late.signal).then(() => !late.signal.aborted)]);
  if (isLate) {
    await appendOutput(deps.bus, release.id, '\n !     The release command ran for more than 1 hour and is stopped.\n');
    say(deps, dyno, 'Stopping all processes with SIGTERM');
    await endContainer(deps, dyno, launched.containerId, signal);
  }
  const exit = await ended;
  await Promise.race([speaking, pause(deps.clock, LAST_WORDS_MS)]);
  return exit;
}

/** What we say before the command does is no part of what it has said. */
const NOTE = /^ ! {5}waiting for room: .*\n$/;

function noteOf(text: string): string {
  return ` !     ${text}\n`;
}

/** As much of it as of a build's. What was passed on before isn't again. */
async function passOn(deps: Deps, releaseId: string, containerId: string, signal: AbortSignal): Promise<void> {
  const { chunks } = await readOutput(deps.bus, releaseId);
  const maxBytes = deps.buildOutputMb * 1024 * 1024;
  const said = chunks.reduce((sum, { text }) => sum + (NOTE.test(text) ? 0 : Buffer.byteLength(text)), 0);
  if (said > maxBytes) return;
  const output = openOutput(deps.bus, { id: releaseId, of: 'release command', maxBytes: maxBytes - said });
  try {
    for await (const text of deps.driver.output(containerId, { skipBytes: said, signal })) {
      output.say(text);
      // What comes behind the end stays with the driver, which keeps a little of it.
      if (output.isFull()) break;
    }
  } finally {
    await output.flush();
  }
}
