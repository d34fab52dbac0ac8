// Which registries base images may come from. The engine connects to them from the host, and its errors are shown.
import { PlatformError } from '../../model/errors.js';
import type { FetchGuard } from '../../outbound/fetch-guard.js';
import { DEFAULT_REGISTRY, parseReference } from './image-reference.js';

const HTTPS_PORT = 443;

/**
 * Throws `invalid_params` where an image's registry isn't on the public internet, unless the operator allows it. A name that
 * can't be resolved is the engine's to tell.
 */
export async function checkRegistry(guard: FetchGuard, reference: string): Promise<void> {
  const registry = parseReference(reference)?.registry ?? '';
  if (registry === DEFAULT_REGISTRY) return;
  const [, host = '', port] = /^(\[.*\]|[^:]*)(?::(\d+))?$/.exec(registry) ?? [];
  if (guard.isAllowed(host, Number(port ?? HTTPS_PORT))) return;
  try {
    guard.checkHost(host, Number(port ?? HTTPS_PORT));
    await resolvePublic(guard, host);
  } catch (cause) {
    throw new PlatformError('invalid_params', `The base image ${reference} can't be pulled: ${(cause as Error).message}.`, { cause });
  }
}

function resolvePublic(guard: FetchGuard, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    guard.lookup(host.replace(/^\[|\]$/g, ''), { all: true }, (error: Error | null) => {
      if (error instanceof PlatformError) reject(error);
      else resolve();
    });
  });
}
