// One build, told in order: compile in a container, store the slug, release it.
import { createRelease } from '../actions/release/create-release.js';
import type { BuildResult } from '../actions/build/end-build.js';
import { keepSlug } from '../actions/build/keep-slug.js';
import type { GatheredOutput } from '../bus/gather-output.js';
import { isEngineTimeout } from '../docker/calls/engine-timeout.js';
import { isEngineUp } from '../docker/engine.js';
import { webUrl } from '../model/app.js';
import { CONTAINER_STACK } from '../model/build/container.js';
import { PlatformError } from '../model/errors.js';
import { deployText, totalSize, type SlugLayer } from '../model/build/slug.js';
import { DEFAULT_STACK, findStack } from '../model/build/stack.js';
import type { Builder } from './deps.js';
import { compile } from './compile.js';
import { fetchRepository } from './input/repository.js';
import { buildImages } from './container/build-images.js';
import type { ReceivedLayer } from './result/layer-sink.js';
import { engineFailure, launchText, plainFailure, platformFailure, releasedText, slugTooLargeFailure, type BuildFailure } from './texts.js';
import { uploadLayer } from './result/upload.js';
import type { BuildWork } from './work.js';

/** Builds and releases. A build that fails is a result; what is thrown is the platform's fault. */
export async function build(b: Builder, work: BuildWork): Promise<BuildResult> {
  const { output, signal } = work;
  try {
    if (work.build.gitRef === null) return await compileAndRelease(b, work);
    const fetched = await fetchRepository(b, work);
    return await compileAndRelease(b, fetched.work).finally(fetched.discard);
  } catch (error) {
    const failure = signal.aborted
      ? (signal.reason as BuildFailure | null)
      : error instanceof PlatformError
        ? plainFailure(error.message)
        : undefined;
    if (failure === undefined && !isEngineTimeout(error) && (await isEngineUp(b.engine))) {
      output.say(platformFailure.said);
      throw error;
    }
    if (failure === undefined) return fail(output, engineFailure);
    return fail(output, failure ?? { failure: 'Build was cancelled.', said: '' });
  }
}

async function compileAndRelease(b: Builder, work: BuildWork): Promise<BuildResult> {
  const { build: row, output, signal } = work;
  const stack = findStack(row.stack) ?? findStack(DEFAULT_STACK)!;
  const isContainer = stack.name === CONTAINER_STACK;
  const compiled = isContainer ? await buildImages(b, work) : await compile(b, work, stack);
  if ('failure' in compiled) return fail(output, compiled);
  try {
    const { base, top } = compiled.layers;
    const bytes = totalSize({ size: top.size, base });
    // An image brings its whole distribution along; the limit is for what apps add to ours.
    if (!isContainer && bytes > b.limits.slugMb * 1024 * 1024) return fail(output, slugTooLargeFailure(bytes, b.limits.slugMb));
    output.say(launchText(bytes));
    await Promise.all([...base, top].map((layer) => (isNew(layer) ? uploadLayer(b.blobs, layer, signal) : undefined)));
    work.mark('upload');
    const slug = await keepSlug(b.ctx, {
      appId: row.appId,
      digest: top.digest,
      diffId: top.diffId,
      size: top.size,
      base: base.map(plainLayer),
      stack: stack.name,
      commit: row.commit,
      commitDescription: row.sourceDescription,
      buildpackProvidedDescription: compiled.detected,
      processTypes: compiled.processTypes,
      cron: compiled.cron,
      container: compiled.container ?? null,
    });
    signal.throwIfAborted();
    const description = deployText(row.commit ?? row.id);
    const release = await createRelease(b.ctx, { appId: row.appId, user: work.user, slugId: slug.id, buildId: row.id, description });
    output.say(releasedText({ version: release.version, url: webUrl(work.app, b.place), hasReleaseCommand: release.hasOutput }));
    work.mark('release');
    return { status: 'succeeded', slugId: slug.id, releaseId: release.id };
  } finally {
    await compiled.discard();
  }
}

/** Whether a layer came with this build, in a file. */
function isNew(layer: SlugLayer | ReceivedLayer): layer is ReceivedLayer {
  return 'file' in layer;
}

/** A layer without the place of its file. */
function plainLayer({ digest, diffId, size, key, isWritable }: SlugLayer | ReceivedLayer): SlugLayer {
  return { digest, diffId, size, ...(key !== undefined && { key }), ...(isWritable !== undefined && { isWritable }) };
}

function fail(output: GatheredOutput, failure: BuildFailure): BuildResult {
  output.say(failure.said);
  return { status: 'failed', failure: failure.failure };
}
