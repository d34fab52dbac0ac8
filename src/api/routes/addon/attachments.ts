import { z } from 'zod';
import { attachAddon, detachAddon } from '../../../actions/addon/attach.js';
import type { Attachment as Noun } from '../../../model/addon/addon.js';
import type { App } from '../../../model/app.js';
import { appsSeenBy } from '../../../actions/people/may-on.js';
import { PlatformError } from '../../../model/errors.js';
import { withItems, type Range } from '../../../model/page.js';
import { isUuid } from '../../../lib/is-uuid.js';
import { findAddon } from '../../../store/addon/addons.js';
import { findService } from '../../../store/addon/services.js';
import { findAttachment, listAttachments, listSeenAttachments } from '../../../store/addon/attachments.js';
import type { ApiRouter } from '../../api-router.js';
import type { ApiDeps } from '../../deps.js';
import { param, type ApiContext } from '../../http.js';
import { Attachment } from '../../present/addon/addon.js';
import { takeRange } from '../../range.js';
import { addonOf, appFor, presentOne, resolveAttachments } from './find.js';
import { refOf, refTo } from './addons.js';

const text = (what: string) => z.string('must be a text').max(300).describe(what);
const NewAttachment = z.object({
  addon: refTo('name or id of an add-on'),
  app: refTo('name or id of an app'),
  name: text('name of the attachment').nullish(),
  namespace: z
    .string('must be a text, or null')
    .regex(/^credential:[a-z][a-z0-9_-]{0,49}$/, 'must be credential: and the name of one')
    .nullish()
    .describe('credential that it has, as credential:name; null for what the add-on itself brings'),
  confirm: text('name of the app, where it takes the place of another').nullish(),
});
const Resolving = z.object({
  addon_attachment: text('name or id of an attachment, or a config var of it'),
  app: text('name or id of the app').nullish(),
  addon_service: text('name of the service').nullish(),
});

export function mountAddonAttachments(router: ApiRouter, deps: ApiDeps): void {
  const facts = { of: Attachment, gives: Attachment } as const;
  const by = ['name', 'id', 'created_at'] as const;
  const show = (http: ApiContext, all: Noun[]) => Promise.all(all.map((each) => presentOne(deps, http, each)));
  const showPart = async (http: ApiContext, all: Noun[], range: Range) => {
    const part = takeRange(
      all.map((each) => ({ ...each, created_at: each.createdAt.toISOString() })),
      range,
    );
    return withItems(part, await show(http, part.items));
  };
  router.list(
    '/addon-attachments',
    { ...facts, title: 'List', about: 'Lists how your apps have add-ons.', needs: 'view', by },
    async (http, range) => showPart(http, await listSeenAttachments(deps.store, await appsSeenBy(deps.store, http.state.user)), range),
  );
  const ofAddon = { ...facts, title: 'List by Add-on', about: 'Lists how apps have an add-on.', needs: 'view', by } as const;
  router.list('/addons/:addon/addon-attachments', ofAddon, async (http, range) => {
    const addon = await addonOf(deps, http, param(http, 'addon'));
    return showPart(http, await listSeenAttachments(deps.store, await appsSeenBy(deps.store, http.state.user), addon.id), range);
  });
  const ofApp = { ...facts, title: 'List by App', about: 'Lists how an app has add-ons.', needs: 'view', by } as const;
  router.list('/apps/:app/addon-attachments', ofApp, async (http, range) =>
    takeRange(await show(http, await listAttachments(deps.store, { appId: http.state.app.id })), range),
  );
  const one = { ...facts, title: 'Info', about: 'Shows how an app has an add-on.', needs: 'view' } as const;
  router.get('/addon-attachments/:attachment', one, async (http) =>
    presentOne(deps, http, (await attachmentOf(deps, http, 'view')).attachment),
  );
  router.get('/apps/:app/addon-attachments/:attachment', { ...one, title: 'Info by App' }, async (http) => {
    const ref = param(http, 'attachment');
    const found = (await listAttachments(deps.store, { appId: http.state.app.id })).find(
      ({ id, name }) => id === ref || name === ref.toUpperCase(),
    );
    if (!found) throw noAttachment();
    return presentOne(deps, http, found);
  });

  const creating = { ...facts, title: 'Create', about: 'Attaches an add-on to an app: makes a release.', takes: NewAttachment } as const;
  router.post('/addon-attachments', { ...creating, needs: 'operate' }, async (http, wish) => {
    const addon = await addonOf(deps, http, refOf(wish.addon), 'operate');
    const app = await appFor(deps, http, refOf(wish.app), 'operate');
    const { user } = http.state;
    const namespace = wish.namespace === 'credential:default' ? null : wish.namespace;
    const made = await attachAddon(deps, { app, user, addon, namespace, name: wish.name ?? undefined, confirm: wish.confirm ?? undefined });
    return presentOne(deps, http, made);
  });

  const detaching = { ...facts, title: 'Delete', about: 'Detaches an add-on from an app: makes a release.', needs: 'operate' } as const;
  router.delete('/addon-attachments/:attachment', detaching, async (http) => {
    const { attachment, app } = await attachmentOf(deps, http, 'operate');
    const shown = await presentOne(deps, http, attachment);
    await detachAddon(deps, { app, user: http.state.user, attachment });
    return shown;
  });

  const resolving = { of: Attachment, gives: z.array(Attachment), title: 'Resolution', about: 'Finds what a name may mean.' } as const;
  router.post('/actions/addon-attachments/resolve', { ...resolving, takes: Resolving, status: 200, needs: 'view' }, async (http, wish) => {
    const app = wish.app ? await appFor(deps, http, wish.app, 'view') : undefined;
    const found = await resolveAttachments(deps, http, wish.addon_attachment, app);
    const service = wish.addon_service ? await findService(deps.store, wish.addon_service) : undefined;
    const isMeant = async ({ addonId }: Noun) => !wish.addon_service || (await findAddon(deps.store, addonId))?.serviceId === service?.id;
    const meant = await Promise.all(found.map(isMeant));
    const matching = found.filter((_, at) => meant[at]);
    if (matching.length === 0) throw noAttachment();
    return show(http, matching);
  });
}

async function attachmentOf(deps: ApiDeps, http: ApiContext, verb: 'view' | 'operate'): Promise<{ attachment: Noun; app: App }> {
  const ref = param(http, 'attachment');
  const attachment = isUuid(ref) ? await findAttachment(deps.store, ref) : undefined;
  if (!attachment) throw noAttachment();
  return { attachment, app: await appFor(deps, http, attachment.appId, verb) };
}

function noAttachment(): PlatformError {
  return new PlatformError('not_found', "Couldn't find that add-on attachment.");
}
