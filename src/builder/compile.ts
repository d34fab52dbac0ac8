// The part of a build that happens in its container: source in, layers out.
import { measureBuildDisk, type RunningBuild } from '../docker/build-container.js';
import { isEngineUp } from '../docker/engine.js';
import type { Build } from '../model/build.js';
import type { SlugLayer } from '../model/slug.js';
import type { Stack } from '../model/stack.js';
import { readConfigVars } from '../store/apps.js';
import { pinBuildpacks } from '../store/builds.js';
import { latestSlug } from '../store/slugs.js';
import type { BuildWork } from './build.js';
import type { Builder } from './builder.js';
import { gatherBuildpacks, withoutPassword } from './buildpacks/gather.js';
import { failureOf } from './failures.js';
import { packSettings } from './header.js';
import { readyStack } from './ready-stack.js';
import { openReceiver, type Received } from './receive.js';
import type { Runtimes } from './runtimes.js';
import { answerRequest, passOutput, runInContainer, type ContainerInput } from './run-in-container.js';
import { openSource } from './source.js';
import { diskFailure, info, introText, processTypesText, step, type BuildFailure } from './texts.js';
import { watchDisk } from './watch-disk.js';

export interface Compiled {
  layers: Awaited<ReturnType<Received['layers']>>;
  detected: string | null;
  processTypes: Record<string, string>;
  /** Removes the files of the layers. */
  discard(): Promise<void>;
}

const ENGINE_WAITS = 60;
/** An engine that answers, but can't: on its way down or up. */
const ENGINE_TRIES = 5;
const ENGINE_PAUSE_MS = 1_000;

/** Runs the buildpacks. Throws `invalid_params` when something can't be had, or what the container said makes no sense. */
export async function compile(b: Builder, work: BuildWork, stack: Stack): Promise<Compiled | BuildFailure> {
  await readyStack(b.stacks, work, stack);
  // The container takes longest to come: it starts while the rest is gathered.
  const starting = takeContainer(b, work, stack);
  starting.catch(() => undefined);
  let gathered: Gathered;
  try {
    gathered = await gather(b, work, stack);
    work.mark('source');
  } catch (error) {
    void starting.then((run) => run.remove()).catch(() => undefined);
    throw error;
  }
  const [run, { runtimes }] = await Promise.all([starting, starting.then(() => b.stacks.open(stack.name))]);
  work.mark('container');
  return compileIn(b, work, run, { ...gathered, runtimes });
}

/** A container for the build; while Docker is away, or coming or going, it is waited for, and the person watching is told. */
async function takeContainer(b: Builder, work: BuildWork, stack: Stack): Promise<RunningBuild> {
  for (let waits = 0; ; waits += 1) {
    try {
      return await b.spares.take(work.build.appId, stack.name, work.build.id);
    } catch (error) {
      const isRefused = ((error as { statusCode?: number }).statusCode ?? 500) < 500;
      const mayWait = waits < ((await isEngineUp(b.engine)) ? ENGINE_TRIES : ENGINE_WAITS);
      if (isRefused || !mayWait || work.signal.aborted) throw error;
      if (waits === 0) work.output.say(' !     Docker does not answer; the build waits for it.\n');
      await new Promise((resolve) => setTimeout(resolve, ENGINE_PAUSE_MS));
    }
  }
}

interface Gathered {
  input: ContainerInput;
  known: Map<string, SlugLayer>;
  wanted: string[];
}

async function gather(b: Builder, work: BuildWork, stack: Stack): Promise<Gathered> {
  const { build: row } = work;
  const [source, vars, known] = await Promise.all([
    openSource(row.source, { maxBytes: b.limits.sourceMb * 1024 * 1024, signal: work.signal }),
    readConfigVars(b.ctx.store, row.appId),
    knownLayers(b, row, stack),
  ]);
  const wanted = vars['BUILDPACK_URL'] ? [vars['BUILDPACK_URL']] : row.buildpacks;
  work.output.say(introText(stack.title, wanted.map(withoutPassword)));
  const packs = await gatherBuildpacks(b.packs, wanted, { signal: work.signal, tell: (line) => work.output.say(info(line)) });
  if (packs.pinned.some((pinned, index) => pinned !== row.buildpacks[index])) await pinBuildpacks(b.ctx.store, row.id, packs.pinned);
  const settings = await packSettings(
    {
      buildId: row.id,
      requestId: row.id,
      stack: stack.compat,
      sourceVersion: row.commit ?? '',
      compression: source.compression,
      stripTop: row.origin === 'api',
      buildpacks: packs.names,
      detectOrder: b.detectOrder,
      knownLayers: [...known.keys()],
    },
    vars,
  );
  return { input: { settings, buildpacks: packs.archive, source: source.stream }, known, wanted };
}

async function compileIn(b: Builder, work: BuildWork, run: RunningBuild, o: Gathered & { runtimes: Runtimes }): Promise<Compiled | BuildFailure> {
  const { signal } = work;
  const stop = () => void run.kill().catch(() => undefined);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const disk = watchDisk(() => measureBuildDisk(b.engine, run.containerId), b.limits.diskMb, stop);
  const said = passOutput(run, work.output);
  const received = receiverOf(b, work, { ...o, run, said });
  try {
    const isDone = await runInContainer(run, o.input, said, received.receiver);
    work.mark('pack');
    signal.throwIfAborted();
    const failure = disk.isFull() ? diskFailure(b.limits.diskMb) : failureOf(received, isDone ? null : await run.ended, { limits: b.limits, buildpacks: o.wanted });
    if (failure) {
      await received.discard();
      return failure;
    }
    return { layers: await received.layers(), detected: received.field('detected') ?? null, processTypes: received.types().all, discard: received.discard };
  } catch (error) {
    stop();
    await received.discard();
    throw error;
  } finally {
    disk.stop();
    signal.removeEventListener('abort', stop);
    void removeWhenEnded(run);
  }
}

/** What was installed on another stack is of no use on this one. */
async function knownLayers(b: Builder, row: Build, stack: Stack): Promise<Map<string, SlugLayer>> {
  const slug = await latestSlug(b.ctx.store, row.appId);
  const keyed = (slug?.stack === stack.name ? slug.base : []).filter((layer) => layer.key !== undefined);
  return new Map(keyed.map((layer) => [layer.key!, layer]));
}

function receiverOf(b: Builder, work: BuildWork, { run, said, known, runtimes }: { run: RunningBuild; said: Promise<void>; known: Map<string, SlugLayer>; runtimes: Runtimes }): Received {
  return openReceiver({
    tempDir: b.tempDir,
    name: work.build.id,
    maxBytes: b.limits.slugMb * 1024 * 1024,
    known,
    findRuntime: runtimes.find,
    onRequest: (request) => void runtimes.fulfil(request).then((failure) => answerRequest(run, failure)),
    async onCompiled(types) {
      await said;
      work.mark('compile');
      work.output.say(`${processTypesText(Object.keys(types.declared), Object.keys(types.defaults))}\n${step('Compressing...')}`);
    },
  });
}

/** The container tidies its volume after it has said `done`; nobody waits for that, and it gets 20 s. */
async function removeWhenEnded(run: RunningBuild): Promise<void> {
  const late = new Promise((resolve) => setTimeout(resolve, 20_000).unref());
  await Promise.race([run.ended, late]).catch(() => undefined);
  await run.remove().catch(() => undefined);
}
