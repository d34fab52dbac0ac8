// The output of a build or of a release command, as it comes.
import type { Api } from '../api/api.js';
import { ApiError } from '../api/errors.js';
import type { Terminal } from './terminal.js';

/** Copies an output stream to stdout until it ends; false when there is none (yet). */
export async function copyStream(api: Api, url: string, terminal: Terminal): Promise<boolean> {
  try {
    const stream = await api.stream(url);
    stream.setEncoding('utf8');
    // A NUL is the platform's heartbeat.
    for await (const chunk of stream) await terminal.copy(String(chunk).replaceAll('\0', ''));
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return false;
    throw error;
  }
}
