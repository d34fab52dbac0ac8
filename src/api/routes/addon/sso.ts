import { z } from 'zod';
import { signOnFields } from '../../../model/addon/sso.js';
import { endpointsFor } from '../../../model/addon/manifest.js';
import { readSsoPath } from '../../../model/addon/sso-path.js';
import { ownPageUrl } from '../../../model/addon/own-services.js';
import { escapeHtml } from '../../pages/escape-html.js';
import { showPage } from '../../pages/page.js';
import { schedulesPage } from '../../pages/schedules-page.js';
import { PlatformError } from '../../../model/errors.js';
import { asAsked } from '../../../actions/people/may-on.js';
import type { App } from '../../../model/app.js';
import { may } from '../../../model/may.js';
import type { User } from '../../../model/user.js';
import { listAttachments } from '../../../store/addon/attachments.js';
import { findAddon } from '../../../store/addon/addons.js';
import { findService, readSecrets } from '../../../store/addon/services.js';
import { findApp } from '../../../store/app/apps.js';
import { lastRuns } from '../../../store/schedule/runs.js';
import { listSchedules } from '../../../store/schedule/schedules.js';
import { findUser } from '../../../store/people/users.js';
import type { ApiDeps } from '../../deps.js';
import type { OpenRouter } from '../../open-router.js';
import { noun } from '../../schema/resource.js';
import { SIGNED_ON } from './find.js';

const Page = noun({ name: 'add-on-page', about: "An add-on's page is its provider's. Its URL is signed.", identity: [] }, z.string());

/** Sends a browser to the provider's page, signed on. */
export function mountAddonPages(router: OpenRouter, deps: ApiDeps): void {
  const reading = { of: Page, title: 'Open', about: "Signs on to an add-on's provider.", bytes: { gives: 'text/html' } };
  router.get('/addons/:addon/sso', reading, async (http) => {
    const addon = await findAddon(deps.store, http.params['addon'] ?? '');
    const userId = addon && readSsoPath(deps.store.key, addon.id, Date.now(), http.query);
    const user = userId ? await findUser(deps.store, userId) : undefined;
    const service = addon && (await findService(deps.store, addon.serviceId));
    if (!addon?.providerId || addon.state !== 'provisioned' || !service || !user || user.suspendedAt) throw notFound();
    const attached = (await listAttachments(deps.store, { addonId: addon.id })).map(({ appId }) => appId);
    const apps = await Promise.all([addon.appId ?? '', ...attached].map((id) => findApp(deps.store, id)));
    const there = apps.filter((each) => each !== undefined);
    const mayOpen = await Promise.all(there.map((each) => isLetIn(deps, user, each)));
    const app = there.find((_, at) => mayOpen[at]);
    const { ssoUrl } = endpointsFor(service.manifest, service.environment);
    if (!app || ssoUrl === null) throw notFound();
    if (ssoUrl === ownPageUrl(service.name)) {
      const body = schedulesPage(app, await listSchedules(deps.store, app.id), await lastRuns(deps.store, app.id));
      return showPage(http, { title: `Schedules of ${app.name}`, body });
    }
    const { ssoSalt: salt } = await readSecrets(deps.store, service.id);
    const timestamp = Math.floor(Date.now() / 1000);
    http.status = 200;
    http.type = 'text/html';
    http.set('Cache-Control', 'no-store');
    http.set('Content-Security-Policy', "default-src 'none'; script-src 'sha256-ePniVEkSivX/c7XWBGafqh8tSpiRrKiqYeqbG7N1TOE='");
    http.body = form(
      ssoUrl,
      signOnFields({ providerId: addon.providerId, salt, timestamp, email: user.email, userId: user.id, app: app.name }),
    );
  });
}

/** Whether they may see what its page shows, of an app that has the add-on. */
async function isLetIn({ store }: ApiDeps, user: User, app: App): Promise<boolean> {
  const who = { ...user, scope: null, apps: null };
  const what = await asAsked(store, who, app);
  return SIGNED_ON.every((verb) => may(who, verb, what));
}

function form(to: string, fields: Record<string, string>): string {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  );
  const body = `${inputs.join('')}<button>Go on to the add-on</button>`;
  const page = `<form method="post" action="${escapeHtml(to)}">${body}</form><script>document.forms[0].submit()</script>`;
  return `<!doctype html><meta charset="utf-8"><title>Signing on</title>${page}`;
}

function notFound(): PlatformError {
  return new PlatformError('not_found', "Couldn't find that page, or its URL has expired.");
}
