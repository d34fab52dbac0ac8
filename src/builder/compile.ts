// The part of a build that happens in its container: source in, layers out.
import { startBuildContainer, type RunningBuild } from '../docker/build-container.js';
import { cacheVolumeName } from '../docker/build-volumes.js';
import type { Build } from '../model/build.js';
import type { SlugLayer } from '../model/slug.js';
import type { findStack } from '../model/stack.js';
import { readConfigVars } from '../store/apps.js';
import { latestSlug } from '../store/slugs.js';
import type { BuildWork } from './build.js';
import type { Builder } from './builder.js';
import { failureOf } from './failures.js';
import { packSettings } from './header.js';
import { openReceiver, type Received } from './receive.js';
import { answerRequest, passOutput, runInContainer } from './run-in-container.js';
import { openSource } from './source.js';
import { processTypesText, step, type BuildFailure } from './texts.js';

export interface Compiled {
  layers: Awaited<ReturnType<Received['layers']>>;
  detected: string | null;
  processTypes: Record<string, string>;
  /** Removes the files of the layers. */
  discard(): Promise<void>;
}

type Stack = NonNullable<ReturnType<typeof findStack>>;

/** Runs the buildpacks. Throws `invalid_params` when the source can't be had, or what the container said makes no sense. */
export async function compile(b: Builder, work: BuildWork, stack: Stack): Promise<Compiled | BuildFailure> {
  const { build: row, signal } = work;
  const [source, vars, known] = await Promise.all([
    openSource(row.source, { maxBytes: b.limits.sourceMb * 1024 * 1024, signal }),
    readConfigVars(b.ctx.store, row.appId),
    knownLayers(b, row),
  ]);
  const settings = await packSettings(
    {
      buildId: row.id,
      requestId: row.id,
      stack: stack.compat,
      sourceVersion: row.commit ?? '',
      compression: source.compression,
      stripTop: row.origin === 'api',
      buildpacks: [],
      detectOrder: b.detectOrder,
      knownLayers: [...known.keys()],
    },
    vars,
  );
  work.mark('source');
  const run = await startBuildContainer(b.engine, { place: b, appId: row.appId, buildId: row.id, cacheVolume: cacheVolumeName(b.homeId, row.appId) });
  work.mark('container');
  const stop = () => void run.kill().catch(() => undefined);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const said = passOutput(run, work.output);
  const received = receiverOf(b, work, { run, said, known });
  try {
    const isDone = await runInContainer(run, { settings, buildpacks: Buffer.alloc(0), source: source.stream }, said, received.receiver);
    work.mark('pack');
    signal.throwIfAborted();
    const failure = failureOf(received, isDone ? null : await run.ended, { limits: b.limits, buildpacks: row.buildpacks });
    if (failure) return failure;
    return { layers: await received.layers(), detected: received.field('detected') ?? null, processTypes: received.types().all, discard: received.discard };
  } catch (error) {
    stop();
    await received.discard();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    void removeWhenEnded(run);
  }
}

async function knownLayers(b: Builder, row: Build): Promise<Map<string, SlugLayer>> {
  const slug = await latestSlug(b.ctx.store, row.appId);
  const keyed = (slug?.base ?? []).filter((layer) => layer.key !== undefined);
  return new Map(keyed.map((layer) => [layer.key!, layer]));
}

function receiverOf(b: Builder, work: BuildWork, { run, said, known }: { run: RunningBuild; said: Promise<void>; known: Map<string, SlugLayer> }): Received {
  return openReceiver({
    tempDir: b.tempDir,
    name: work.build.id,
    maxBytes: b.limits.slugMb * 1024 * 1024,
    known,
    findRuntime: b.runtimes.find,
    onRequest: (request) => void b.runtimes.fulfil(request).then((failure) => answerRequest(run, failure)),
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
