// What builds on a stack are given: the image they run in, and the runtimes of that stack. Made when first asked for,
// since a stack may still be under way when the builder starts.
import { join } from 'node:path';
import { ensureBuildImage } from '../../docker/build/build-image.js';
import type { BuildHost } from '../../docker/build/build-spec.js';
import { ensureRuntimesVolume } from '../../docker/build/build-volumes.js';
import type { Engine } from '../../docker/engine.js';
import { StackMissing } from '../../docker/image/stack-missing.js';
import { log } from '../../lib/log.js';
import { PlatformError } from '../../model/errors.js';
import type { ImagesByStack } from '../../model/build/stack.js';
import { openRuntimes, type Runtimes } from './runtimes.js';
import type { BlobServer } from '../result/upload.js';

export interface BuildStack {
  place: BuildHost;
  runtimes: Runtimes;
  /** Makes anew what someone has removed: the image that builds run in, their network. */
  restore(): Promise<void>;
}

export interface BuildStacks {
  /** The stack, ready to build on. Throws StackMissing while its images aren't there, `invalid_params` when they never will be. */
  open(name: string): Promise<BuildStack>;
  /** The place of a stack that is open: what runs nothing of an app can run in any. */
  anyPlace(): Promise<BuildHost | undefined>;
  /** Opens every stack whose images are there by now. */
  openAll(): Promise<void>;
  /** Fetches anew what changes elsewhere, for each stack that is open. */
  refresh(): Promise<void>;
  /** Removes runtimes that nobody uses. */
  sweep(): Promise<void>;
  stop(): Promise<void>;
}

interface Options {
  engine: Engine;
  images: ImagesByStack;
  place: Omit<BuildHost, 'image' | 'runtimesVolume'>;
  /** Finds the builds' network, or makes it. */
  ensureNetwork(): Promise<unknown>;
  buildpacksDir: string;
  blobs: BlobServer;
  tempDir: string;
  /** Where what is known of runtimes is written down. */
  stateDir: string;
  now?: () => number;
}

/** Opens none yet. */
export function openBuildStacks(o: Options): BuildStacks {
  const opened = new Map<string, Promise<BuildStack>>();

  function open(name: string): Promise<BuildStack> {
    const known = opened.get(name);
    if (known) return known;
    const made = openStack(o, name);
    opened.set(name, made);
    made.catch(() => opened.delete(name));
    return made;
  }

  async function openAll(): Promise<void> {
    for (const name of Object.keys(o.images)) {
      const known = opened.has(name);
      const stack = await open(name).catch(ignoreMissing);
      if (stack && !known)
        await stack.runtimes.refresh().catch((error: Error) => log('runtimes-not-refreshed', { stack: name, error: error.message }));
    }
  }

  async function anyPlace(): Promise<BuildHost | undefined> {
    const [first] = opened.values();
    return (await first)?.place;
  }

  const each = async (work: (stack: BuildStack) => Promise<void>) => {
    for (const stack of await Promise.allSettled(opened.values())) if (stack.status === 'fulfilled') await work(stack.value);
  };

  return {
    open,
    anyPlace,
    openAll,
    refresh: () => each((stack) => stack.runtimes.refresh()),
    sweep: () => each((stack) => stack.runtimes.sweep()),
    stop: () => each((stack) => stack.runtimes.stop()),
  };
}

async function openStack(o: Options, name: string): Promise<BuildStack> {
  const images = o.images[name];
  if (!images)
    throw new PlatformError(
      'invalid_params',
      `The stack ${name} is not offered here: choose another with paas stack:set, or have the operator add it to SLIPWAY_STACKS.`,
    );
  const imageSource = { stackImage: images.build, buildpacksDir: o.buildpacksDir };
  const image = await ensureBuildImage(o.engine, imageSource);
  const place = { ...o.place, image, runtimesVolume: await ensureRuntimesVolume(o.engine, o.place.homeId, name) };
  // Where a runtime lies in its layer is for the scripts of this image to say; what others wrote down may differ.
  const stateDir = join(o.stateDir, image.slice(image.indexOf(':') + 1));
  const { engine, blobs, tempDir, now } = o;
  const usesDir = join(o.stateDir, 'used', name);
  const runtimes = openRuntimes({ ...place, engine, blobs, tempDir, runImage: images.run, stateDir, usesDir, ...(now && { now }) });
  const restore = async () => void (await Promise.all([ensureBuildImage(o.engine, imageSource), o.ensureNetwork()]));
  return { place, runtimes, restore };
}

function ignoreMissing(error: unknown): null {
  if (error instanceof StackMissing) return null;
  throw error;
}
