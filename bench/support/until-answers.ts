// Waits until an app answers with the version that was pushed.
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const EVERY_MS = 5;
const WITHIN_MS = 120_000;

/** Asks again and again, as a browser would reload. Throws after two minutes. */
export async function untilAnswers(o: { host: string; port: number; hostHeader: string; version: string }): Promise<void> {
  const deadline = Date.now() + WITHIN_MS;
  for (let last = ''; last !== o.version;) {
    if (Date.now() > deadline)
      throw new Error(`${o.hostHeader} doesn't answer with ${o.version} but with ${JSON.stringify(last.slice(0, 200))}.`);
    last = await ask(o).catch(() => '');
    if (last !== o.version) await sleep(EVERY_MS);
  }
}

function ask(o: { host: string; port: number; hostHeader: string }): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request({ host: o.host, port: o.port, headers: { host: o.hostHeader }, agent: false, timeout: 5_000 }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      response.on('end', () => resolve(response.statusCode === 200 ? body : `${response.statusCode}`));
      response.on('error', reject);
    });
    call.on('timeout', () => call.destroy());
    call.on('error', reject).end();
  });
}
