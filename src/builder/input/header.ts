// What build.sh reads before the source: settings and config vars as bash, then fetched buildpacks as a tar.
import { singleQuoted } from '../../lib/shell-word.js';
import type { ConfigVars } from '../../model/config-vars.js';
import type { Source } from './source.js';

export interface BuildSettings {
  requestId: string;
  /** The value buildpacks see as STACK. */
  stack: string;
  sourceVersion: string;
  /** `parts` is several uncompressed archives, one after the other. */
  compression: Source['compression'] | 'parts';
  /** Whether the single folder at the top of the archive is the app. */
  stripTop: boolean;
  /** The directory of it that is the app; null is all of it. */
  sourceDir: string | null;
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

/** Settings and config vars as build.sh evaluates them. */
export function settingsText(s: BuildSettings, vars: ConfigVars): string {
  const isOurs = s.buildpacks.every((name) => !name.startsWith('fetched:'));
  const values = {
    REQUEST_ID: s.requestId,
    STACK: s.stack,
    SOURCE_VERSION: s.sourceVersion,
    SOURCE_COMPRESSION: s.compression,
    SOURCE_STRIP: s.stripTop ? '1' : '0',
    SOURCE_DIR: s.sourceDir ?? '',
    CACHE_MODE: isOurs ? 'shared' : 'copy',
    CACHE_EPOCH: String(s.cacheEpoch),
    CACHE_LIMIT_MB: String(s.cacheMb),
    DISK_LIMIT_MB: String(s.diskMb),
  };
  const scalars = Object.entries(values).map(([key, value]) => `${key}=${singleQuoted(value)}`);
  const lists = {
    BUILDPACKS: s.buildpacks,
    DETECT_ORDER: s.detectOrder,
    KNOWN_LAYERS: s.knownLayers,
    ENV_NAMES: Object.keys(vars),
    ENV_VALUES: Object.values(vars),
  };
  return [...scalars, ...Object.entries(lists).map(([key, values]) => `${key}=(${values.map(singleQuoted).join(' ')})`), ''].join('\n');
}

/** The line before the two: their lengths in bytes. */
export function headerLine(settings: Buffer, buildpacks: Buffer): string {
  return `${settings.length} ${buildpacks.length}\n`;
}
