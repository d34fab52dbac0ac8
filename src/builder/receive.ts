// Makes sense of what a build's container says: fields first, then the slug.
import { join } from 'node:path';
import { PlatformError } from '../model/errors.js';
import { openLayerSink, type LayerSink, type ReceivedLayer } from './layer-sink.js';
import type { BuildOutput } from './output.js';
import { readProcessTypes } from './process-types.js';
import type { ResultReceiver } from './result-reader.js';
import { compileFailure, incompatibleFailure, plainFailure, platformFailure, processTypesText, sizeText, slugTooLargeFailure, step, undetectedFailure, type BuildFailure } from './texts.js';

const SLUG_USER = 20_000;

interface Expected {
  tempDir: string;
  /** Names the files of this build. */
  name: string;
  slugLimitMb: number;
  output: BuildOutput;
  buildpacks: string[];
}

/** Opens the receiving end of one build. */
export function openReceiver(o: Expected) {
  const fields = new Map<string, string>();
  const reports: string[] = [];
  const maxBytes = o.slugLimitMb * 1024 * 1024;
  let types: Record<string, string> = {};
  let sink: Promise<LayerSink> | null = null;

  function receiver(said: Promise<void>): ResultReceiver {
    return {
      field(key, value) {
        if (key === 'report') reports.push(value);
        else fields.set(key, value);
      },
      blob: () => {
        sink ??= announce(said).then(() => openLayerSink({ file: join(o.tempDir, `${o.name}.tgz`), root: 'app/', uid: SLUG_USER, maxBytes }));
        const opened = sink;
        return { write: async (bytes) => (await opened).write(bytes), end: async () => (await opened).end() };
      },
    };
  }

  /** Tells the process types as soon as the buildpacks have said their last line. */
  async function announce(said: Promise<void>): Promise<void> {
    await said;
    const read = readProcessTypes(fields.get('procfile'), fields.get('release') ?? '');
    types = read.all;
    o.output.say(`${processTypesText(Object.keys(read.declared), Object.keys(read.defaults))}\n${step('Compressing...')}`);
  }

  return {
    receiver,
    detected: () => fields.get('detected') ?? null,
    processTypes: () => types,
    reports: () => reports,
    failure: () => failureOf(fields.get('failed'), fields.get('detail') ?? '', o.buildpacks),
    /** The slug, when it fits. Throws `too_large` otherwise. */
    async slug(): Promise<ReceivedLayer> {
      if (!sink) throw new Error('the build ended without a slug');
      const layer = (await sink).layer();
      if (layer.size > maxBytes) throw new PlatformError('too_large', slugTooLargeFailure(layer.size, o.slugLimitMb).failure);
      o.output.say(sizeText(layer.size) + step('Launching...'));
      return layer;
    },
    async discard(): Promise<void> {
      await (await sink?.catch(() => null))?.discard();
    },
  };
}

/** What build.sh's word for a failure means to people. */
export function failureOf(kind: string | undefined, detail: string, buildpacks: string[]): BuildFailure | null {
  switch (kind) {
    case undefined:
      return null;
    case 'undetected':
      return undetectedFailure(detail.split('\n').filter((name) => name !== ''));
    case 'incompatible':
      return incompatibleFailure(buildpacks[Number(detail)] ?? 'the buildpack');
    case 'compile':
      return compileFailure(detail);
    case 'release':
      return plainFailure(`Push rejected, bin/release of ${detail} failed.`);
    case 'source':
      return plainFailure(`The source can't be unpacked: ${detail}`);
    case 'pack':
      return plainFailure(`The slug can't be packed: ${detail}.`);
    default:
      return platformFailure;
  }
}
