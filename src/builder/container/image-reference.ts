// The name of an image, as registries and the engine read it: [host[:port]/]path[:tag][@digest].

export interface ImageReference {
  /** `host` or `host:port` of its registry. */
  registry: string;
  /** `library/python` */
  path: string;
  /** With registry and tag (or digest): never what an image's id could begin with. */
  full: string;
}

/** The registry of names that have none. */
export const DEFAULT_REGISTRY = 'docker.io';

const PART = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const HOST = '(?:[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?)(?:\\.[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?)*|\\[[0-9a-fA-F:]+\\]';
const REFERENCE = new RegExp(
  `^(?:((?:${HOST})(?::[0-9]{1,5})?)/)?(${PART}(?:/${PART})*)(?::([\\w][-.\\w]{0,127}))?(@sha256:[0-9a-f]{64})?$`,
);

/** Reads a name; null when it is none, or could be an image's id. */
export function parseReference(text: string): ImageReference | null {
  const match = text.length <= 255 ? REFERENCE.exec(text) : null;
  if (!match) return null;
  const [, first, rest = '', tag, digest] = match;
  const isHost = first !== undefined && (/[.:[]/.test(first) || first === 'localhost' || /[A-Z]/.test(first));
  if (first === undefined && (rest === 'sha256' || (tag === undefined && /^[0-9a-f]+$/.test(rest)))) return null;
  const registry = isHost ? first.replace(/^index\.docker\.io$/, DEFAULT_REGISTRY) : DEFAULT_REGISTRY;
  const named = isHost || first === undefined ? rest : `${first}/${rest}`;
  const path = registry === DEFAULT_REGISTRY && !named.includes('/') ? `library/${named}` : named;
  return { registry, path, full: `${registry}/${path}${tag || !digest ? `:${tag ?? 'latest'}` : ''}${digest ?? ''}` };
}

/** Whether it is the name of an image that the platform made, other than a stack to build upon. */
export function isForeignReference({ registry, path }: ImageReference): boolean {
  return registry === DEFAULT_REGISTRY && path.startsWith('slipway/') && path !== 'slipway/stack';
}
