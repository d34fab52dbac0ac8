// Names of add-ons and of attachments, and the config vars that an attachment brings under its name.
import type { ConfigVars } from '../config-vars.js';
import { PlatformError } from '../errors.js';

const SHAPES = ['angular', 'animated', 'clear', 'concave', 'contoured', 'convex', 'cubed', 'curved', 'cylindrical', 'deep'];
const MORE_SHAPES = ['dimensional', 'encircled', 'flat', 'fluffy', 'globular', 'graceful', 'horizontal', 'octagonal', 'opaque', 'oval'];
const COLORS = ['AMBER', 'AQUA', 'BLACK', 'BLUE', 'BRONZE', 'BROWN', 'COBALT', 'COPPER', 'CRIMSON', 'CYAN', 'GOLD', 'GRAY', 'GREEN'];
const MORE_COLORS = ['JADE', 'MAROON', 'NAVY', 'OLIVE', 'ONYX', 'ORANGE', 'PINK', 'PURPLE', 'RED', 'ROSE', 'SILVER', 'TEAL', 'VIOLET'];
const ALL_SHAPES = [...SHAPES, ...MORE_SHAPES];
const ALL_COLORS = [...COLORS, ...MORE_COLORS];
const ADDON_NAME = /^[a-z][a-z0-9-]{1,254}$/;
const ATTACHMENT_NAME = /^[A-Z][A-Z0-9_]{0,99}$/;
/** The first of these is called what apps expect. */
const FIRST_NAMES: Record<string, string> = { 'heroku-postgresql': 'DATABASE', 'heroku-redis': 'REDIS' };

/** `postgresql-flat-02648`. `random` gives numbers in [0, 1). */
export function generateAddonName(service: string, random: () => number): string {
  const shape = ALL_SHAPES[Math.floor(random() * ALL_SHAPES.length)];
  const number = String(Math.floor(random() * 100_000)).padStart(5, '0');
  return `${service.replace(/^heroku-/, '')}-${shape}-${number}`;
}

/** Throws `invalid_params` for what can't be an add-on's name. */
export function checkAddonName(name: string): void {
  if (!ADDON_NAME.test(name))
    throw new PlatformError('invalid_params', `Name ${JSON.stringify(name)} must be lowercase letters, digits and dashes.`);
}

/** The name as it is kept: upper-case. Throws `invalid_params`. */
export function attachmentName(wished: string): string {
  const name = wished.toUpperCase().replaceAll('-', '_');
  if (!ATTACHMENT_NAME.test(name))
    throw new PlatformError('invalid_params', `Attachment name ${JSON.stringify(wished)} must be letters, digits and _.`);
  return name;
}

/** The name that an attachment gets where none is wished for: the service's, or with a color where that is taken. */
export function defaultAttachmentName(
  { service, prefix }: { service: string; prefix: string },
  isTaken: (name: string) => boolean,
): string {
  const names = [FIRST_NAMES[service] ?? prefix, ...ALL_COLORS.map((color) => `${prefix}_${color}`)];
  for (let number = 2; ; number += 1) {
    const free = names.find((name) => !isTaken(name));
    if (free) return free;
    names.push(`${prefix}_${number}`);
  }
}

/** Of service `foo-bar`, `FOO_BAR_URL` is `CACHE_URL` under the name `CACHE`. */
export function attachedVars({ prefix, name }: { prefix: string; name: string }, config: ConfigVars): ConfigVars {
  const entries = Object.entries(config).map(([key, value]) => [key.startsWith(prefix) ? name + key.slice(prefix.length) : key, value]);
  return Object.fromEntries(entries) as ConfigVars;
}
