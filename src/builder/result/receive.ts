// Makes sense of what a build's container says: fields first, then the layers of the slug.
import { join } from 'node:path';
import { DYNO_UID } from '../../model/dyno.js';
import type { BuildReport } from '../../model/build/build.js';
import { PlatformError } from '../../model/errors.js';
import type { SlugLayer } from '../../model/build/slug.js';
import { readAppJsonCron } from '../../model/schedule/app-json.js';
import type { ScheduleWish } from '../../model/schedule/schedule.js';
import { openLayerSink, type LayerSink, type ReceivedLayer } from './layer-sink.js';
import { TarError, type TarLimits } from './plain-tar.js';
import { readProcessTypes, type ProcessTypes } from './process-types.js';
import { readReport } from './report.js';
import type { BlobSink, ResultReceiver } from './result-reader.js';

/** What a build may say of itself: the code that is built can say it too. */
const MOST_FIELDS = 500;
/** app.json, and .buildpacks where that names none. */
const NAMING_FILES = 2;
const MAX_FIELDS_BYTES = 2 * 1024 * 1024;
const MAX_REPORTS_BYTES = 64 * 1024;

interface Expected {
  tempDir: string;
  /** Names the files of this build. */
  name: string;
  maxBytes: number;
  /** Of each layer, expanded. */
  expanded: TarLimits;
  /** Layers that the app's last slug rests on, by key. */
  known: Map<string, SlugLayer>;
  findRuntime(language: string, version: string): Promise<SlugLayer | null>;
  /** Something only the builder can do; whoever hears it answers the container. */
  onRequest(request: string): void;
  /** The process types are known, and layers come. Called once; what it says comes after all that the buildpacks say. */
  onCompiled(types: ProcessTypes): Promise<void>;
  /** The app names its buildpacks in this file; whoever hears it answers the container. */
  onWanted(file: string, text: string): void;
}

export interface Received {
  receiver: ResultReceiver;
  /** The value of a field; undefined when the container never named it. */
  field(key: string): string | undefined;
  /** What the buildpacks reported, in their order. */
  reports(): BuildReport[];
  types(): ProcessTypes;
  /** What the app's app.json has by the clock. */
  cron(): ScheduleWish[];
  /** Bytes of all new layers, also when they were too many to be kept. */
  bytes(): number;
  /** The layers under the slug, lowest first, and the slug's own; those that are new have a file. */
  layers(): Promise<{ base: (SlugLayer | ReceivedLayer)[]; top: ReceivedLayer }>;
  discard(): Promise<void>;
}

/** Opens the receiving end of one build. */
export function openReceiver(o: Expected): Received {
  const fields = new Map<string, string>();
  const reports: BuildReport[] = [];
  const base: string[] = [];
  const sinks = new Map<string, Promise<LayerSink>>();
  let compiled: Promise<ProcessTypes> | null = null;
  let wrong: Error | null = null;
  let types: ProcessTypes = { declared: {}, defaults: {}, all: {}, warnings: [] };
  let cron: ScheduleWish[] = [];
  let bytes = 0;
  const said = { fields: 0, bytes: 0, reportBytes: 0, wanted: 0 };

  function count(key: string, value: string): void {
    said.fields += 1;
    said.bytes += value.length;
    if (key === 'report') said.reportBytes += value.length;
    if (key === 'wanted') said.wanted += 1;
    if (said.reportBytes > MAX_REPORTS_BYTES)
      throw new PlatformError('invalid_params', `The buildpacks report more than ${MAX_REPORTS_BYTES / 1024} kB (bin/report).`);
    const isTooMuch = said.fields > MOST_FIELDS || said.bytes > MAX_FIELDS_BYTES || said.wanted > NAMING_FILES;
    if (isTooMuch) throw new Error('the build says more of itself than a build does');
  }

  function field(key: string, value: string): void {
    count(key, value);
    if (key === 'report') reports.push(readReport(value));
    else if (key === 'wanted') o.onWanted(value.slice(0, value.indexOf('\n')), value.slice(value.indexOf('\n') + 1));
    // Here, so that one that is wrong ends the build before it has begun.
    else if (key === 'app_json') cron = readAppJsonCron(value);
    else if (key === 'request') o.onRequest(value);
    else if (key === 'base') base.push(value);
    else fields.set(key, value);
  }

  async function readBase(text: string): Promise<SlugLayer | ReceivedLayer> {
    const [kind = '', name = '', version = ''] = text.split(' ');
    if (kind === 'new') return layerOf(name);
    const layer = kind === 'runtime' ? await o.findRuntime(name, version) : o.known.get(name);
    if (!layer) throw new Error(`the build names a layer that isn't there: ${JSON.stringify(text.slice(0, 100))}`);
    return layer;
  }

  async function layerOf(key: string): Promise<ReceivedLayer> {
    const sink = await sinks.get(key);
    if (!sink) throw new Error('the build ended without a layer that it had promised');
    return { ...sink.layer(), ...(key !== 'slug' && { key }) };
  }

  function blob(key: string): BlobSink {
    compiled ??= quietly(tellCompiled());
    compiled.catch((error: Error) => (wrong = error));
    const file = join(o.tempDir, `${o.name}.${sinks.size}.tgz`);
    const opened = quietly(openLayerSink({ file, root: 'app/', uid: DYNO_UID, limits: o.expanded }));
    sinks.set(key, opened);
    return {
      // What is too large is only counted, to tell how large it is.
      async write(part) {
        const sink = await opened;
        if (wrong) throw wrong;
        bytes += part.length;
        if (bytes <= o.maxBytes) await told(sink.write(part));
      },
      async end() {
        const sink = await opened;
        if (bytes <= o.maxBytes) await told(sink.end());
      },
    };
  }

  async function tellCompiled(): Promise<ProcessTypes> {
    types = readProcessTypes(fields.get('procfile'), fields.get('release') ?? '');
    await o.onCompiled(types);
    return types;
  }

  return {
    receiver: { field, blob },
    field: (key) => fields.get(key),
    reports: () => reports,
    types: () => types,
    cron: () => cron,
    bytes: () => bytes,
    async layers() {
      await compiled;
      return { base: await Promise.all(base.map(readBase)), top: await layerOf('slug') };
    },
    async discard() {
      for (const sink of sinks.values()) await (await sink.catch(() => null))?.discard();
    },
  };
}

/** What is too large when it is unpacked is the app's affair. */
async function told(written: Promise<void>): Promise<void> {
  try {
    await written;
  } catch (error) {
    if (!(error instanceof TarError) || error.kind !== 'size') throw error;
    throw new PlatformError(
      'invalid_params',
      `The slug is too large: unpacked, ${error.message}. List what the app does not need at run time in .slugignore.`,
      { cause: error },
    );
  }
}

/** Marks a promise's failure as looked after: whoever awaits it still gets it. */
function quietly<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
