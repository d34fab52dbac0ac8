import { withItems } from '../../../model/page.js';
import { pageOfAudit } from '../../../store/audit/events.js';
import type { ApiRouter } from '../../api-router.js';
import type { ApiDeps } from '../../deps.js';
import { AuditEvent, presentAuditEvent } from '../../present/audit/event.js';

/** What was changed, by whom. Not part of Heroku's API. */
export function mountAudit(router: ApiRouter, deps: ApiDeps): void {
  const facts = { of: AuditEvent, gives: AuditEvent, by: ['created_at', 'id'] } as const;
  const ofApp = { ...facts, title: 'List by App', about: 'Lists who changed what of an app.', needs: 'read-events' } as const;
  router.list('/apps/:app/events', ofApp, async (http, range) => {
    const page = await pageOfAudit(deps.store, { appId: http.state.app.id, range });
    return withItems(page, page.items.map(presentAuditEvent));
  });

  const ofAll = { ...facts, title: 'List', about: 'Lists who changed what (admin).', needs: 'administer' } as const;
  router.list('/events', ofAll, async (_http, range) => {
    const page = await pageOfAudit(deps.store, { appId: null, range });
    return withItems(page, page.items.map(presentAuditEvent));
  });
}
