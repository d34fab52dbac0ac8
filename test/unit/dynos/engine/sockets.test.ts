import { expect, test } from 'vitest';
import { parseSockets } from '../../../../src/dynos/engine/sockets.js';

const HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const row = (local: string, state: string) =>
  `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000 20000        0 41233 1 0000000000000000 100 0 0 10 0\n`;
const row6 = (local: string, state: string) =>
  `   1: ${local} 00000000000000000000000000000000:0000 ${state} 00000000:00000000 00:00000000 00000000 20000 0 41234 1\n`;

const CASES: [string, string, object[]][] = [
  ['nothing', HEAD, []],
  ['a server on all addresses', HEAD + row('00000000:1388', '0A'), [{ address: '0.0.0.0', port: 5000, state: 'listening' }]],
  ['a server on loopback', HEAD + row('0100007F:11D7', '0A'), [{ address: '127.0.0.1', port: 4567, state: 'listening' }]],
  ['a request under way', HEAD + row('030014AC:1388', '01'), [{ address: '172.20.0.3', port: 5000, state: 'established' }]],
  ['one that has ended', HEAD + row('030014AC:1388', '06'), [{ address: '172.20.0.3', port: 5000, state: 'other' }]],
  ['IPv6, all addresses', HEAD + row6('00000000000000000000000000000000:1388', '0A'), [{ address: '::', port: 5000, state: 'listening' }]],
  ['IPv6 loopback', HEAD + row6('00000000000000000000000001000000:1388', '0A'), [{ address: '::1', port: 5000, state: 'listening' }]],
  [
    'IPv4 through IPv6',
    HEAD + row6('0000000000000000FFFF0000030014AC:1388', '01'),
    [{ address: '172.20.0.3', port: 5000, state: 'established' }],
  ],
  ['garbage', 'no such thing\n0: x', []],
];

for (const [name, text, sockets] of CASES) test(name, () => expect(parseSockets(text)).toEqual(sockets));
