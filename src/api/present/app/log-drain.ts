import { z } from 'zod';
import type { Addon } from '../../../model/addon/addon.js';
import type { App } from '../../../model/app.js';
import { originOf, type LogDrain as Noun } from '../../../model/logs/drain.js';
import { AppRef, createdAt, id, updatedAt } from '../../schema/fields.js';
import { resource } from '../../schema/resource.js';
import { presentAppRef } from './app.js';

const about = {
  name: 'log-drain',
  about: "A log drain is a URL that receives an app's log, line by line.",
  identity: ['id', 'url', 'token'],
  param: 'drain',
};

export const LogDrain = resource(about, {
  id: id('log drain'),
  addon: z
    .strictObject({ id: id('add-on'), name: z.string().describe('unique name of the add-on'), app: AppRef })
    .nullable()
    .describe('add-on that it belongs to'),
  app: AppRef,
  created_at: createdAt('log drain'),
  token: z.string().describe('how its receiver knows it'),
  updated_at: updatedAt('log drain'),
  url: z.string().describe('where it leads; without what may be secret of it for whoever may not read config vars'),
});

interface Around {
  app: App;
  addon?: Addon | undefined;
  /** Whether passwords in its URL may be seen. */
  isOpen: boolean;
}

export function presentLogDrain(drain: Noun, { app, addon, isOpen }: Around): z.input<typeof LogDrain> {
  return {
    id: drain.id,
    addon: addon ? { id: addon.id, name: addon.name, app: presentAppRef(app) } : null,
    app: presentAppRef(app),
    created_at: drain.createdAt.toISOString(),
    token: drain.token,
    updated_at: drain.updatedAt.toISOString(),
    url: isOpen ? drain.url : originOf(drain.url),
  };
}
