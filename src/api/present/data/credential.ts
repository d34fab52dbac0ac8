import { parseUrl } from '../../../lib/net/parse-url.js';
import { z } from 'zod';
import type { ConfigVars } from '../../../model/config-vars.js';
import type { Outside } from '../../../model/addon/outside-url.js';
import { outsideUrl } from '../../../model/addon/outside-url.js';
import { resource } from '../../schema/resource.js';

const User = z.strictObject({
  user: z.string().describe('name of the user'),
  password: z.string().nullable().describe('password of the user; null in a list'),
  state: z.literal('active').describe('always active'),
});

const about = {
  name: 'database-credential',
  about: 'A credential is by what one comes to a database: the default one, or one with grants of its own.',
  identity: ['name'],
  param: 'credential',
};
export const Credential = resource(about, {
  name: z.string().describe('name of the credential'),
  credentials: z.array(User).describe('users of it'),
  database: z.string().describe('name of the database'),
  host: z.string().describe('where its server is reached'),
  port: z.int().describe('port that its server is reached at'),
  state: z.literal('active').describe('always active'),
});

/** What its config holds, taken apart, as it is from outside. */
export function presentCredential(
  { name, config }: { name: string; config: ConfigVars },
  { outside, showsPassword }: { outside: Outside | null; showsPassword: boolean },
): z.input<typeof Credential> {
  const [inside = ''] = Object.values(config);
  const url = parseUrl(inside) ? new URL(outsideUrl(inside, outside)) : null;
  return {
    name,
    credentials: [{ user: url?.username ?? '', password: showsPassword ? (url?.password ?? '') : null, state: 'active' }],
    database: url?.pathname.slice(1) ?? '',
    host: url?.hostname ?? '',
    port: Number(url?.port),
    state: 'active',
  };
}
