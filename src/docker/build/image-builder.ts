// Docker's own builder: a context and a Dockerfile become an image.
import type { Readable } from 'node:stream';
import { dockerOf, type Engine } from '../engine.js';
import { readEvents } from '../engine-events.js';

export interface ImageBuild {
  /** A tar. */
  context: Readable;
  /** Its path inside the context. */
  dockerfile: string;
  target: string | null;
  buildArgs: Record<string, string>;
  /** Name or id of the network that RUN steps have. */
  network: string;
  memoryMb: number;
  /** How large a file of a RUN step may become; none where it isn't given. */
  fileBytes?: number;
  /** Hears what is made on the way, also when the build comes to nothing. */
  stages: Stages;
  signal: AbortSignal;
  /** What the builder says, as it comes. */
  hear(text: string): void;
}

/** A step of the Dockerfile failed, or it can't be understood: the app's fault, told by the builder in its own words. */
export class ImageBuildError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ImageBuildError';
  }
}

/** Builds an image; returns its id, hex. Aborting ends the step that runs. Throws ImageBuildError. */
export async function buildImage(engine: Engine, o: ImageBuild): Promise<string> {
  let id = '';
  const memory = o.memoryMb * 1024 * 1024;
  const options = {
    dockerfile: o.dockerfile,
    ...(o.target && { target: o.target }),
    buildargs: o.buildArgs,
    networkmode: o.network,
    memory,
    memswap: memory,
    cpushares: 128,
    ...(o.fileBytes && { ulimits: JSON.stringify([{ Name: 'fsize', Soft: o.fileBytes, Hard: o.fileBytes }]) }),
    forcerm: true,
    abortSignal: o.signal,
  };
  try {
    const answer = (await dockerOf(engine).buildImage(o.context, options)) as Readable;
    await readEvents(answer, o.signal, (event) => {
      if (event.aux?.ID) id = event.aux.ID;
      if (event.error !== undefined) throw new ImageBuildError(event.error);
      if (event.stream === undefined) return;
      o.stages.hear(event.stream);
      o.hear(event.stream);
    });
  } catch (error) {
    // A Dockerfile that can't be parsed is refused before anything is said.
    const { statusCode, message } = error as { statusCode?: number; message: string };
    if (statusCode === 400) throw new ImageBuildError(plain(message));
    throw error;
  }
  if (id === '') throw new Error('the engine built an image without telling its id');
  return id.replace('sha256:', '');
}

export interface Stages {
  hear(text: string): void;
  /** The last image of each stage that was begun: what later builds find again instead of making it anew. */
  list(): string[];
}

/** Hears the ids of images on the way (` ---> 0123456789ab`). */
export function watchStages(): Stages {
  const ends: string[] = [];
  let last = '';
  return {
    hear(text) {
      if (/^Step \d+\/\d+ : FROM /i.test(text) && last !== '') ends.push(last);
      last = / ---> ([0-9a-f]{12,})/.exec(text)?.[1] ?? last;
    },
    list: () => [...ends, ...(last === '' ? [] : [last])],
  };
}

/** What an image of the engine runs by itself; empty when that is nothing. */
export async function imageRuns(engine: Engine, id: string): Promise<string> {
  const { Config } = await dockerOf(engine).getImage(id).inspect();
  return [Config.Entrypoint ?? [], Config.Cmd ?? []].flat().join(' ');
}

export interface BaseImage {
  /** Its ONBUILD steps. */
  onBuild: string[];
  /** Its layers, lowest first. */
  diffIds: string[];
  /** Unpacked. */
  bytes: number;
}

/** Fetches an image unless the engine has it, and returns what it is. Throws ImageBuildError when it can't be had. */
export async function pullBase(
  engine: Engine,
  reference: string,
  o: { signal: AbortSignal; hear(text: string): void },
): Promise<BaseImage> {
  const inspect = () => dockerOf(engine).getImage(reference).inspect();
  const found = await inspect().catch((error: { statusCode?: number }) => {
    if (error.statusCode !== 404) throw error;
    return null;
  });
  if (!found) await pull(engine, reference, o);
  const { Config, RootFS, Size } = found ?? (await inspect());
  const diffIds = (RootFS?.Layers ?? []).map((layer) => layer.replace('sha256:', ''));
  return { onBuild: (Config as { OnBuild?: string[] | null }).OnBuild ?? [], diffIds, bytes: Size };
}

async function pull(engine: Engine, reference: string, o: { signal: AbortSignal; hear(text: string): void }): Promise<void> {
  const name = /[:@][^/]*$/.test(reference) ? reference : `${reference}:latest`;
  try {
    const answer = (await dockerOf(engine).pull(name, { abortSignal: o.signal })) as Readable;
    await readEvents(answer, o.signal, (event) => {
      if (event.error !== undefined) throw new Error(event.error);
      // Progress of single layers is for screens that can take a line back.
      if (event.status !== undefined && event.id === undefined) o.hear(`${event.status}\n`);
    });
  } catch (error) {
    if (o.signal.aborted) throw error;
    throw new ImageBuildError(`The base image ${reference} can't be pulled: ${plain((error as Error).message)}`);
  }
}

/** The engine's own words, without what dockerode puts around them. */
function plain(message: string): string {
  return message
    .replace(/^\(HTTP code \d+\) [^-]*- /, '')
    .split('\n')
    .map((line) => line.trim())
    .join(' ')
    .trim();
}
