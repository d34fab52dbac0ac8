// Slugs of a few lines: files in, the archive a build would have stored out.
import { createHash } from 'node:crypto';
import { createGzip, gunzipSync } from 'node:zlib';
import tar from 'tar-stream';

export interface MadeSlug {
  archive: Buffer;
  digest: string;
  diffId: string;
  size: number;
}

export interface Made {
  /** A runtime's files lie elsewhere, and are root's. */
  root?: 'app' | 'opt';
  /** Of the directories. */
  mode?: number;
}

/** Packs files (path below /app → text or bytes) as `app/…`, owned by the dyno's user. A path ending in `.sh` is executable. */
export async function makeSlug(files: Record<string, string | Buffer>, { root = 'app', mode = 0o755 }: Made = {}): Promise<MadeSlug> {
  const pack = tar.pack();
  const id = root === 'app' ? 20_000 : 0;
  const owner = { uid: id, gid: id, mtime: new Date(0) };
  pack.entry({ name: `${root}/`, type: 'directory', mode, ...owner });
  const folders = new Set(
    Object.keys(files)
      .filter((path) => path.includes('/'))
      .map((path) => path.slice(0, path.lastIndexOf('/'))),
  );
  for (const folder of folders) pack.entry({ name: `${root}/${folder}/`, type: 'directory', mode, ...owner });
  for (const [path, body] of Object.entries(files))
    pack.entry({ name: `${root}/${path}`, mode: path.endsWith('.sh') ? 0o755 : 0o644, ...owner }, body);
  pack.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of pack.pipe(createGzip({ level: 1 }))) chunks.push(chunk as Buffer);
  const archive = Buffer.concat(chunks);
  return { archive, digest: sha256(archive), diffId: sha256(gunzipSync(archive)), size: archive.length };
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
