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

/** Packs files (path below /app → text or bytes) as `app/…`, owned by the dyno's user. A path ending in `.sh` is executable. */
export async function makeSlug(files: Record<string, string | Buffer>): Promise<MadeSlug> {
  const pack = tar.pack();
  const owner = { uid: 20000, gid: 20000, mtime: new Date(0) };
  pack.entry({ name: 'app/', type: 'directory', mode: 0o755, ...owner });
  const folders = new Set(Object.keys(files).filter((path) => path.includes('/')).map((path) => path.slice(0, path.lastIndexOf('/'))));
  for (const folder of folders) pack.entry({ name: `app/${folder}/`, type: 'directory', mode: 0o755, ...owner });
  for (const [path, body] of Object.entries(files)) pack.entry({ name: `app/${path}`, mode: path.endsWith('.sh') ? 0o755 : 0o644, ...owner }, body);
  pack.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of pack.pipe(createGzip({ level: 1 }))) chunks.push(chunk as Buffer);
  const archive = Buffer.concat(chunks);
  return { archive, digest: sha256(archive), diffId: sha256(gunzipSync(archive)), size: archive.length };
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
