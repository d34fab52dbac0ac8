import { describe, expect, it } from 'vitest';
import { isSigned, seal, sign, unseal } from '../../../src/lib/seal.js';

const key = Buffer.alloc(32, 7);

describe('sealing', () => {
  it('gives back what was sealed', () => expect(unseal(key, seal(key, 'schlüssel\n'))).toBe('schlüssel\n'));
  it('differs each time', () => expect(seal(key, 'x').equals(seal(key, 'x'))).toBe(false));
  it('refuses another key, and a changed byte', () => {
    const sealed = seal(key, 'x');
    expect(() => unseal(Buffer.alloc(32, 8), sealed)).toThrow();
    sealed[sealed.length - 1]! ^= 1;
    expect(() => unseal(key, sealed)).toThrow();
  });
  it('signs', () => {
    expect(isSigned(key, 'text', sign(key, 'text'))).toBe(true);
    expect(isSigned(key, 'text2', sign(key, 'text'))).toBe(false);
    expect(isSigned(key, 'text', '')).toBe(false);
  });
});
