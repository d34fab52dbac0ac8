import { expect, it } from 'vitest';
import { OWN_PROVIDERS } from '../../../src/model/addon/own-services.js';
import { openFetchGuard } from '../../../src/outbound/fetch-guard.js';

it("leads to the platform's own providers whoever asks for them, and no URL that somebody gave", () => {
  const guard = openFetchGuard([], { sockets: { [OWN_PROVIDERS]: 'providers.sock' } });
  const [own, other] = [`http://${OWN_PROVIDERS}/x`, 'http://example.com/x'].map((text) => new URL(text));
  expect(guard.dispatcher(own!)).toBe(guard.dispatcher(other!));
  expect(guard.ours(own!)).not.toBe(null);
  expect(guard.ours(own!)).not.toBe(guard.dispatcher(other!));
  expect(guard.ours(other!)).toBe(null);
});
