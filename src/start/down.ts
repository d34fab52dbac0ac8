// `npm run down`: stops the platform of this home and removes all it has in Docker. Its data stays.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { restartCommand } from '../docker/engine-watch.js';
import { isEngineUp, openEngine } from '../docker/engine.js';
import type { CommandInput } from './command.js';
import { findHome } from './home/home.js';
import { lockHolder } from './home/home-lock.js';
import { stopLeftovers } from './leftovers.js';
import { isAlive, isGoneWithin, signal } from './machine/processes.js';
import { unlinkPaas } from './machine/link-paas.js';
import { openProgress } from './screen/progress.js';
import { removeReady } from './ready.js';
import type { Removed } from '../docker/remove-docker-objects.js';
import { describeLeft, removeInTime } from './engine/remove-in-time.js';
import { stopStores } from './stores/stores.js';

const STOP_WITHIN_MS = 12_000;
const LOOK_EVERY_MS = 250;

export async function down({ config, root }: CommandInput): Promise<number> {
  const progress = openProgress();
  const home = findHome(config.home);
  if (!home) {
    progress.say(`Nothing was ever started on ${config.home}.`);
    return 0;
  }
  const holder = lockHolder(home.dir);
  if (holder) await progress.step(`Stopping the platform (process ${holder})`, (at) => stop(holder, () => at(waitsFor(config.runDir))));
  await progress.step('Stopping PostgreSQL, Redis and whatever is left', async () => {
    await stopLeftovers(home.id);
    await stopStores(home);
  });
  removeReady(home.dir);
  unlinkPaas({ root, home: home.dir });
  const engine = openEngine({ dockerHost: config.dockerHost });
  if (!(await isEngineUp(engine))) {
    progress.say('No Docker engine runs: containers of this home, if there are any, are removed by `npm run down` when it does.');
    return 0;
  }
  const what = 'Removing containers, networks, volumes and images';
  const outcome = await progress.step(what, (at) => removeInTime(engine, home.id, { tell: at }));
  if ('left' in outcome) {
    progress.say(
      ` !     Docker removes nothing any more; what is left: ${describeLeft(outcome.left)}.\n` +
        ` !     Restart Docker (${restartCommand(config.dockerHost)}), then run \`npm run down\` again.`,
    );
    return 1;
  }
  const { removed } = outcome;
  progress.say(`       ${describeRemoved(removed)}; the data in ${home.dir} stays`);
  if (removed.keptNetworks.length > 0)
    progress.say(
      ` !     Docker still counts containers on ${removed.keptNetworks.join(' and ')} that are gone. It does no harm; ` +
        `to remove it, restart Docker and run \`npm run down\` again.`,
    );
  return 0;
}

/** `2 containers, 1 network removed`. */
export function describeRemoved(removed: Removed): string {
  const { keptNetworks: _, ...counts } = removed;
  const parts = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([noun, count]) => `${count} ${count === 1 ? noun.slice(0, -1) : noun}`);
  return parts.length > 0 ? `${parts.join(', ')} removed` : 'there was nothing to remove';
}

async function stop(pid: number, look: () => void): Promise<void> {
  signal(pid, 'SIGTERM');
  const looking = setInterval(look, LOOK_EVERY_MS);
  if (!(await isGoneWithin(pid, STOP_WITHIN_MS))) signal(pid, 'SIGKILL');
  clearInterval(looking);
}

/** Names of the processes that haven't ended yet; when they all have, it is the stores that are stopping. */
export function waitsFor(runDir: string): string {
  const pidFiles = readdirSync(runDir).filter((name) => name.endsWith('.pid'));
  const alive = pidFiles.filter((name) => isAlive(readPid(join(runDir, name))));
  return `waits for ${
    alive.length > 0
      ? alive
          .map((name) => name.replace(/\.pid$/, ''))
          .sort()
          .join(', ')
      : 'PostgreSQL and Redis'
  }`;
}

/** 0 when the file goes while we look. */
function readPid(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return 0;
  }
}
