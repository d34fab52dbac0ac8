// What a slug on the stack `container` is: images that Docker's builder made, and which of them each process type runs.
import { shellWord } from '../../lib/shell-word.js';

import { lookUp } from '../../lib/look-up.js';

export const CONTAINER_STACK = 'container';

export interface ContainerImage {
  /** sha256 of `config`, hex: what an engine calls the image. */
  id: string;
  /** The image's config file as it is, byte for byte; the layers it names are the slug's. */
  config: string;
}

export interface ContainerType {
  /** The name of its image. */
  image: string;
  /** What a shell runs in it; null runs what the image itself says. */
  command: string | null;
}

export interface Container {
  images: Record<string, ContainerImage>;
  types: Record<string, ContainerType>;
}

interface ImageConfig {
  config?: { Cmd?: string[] | null; Entrypoint?: string[] | null; User?: string; OnBuild?: string[] | null };
  rootfs: { diff_ids: string[] };
}

/** What an image's config says: what it runs, as whom, and the digests of its uncompressed layers, lowest first. */
export function readImageConfig({ config }: Pick<ContainerImage, 'config'>): { runs: string[]; user: string; diffIds: string[] } {
  const { config: own = {}, rootfs } = JSON.parse(config) as ImageConfig;
  return {
    runs: [...(own.Entrypoint ?? []), ...(own.Cmd ?? [])],
    user: own.User ?? '',
    diffIds: rootfs.diff_ids.map((id) => id.replace(/^sha256:/, '')),
  };
}

/** What a process of this type, or of another with that command, runs: a type of the slug's own has its image, any other the web image. */
export function containerOf(
  { images, types }: Container,
  process: { type: string; command: string },
): { image: ContainerImage; command: string | null } {
  const own = lookUp(types, process.type);
  const image = images[own?.image ?? types['web']?.image ?? ''] ?? Object.values(images)[0];
  if (!image) throw new Error('the slug has no image');
  return { image, command: own ? own.command : process.command };
}

/** The command as people read it: that of the type, or what the image runs. */
export function shownCommand(type: ContainerType, image: ContainerImage): string {
  return type.command ?? readImageConfig(image).runs.map(shellWord).join(' ');
}
