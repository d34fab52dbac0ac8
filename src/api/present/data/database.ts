// Databases as Heroku's clients know them: what is shown of them is rows of a name and values, in their order.
import { z } from 'zod';
import { createdAt, id } from '../../schema/fields.js';
import { resource } from '../../schema/resource.js';

const Row = z.strictObject({
  name: z.string().describe('what it is'),
  values: z.array(z.string()).describe('values, to be joined by commas'),
});
export type Row = z.infer<typeof Row>;

const shared = {
  addon_id: id('add-on'),
  name: z.string().describe('unique name of the add-on'),
  created_at: createdAt('add-on'),
  info: z.array(Row).describe('what there is to say of it, for people'),
  plan: z.string().describe("name of the plan, without its service's"),
  resource_url: z.string().nullable().describe('URL that it is reached by; null for who may not see it, or where it is not there yet'),
};

const postgres = {
  name: 'database',
  about: 'A database is an add-on of the heroku-postgresql service, as the data host shows it.',
  identity: ['id', 'name'],
};
export const Database = resource(postgres, {
  ...shared,
  following: z.null().describe('what it is a copy of; always null here'),
  leader: z.null().describe('what it is a copy of; always null here'),
  'waiting?': z.boolean().describe('whether it is not there yet'),
});

const Setting = z.strictObject({
  value: z.union([z.string(), z.number()]).describe('what it is set to'),
  values: z.record(z.string(), z.string()).describe('what it may be, with what that means'),
});

const keyValue = {
  name: 'key-value-store',
  about: 'A key-value store is an add-on of the heroku-redis service, as the data host shows it.',
  identity: ['id', 'name'],
  param: 'database',
};
export const KeyValueStore = resource(keyValue, {
  ...shared,
  prefer_native_tls: z.boolean().describe('whether its URL is one of TLS'),
  version: z.string().nullable().describe('version of its server'),
  'waiting?': z.boolean().describe('whether it is not there yet'),
});

const wait = { name: 'database-wait', about: 'Whether a database is there yet.', identity: [] };
export const Waiting = resource(wait, {
  'waiting?': z.boolean().describe('whether it is not there yet'),
  message: z.string().describe('its state, for people'),
});

const done = { name: 'database-action', about: 'What was done to a database.', identity: [] };
export const Done = resource(done, { message: z.string().describe('what was done, for people') });

const settings = { name: 'key-value-store-config', about: 'Settings of a key-value store.', identity: [] };
export const Settings = resource(settings, {
  maxmemory_policy: Setting.describe('what goes when its memory is full'),
  notify_keyspace_events: Setting.describe('which changes of keys are published'),
  timeout: Setting.describe('seconds after which an idle connection is closed; 0 for never'),
});

/** `7.9 MB`, in powers of 1024, as Heroku's clients show sizes. */
export function sizeOf(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  return `${Number((bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1))} ${units[power]}`;
}
