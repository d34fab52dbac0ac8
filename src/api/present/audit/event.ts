import { z } from 'zod';
import type { AuditChange } from '../../../model/audit/audit.js';
import type { ToldEvent } from '../../../store/audit/events.js';
import { createdAt, id, UserRef } from '../../schema/fields.js';
import { resource } from '../../schema/resource.js';

const Row = z.record(z.string(), z.unknown());
const Change = z.strictObject({
  noun: z.string().describe('what kind of thing it is: apps, releases'),
  id: z.string().nullable().describe('which one'),
  action: z.enum(['create', 'update', 'destroy']).describe('what was done with it'),
  before: Row.describe('what of it was another before; all of it where it is gone'),
  after: Row.describe('what it is since; all of it where it is new. Nothing in it is secret'),
});

export const AuditEvent = resource(
  { name: 'event', about: 'An event is something that somebody changed. Not part of Heroku.', identity: [] },
  {
    id: id('event'),
    action: z.string().describe('what was called: PATCH /apps/:app/config-vars'),
    actor: UserRef.nullable().describe('who did it; null where it was a provider of add-ons'),
    address: z.string().nullable().describe('where it came from; null where it was a git push'),
    authorization: z
      .strictObject({ id: id('oauth-authorization') })
      .nullable()
      .describe('the token it was done with'),
    changes: z.array(Change).describe('what was changed by it'),
    created_at: createdAt('event'),
    request_id: z.string().describe('how the answer called the request'),
    target: z.string().describe('what it was about: /apps/shop/config-vars'),
    via: z.enum(['token', 'push', 'provider', 'page', 'client']).describe('by what one came in; page: a link or a login in the browser'),
  },
);

export function presentAuditEvent(event: ToldEvent): z.input<typeof AuditEvent> {
  return {
    id: event.id,
    action: event.action,
    actor: event.userId !== null && event.email !== null ? { id: event.userId, email: event.email } : null,
    address: event.address,
    authorization: event.authorizationId === null ? null : { id: event.authorizationId },
    changes: event.changes.map(presentChange),
    created_at: event.createdAt.toISOString(),
    request_id: event.requestId,
    target: event.target,
    via: event.via,
  };
}

function presentChange({ noun, subjectId, action, before, after }: AuditChange): z.input<typeof Change> {
  return { noun, id: subjectId, action, before, after };
}
