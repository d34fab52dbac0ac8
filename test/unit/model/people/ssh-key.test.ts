import { describe, expect, it } from 'vitest';
import { parseSshKey } from '../../../../src/model/people/ssh-key.js';

// Made by ssh-keygen, which also told the fingerprints.
const ED25519 = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMjfwCnIDYNIWdvYjCJqLKpZv887qK+ulMNmBKmPhlze me@laptop';
const ECDSA = [
  'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBBJ9wV8GnPCku51C7fuIkGc63LvvgXRoZuO+9z',
  'u0ulsXOozq7dpImeRxo3y7cSPXgpXqaxowMVpjV8+JeNwiG4A=',
].join('');
const ECDSA_521 = [
  'ecdsa-sha2-nistp521 AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1MjEAAACFBAHN81yzJp4fS6SE8QemOpQ3gj3Lbp8vwDgxOQ',
  '3iKNmGB7oUyUoqS9me0h9G+YniAldibisXDXzvuod62UHI7P8GkwECOq82dw0hNWUI452b3mvMQ1d/Up+EUT92EEbOWtEj8QYfhxDEzs3ymRzh',
  'nh3WzN+14x80ZrdAZ8Bs8HxZzB/5Bg==',
].join('');
const RSA = [
  'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCvHOeFV2FaYQ0TPpvj3pua+lSZVKNrYGv7uEDbM2T/IwKnNDeAJnSi/YWptGuE9KEXQLqJqC',
  'jquBaomlIhUdOqH60MexYlA0zPSkWTbANtQ7PtO2bmDATPUFAeoQv49JI9QoBrd3VJz38YyEDkeGNpoUpk+CXaAF8edRyyDDTc0Wv9hOP/f3SP',
  'wZEnC5144IQYEBawWrRZuZYDwnAfNFnhkZPn2+TUV4QmftrpohYDESyHhuFqFcZLtDVhoTAZV0sNksXTVederAIpG0RxBmaiPoyLU+3g5pFbX7',
  'kneqYSLxsQAf14L8EUzcVtmCOCaw3A/UzM3CYewfH3w5cuZjNz an rsa key',
].join('');
const SHORT_RSA = [
  'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQCqUb9a5fbt5lR4m9Il3ZLCcyLzgl4bpNNLSIxbWd/SnOcG2jnSnYuyb8vittHxjZXl8p5Zzw',
  'Vn9HJseZE+8a2d5Ag1wbhG02geN9fLk9fd8ebypFtRPR3dvU8RNvt4lKU11zOirGAS9hMXyLCpkoW7BbscO5QWICPxNDlzrkOFWQ== short',
].join('');

const blobOf = (key: string) => Buffer.from(key.split(' ')[1]!, 'base64');
const withBlob = (kind: string, blob: Buffer) => `${kind} ${blob.toString('base64')}`;

describe('a public key', () => {
  it.each([
    [ED25519, 'SHA256:THZqsHV9AZyU9PqCuPTP5QMmPN2834gQgjZ9yjQDCHA', 'me@laptop'],
    [RSA, 'SHA256:Mpc5HCiMl5Q45nB5ou3DVdNOKUJUtbWvJRTaN0du+04', 'an rsa key'],
    [ECDSA, 'SHA256:HTSLt6T9hflOa91ZaGowqtstblzrfgDRDTpz1VTApJ4', ''],
    [ECDSA_521, 'SHA256:lM7vBl2ZaEluU4O6nl77sPf4/r/fY02cZMRWNV+ucmM', ''],
  ])('%.30s is read as ssh-keygen reads it', (publicKey, fingerprint, comment) => {
    expect(parseSshKey(`  ${publicKey.replace(' ', ' \t')}\n`)).toEqual({ publicKey, fingerprint, comment });
  });

  it.each([
    ['', /must begin with its kind/],
    ['hello', /must begin with its kind/],
    ['constructor AAAA', /must begin with its kind/],
    ['ssh-ed25519', /is damaged/],
    ['ssh-ed25519 !!!!', /is damaged/],
    [ED25519.slice(0, 60), /is damaged/],
    [withBlob('ssh-ed25519', blobOf(ED25519).subarray(0, -1)), /is damaged/],
    [withBlob('ssh-ed25519', Buffer.concat([blobOf(ED25519), Buffer.from([0])])), /is damaged/],
    [withBlob('ssh-rsa', blobOf(ED25519)), /is damaged/],
    [withBlob('ecdsa-sha2-nistp384', blobOf(ECDSA)), /is damaged/],
    [withBlob('ssh-rsa', Buffer.from('00000007' + Buffer.from('ssh-rsa').toString('hex') + 'ffffffff', 'hex')), /is damaged/],
    ['ssh-dss AAAAB3NzaC1kc3M=', /is a DSA key/],
    [SHORT_RSA, /is an RSA key of 1024 bits, which is too short/],
    [`${ED25519}\n${RSA}`, /must be one line/],
    ['-----BEGIN OPENSSH PRIVATE KEY-----\nsecret', /is a private key, which must stay with you/],
  ])('%.40s is none, and is told why', (text, why) => {
    const refused = () => parseSshKey(text);
    expect(refused).toThrow(why);
    expect(refused).toThrow(/^public_key: /);
    expect(refused).not.toThrow(/secret/);
  });

  it('cut off anywhere is damaged, and never anything else', () => {
    const whole = blobOf(RSA);
    for (let length = 0; length < whole.length; length += 1)
      expect(() => parseSshKey(withBlob('ssh-rsa', whole.subarray(0, length)))).toThrow(/is damaged/);
  });
});
