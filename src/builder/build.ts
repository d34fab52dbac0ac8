// One build, told in order: buildpacks, container, slug, release.
import { createRelease } from '../actions/create-release.js';
import type { BuildResult } from '../actions/end-build.js';
import { startBuildContainer } from '../docker/build-container.js';
import { cacheVolumeName } from '../docker/build-volumes.js';
import type { App } from '../model/app.js';
import { webUrl } from '../model/app.js';
import type { Build } from '../model/build.js';
import { PlatformError } from '../model/errors.js';
import { DEFAULT_STACK, findStack } from '../model/stack.js';
import type { User } from '../model/user.js';
import { readConfigVars } from '../store/apps.js';
import { insertSlug } from '../store/slugs.js';
import type { Builder } from './builder.js';
import { packSettings } from './header.js';
import type { BuildOutput } from './output.js';
import { openReceiver } from './receive.js';
import { runInContainer } from './run-in-container.js';
import { openSource } from './source.js';
import { brokenFailure, introText, memoryFailure, plainFailure, platformFailure, releasedText, type BuildFailure } from './texts.js';
import { uploadLayer } from './upload.js';

export interface BuildWork {
  build: Build;
  app: App;
  user: User;
  output: BuildOutput;
  /** Aborted with a BuildFailure as its reason, or null when somebody else has told the end. */
  signal: AbortSignal;
}

/** Builds and releases. A build that fails is a result; what is thrown is the platform's fault. */
export async function build(b: Builder, work: BuildWork): Promise<BuildResult> {
  const { output, signal } = work;
  try {
    return await buildAndRelease(b, work);
  } catch (error) {
    const failure = signal.aborted ? (signal.reason as BuildFailure | null) : error instanceof PlatformError ? plainFailure(error.message) : null;
    if (!failure && !signal.aborted) {
      output.say(platformFailure.said);
      throw error;
    }
    return fail(output, failure ?? { failure: 'Build was cancelled.', said: '' });
  }
}

async function buildAndRelease(b: Builder, work: BuildWork): Promise<BuildResult> {
  const { build: row, output } = work;
  const stack = findStack(row.stack) ?? findStack(DEFAULT_STACK)!;
  output.say(introText(stack.title, row.buildpacks));
  const received = openReceiver({ tempDir: b.tempDir, name: row.id, slugLimitMb: b.limits.slugMb, output, buildpacks: row.buildpacks });
  try {
    const failure = await compile(b, work, received);
    if (failure) return fail(output, failure);
    const slugLayer = await received.slug();
    await uploadLayer(b.blobs, slugLayer, work.signal);
    const slug = await insertSlug(b.ctx.store, {
      appId: row.appId,
      digest: slugLayer.digest,
      diffId: slugLayer.diffId,
      size: slugLayer.size,
      stack: stack.name,
      commit: row.commit,
      commitDescription: row.sourceDescription,
      buildpackProvidedDescription: received.detected(),
      processTypes: received.processTypes(),
    });
    work.signal.throwIfAborted();
    const release = await createRelease(b.ctx, { appId: row.appId, user: work.user, slugId: slug.id, description: `Deploy ${deployName(row)}` });
    output.say(releasedText({ version: release.version, url: webUrl(work.app, b.place), hasReleaseCommand: release.hasOutput }));
    return { status: 'succeeded', slugId: slug.id, releaseId: release.id };
  } finally {
    await received.discard();
  }
}

async function compile(b: Builder, work: BuildWork, received: ReturnType<typeof openReceiver>): Promise<BuildFailure | null> {
  const { build: row, signal } = work;
  const [source, vars] = await Promise.all([openSource(row.source, { maxBytes: b.limits.sourceMb * 1024 * 1024, signal }), readConfigVars(b.ctx.store, row.appId)]);
  const stack = findStack(row.stack) ?? findStack(DEFAULT_STACK)!;
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
    },
    vars,
  );
  const run = await startBuildContainer(b.engine, {
    homeId: b.homeId,
    node: b.node,
    appId: row.appId,
    buildId: row.id,
    image: b.image,
    network: b.network,
    cacheVolume: cacheVolumeName(b.homeId, row.appId),
    runtimesVolume: b.runtimesVolume,
    limits: b.limits,
    caBundle: b.caBundle,
    env: b.buildEnv,
    seccomp: b.seccomp,
  });
  const stop = () => void run.kill().catch(() => undefined);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    const isDone = await runInContainer(run, { settings, buildpacks: Buffer.alloc(0), source: source.stream }, work.output, (said) => received.receiver(said));
    signal.throwIfAborted();
    const end = isDone ? null : await run.ended;
    if (end?.ranOutOfMemory) return memoryFailure(b.limits.memoryMb);
    return received.failure() ?? (end ? brokenFailure(end.exitCode) : null);
  } finally {
    signal.removeEventListener('abort', stop);
    void run.ended.catch(() => undefined).then(() => run.remove()).catch(() => undefined);
  }
}

/** `a1b2c3d4` of a commit, else the version as the caller named it. */
function deployName(row: Build): string {
  const version = row.commit ?? row.id;
  return /^[0-9a-f]{40}$/.test(version) ? version.slice(0, 8) : version;
}

function fail(output: BuildOutput, failure: BuildFailure): BuildResult {
  output.say(failure.said);
  return { status: 'failed', failure: failure.failure };
}
