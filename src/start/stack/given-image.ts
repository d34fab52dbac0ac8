// SLIPWAY_STACK_IMAGE: a stack that somebody finished, as a tar file or as the name of an image.
import { createReadStream, existsSync } from 'node:fs';
import type { Engine } from '../../docker/engine.js';
import type { Progress } from '../screen/progress.js';
import { run } from '../machine/run-command.js';
import { hasImage } from '../../docker/image/has-image.js';
import { imageId, importImage, loadImages, pullImage, tagImage } from '../../docker/image/stack-images.js';

/** Brings the given image into the engine as `<repo>:<tag>`; the tag is the image's own digest. */
export async function givenImage(
  o: { engine: Engine; progress: Progress; given: string },
  repo: string,
): Promise<{ tag: string; isNew: boolean }> {
  const reference = o.given.startsWith('/') ? await fromFile(o, repo) : await fromName(o);
  const tag = (await imageId(o.engine, reference)).slice(0, 16);
  await tagImage(o.engine, reference, { repo, tag });
  return { tag, isNew: false };
}

async function fromName(o: { engine: Engine; progress: Progress; given: string }): Promise<string> {
  if (await hasImage(o.engine, o.given)) return o.given;
  await o.progress
    .step(`Pulling ${o.given}`, () => pullImage(o.engine, o.given))
    .catch((cause: Error) => {
      throw new Error(`SLIPWAY_STACK_IMAGE=${o.given} can't be pulled: ${cause.message}`, { cause });
    });
  return o.given;
}

async function fromFile(o: { engine: Engine; progress: Progress; given: string }, repo: string): Promise<string> {
  if (!existsSync(o.given)) throw new Error(`SLIPWAY_STACK_IMAGE=${o.given}: there is no such file.`);
  const members = await run('tar', ['-tf', o.given]);
  if (members.code !== 0) throw new Error(`SLIPWAY_STACK_IMAGE=${o.given} is not a tar file.`);
  return o.progress.step(`Loading ${o.given}`, async () => {
    if (!members.stdout.split('\n').includes('manifest.json')) {
      await importImage(o.engine, createReadStream(o.given), { repo, tag: 'given' });
      return `${repo}:given`;
    }
    return loadImages(o.engine, createReadStream(o.given));
  });
}
