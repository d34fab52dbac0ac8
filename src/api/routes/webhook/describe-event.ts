// What is told of an event: the thing as the API showed it then, and what of it was another before.
import { attachedVars } from '../../../model/addon/naming.js';
import type { Addon, Attachment } from '../../../model/addon/addon.js';
import type { App } from '../../../model/app.js';
import type { Transfer } from '../../../model/backup/transfer.js';
import type { Build } from '../../../model/build/build.js';
import { sourceUrl } from '../../../model/build/source-ref.js';
import type { Certificate } from '../../../model/domain/certificate.js';
import type { Domain } from '../../../model/domain/domain.js';
import type { Dyno } from '../../../model/dyno.js';
import type { FormationEntry } from '../../../model/formation.js';
import type { Collaborator } from '../../../model/people/team.js';
import type { Release } from '../../../model/release.js';
import { nounOfRow, resourceOf, whatChanged, type Include, type Payload, type WebhookEvent } from '../../../model/webhook/webhook.js';
import { findAddon, readAddonConfig } from '../../../store/addon/addons.js';
import { listAttachments } from '../../../store/addon/attachments.js';
import { findPlan, findService } from '../../../store/addon/services.js';
import { findApp } from '../../../store/app/apps.js';
import { currentRelease } from '../../../store/app/releases.js';
import { findCertificate } from '../../../store/domain/certificates.js';
import { rolesIn } from '../../../store/people/standing.js';
import { listDomains } from '../../../store/domain/domains.js';
import type { ApiDeps } from '../../deps.js';
import { streamPath } from '../../output/signed-path.js';
import { presentCollaborator } from '../../present/account/collaborator.js';
import { presentAddon, presentAttachment, type Around } from '../../present/addon/addon.js';
import { presentApp } from '../../present/app/app.js';
import { presentDyno } from '../../present/app/dyno.js';
import { presentFormation } from '../../present/app/formation.js';
import { presentTransfer } from '../../present/data/transfer.js';
import { presentBuild } from '../../present/deploy/build.js';
import { presentRelease } from '../../present/deploy/release.js';
import { presentDomain } from '../../present/domain/domain.js';
import { presentSniEndpoint } from '../../present/domain/sni-endpoint.js';
import { currentProcessTypes } from '../../process-types.js';
import { usersById } from '../../users-by-id.js';

interface About {
  deps: ApiDeps;
  event: WebhookEvent;
  app: { id: string; name: string };
  now: number;
}

type Row = Record<string, unknown>;
type Present = (row: Row, about: About) => Promise<object>;

const VERSION = 'application/vnd.heroku+json; version=3';

export async function describeEvent(deps: ApiDeps, event: WebhookEvent, now = Date.now()): Promise<Payload> {
  const present = PRESENT[event.include];
  const about: About = { deps, event, app: { id: event.appId, name: event.appName }, now };
  const data = await present(event.subject, about);
  const before = Object.keys(event.previous).length > 0 ? await present({ ...event.subject, ...event.previous }, about) : data;
  const at = event.createdAt.toISOString();
  return {
    id: event.id,
    action: event.action,
    resource: resourceOf(event.include),
    version: VERSION,
    actor: await actorOf(deps, event),
    data,
    previous_data: whatChanged(before, data),
    sequence: null,
    created_at: at,
    updated_at: at,
    published_at: new Date(now).toISOString(),
  };
}

/** Who did it; of what the platform does by itself, the owner. */
async function actorOf({ store }: ApiDeps, { userId, subject, appId }: WebhookEvent): Promise<{ id: string; email: string }> {
  const own = typeof subject['owner_id'] === 'string' ? subject['owner_id'] : undefined;
  const id = userId ?? own ?? (await findApp(store, appId))?.ownerId ?? appId;
  const { email } = (await usersById(store, [id]))(id);
  return { id, email };
}

const PRESENT: Record<Include, Present> = {
  'api:transfer': async (row) => presentTransfer(nounOfRow<Transfer>(row)),
  'api:app': async (row, { deps, event }) => {
    const app = nounOfRow<App>(row);
    return presentApp(app, (await usersById(deps.store, [app.ownerId]))(app.ownerId), { ...deps.place, url: event.apiUrl });
  },
  'api:release': async (row, { deps, app, event, now }) => {
    const release = nounOfRow<Release>(row);
    const [current, users] = await Promise.all([currentRelease(deps.store, app.id), usersById(deps.store, [release.userId])]);
    return presentRelease(release, {
      app,
      user: users(release.userId),
      isCurrent: release.id === current?.id,
      outputStreamUrl: event.apiUrl + streamOf('releases', release, { deps, now }),
    });
  },
  'api:build': async (row, { deps, app, event, now }) => {
    const build = nounOfRow<Build>(row);
    return presentBuild(build, app, (await usersById(deps.store, [build.userId]))(build.userId), {
      outputStreamUrl: event.apiUrl + streamOf('builds', build, { deps, now }),
      sourceUrl: sourceUrl({ base: event.apiUrl, key: deps.store.key, source: build.source, now }),
    });
  },
  'api:formation': async (row, { deps, app }) =>
    presentFormation(nounOfRow<FormationEntry>(row), app, await currentProcessTypes(deps.store, app.id)),
  'api:domain': async (row, { deps, app }) => {
    const { certificateId, ...domain } = nounOfRow<Domain & { certificateId: string | null }>(row);
    const used = certificateId === null ? undefined : await findCertificate(deps.store, app.id, certificateId);
    return presentDomain({ ...domain, certificate: used ? { id: used.id, name: used.name } : null }, app, deps.place);
  },
  'api:sni-endpoint': async (row, { deps, app }) => {
    const certificate = nounOfRow<Certificate>(row);
    const users = (await listDomains(deps.store, app.id)).filter((domain) => domain.certificate?.id === certificate.id);
    return presentSniEndpoint(
      certificate,
      app,
      users.map(({ id }) => id),
    );
  },
  'api:addon': async (row, about) => {
    const addon = nounOfRow<Addon>(row);
    return presentAddon(addon, await aroundOf(addon, about));
  },
  'api:addon-attachment': async (row, about) => {
    const attachment = nounOfRow<Attachment>(row);
    const addon = await findAddon(about.deps.store, attachment.addonId);
    if (!addon) return { id: attachment.id, name: attachment.name, app: about.app };
    const around = await aroundOf(addon, about);
    const configVars = await varsOf(about.deps, around.service.manifest.prefix, addon, [attachment]);
    return presentAttachment(attachment, { app: about.app, addon, around, configVars, includesPlan: true });
  },
  dyno: async (row, { app }) => presentDyno(nounOfRow<Dyno>(row), app),
  'api:collaborator': async (row, { deps, app }) => {
    const collaborator = nounOfRow<Collaborator>(row);
    const { userId } = collaborator;
    const [users, ownerId] = [await usersById(deps.store, [userId]), (await findApp(deps.store, app.id))?.ownerId];
    const role = ownerId === undefined ? undefined : (await rolesIn(deps.store, ownerId, [userId])).get(userId);
    return presentCollaborator(collaborator, app, { user: users(userId), role: role ?? null });
  },
  // Nothing is told of it: whoever wants the older name is told by the new.
  'api:dyno': async (row) => row,
};

/** A page of a provider's is signed for one person: here there is none. */
async function aroundOf(addon: Addon, { deps, app }: About): Promise<Around> {
  const [service, plan, owner, attachments] = await Promise.all([
    findService(deps.store, addon.serviceId),
    findPlan(deps.store, addon.planId),
    addon.appId === null ? undefined : findApp(deps.store, addon.appId),
    listAttachments(deps.store, { addonId: addon.id }),
  ]);
  if (!service || !plan) throw new Error(`The service of add-on ${addon.name} is gone.`);
  const own = attachments.filter(({ appId }) => appId === addon.appId);
  const configVars = await varsOf(deps, service.manifest.prefix, addon, own);
  return { app: owner ?? app, service, plan, configVars, webUrl: null };
}

async function varsOf({ store }: ApiDeps, prefix: string, addon: Addon, attachments: Attachment[]): Promise<string[]> {
  const config = await readAddonConfig(store, addon.id);
  return attachments.flatMap(({ name }) => Object.keys(attachedVars({ prefix, name }, config)));
}

function streamOf(
  kind: 'builds' | 'releases',
  { id, userId }: { id: string; userId: string },
  { deps, now }: { deps: ApiDeps; now: number },
): string {
  return streamPath({ key: deps.store.key, kind, id, now, caller: { userId, authorizationId: null } });
}
