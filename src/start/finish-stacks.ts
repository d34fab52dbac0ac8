// `bin/slipway finish-stacks [--save]`: what of the stacks is left to do when the platform is up already, with what the
// machine has to spare. The first stack's images are kept in the home; the others are made, and kept as well; those of
// older recipes go.
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openEngine, type Engine } from '../docker/engine.js';
import { log } from '../lib/log.js';
import type { CommandInput } from './command.js';
import type { Progress } from './screen/progress.js';
import { saveArchive } from './stack/archive.js';
import type { StackImages } from '../model/build/stack.js';
import { removeOlderStacks } from './stack/older-stacks.js';
import { prepareLater, recipesOf } from './stack/prepare-stacks.js';
import { ensureServiceImages } from './stack/ensure-stack.js';
import type { Recipe } from './stack/recipe.js';

/** What is told to the process that asked. */
export interface StackNews {
  stack: string;
  /** The images of the platform's add-ons on it, not the stack's own. */
  isServices?: boolean;
  state: 'begun' | 'ready' | 'failed';
  reason?: string;
  ms: number;
}

interface Work {
  engine: Engine;
  mayInstall: boolean;
  archiveDir: string;
  /** Aborted when we are to end. */
  leaving: AbortSignal;
}

const AGAIN_MS = 600_000;
const LEAVE_MS = 3_000;

export async function finishStacks({ config, args }: CommandInput): Promise<number> {
  setPriority(constants.priority.PRIORITY_LOW);
  const work = {
    leaving: leaveWhenAsked(),
    engine: openEngine(config),
    mayInstall: config.mayInstall,
    archiveDir: join(config.home, 'stack'),
  };
  const [first, ...others] = recipesOf(config.stacks);
  const images = first && config.images[first.stack];
  if (images && args.includes('--save')) await keep(work, first, images);
  const service = first && images ? untilServices(work, first, images) : undefined;
  for (const recipe of others) await untilReady(work, recipe);
  await service;
  if (work.leaving.aborted) return 1;
  await removeOlderStacks(
    work.engine,
    Object.values(config.images).flatMap(({ run, build, services }) => [run, build, ...Object.values(services ?? {})]),
  );
  return 0;
}

/** Tries again and again: a mirror may be away for a while. */
async function untilReady(work: Work, recipe: Recipe): Promise<void> {
  while (!work.leaving.aborted && !(await makeStack(work, recipe)))
    await sleep(AGAIN_MS, undefined, { signal: work.leaving }).catch(() => undefined);
}

/** Beside the stacks, and before them: people may wait for an add-on already. */
async function untilServices({ engine, leaving }: Work, recipe: Recipe, images: StackImages): Promise<void> {
  const began = Date.now();
  while (!leaving.aborted) {
    try {
      return await ensureServiceImages(engine, recipe, images);
    } catch (error) {
      const news = { stack: recipe.stack, isServices: true, state: 'failed', ms: Date.now() - began } as const;
      if (!leaving.aborted) process.send?.({ ...news, reason: (error as Error).message } satisfies StackNews);
      await sleep(AGAIN_MS, undefined, { signal: leaving }).catch(() => undefined);
    }
  }
}

async function makeStack(work: Work, recipe: Recipe): Promise<boolean> {
  const began = Date.now();
  let hasBegun = false;
  const tell = (state: StackNews['state'], reason?: string) =>
    process.send?.({ stack: recipe.stack, state, ms: Date.now() - began, ...(reason && { reason }) } satisfies StackNews);
  // What is there already takes no step, and nothing is said of it.
  const progress: Progress = {
    say: () => undefined,
    step(_, run) {
      if (!hasBegun) tell('begun');
      hasBegun = true;
      return run(() => undefined);
    },
  };
  try {
    const { images, isNew } = await prepareLater({ ...work, progress }, recipe);
    if (hasBegun) tell('ready');
    if (isNew) await keep(work, recipe, images);
    return true;
  } catch (error) {
    if (!work.leaving.aborted) tell('failed', (error as Error).message);
    return false;
  }
}

/** A home that has no room for them does without. */
async function keep(work: Work, { stack }: Recipe, images: StackImages): Promise<void> {
  await saveArchive({ ...work, stack, images }).catch((error: Error) => log('stack-not-kept', { stack, error: error.message }));
}

/** Whoever started us ends the whole group, mmdebstrap too; we stay until what it left behind is removed. */
function leaveWhenAsked(): AbortSignal {
  const leaving = new AbortController();
  process.on('SIGTERM', () => {
    leaving.abort();
    setTimeout(() => process.exit(1), LEAVE_MS).unref();
  });
  process.on('disconnect', () => process.kill(-process.pid, 'SIGTERM'));
  return leaving.signal;
}
