// The image builds run in: the stack's build image with our buildpacks on top.
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import tar from 'tar-stream';
import { readAnswer } from '../engine-events.js';
import { dockerOf, type Engine } from '../engine.js';
import { hasImage } from '../image/has-image.js';
import { BUILD_LABEL } from '../labels.js';
import { inspectStackImage } from '../image/stack-missing.js';

const KEEP_S = 7 * 86_400;

interface File {
  path: string;
  mode: number;
  body: Buffer;
}

/**
 * Makes the image unless it is there; returns its name. `buildpacksDir` is the project's folder `buildpacks`.
 * Like the stack it belongs to no home: several share it, and none takes it from another. Throws StackMissing.
 */
export async function ensureBuildImage(engine: Engine, o: { stackImage: string; buildpacksDir: string }): Promise<string> {
  const files = await readTree(o.buildpacksDir);
  const { Id: stackId } = await inspectStackImage(engine, o.stackImage);
  const name = `slipway/build:${digestOf(stackId, files).slice(0, 24)}`;
  if (await hasImage(engine, name)) return name;
  const context = packContext(o.stackImage, files);
  const answer = await dockerOf(engine).buildImage(context, { t: name, labels: { [BUILD_LABEL]: 'image' }, forcerm: true });
  await readAnswer(answer).catch((cause: Error) => {
    throw new Error(`The image for builds can't be made from ${o.stackImage}: ${cause.message}`, { cause });
  });
  await removeOlder(engine, name);
  return name;
}

/** Images made for earlier buildpacks or stacks go after a week, unless some container uses them. */
async function removeOlder(engine: Engine, name: string): Promise<void> {
  const images = await dockerOf(engine).listImages({ filters: { label: [`${BUILD_LABEL}=image`] } });
  const older = images.filter((image) => !image.RepoTags?.includes(name) && Date.now() / 1000 - image.Created > KEEP_S);
  await Promise.all(
    older.map((image) =>
      dockerOf(engine)
        .getImage(image.Id)
        .remove()
        .catch(() => undefined),
    ),
  );
}

function digestOf(stackId: string, files: File[]): string {
  const hash = createHash('sha256').update(stackId);
  for (const file of files) hash.update(`${file.path} ${file.mode} ${file.body.length}\n`).update(file.body);
  return hash.digest('hex');
}

function packContext(stackImage: string, files: File[]): Readable {
  const pack = tar.pack();
  // The stack's own runtimes are packed first, in a step that the engine repeats only when its scripts have changed.
  const steps = [
    'COPY buildpacks/lib/runtime*.sh /slipway/bake/',
    'RUN bash /slipway/bake/runtime.sh bake',
    'COPY buildpacks /slipway/buildpacks',
    'RUN bash /slipway/buildpacks/lib/warm.sh',
  ];
  pack.entry({ name: 'Dockerfile' }, [`FROM ${stackImage}`, ...steps, ''].join('\n'));
  for (const file of files) pack.entry({ name: `buildpacks/${file.path}`, mode: file.mode, mtime: new Date(0) }, file.body);
  pack.finalize();
  return Readable.from(pack);
}

async function readTree(dir: string, prefix = ''): Promise<File[]> {
  const entries = await readdir(join(dir, prefix), { withFileTypes: true });
  const files: File[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    if (/\.(md|d\.mts)$/.test(entry.name)) continue;
    if (entry.isDirectory()) files.push(...(await readTree(dir, path)));
    else files.push({ path, mode: (await stat(join(dir, path))).mode & 0o111 ? 0o755 : 0o644, body: await readFile(join(dir, path)) });
  }
  return files;
}
