// A build on the stack `container`: Docker's builder makes the images that heroku.yml or the Dockerfile asks for, and
// their layers become those of the slug.
import { join, posix } from 'node:path';
import { keepBuildCache, nameImage, saveImages } from '../../docker/image/container-image.js';
import { imageUser, resolveUser } from '../../docker/image/image-user.js';
import { ImageBuildError, imageRuns, pullBase, watchStages, type Stages } from '../../docker/build/image-builder.js';
import { hasTop } from '../../model/build/build.js';
import { shownCommand, type Container, type ContainerImage } from '../../model/build/container.js';
import { readAppJsonCron } from '../../model/schedule/app-json.js';
import type { ScheduleWish } from '../../model/schedule/schedule.js';
import { PlatformError } from '../../model/errors.js';
import type { SlugLayer } from '../../model/build/slug.js';
import { latestSlug } from '../../store/build/slugs.js';
import type { BuildWork } from '../work.js';
import type { Builder } from '../deps.js';
import type { Compiled } from '../work.js';
import { openBuildSource } from '../input/gather-input.js';
import type { BuildFailure } from '../texts.js';
import { checkDockerfile, triggerProblem } from './dockerfile.js';
import { checkRegistry } from './check-registry.js';
import { DOCKERFILE_PLAN, parseHerokuYml, type ContainerPlan, type ImageWish } from './heroku-yml.js';
import type { LayerLimits } from './layer-limits.js';
import { buildWithinLimits, LimitMet } from './limited-build.js';
import { saveLayers, type SavedImages } from './save-layers.js';
import { DOCKERFILE_NAME, keepSource, type SourceFiles } from './source-files.js';
import { buildingText, imageFailure, pushingText, submodulesText, FETCHING } from './texts.js';

const APP_JSON = 'app.json';

/** Builds and stores the images. Throws `invalid_params` when the app can't be understood. */
export async function buildImages(b: Builder, work: BuildWork): Promise<Compiled | BuildFailure> {
  const { build: row, output, signal } = work;
  output.say(FETCHING);
  if (row.submodules.length > 0) output.say(submodulesText(row.submodules.length));
  const source = await keepSource(await openBuildSource(b, work), {
    file: join(b.tempDir, `${row.id}.source`),
    stripTop: hasTop(row),
    dir: row.sourceDir,
    maxBytes: b.limits.sourceMb * 1024 * 1024,
    signal,
  });
  const stages: Stages[] = [];
  const below: LayerLimits['base'] = { diffIds: new Set(), bytes: 0 };
  try {
    const plan = await readPlan(source);
    const cron = readAppJsonCron((await source.read([APP_JSON])).get(APP_JSON) ?? '');
    for (const note of plan.notes) output.say(` !     ${note}\n`);
    work.mark('source');
    const ids = new Map<string, string>();
    await b.ensureNetwork();
    for (const wish of plan.images) ids.set(wish.name, await buildOne(b, work, { source, plan, wish, stages, below }));
    work.mark('compile');
    return await keep(b, work, { plan, ids, below, cron });
  } catch (error) {
    if (error instanceof LimitMet) return error.failure;
    if (!(error instanceof ImageBuildError) || signal.aborted) throw error;
    return imageFailure(error.message, b.limits.memoryMb);
  } finally {
    await keepBuildCache(b.engine, { homeId: b.homeId, appId: row.appId, images: stages.flatMap((each) => each.list()) }).catch(
      () => undefined,
    );
    await source.discard();
  }
}

async function readPlan(source: SourceFiles): Promise<ContainerPlan> {
  const found = await source.read(['heroku.yml', 'Dockerfile']);
  const text = found.get('heroku.yml');
  if (text !== undefined) return parseHerokuYml(text);
  if (found.has('Dockerfile')) return DOCKERFILE_PLAN;
  throw new PlatformError(
    'invalid_params',
    'The app is on the stack container, but has neither heroku.yml nor Dockerfile at its top. Add one, or choose ' +
      'another stack with paas stack:set.',
  );
}

interface One {
  source: SourceFiles;
  plan: ContainerPlan;
  wish: ImageWish;
  /** One more for each image: later builds can take up what they heard of. */
  stages: Stages[];
  /** What the images start from is added to it. */
  below: LayerLimits['base'];
}

/** As on Heroku, the context is the directory of the Dockerfile. Returns the image's id. */
async function buildOne(b: Builder, { output, signal }: BuildWork, { source, plan, wish, stages, below }: One): Promise<string> {
  output.say(buildingText(wish));
  const path = posix.normalize(wish.dockerfile);
  const text = (await source.read([path])).get(path);
  if (text === undefined)
    throw new PlatformError('invalid_params', `heroku.yml: build.docker.${wish.name} names ${wish.dockerfile}, which is not in the app.`);
  const hear = (said: string) => output.say(said);
  const checked = checkDockerfile(text, { file: path, buildArgs: plan.buildArgs });
  for (const base of checked.bases) {
    await checkRegistry(b.packs.guard, base);
    const image = await pullBase(b.engine, base, { signal, hear });
    for (const diffId of image.diffIds) below.diffIds.add(diffId);
    below.bytes += image.bytes;
    const problem = triggerProblem(base, image.onBuild);
    if (problem) throw new PlatformError('invalid_params', problem);
  }
  const context = await source.context(posix.dirname(path), checked.text);
  const heard = watchStages();
  stages.push(heard);
  return buildWithinLimits(b, {
    context,
    dockerfile: DOCKERFILE_NAME,
    target: wish.target,
    buildArgs: { ...proxies(b.buildEnv), ...plan.buildArgs },
    network: b.network,
    memoryMb: b.limits.memoryMb,
    stages: heard,
    signal,
    hear,
  });
}

interface Built {
  plan: ContainerPlan;
  ids: Map<string, string>;
  below: LayerLimits['base'];
  cron: ScheduleWish[];
}

async function keep(b: Builder, work: BuildWork, { plan, ids, below, cron }: Built): Promise<Compiled | BuildFailure> {
  for (const [type, { image, command }] of Object.entries(plan.types)) {
    const runs = command ?? (await imageRuns(b.engine, ids.get(image)!));
    if (runs === '')
      return imageFailure(
        `The image ${image} has neither CMD nor ENTRYPOINT: add one, or a command for ${type} under run in heroku.yml`,
        b.limits.memoryMb,
      );
  }
  for (const [name, id] of ids) await checkUser(b, name, id);
  for (const { name, dockerfile } of plan.images) work.output.say(pushingText(name, dockerfile));
  const saved = await save(b, work, { ids: [...new Set(ids.values())], below });
  try {
    const images: Record<string, ContainerImage> = Object.fromEntries(
      [...ids].map(([name, id]) => [name, saved.images.find((image) => image.id === id)!]),
    );
    const container: Container = { images, types: plan.types };
    const processTypes = Object.fromEntries(
      Object.entries(plan.types).map(([type, runs]) => [type, shownCommand(runs, images[runs.image]!)]),
    );
    const top = saved.layers.at(-1);
    if (!top) throw new ImageBuildError('The image has no files.');
    for (const id of ids.values()) await nameImage(b.engine, b.homeId, id);
    // The slug's own row has no place for a key.
    delete top.key;
    const layers = { base: saved.layers.slice(0, -1), top };
    return { layers, detected: 'Container', processTypes, cron, container, discard: saved.discard };
  } catch (error) {
    await saved.discard();
    throw error;
  }
}

/** Throws ImageBuildError for a USER that the image doesn't know. */
async function checkUser(b: Builder, name: string, image: string): Promise<void> {
  const user = await imageUser(b.engine, image);
  if (await resolveUser(b.engine, { homeId: b.homeId, image, user })) return;
  throw new ImageBuildError(
    `USER ${user} of the image ${name} is not in its /etc/passwd or /etc/group: make it in a RUN step, or name it by its number`,
  );
}

async function save(
  b: Builder,
  { build: row, signal, mark }: BuildWork,
  { ids, below }: { ids: string[]; below: LayerLimits['base'] },
): Promise<SavedImages> {
  const last = await latestSlug(b.ctx.store, row.appId);
  const known: SlugLayer[] = last?.container ? [...last.base, { digest: last.digest, diffId: last.diffId, size: last.size }] : [];
  const stream = await saveImages(b.engine, ids, signal);
  const stop = () => void stream.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await saveLayers(stream, { ids, tempDir: b.tempDir, name: row.id, known, limits: { ...b.limits, base: below } });
  } finally {
    signal.removeEventListener('abort', stop);
    mark('pack');
  }
}

/** Docker's builder knows these ARGs without being told of them, and keeps them out of the image's history. */
function proxies(buildEnv: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(buildEnv).filter(([key]) => /^(https?|ftp|no|all)_proxy$/i.test(key)));
}
