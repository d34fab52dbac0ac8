// `bin/slipway prepare`: what `npm start` needs heavy libraries for. A process of its own, so that the one that stays
// running stays small; its result goes to that one as a message.
import { join } from 'node:path';
import { ensureCertificates } from './home/ca.js';
import { checkDatabase, checkRedis } from './stores/check-stores.js';
import type { CommandInput } from './command.js';
import { ensureEngine } from './engine/docker-engine.js';
import { openProgress } from './screen/progress.js';
import { stackPrograms } from './stack/ensure-stack.js';
import { prepareStacks, type PreparedStacks } from './stack/prepare-stacks.js';
import type { Config } from '../config.js';

export interface Prepared extends PreparedStacks {
  engine: {
    /** Whether it was started just now. */
    isStarted: boolean;
    /** Whether nobody but us starts it again when it dies. */
    isOurs: boolean;
  };
}

export async function prepare({ config }: CommandInput): Promise<number> {
  process.on('disconnect', () => process.exit(1)); // Whoever asked is gone.
  const outcome = await makeReady(config).catch((error: Error) => ({ error: error.message }));
  await new Promise((resolve) => process.send?.(outcome, resolve));
  return 0;
}

/** Given stores answer, certificates are good, an engine runs, the first stack is there. Throws one sentence otherwise. */
export async function makeReady(config: Config): Promise<Prepared> {
  const progress = openProgress();
  await checkStores(config);
  await ensureCertificates(config.home, certificateNames(config), Date.now());
  const { engine, isStarted, isOurs } = await ensureEngine({ ...config, progress, alsoWanted: stackPrograms(config.stackImage) });
  const stacks = await prepareStacks(
    { engine, progress, mayInstall: config.mayInstall, given: config.stackImage, archiveDir: join(config.home, 'stack') },
    config.stacks,
  );
  return { ...stacks, engine: { isStarted, isOurs } };
}

/** Throws what is wrong with either. */
async function checkStores({ databaseUrl, redisUrl }: Config): Promise<void> {
  const checks = await Promise.allSettled([
    ...(databaseUrl ? [checkDatabase(databaseUrl)] : []),
    ...(redisUrl ? [checkRedis(redisUrl)] : []),
  ]);
  const problems = checks.flatMap((check) => (check.status === 'rejected' ? [(check.reason as Error).message] : []));
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

function certificateNames({ domain, bind }: Config): string[] {
  const isAnyAddress = ['0.0.0.0', '::'].includes(bind);
  return [...new Set(['localhost', '127.0.0.1', '::1', domain, `*.${domain}`, ...(isAnyAddress ? [] : [bind])])];
}
