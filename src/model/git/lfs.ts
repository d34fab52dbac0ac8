import { PlatformError } from '../errors.js';

/** Why a commit with files in Git LFS isn't built. */
export function lfsRefusal(file: string): PlatformError {
  return new PlatformError(
    'invalid_params',
    `${file} is kept in Git LFS, and the build would only see a pointer to it.\n` +
      `Move it out of LFS (git lfs migrate export --include=${JSON.stringify(file)}), or have the app fetch it.`,
  );
}
