// The stack's images: those of the engine when their recipe is the same, else loaded from the home, else built.
import { createHash } from 'node:crypto';
import type { Engine } from '../../docker/engine.js';
import { findProgram } from '../find-program.js';
import { install } from '../install.js';
import type { Progress } from '../progress.js';
import { loadArchive } from './archive.js';
import { givenImage } from './given-image.js';
import { hostSources } from './host-sources.js';
import { hasImage } from './has-image.js';
import { buildLayerImage, layerDockerfile } from './layer-image.js';
import { BUILD_LAYERS, RUN_LAYER, SUITE, type Layer } from './recipe.js';
import { buildRootImage, mmdebstrapArguments } from './root-image.js';

export interface Stack {
  runImage: string;
  buildImage: string;
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
}

const RUN_REPO = 'slipway/stack';
const BUILD_REPO = 'slipway/stack-build';

/** What building the stack takes, unless a finished one is given. */
export function stackPrograms(given: string): string[] {
  return given === '' ? ['mmdebstrap'] : [];
}

/** Makes sure that the engine has both images; about 70 s when nothing is there. */
export async function ensureStack(o: Options): Promise<Stack> {
  const run = o.given === '' ? await ensureRunImage(o) : await givenImage(o, RUN_REPO);
  let { tag, isNew } = run;
  let base = `${RUN_REPO}:${tag}`;
  for (const [index, layer] of BUILD_LAYERS.entries()) {
    tag = digest(tag, layerDockerfile(layer), layer.node);
    const image = { layer, base, repo: BUILD_REPO, tag };
    if (!(await hasImage(o.engine, `${BUILD_REPO}:${tag}`))) {
      isNew = true;
      const count = BUILD_LAYERS.length > 1 ? `, layer ${index + 1} of ${BUILD_LAYERS.length}` : '';
      await o.progress.step(`Building the stack's build image${count}`, () => buildLayerImage(o.engine, image));
    }
    base = `${BUILD_REPO}:${tag}`;
  }
  return { runImage: `${RUN_REPO}:${run.tag}`, buildImage: base, isNew };
}

async function ensureRunImage(o: Options): Promise<{ tag: string; isNew: boolean }> {
  const sources = hostSources(SUITE);
  const tag = digest(mmdebstrapArguments(RUN_LAYER, sources));
  const reference = `${RUN_REPO}:${tag}`;
  if (await hasImage(o.engine, reference)) return { tag, isNew: false };
  if (await loadArchive(o, tag)) return { tag, isNew: false };
  if (!findProgram('mmdebstrap')) {
    await install(o, { what: 'mmdebstrap, which builds the stack', packages: ['mmdebstrap'], otherwise: 'or set SLIPWAY_STACK_IMAGE to a finished stack' });
  }
  await o.progress.step('Building the stack\'s run image, once', () => buildRootImage(o.engine, { layer: RUN_LAYER, sources, repo: RUN_REPO, tag }));
  return { tag, isNew: true };
}

function digest(...parts: (string | string[] | Layer['node'])[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}
