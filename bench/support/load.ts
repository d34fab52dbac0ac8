// Keep-alive requests, as many as will go through.
import { Pool } from 'undici';

const CONNECTIONS = 32;

/** Requests `origin` with this host header for `ms`; how many were answered with 200. Throws when another status comes. */
export async function load(o: { origin: string; host: string; ms: number }): Promise<number> {
  const pool = new Pool(o.origin, { connections: CONNECTIONS });
  const deadline = Date.now() + o.ms;
  let answered = 0;
  const lane = async () => {
    while (Date.now() < deadline) {
      const { statusCode, body } = await pool.request({ path: '/', method: 'GET', headers: { host: o.host } });
      await body.dump();
      if (statusCode !== 200) throw new Error(`${o.origin} answered ${statusCode}.`);
      answered += 1;
    }
  };
  try {
    await Promise.all(Array.from({ length: CONNECTIONS }, lane));
  } finally {
    await pool.destroy();
  }
  return answered;
}
