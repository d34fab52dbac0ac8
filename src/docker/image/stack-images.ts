// The engine's images of stacks: taken in from a root file system, an archive or a registry, built up in layers, named, saved, removed.
import type { Readable } from 'node:stream';
import { readAnswer } from '../engine-events.js';
import { dockerOf, type Engine } from '../engine.js';

/** On images of stacks: the tag of what they are. */
export const STACK_LABEL = 'slipway.stack';

export interface StackImage {
  Id: string;
  /** Seconds since 1970. */
  Created: number;
  RepoTags?: string[] | undefined;
}

interface Name {
  repo: string;
  tag: string;
}

/**
 * Makes an image of a root file system, a tar; `changes` are instructions of a Dockerfile. An archive that breaks off is taken
 * for a whole one.
 */
export async function importImage(engine: Engine, tar: Readable, o: Name & { changes?: string }): Promise<void> {
  await readAnswer(await dockerOf(engine).importImage(tar, o));
}

/** Takes in an archive of images; returns the first name it tells, or ''. */
export async function loadImages(engine: Engine, tar: Readable, o: { quiet?: boolean } = {}): Promise<string> {
  let loaded = '';
  await readAnswer(await dockerOf(engine).loadImage(tar, o), (text) => (loaded ||= /^Loaded image(?: ID)?: (\S+)/.exec(text)?.[1] ?? ''));
  return loaded;
}

/** Fetches an image from its registry. */
export async function pullImage(engine: Engine, reference: string): Promise<void> {
  await readAnswer((await dockerOf(engine).pull(reference)) as NodeJS.ReadableStream);
}

export interface LayerBuild extends Name {
  /** The tar of a directory with its Dockerfile. */
  context: Readable;
  buildArgs: Record<string, string>;
  /** A patient build takes the processor when nobody else wants it. */
  isPatient: boolean;
}

/** Builds a layer of a stack. */
export async function buildStackLayer(engine: Engine, o: LayerBuild): Promise<void> {
  const answer = await dockerOf(engine).buildImage(o.context, {
    t: `${o.repo}:${o.tag}`,
    labels: { [STACK_LABEL]: o.tag },
    buildargs: o.buildArgs,
    // The host's network: whatever name servers and routes let the host reach its packages serve here too.
    networkmode: 'host',
    ...(o.isPatient && { cpushares: 64 }),
    forcerm: true,
  });
  await readAnswer(answer);
}

/** Gives an image another name. */
export async function tagImage(engine: Engine, reference: string, name: Name): Promise<void> {
  await dockerOf(engine).getImage(reference).tag(name);
}

/** The id of an image, without `sha256:`. */
export async function imageId(engine: Engine, reference: string): Promise<string> {
  return (await dockerOf(engine).getImage(reference).inspect()).Id.replace('sha256:', '');
}

/** All images of stacks. */
export async function listStackImages(engine: Engine): Promise<StackImage[]> {
  return dockerOf(engine).listImages({ filters: { label: [STACK_LABEL] } });
}

/** Removes an image, unless it is gone or something still needs it. */
export async function removeIfUnused(engine: Engine, reference: string): Promise<void> {
  await dockerOf(engine)
    .getImage(reference)
    .remove()
    .catch(() => undefined);
}
