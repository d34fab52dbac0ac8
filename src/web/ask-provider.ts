// What only a provider of ours knows of an add-on, or can do to it, is asked at its socket, with its service's password.
import { request } from 'node:http';
import type { AskProvider } from '../api/deps.js';
import { PlatformError } from '../model/errors.js';
import { findPlan, findService, readSecrets } from '../store/addon/services.js';
import type { Store } from '../store/open-store.js';

const LIMIT_MS = 25_000;
const MOST_BYTES = 1024 * 1024;

interface Answer {
  status: number;
  body: Record<string, unknown>;
}

/** @param socketPath where the providers listen */
export function providersAt(store: Store, socketPath: string): AskProvider {
  return async (addon, what, asked = {}) => {
    const [service, plan] = await Promise.all([findService(store, addon.serviceId), findPlan(store, addon.planId)]);
    if (!service || !plan) throw new PlatformError('not_found', "Couldn't find that add-on.");
    const { password } = await readSecrets(store, service.id);
    const path = `/${service.name}/data/${addon.id}/${what}`;
    const body = JSON.stringify({ ...asked, plan: plan.name });
    const { status, body: answer } = await post({ socketPath, path, auth: `${service.name}:${password}`, body }).catch((error: Error) => {
      throw new PlatformError('unavailable', `${addon.name} can't be asked at the moment. Try again in a moment.`, { cause: error });
    });
    if (status === 200) return answer;
    const message = typeof answer['message'] === 'string' ? answer['message'] : `${addon.name} can't do that at the moment.`;
    throw new PlatformError(status === 422 ? 'invalid_params' : status === 404 ? 'not_found' : 'unavailable', message);
  };
}

function post({ body, ...to }: { socketPath: string; path: string; auth: string; body: string }): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const call = request({ ...to, method: 'POST', headers, signal: AbortSignal.timeout(LIMIT_MS) }, (answer) => {
      const chunks: Buffer[] = [];
      let size = 0;
      answer.on('error', reject).on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > MOST_BYTES) answer.destroy(new Error('its answer is too long'));
        else chunks.push(chunk);
      });
      answer.on('end', () => {
        try {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: answer.statusCode ?? 500, body: text === '' ? {} : (JSON.parse(text) as Answer['body']) });
        } catch (error) {
          reject(error as Error);
        }
      });
    });
    call.on('error', reject).end(body);
  });
}
