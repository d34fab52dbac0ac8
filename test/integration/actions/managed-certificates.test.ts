// Certificates that an authority makes by itself beside those that people bring: whose is whose, and when one is due.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApp } from '../../../src/actions/app/create-app.js';
import type { Context } from '../../../src/actions/context.js';
import { addDomain } from '../../../src/actions/domain/add-domain.js';
import { addCertificate, removeCertificate, updateCertificate } from '../../../src/actions/domain/keep-certificate.js';
import { setAcm } from '../../../src/actions/domain/set-acm.js';
import { readCertificate, type CertificateFacts, type Pair } from '../../../src/model/domain/certificate.js';
import type { User } from '../../../src/model/user.js';
import { listCertificates, readPair } from '../../../src/store/domain/certificates.js';
import { findDomain } from '../../../src/store/domain/domains.js';
import { keepIssued, noteFailure, takeDue, type DueDomain } from '../../../src/store/domain/managed.js';
import { ensureUser } from '../../../src/store/people/users.js';
import { aCertificate } from '../../support/certificates.js';
import { openContext, type OpenContext } from './open-context.js';

const LEASE_MS = 60_000;
const RENEWAL = new Date(Date.now() + 60 * 86_400_000);

let opened: OpenContext;
let ctx: Context;
let user: User;
let issued: CertificateFacts & Pair;
let own: CertificateFacts & Pair;

beforeAll(async () => {
  opened = await openContext();
  ({ ctx } = opened);
  user = await ensureUser(ctx.store, { email: 'jane@example.com', name: null, role: 'member' });
  [issued, own] = (await Promise.all(
    [['www.example.com'], ['www.example.com', 'api.example.com']].map(async (names) =>
      readCertificate(await aCertificate(names), Date.now()),
    ),
  )) as [CertificateFacts & Pair, CertificateFacts & Pair];
});
afterAll(() => opened.stop());

/** An app that has certificates made, and its domain, which somebody has begun to order one for. */
async function anApp() {
  const app = await createApp(ctx, { user });
  await setAcm(ctx, app, user, true);
  await ctx.store.db.deleteFrom('domains').execute();
  await addDomain(ctx, { app, user, hostname: 'www.example.com', domain: 'localhost' });
  return { app, due: (await dueNow())! };
}
const dueNow = () => takeDue(ctx.store, new Date(), LEASE_MS);
const keep = (due: DueDomain) => keepIssued(ctx.store, due, { ...issued, name: `made-${due.id}`, renewAt: RENEWAL });

it("one of an owner's that came while another was ordered stays, and is used", async () => {
  const { app, due } = await anApp();
  const added = await addCertificate(ctx, app, user, own);
  expect(await keep(due)).toBe(false);
  expect(await readPair(ctx.store, added.id)).toEqual({ chain: own.chain, key: own.key });
  expect((await findDomain(ctx.store, app.id, due.id))?.certificate?.id).toBe(added.id);
});

it("one that an owner puts in its place is the owner's: it is not replaced by itself", async () => {
  const { app, due } = await anApp();
  expect(await keep(due)).toBe(true);
  const [made] = await listCertificates(ctx.store, app.id);
  expect(await updateCertificate(ctx, app, user, { id: made!.id, ...own })).toMatchObject({ isManaged: false });
  await ctx.store.db
    .updateTable('domains')
    .set({ acmNextAt: new Date(0) })
    .execute();
  expect(await dueNow()).toBeUndefined();
  expect(await keep(due)).toBe(false);
});

it('another is due at once when it is removed', async () => {
  const { app, due } = await anApp();
  await keep(due);
  expect(await dueNow()).toBeUndefined();
  await removeCertificate(ctx, app, user, (await listCertificates(ctx.store, app.id))[0]!);
  expect(await findDomain(ctx.store, app.id, due.id)).toMatchObject({ certificate: null, acmStatus: null });
  expect(await dueNow()).toMatchObject({ id: due.id });
  expect(await dueNow()).toBeUndefined();
});

it("renewals come first, then whoever's names have failed least, and nobody's fail without end", async () => {
  const { app, due } = await anApp();
  await keep(due);
  const other = await ensureUser(ctx.store, { email: 'eve@example.com', name: null, role: 'member' });
  const bogus = await createApp(ctx, { user: other });
  await setAcm(ctx, bogus, other, true);
  for (let i = 0; i < 25; i += 1) await addDomain(ctx, { app: bogus, user: other, hostname: `x${i}.example.org`, domain: 'localhost' });
  const first = (await dueNow())!;
  await noteFailure(ctx.store, first, { status: 'failing', reason: 'no such name', nextAt: RENEWAL });
  await addDomain(ctx, { app, user, hostname: 'new.example.com', domain: 'localhost' });
  await ctx.store.db.updateTable('domains').set({ acmNextAt: new Date() }).where('id', '=', due.id).execute();
  expect([await dueNow(), await dueNow()]).toMatchObject([{ hostname: 'www.example.com' }, { hostname: 'new.example.com' }]);
  let tried = 1;
  for (let next = await dueNow(); next; next = await dueNow()) {
    expect(next.hostname).toMatch(/^x\d+\.example\.org$/);
    await noteFailure(ctx.store, next, { status: 'failing', reason: 'no such name', nextAt: RENEWAL });
    tried += 1;
  }
  expect(tried).toBe(20);
  for (const isOn of [true, false, true]) await setAcm(ctx, bogus, other, isOn);
  expect(await dueNow()).toBeUndefined();
  const inAnHour = new Date(Date.now() + 3_700_000);
  expect(await takeDue(ctx.store, inAnHour, LEASE_MS)).toMatchObject({ hostname: 'www.example.com' });
  expect((await takeDue(ctx.store, inAnHour, LEASE_MS))?.hostname).toMatch(/^x/);
});
