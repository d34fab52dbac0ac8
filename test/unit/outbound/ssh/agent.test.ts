import { createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { makeSshKey, publicBlob, sshString } from '../../../../src/lib/net/ssh-key.js';
import { answer } from '../../../../src/outbound/ssh/agent.js';

const { publicKey, privateKey } = makeSshKey('a test');
const blob = publicBlob(privateKey);
const ask = (...parts: (Buffer | number)[]) =>
  answer(Buffer.concat(parts.map((each) => (typeof each === 'number' ? Buffer.from([each]) : each))), privateKey, blob);

describe('an agent', () => {
  it('tells its one key, and nothing of the private half', () => {
    const told = ask(11);
    expect(told).toEqual(Buffer.concat([Buffer.from([12, 0, 0, 0, 1]), sshString(blob), sshString('')]));
    expect(publicKey).toBe(`ssh-ed25519 ${blob.toString('base64')} a test`);
  });

  it('signs what it is given with that key', () => {
    const data = Buffer.from('a session');
    const told = ask(13, sshString(blob), sshString(data), Buffer.alloc(4));
    const signature = told.subarray(-64);
    expect(told[0]).toBe(14);
    expect(verify(null, data, createPublicKey(privateKey), signature)).toBe(true);
  });

  it.each([
    ['nothing', []],
    ['another key', [13, sshString(publicBlob(makeSshKey('x').privateKey)), sshString('x'), Buffer.alloc(4)]],
    ['half a message', [13, sshString(blob), Buffer.from([0, 0, 0, 9, 1])]],
    ['half a length', [13, sshString(blob), Buffer.from([0, 0])]],
    ['to add a key', [17, sshString(blob)]],
    ['an extension', [27, sshString('session-bind@openssh.com')]],
  ])('refuses %s', (_, parts) => {
    expect(ask(...parts)).toEqual(Buffer.from([5]));
  });
});
