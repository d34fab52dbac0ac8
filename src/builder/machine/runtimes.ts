// Language runtimes that all apps of this home share: installed once into a volume that builds see read-only,
// and packed once as the layer that slugs rest on.
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { startRuntimeContainer, type RunningBuild } from '../../docker/build/build-container.js';
import type { BuildHost } from '../../docker/build/build-spec.js';
import type { Engine } from '../../docker/engine.js';
import { ensureSlugImage } from '../../docker/image/slug-image.js';
import { collectGarbage } from '../../lib/collect-garbage.js';
import { limit } from '../../lib/async/limit.js';
import { log } from '../../lib/log.js';
import type { SlugLayer } from '../../model/build/slug.js';
import { openLayerSink, type LayerSink, type ReceivedLayer } from '../result/layer-sink.js';
import { readResult } from '../result/result-reader.js';
import { openRuntimeUses, unusedRuntimes } from './unused-runtimes.js';
import { hasLayer, uploadLayer, type BlobServer } from '../result/upload.js';

export interface Runtimes {
  /** The layer of a runtime; null when it can't be had. */
  find(language: string, version: string): Promise<SlugLayer | null>;
  /**
   * Does what a build asks for: `inventory node`, `runtime node 24.21.0`, `headers node 24.21.0`, `toolchain go 1.26.2`. Null
   * when it is done, else one line that says why not.
   */
  fulfil(request: string): Promise<string | null>;
  /** Stores the stack's own runtime and brings it to the engine, before the first app needs it; fetches lists of versions anew. */
  refresh(): Promise<void>;
  /** Notes what a build says it has used: `go 1.26.2`, a line each. */
  used(lines: string): Promise<void>;
  /** Removes what no build has used for 30 days from the volume. Slugs that rest on it keep its layer. */
  sweep(): Promise<void>;
  /** Ends what is under way, and what was about to be; nothing is started after it. */
  stop(): Promise<void>;
}

export interface RuntimesParts extends BuildHost {
  engine: Engine;
  blobs: BlobServer;
  /** The image of dynos: runtimes are loaded on top of it beforehand. */
  runImage: string;
  /** Where the layers are written down, and when each runtime was used last. */
  stateDir: string;
  usesDir: string;
  now?: () => number;
  tempDir: string;
}

type Fields = Map<string, string>;
type RunScript = (args: string[], sink?: LayerSink, fields?: Fields) => Promise<Fields>;

interface Scripts {
  /** Those whose container is there, or is on its way. */
  running: Set<Promise<RunningBuild>>;
  isStopped: boolean;
}

/** A build may say so many. */
const MOST_USES = 50;
const INSTALL_MS = 180_000;
/** Containers that install, at once: builds ask for as many as they like. */
const MOST_AT_ONCE = 2;
const RUNTIME_LIMITS = { maxEntries: 100_000, maxBytes: 4 * 1024 ** 3 };
/** Brought to the engine before the first app asks; the others when one does. */
const PRELOADED = ['node'];

/** Opens the runtimes; installs nothing yet. */
export function openRuntimes(o: RuntimesParts): Runtimes {
  const underWay = new Map<string, Promise<SlugLayer>>();
  const now = o.now ?? Date.now;
  const uses = openRuntimeUses(o.usesDir, now);
  const scripts: Scripts = { running: new Set(), isStopped: false };
  const inTurn = limit(MOST_AT_ONCE);
  const runScript: RunScript = (args, sink, fields = new Map()) => inTurn(() => runIn(o, scripts, { args, sink, fields }));

  /** Installs and packs a runtime; whoever asks for the same one meanwhile waits for it. */
  function installOnce(language: string, version: string): Promise<SlugLayer> {
    const key = `${language}-${version}`;
    const known = underWay.get(key);
    if (known) return known;
    const made = install(o, runScript, language, version).finally(() => underWay.delete(key));
    underWay.set(key, made);
    return made;
  }

  async function find(language: string, version: string): Promise<SlugLayer | null> {
    if (!isRuntime(language, version)) return null;
    const written = await readLayer(o, `${language}-${version}`);
    const layer = written ?? (await installOnce(language, version).catch(() => null));
    if (layer) await uses.note(`${language}-${version}`);
    return layer;
  }

  async function fulfil(request: string): Promise<string | null> {
    const [kind, language = '', version = ''] = request.split(' ');
    try {
      if (kind === 'inventory' && isLanguage(language)) await runScript(['inventory', language]);
      else if (kind === 'runtime' && isRuntime(language, version)) await installOnce(language, version);
      else if ((kind === 'headers' || kind === 'toolchain') && isRuntime(language, version)) await runScript([kind, language, version]);
      else return `the platform does not know how to do ${JSON.stringify(request.slice(0, 60))}`;
      return null;
    } catch (error) {
      log('runtime-failed', { request, error: (error as Error).message });
      return (error as Error).message;
    }
  }

  async function refresh(): Promise<void> {
    for (const language of PRELOADED) {
      const fields = await runScript(['stack', language]);
      await find(language, fields.get('version') ?? '');
    }
    await runScript(['refresh', 'all']);
  }

  async function used(lines: string): Promise<void> {
    for (const line of lines.split('\n').slice(0, MOST_USES)) {
      const [language = '', version = ''] = line.split(' ');
      if (isRuntime(language, version)) await uses.note(`${language}-${version}`);
    }
  }

  async function sweep(): Promise<void> {
    const fields = await runScript(['list', 'all']);
    for (const [language, version] of await unusedRuntimes(uses, fields.get('runtimes') ?? '', now())) {
      if (!isRuntime(language, version)) continue;
      await runScript(['drop', language, version]);
      await rm(join(o.stateDir, `${language}-${version}.json`), { force: true });
      log('runtime-dropped', { language, version });
    }
    await uses.tidy();
  }

  async function stop(): Promise<void> {
    scripts.isStopped = true;
    await Promise.allSettled([...scripts.running].map(async (run) => (await run).remove()));
  }

  return { find, fulfil, refresh, used, sweep, stop };
}

/** What it may look like; whether there is one is for runtime.sh to say. */
function isLanguage(language: string): boolean {
  return /^[a-z]{1,20}$/.test(language);
}

function isRuntime(language: string, version: string): boolean {
  return isLanguage(language) && /^\d{1,9}(\.\d{1,9}){0,4}$/.test(version);
}

async function readLayer(o: RuntimesParts, key: string): Promise<SlugLayer | null> {
  const text = await readFile(join(o.stateDir, `${key}.json`), 'utf8').catch(() => null);
  if (text === null) return null;
  const layer = JSON.parse(text) as SlugLayer;
  // Blobs that no slug rests on are tidied away.
  return (await hasLayer(o.blobs, layer)) ? layer : null;
}

async function install(o: RuntimesParts, runScript: RunScript, language: string, version: string): Promise<SlugLayer> {
  const begun = Date.now();
  const key = `${language}-${version}`;
  const file = join(o.tempDir, `runtime-${key}-${process.hrtime.bigint()}.tgz`);
  // The digests of the stack's own runtime were found when the image was made.
  const fields: Fields = new Map();
  const [knownDigest, knownDiffId] = [0, 1].map((index) => () => fields.get('ids')?.split(' ')[index]);
  const sink = await openLayerSink({ file, root: '', uid: 0, limits: RUNTIME_LIMITS, diffId: knownDiffId });
  try {
    await runScript(['install', language, version], sink, fields);
    const received = sink.layer();
    if ((knownDigest!() ?? received.digest) !== received.digest)
      throw new Error(`runtime ${language} ${version} is not what it was when it was made`);
    await uploadLayer(o.blobs, received, AbortSignal.timeout(INSTALL_MS));
    await preload(o, received);
    const { digest, diffId, size } = received;
    await writeDown(o, key, { digest, diffId, size });
    log('runtime-installed', { language, version, bytes: size, ms: Date.now() - begun });
    return { digest, diffId, size };
  } finally {
    await sink.discard();
    // A hundred megabytes have passed; at the first start nothing else would follow for long.
    setTimeout(collectGarbage, 1_000).unref();
  }
}

async function writeDown(o: RuntimesParts, key: string, layer: SlugLayer): Promise<void> {
  const file = join(o.stateDir, `${key}.json`);
  await mkdir(o.stateDir, { recursive: true });
  await writeFile(`${file}.new`, JSON.stringify(layer));
  await rename(`${file}.new`, file);
}

/** Brings the layer to the engine now, so that the first dyno on it need not wait. Where dynos run elsewhere it is no use, and no harm. */
async function preload(o: RuntimesParts, layer: ReceivedLayer): Promise<void> {
  const open = () => Promise.resolve(createReadStream(layer.file, { highWaterMark: 1 << 18 }) as AsyncIterable<Buffer>);
  const slug = { digest: layer.digest, diffId: layer.diffId, size: layer.size, open };
  await ensureSlugImage(o.engine, { homeId: o.homeId, runImage: o.runImage, layers: [slug] }).catch((error: unknown) =>
    log('runtime-not-preloaded', { error: (error as Error).message }),
  );
}

interface Script {
  args: string[];
  sink: LayerSink | undefined;
  fields: Fields;
}

/** Runs runtime.sh to its end. Throws an Error with its last words when it fails. */
async function runIn(o: RuntimesParts, scripts: Scripts, script: Script): Promise<Fields> {
  if (scripts.isStopped) throw new Error('the builder is being stopped');
  const starting = startRuntimeContainer(o.engine, { place: o, args: script.args });
  scripts.running.add(starting);
  try {
    return await readScript(await starting, script);
  } finally {
    scripts.running.delete(starting);
  }
}

async function readScript(run: RunningBuild, { args, sink, fields }: Script): Promise<Fields> {
  const timer = setTimeout(() => void run.kill().catch(() => undefined), INSTALL_MS);
  const nowhere = { write: () => Promise.resolve(), end: () => Promise.resolve() };
  try {
    const said = lastWords(run);
    const isDone = await readResult(run.stdout, { field: (key, value) => void fields.set(key, value), blob: () => sink ?? nowhere });
    if (!isDone) throw new Error((await said) || `runtime.sh ${args.join(' ')} was stopped`);
    return fields;
  } finally {
    clearTimeout(timer);
    await run.remove();
  }
}

async function lastWords(run: RunningBuild): Promise<string> {
  let text = '';
  for await (const bytes of run.stderr) text = (text + String(bytes)).slice(-2_000);
  return text.trim().split('\n').at(-1) ?? '';
}
