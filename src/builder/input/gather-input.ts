// What a build's container is given: the source, the buildpacks that were chosen, the settings.
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { hasTop, type Build } from '../../model/build/build.js';
import type { SlugLayer } from '../../model/build/slug.js';
import type { Stack } from '../../model/build/stack.js';
import { readCacheEpoch } from '../../store/app/apps.js';
import { readConfigVars } from '../../store/app/config-vars.js';
import { pinBuildpacks } from '../../store/build/builds.js';
import { latestSlug } from '../../store/build/slugs.js';
import type { BuildWork } from '../work.js';
import type { Builder } from '../deps.js';
import { gatherBuildpacks, type Gathered } from '../buildpacks/gather.js';
import { withoutPassword } from '../../lib/without-password.js';
import { settingsText } from './header.js';
import type { ContainerInput } from '../machine/run-in-container.js';
import { openSource, quietly, type Source } from './source.js';
import { fetchSubmodules, withSubmodules } from './submodules.js';
import { zipAsTar } from './zip.js';
import { info, introText, step } from '../texts.js';

const MOST_ENTRIES = 200_000;

export interface BuildInput extends ContainerInput {
  /** Layers that the app's last slug rests on, by key. */
  known: Map<string, SlugLayer>;
  /** The buildpacks as people named them; the app itself may name them later. */
  wanted: string[];
  /** Lets go of the source, and removes what was fetched. */
  discard(): Promise<void>;
}

/** Fetches all of it. Throws PlatformError when something can't be had. */
export async function gatherInput(b: Builder, work: BuildWork, stack: Stack): Promise<BuildInput> {
  const opening = openBuildSource(b, work);
  const letGo = () => opening.then(({ stream }) => void stream.destroy()).catch(() => undefined);
  try {
    const input = await gatherAround(b, work, { stack, opening });
    return { ...input, discard: () => Promise.all([letGo(), input.discard()]).then(() => undefined) };
  } catch (error) {
    void letGo();
    throw error;
  }
}

async function gatherAround(
  b: Builder,
  work: BuildWork,
  { stack, opening }: { stack: Stack; opening: Promise<Source> },
): Promise<BuildInput> {
  const { build: row } = work;
  const [source, vars, known, cacheEpoch] = await Promise.all([
    opening,
    readConfigVars(b.ctx.store, row.appId),
    knownLayers(b, row, stack),
    readCacheEpoch(b.ctx.store, row.appId),
  ]);
  const wanted = vars['BUILDPACK_URL'] ? [vars['BUILDPACK_URL']] : row.buildpacks;
  work.output.say(introText(stack.title, wanted.map(withoutPassword)));
  const packs = await fetchBuildpacks(b, work, wanted);
  const whole = await addSubmodules(b, work, source);
  const settings = settingsText(
    {
      requestId: row.id,
      stack: stack.compat,
      sourceVersion: row.commit ?? '',
      compression: whole.compression,
      stripTop: hasTop(row),
      sourceDir: row.sourceDir,
      buildpacks: packs.names,
      detectOrder: b.detectOrder,
      knownLayers: [...known.keys()],
      cacheEpoch,
      cacheMb: b.limits.cacheMb,
      diskMb: b.limits.diskMb,
    },
    vars,
  );
  return { settings: Buffer.from(settings), buildpacks: packs.archive, source: whole.stream, known, wanted, discard: whole.discard };
}

/** The source of a build. Throws PlatformError when it can't be had. */
export function openBuildSource(b: Builder, { build: row, signal, archive }: BuildWork): Promise<Source> {
  if (archive !== undefined) return Promise.resolve({ stream: quietly(createReadStream(archive)), compression: 'none' });
  return openSource(row.source, {
    maxBytes: b.limits.sourceMb * 1024 * 1024,
    signal,
    guard: b.packs.guard,
    checksum: row.checksum,
    isOwn: (url) => isOwnBlob(b, url),
    unzip: (zip) =>
      zipAsTar(zip, join(b.tempDir, `${row.id}.zip`), { maxBytes: b.limits.sourceMb * 1024 * 1024, maxEntries: MOST_ENTRIES, signal }),
  });
}

/** Fetches buildpacks, tells which commits they are at, and writes that down. */
export async function fetchBuildpacks(b: Builder, work: BuildWork, wanted: string[]): Promise<Gathered> {
  const packs = await gatherBuildpacks(b.packs, wanted, { signal: work.signal, tell: (line) => work.output.say(info(line)) });
  if (packs.pinned.some((pinned, index) => pinned !== work.build.buildpacks[index]))
    await pinBuildpacks(b.ctx.store, work.build.id, packs.pinned);
  return packs;
}

async function addSubmodules(
  b: Builder,
  work: BuildWork,
  source: Source,
): Promise<Omit<Source, 'compression'> & { compression: Source['compression'] | 'parts'; discard(): Promise<void> }> {
  const { build: row } = work;
  const { submodules } = row;
  if (submodules.length === 0 || source.compression !== 'none') return { ...source, discard: () => Promise.resolve() };
  work.output.say(step('Git submodules detected, installing'));
  const fetched = await fetchSubmodules(row.gitRef === null ? b.packs : { ...b.sources, ssh: work.ssh }, submodules, {
    maxBytes: b.limits.sourceMb * 1024 * 1024,
    signal: work.signal,
    tell: (line) => work.output.say(info(line)),
    open: work.open ?? ((url) => url),
  });
  return { stream: withSubmodules(source.stream, fetched), compression: 'parts', discard: fetched.discard };
}

/** Whether a URL is one of `web`'s blobs, as this process reaches it. */
function isOwnBlob(b: Builder, url: URL): boolean {
  return url.origin === new URL(b.blobs.internalUrl).origin && url.pathname.startsWith('/blobs/');
}

/** What was installed on another stack is of no use on this one. */
async function knownLayers(b: Builder, row: Build, stack: Stack): Promise<Map<string, SlugLayer>> {
  const slug = await latestSlug(b.ctx.store, row.appId);
  const keyed = (slug?.stack === stack.name ? slug.base : []).filter((layer) => layer.key !== undefined);
  return new Map(keyed.map((layer) => [layer.key!, layer]));
}
