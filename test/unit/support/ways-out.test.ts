import { expect, it } from 'vitest';
import { waysOut } from '../../support/ways-out.js';

it.each([
  ["import { request } from 'node:http';", ['node:http request']],
  ["import { createServer, type IncomingMessage, get } from 'https';", ['https get']],
  ["import {\n  createServer,\n  request,\n} from 'node:http';", ['node:http request']],
  ["import { request as ask } from 'node:http';", ['node:http request']],
  ["import http, { type IncomingMessage } from 'node:http';", ['node:http request']],
  ["import * as net from 'node:net';", ['node:net connect']],
  ["import { connect } from 'node:tls';", ['node:tls connect']],
  ["import { Socket } from 'node:net';", ['node:net Socket']],
  ["import { lookup } from 'node:dns/promises';", ['node:dns/promises lookup']],
  ["import { createSocket } from 'node:dgram';", ['node:dgram createSocket']],
  ["import { Agent } from 'undici';", ['undici Agent']],
  ["import axios from 'axios';", ['axios']],
  ["const { request } = await import('node:http');", ['node:http']],
  ["const net = require('net');", ['net']],
  ["const answer = await fetch('http://example.com');", ['fetch or the like']],
  ['const answer = await globalThis.fetch(url);', ['fetch or the like']],
  ['new WebSocket(url)', ['fetch or the like']],
  ["spawn('curl', ['-s', url])", ['curl']],
  ["execFile('npm', ['view'])", ['npm']],
  ["import { execFile } from 'node:child_process';\nrun('git', ['-c', 'x=y', 'fetch', url])", ['git fetch']],
  ["import { spawn } from 'node:child_process';\nspawn('git', ['ls-remote', url])", ['git ls-remote']],
] as const)('%j leads out', (text, ways) => expect(waysOut(text)).toEqual(ways));

it.each([
  "import type { Socket } from 'node:net';",
  "import { createServer, type Socket } from 'node:net';",
  "import { isIP, BlockList } from 'node:net';",
  "import { STATUS_CODES } from 'node:http';",
  "// asks by fetch(url), as curl does\n/* import { request } from 'node:http'; */",
  'await cache.fetch(key); prefetch(key);',
  "git(['ls-remote', '--', url])",
  "import { execFile } from 'node:child_process';\nrun('git', ['update-ref', ref, now])",
  "findProgram('apt-get')",
])('%j leads nowhere', (text) => expect(waysOut(text)).toEqual([]));
