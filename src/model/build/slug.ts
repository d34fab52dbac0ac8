// A slug: the immutable result of a build, named by the digest of its archive.
import type { ScheduleWish } from '../schedule/schedule.js';
import type { Container } from './container.js';

/** One archive of a slug: a gzip'd tar that a container image can use as a layer. */
export interface SlugLayer {
  /** sha256 of the gzip'd tar, hex. Also the key of its blob. */
  digest: string;
  /** sha256 of the uncompressed tar, hex: what a container image calls the layer. */
  diffId: string;
  /** Bytes of the gzip'd tar. */
  size: number;
  /** What the builder knows an unchanged directory by; a runtime has none. */
  key?: string;
  /**
   * Whether a dyno can write all of it, found by its entries when it came: they lie under app/, belong to the dyno's user,
   * and no directory is read-only. A runtime has none.
   */
  isWritable?: boolean;
}

/** A slug is kept for the newest releases of its app, and for all that are younger than this. */
export const SLUG_RETENTION = { releases: 20, days: 30 } as const;

export interface Slug {
  id: string;
  /** The app it was made for; null when that is gone, and others still release it. */
  appId: string | null;
  /** What its maker says the upload's sha256 is, hex; null when nobody said. Nothing is found by it. */
  checksum: string | null;
  /** sha256 of the gzip'd tar, hex. Also the key of its blob. Empty until it has arrived. */
  digest: string;
  /** sha256 of the uncompressed tar, hex: what a container image calls the layer. */
  diffId: string;
  /** Bytes of the gzip'd tar. */
  size: number;
  /** Layers that lie between the stack and the slug's own, lowest first: a runtime, installed packages. Slugs share them. */
  base: SlugLayer[];
  stack: string;
  commit: string | null;
  commitDescription: string | null;
  buildpackProvidedDescription: string | null;
  processTypes: Record<string, string>;
  /** The schedules that its app.json asks for. */
  cron: ScheduleWish[];
  /** On the stack container: its images, whose layers are `base` and the slug's own. Null on any other. */
  container: Container | null;
  /** sha256 and bytes of the whole archive, as it is downloaded; null until someone has asked for it. */
  archiveDigest: string | null;
  archiveSize: number | null;
  createdAt: Date;
  updatedAt: Date;
}

/** What a slug of this commit is called: `Deploy a1b2c3d4`; anything but a full commit as it is. */
export function deployText(commit: string): string {
  return `Deploy ${/^[0-9a-f]{40}$/.test(commit) ? commit.slice(0, 8) : commit}`;
}

/** Whether its archive is known. One made by the API is described first and uploaded afterwards. */
export function isComplete(slug: Pick<Slug, 'diffId'>): boolean {
  return slug.diffId !== '';
}

/** Size as Heroku prints it: `646B`, `17.7M`, `3.1G`. */
export function formatSize(bytes: number): string {
  const units = ['B', 'K', 'M', 'G'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : Number(value.toFixed(1))}${units[unit]}`;
}

/** The layers at its bottom that are the platform's own. */
export function runtimesOf(slug: Pick<Slug, 'base'>): SlugLayer[] {
  const packages = slug.base.findIndex(({ key }) => key !== undefined);
  return packages < 0 ? slug.base : slug.base.slice(0, packages);
}

/** Bytes of a slug with all the layers it rests on. */
export function totalSize(slug: Pick<Slug, 'size' | 'base'>): number {
  return slug.base.reduce((sum, layer) => sum + layer.size, slug.size);
}
