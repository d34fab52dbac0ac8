// What may be in an archive that becomes a layer of a dyno's image: files of the app and nothing else.
// The archive comes out of a container that ran the app's own code, so it may have been forged.
import { MOST_NAME_CHARS, shownName } from '../../model/build/archive-entry.js';

export interface ArchiveEntry {
  name: string;
  type?: string | null | undefined;
  linkname?: string | null | undefined;
  uid?: number | undefined;
  mode?: number | undefined;
}

const KINDS = new Set(['file', 'contiguous-file', 'directory', 'symlink', 'link']);

/** A check to be called with each entry in order; it returns what is wrong, or null. `root` is `app/`, say. */
export function layerCheck(root: string, uid: number): (entry: ArchiveEntry) => string | null {
  const links = new Set<string>();
  return (entry) => {
    if (entry.name.length > MOST_NAME_CHARS) return `${shownName(entry.name)} is far too long a name`;
    const name = entry.name.replace(/\/$/, '');
    const path = entry.type === 'directory' ? `${name}/` : entry.name;
    // A directory above the root comes along: the engine would make one that nobody may enter.
    if (entry.type === 'directory' && entry.uid === uid && root.startsWith(path)) return null;
    if (!isInside(path, root)) return `${shownName(entry.name)} lies outside of ${root}`;
    if (!KINDS.has(entry.type ?? 'file')) return `${shownName(entry.name)} is a ${entry.type}`;
    if (entry.uid !== uid) return `${shownName(entry.name)} belongs to user ${entry.uid}`;
    if (entry.type === 'link' && !isInside(entry.linkname ?? '', root)) return `${shownName(entry.name)} is a link out of ${root}`;
    if (parents(name).some((parent) => links.has(parent))) return `${shownName(entry.name)} lies behind a symbolic link`;
    if (entry.type === 'symlink') links.add(name);
    else links.delete(name);
    return null;
  };
}

/** Whether its owner can put nothing into it: who unpacks another archive over this one must be root. */
export function isReadOnlyDirectory({ type, mode = 0o755 }: ArchiveEntry): boolean {
  return type === 'directory' && (mode & 0o300) !== 0o300;
}

function isInside(name: string, root: string): boolean {
  return (name === root || name.startsWith(root)) && !name.split('/').includes('..');
}

function parents(name: string): string[] {
  const parts = name.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}
