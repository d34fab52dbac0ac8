import { describe, expect, it } from 'vitest';
import {
  changeByPerson,
  ownedBy,
  parseOwned,
  rolledBack,
  valuesOf,
  varsOfAttachments,
  withAttachment,
} from '../../../../src/model/addon/owned-vars.js';

const DB = 'attachment-1';
const both = () => withAttachment(ownedBy('jane', { A: '1' }), DB, { DATABASE_URL: 'postgres://one' });

describe('owned config vars', () => {
  it('are read as they were kept before they had owners', () =>
    expect(parseOwned({ A: '1', B: { value: '2', owner: { user: 'jane' } } })).toEqual({
      A: { value: '1', owner: { user: null } },
      B: { value: '2', owner: { user: 'jane' } },
    }));
  it('belong to whoever set them last', () => {
    const { owned, change } = changeByPerson(both(), 'joe', { A: '1', B: '2' });
    expect(owned).toMatchObject({
      A: { owner: { user: 'jane' } },
      B: { owner: { user: 'joe' } },
      DATABASE_URL: { owner: { attachment: DB } },
    });
    expect([change.set, change.removed]).toEqual([['B'], []]);
    expect(changeByPerson(both(), 'joe', { A: '2' }).owned).toMatchObject({ A: { value: '2', owner: { user: 'joe' } } });
  });
  it.each([{ DATABASE_URL: 'mine' }, { DATABASE_URL: null }])('of an attachment are not changed by hand: %j', (patch) =>
    expect(() => changeByPerson(both(), 'jane', patch as Record<string, string | null>)).toThrow(
      'Cannot overwrite attachment values DATABASE_URL.',
    ),
  );
  it('of an attachment may be sent back unchanged, as config:edit does', () =>
    expect(changeByPerson(both(), 'jane', { DATABASE_URL: 'postgres://one', A: null }).change.removed).toEqual(['A']));
  it('that attachments brought are told apart', () =>
    expect(valuesOf(varsOfAttachments(both()))).toEqual({ DATABASE_URL: 'postgres://one' }));
  it('of people are rolled back, those of attachments stay as they are; one that is an attachment by now is named', () => {
    const then = ownedBy('jane', { A: '0', B: '2', DATABASE_URL: 'of before' });
    const { owned, lost } = rolledBack(both(), then);
    expect(valuesOf(owned)).toEqual({ A: '0', B: '2', DATABASE_URL: 'postgres://one' });
    expect(lost).toEqual(['DATABASE_URL']);
  });
  it('that attachments had brought then do not come back by themselves', () =>
    expect(valuesOf(rolledBack(ownedBy('jane', { A: '1' }), both()).owned)).toEqual({ A: '1' }));
  it('are not rolled back where they would take too much with what attachments bring now', () =>
    expect(() => rolledBack(both(), ownedBy('jane', { BIG: 'x'.repeat(65_536) }))).toThrow('Config vars may take 64 kB in all'));
  it('come from an attachment whole, in place of what it brought before', () =>
    expect(valuesOf(withAttachment(both(), DB, { OTHER: 'x' }))).toEqual({ A: '1', OTHER: 'x' }));
  it('go with an attachment that brings none', () => expect(valuesOf(withAttachment(both(), DB, {}))).toEqual({ A: '1' }));
  it('are no two owners', () => {
    expect(() => withAttachment(both(), 'attachment-2', { DATABASE_URL: 'x' })).toThrow('DATABASE_URL is set already');
    expect(() => withAttachment(both(), DB, { A: 'x' })).toThrow('A is set already');
  });
  it('take 64 kB in all', () => expect(() => withAttachment(both(), DB, { BIG: 'x'.repeat(70_000) })).toThrow('64 kB'));
  it('may be called as what every object has', () => {
    const owned = parseOwned(JSON.parse('{"__proto__": "a", "constructor": "b"}') as Record<string, string>);
    expect(Object.keys(valuesOf(changeByPerson(owned, 'jane', { toString: 'c' }).owned))).toEqual(['__proto__', 'constructor', 'toString']);
  });
});
