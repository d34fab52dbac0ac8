// One rule for archives that strangers made: what an entry may be, judged with those before it. Whoever unpacks them later
// must not be able to read them in another way than we did.

import { cutText } from '../../lib/cut-text.js';

export interface ArchiveEntry {
  name: string;
  type?: string | null | undefined;
  linkname?: string | null | undefined;
  size?: number | null | undefined;
}

/** What an archive may hold. Devices, pipes and sparse files have no place in an app. */
const KINDS = new Set(['file', 'contiguous-file', 'directory', 'symlink', 'link']);

/** No system can open a file by a longer one; all paths above a name of so many parts would take the square of its length. */
export const MOST_NAME_CHARS = 4_096;
const MOST_SHOWN_CHARS = 200;

/** Whether an entry that has no content claims some: one program skips it, another takes it for the next entry, a third waits for it. */
export function hasStrayContent({ type, size }: Pick<ArchiveEntry, 'type' | 'size'>): boolean {
  return (size ?? 0) > 0 && (type === 'directory' || type === 'symlink' || type === 'link');
}

/** A path without `./`, doubled slashes and a slash at its end; null for one that leads upwards, or holds a NUL. */
export function plainPath(name: string): string | null {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  return parts.includes('..') || name.includes('\0') ? null : parts.join('/');
}

/**
 * A check to be called with each entry in order; it returns what is wrong with it, as the end of a sentence that begins with its
 * name, or null. A path may come again only where both are directories, or, with `mayReplace`, where the later one is all that is left.
 */
export function entryCheck(o: { mayReplace: boolean }): (entry: ArchiveEntry) => string | null {
  const seen = new Map<string, 'directory' | 'link' | 'file'>();
  return ({ name, type, linkname, size }) => {
    if (name.length > MOST_NAME_CHARS) return 'has far too long a name';
    const path = plainPath(name);
    if (path === null) return 'leads out of the archive';
    if (!KINDS.has(type ?? '')) return `is a ${type ?? 'file of an unknown kind'}`;
    if (hasStrayContent({ type, size })) return `is a ${type} with content`;
    if (type === 'link' && plainPath(linkname ?? '') === null) return 'is a link out of the archive';
    const behind = parentsOf(path)
      .map((parent) => seen.get(parent))
      .find((kind) => kind === 'link' || kind === 'file');
    if (behind) return behind === 'link' ? 'lies behind a link' : 'lies behind a file';
    const kind = type === 'directory' ? 'directory' : type === 'symlink' ? 'link' : 'file';
    const before = seen.get(path);
    if (before && !o.mayReplace && !(before === 'directory' && kind === 'directory')) return 'comes twice';
    seen.set(path, kind);
    return null;
  };
}

function parentsOf(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** A name as it is told to whoever made the archive. */
export function shownName(name: string): string {
  return JSON.stringify(name.length > MOST_SHOWN_CHARS ? `${cutText(name, MOST_SHOWN_CHARS)}…` : name);
}
