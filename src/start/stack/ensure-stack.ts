// A stack's images: those of the engine when their recipe is the same, else loaded from the home, else built.
import { createHash } from 'node:crypto';
import type { Engine } from '../../docker/engine.js';
import type { ServiceSoftware, StackImages } from '../../model/build/stack.js';
import { findProgram } from '../machine/find-program.js';
import { install } from '../machine/install.js';
import type { Progress } from '../screen/progress.js';
import { loadArchive } from './archive.js';
import { givenImage } from './given-image.js';
import { hostSources } from './host-sources.js';
import { hasImage } from '../../docker/image/has-image.js';
import { buildLayerImage, layerDockerfile } from './layer-image.js';
import type { Layer, Recipe } from './recipe.js';
import { buildRootImage, mmdebstrapArguments } from './root-image.js';

export interface Stack {
  images: StackImages;
  /** Whether anything was built now, rather than found. */
  isNew: boolean;
}

interface Options {
  engine: Engine;
  progress: Progress;
  mayInstall: boolean;
  /** SLIPWAY_STACK_IMAGE: a tar file's path or an image's name; empty to build the stack. */
  given: string;
  /** Where finished images are kept besides the engine. */
  archiveDir: string;
  /** Whether others go first: nobody waits for this stack yet. */
  isPatient?: boolean;
}

const RUN_REPO = 'slipway/stack';
const BUILD_REPO = 'slipway/stack-build';
const SERVICES: readonly ServiceSoftware[] = ['postgresql', 'redis'];

/** What building the stack takes, unless a finished one is given. */
export function stackPrograms(given: string): string[] {
  return given === '' ? ['mmdebstrap'] : [];
}

/** What the images of a stack are called, whether they are there or not. */
export function stackImages(recipe: Recipe): StackImages {
  const { tag } = runTag(recipe);
  return { run: `${RUN_REPO}:${tag}`, build: buildSteps(recipe, tag).at(-1)?.name ?? '', services: serviceNames(recipe, tag) };
}

/** Makes sure that the engine has both images; about 110 s when nothing is there. */
export async function ensureStack(o: Options, recipe: Recipe): Promise<Stack> {
  const run = o.given === '' ? await ensureRunImage(o, recipe) : await givenImage(o, RUN_REPO);
  let { isNew } = run;
  let base = `${RUN_REPO}:${run.tag}`;
  for (const [index, { layer, tag, name }] of buildSteps(recipe, run.tag).entries()) {
    const image = { layer, base, repo: BUILD_REPO, tag, isPatient: o.isPatient ?? false };
    if (!(await hasImage(o.engine, name))) {
      isNew = true;
      const count = recipe.build.length > 1 ? `, layer ${index + 1} of ${recipe.build.length}` : '';
      await o.progress.step(`Building the build image of ${recipe.stack}${count}`, () => buildLayerImage(o.engine, image));
    }
    base = name;
  }
  return { images: { run: `${RUN_REPO}:${run.tag}`, build: base, services: serviceNames(recipe, run.tag) }, isNew };
}

/** Makes those images of the stack's add-ons that are missing; about 15 s each. */
export async function ensureServiceImages(engine: Engine, recipe: Recipe, { run, services = {} }: StackImages): Promise<void> {
  for (const software of SERVICES) {
    const name = services[software];
    if (name === undefined || (await hasImage(engine, name))) continue;
    const [repo = '', tag = ''] = name.split(':');
    await buildLayerImage(engine, { layer: recipe.services[software], base: run, repo, tag, isPatient: false });
  }
}

function serviceNames({ services }: Recipe, runImageTag: string): StackImages['services'] {
  const named = SERVICES.map((each) => [each, `slipway/${each}:${digest(runImageTag, layerDockerfile(services[each]))}`]);
  return Object.fromEntries(named) as StackImages['services'];
}

async function ensureRunImage(o: Options, recipe: Recipe): Promise<{ tag: string; isNew: boolean }> {
  const { tag, sources } = runTag(recipe);
  const reference = `${RUN_REPO}:${tag}`;
  if (await hasImage(o.engine, reference)) return { tag, isNew: false };
  if (await loadArchive(o, { stack: recipe.stack, tag })) return { tag, isNew: false };
  if (!findProgram('mmdebstrap')) {
    await install(o, {
      what: 'mmdebstrap, which builds the stack',
      packages: ['mmdebstrap'],
      otherwise: 'or set SLIPWAY_STACK_IMAGE to a finished stack',
    });
  }
  await o.progress.step(`Building the run image of ${recipe.stack}, once`, () =>
    buildRootImage(o.engine, { recipe, sources, repo: RUN_REPO, tag }),
  );
  return { tag, isNew: true };
}

function runTag(recipe: Recipe): { tag: string; sources: string[] } {
  const sources = hostSources(recipe.suite);
  return { tag: digest(mmdebstrapArguments(recipe, sources)), sources };
}

/** The layers of the build image, each with the name of the image that ends with it. */
function buildSteps(recipe: Recipe, runImageTag: string): { layer: Layer; tag: string; name: string }[] {
  let tag = runImageTag;
  return recipe.build.map((layer) => {
    tag = digest(tag, layerDockerfile(layer), layer.node);
    return { layer, tag, name: `${BUILD_REPO}:${tag}` };
  });
}

function digest(...parts: (string | string[] | Layer['node'])[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}
