// What build.sh reads before the source: settings and ENV_DIR in one tar, fetched buildpacks in another.
import tar from 'tar-stream';
import type { ConfigVars } from '../model/config-vars.js';
import type { Source } from './source.js';

export interface BuildSettings {
  buildId: string;
  requestId: string;
  /** The value buildpacks see as STACK. */
  stack: string;
  sourceVersion: string;
  /** `parts` is several uncompressed archives, one after the other. */
  compression: Source['compression'] | 'parts';
  /** Whether the single folder at the top of the archive is the app. */
  stripTop: boolean;
  /** Names of ours, or `fetched:<n>`; empty means detect. */
  buildpacks: string[];
  detectOrder: readonly string[];
  /** Keys of layers that the app's last slug rests on: what has not changed is not sent again. */
  knownLayers: string[];
  /** Of the app's cache: one of another epoch is dropped. */
  cacheEpoch: number;
  /** The largest cache that is kept, in MB. */
  cacheMb: number;
  /** How much the build may write, in MB. */
  diskMb: number;
}

/** The settings as build.sh sources them. */
export function settingsText(s: BuildSettings): string {
  const isOurs = s.buildpacks.every((name) => !name.startsWith('fetched:'));
  const values = {
    BUILD_ID: s.buildId.replaceAll('-', '').slice(0, 12),
    REQUEST_ID: s.requestId,
    STACK: s.stack,
    SOURCE_VERSION: s.sourceVersion,
    SOURCE_COMPRESSION: s.compression,
    SOURCE_STRIP: s.stripTop ? '1' : '0',
    CACHE_MODE: isOurs ? 'shared' : 'copy',
    CACHE_EPOCH: String(s.cacheEpoch),
    CACHE_LIMIT_MB: String(s.cacheMb),
    DISK_LIMIT_MB: String(s.diskMb),
  };
  const scalars = Object.entries(values).map(([key, value]) => `${key}=${quote(value)}`);
  const lists = { BUILDPACKS: s.buildpacks, DETECT_ORDER: s.detectOrder, KNOWN_LAYERS: s.knownLayers };
  return [...scalars, ...Object.entries(lists).map(([key, values]) => `${key}=(${values.map(quote).join(' ')})`), ''].join('\n');
}

/** Quotes text for bash. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The first tar: the settings, and a file for each config var with its bytes as they are. */
export function packSettings(settings: BuildSettings, vars: ConfigVars): Promise<Buffer> {
  const pack = tar.pack();
  pack.entry({ name: 'settings' }, settingsText(settings));
  pack.entry({ name: 'env', type: 'directory', mode: 0o700 });
  for (const [key, value] of Object.entries(vars)) pack.entry({ name: `env/${key}`, mode: 0o600 }, value);
  pack.finalize();
  return collect(pack);
}

/** The line before the two tars: their lengths in bytes. */
export function headerLine(settings: Buffer, buildpacks: Buffer): string {
  return `${settings.length} ${buildpacks.length}\n`;
}

async function collect(stream: tar.Pack): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
