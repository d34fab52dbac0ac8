import { expect, it } from 'vitest';
import { carryOut } from '../../../../src/providers/backup/carry-out.js';

it('what waits when the platform is stopped goes on waiting', async () => {
  const untouched = new Proxy({}, { get: (_, name) => Promise.reject(new Error(`asked for ${String(name)}`)) });
  const [parts, offer, pending] = [{ store: untouched }, {}, { id: 'b1' }] as unknown as Parameters<typeof carryOut>;
  await expect(carryOut(parts, offer, pending, AbortSignal.abort())).resolves.toBeUndefined();
});
