import { z } from 'zod';
import { readLogToken } from '../../../model/addon/log-access.js';
import { PlatformError } from '../../../model/errors.js';
import { lineOfMessage, readFrames } from '../../../model/logs/read-frames.js';
import { findAddon } from '../../../store/addon/addons.js';
import { findService } from '../../../store/addon/services.js';
import { readBytes } from '../../body.js';
import type { ApiDeps } from '../../deps.js';
import type { OpenRouter } from '../../open-router.js';
import { noun } from '../../schema/resource.js';

const Input = noun(
  { name: 'log-input', about: "A log input is where an add-on's provider writes to the app's log.", identity: [] },
  z.null(),
);

/** Lines of providers, by the URL that each add-on's has. */
export function mountLogInput(router: OpenRouter, deps: ApiDeps): void {
  const writing = {
    of: Input,
    title: 'Write',
    about: "Writes to an app's log, as its add-on.",
    bytes: { takes: 'application/logplex-1' },
    status: 204,
  };
  router.post('/logs', writing, async (http) => {
    const [, pair = ''] = /^basic +(\S+)$/i.exec(http.get('authorization').trim()) ?? [];
    const [, token = ''] = /^token:(.*)$/.exec(Buffer.from(pair, 'base64').toString('latin1')) ?? [];
    const addonId = readLogToken(deps.store.key, token);
    const addon = addonId === null ? undefined : await findAddon(deps.store, addonId);
    const service = addon && (await findService(deps.store, addon.serviceId));
    const isThere = addon?.state === 'provisioning' || addon?.state === 'provisioned';
    if (!isThere || addon.appId === null || !service?.manifest.writesLog)
      throw new PlatformError('unauthorized', 'Invalid credentials provided.');
    const now = Date.now();
    for (const message of readFrames(await readBytes(http.req))) {
      const line = lineOfMessage(message, { service: service.name, now });
      if (line) deps.lines.write(addon.appId, line);
    }
    http.status = 204;
  });
}
