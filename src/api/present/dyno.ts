import type { App } from '../../model/app.js';
import type { Dyno } from '../../model/dyno.js';
import { presentAppRef } from './app.js';

export function presentDyno(dyno: Dyno, app: Pick<App, 'id' | 'name'>) {
  return {
    id: dyno.id,
    app: presentAppRef(app),
    attach_url: null,
    command: dyno.command,
    created_at: dyno.createdAt.toISOString(),
    name: dyno.name,
    release: { id: dyno.releaseId, version: dyno.releaseVersion },
    size: dyno.size,
    state: dyno.state,
    type: dyno.type,
    updated_at: dyno.updatedAt.toISOString(),
  };
}
