// rsyslog, the receiver that most people have: from the distribution's packages, unpacked once; by TLS and in the clear.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { arch, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { unpackPackages } from '../../src/start/stores/unpack-packages.js';
import type { Made } from './certificates.js';
import { quietPort } from './quiet-port.js';
import { untilSo } from './until.js';

const ROOT = resolve('node_modules/.cache/slipway/rsyslog');
const LIBRARIES = `${arch() === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`;
const PROGRAM = join(ROOT, 'usr/sbin/rsyslogd');

/** What it has understood of a message. */
export interface Entry {
  by: 'tls' | 'tcp';
  priority: string;
  host: string;
  app: string;
  ps: string;
  id: string;
  data: string;
  time: string;
  text: string;
}

export interface Rsyslog {
  tlsPort: number;
  port: number;
  entries(): Entry[];
  start(): Promise<void>;
  stop(): Promise<void>;
  remove(): Promise<void>;
}

export async function startRsyslog({ chain, key, ca }: Made): Promise<Rsyslog> {
  if (!existsSync(PROGRAM)) await unpackPackages(['rsyslog', 'rsyslog-openssl'], ROOT);
  const dir = mkdtempSync(join(tmpdir(), 'slipway-rsyslog-'));
  const [tlsPort, port] = [await quietPort(), await quietPort()];
  const file = (name: string, text?: string) => {
    if (text !== undefined) writeFileSync(join(dir, name), text);
    return join(dir, name);
  };
  const log = file('log', '');
  const fields = 'pri hostname app-name procid msgid structured-data timereported:::date-rfc3339'.split(' ').map((each) => `%${each}%`);
  const template = (by: string) => `template(name="${by}" type="string" string="${[by, ...fields, '%msg%'].join('\\t')}\\n")`;
  const rules = (by: string) => `ruleset(name="to-${by}") { action(type="omfile" file="${log}" template="${by}") }`;
  const config = file(
    'rsyslog.conf',
    [
      `global(workDirectory="${dir}" maxMessageSize="64k" defaultNetstreamDriverCAFile="${file('ca.pem', ca)}"`,
      `  defaultNetstreamDriverCertFile="${file('cert.pem', chain)}" defaultNetstreamDriverKeyFile="${file('key.pem', key)}")`,
      'module(load="imtcp" streamDriver.name="ossl" streamDriver.mode="1" streamDriver.authMode="anon")',
      'module(load="imptcp")',
      ...['tls', 'tcp'].flatMap((by) => [template(by), rules(by)]),
      `input(type="imtcp" port="${tlsPort}" address="127.0.0.1" ruleset="to-tls")`,
      `input(type="imptcp" port="${port}" address="127.0.0.1" ruleset="to-tcp")`,
      '',
    ].join('\n'),
  );
  const libraries = ['usr/lib', 'lib'].map((each) => join(ROOT, each, LIBRARIES));
  const env = { ...process.env, LD_LIBRARY_PATH: libraries.join(':') };
  let child: ChildProcess | null = null;

  const self: Rsyslog = {
    tlsPort,
    port,
    entries: () =>
      readFileSync(log, 'utf8')
        .split('\n')
        .slice(0, -1)
        .map((line) => {
          const [by, priority, host, app, ps, id, data, time, ...text] = line.split('\t') as [Entry['by'], ...string[]];
          return { by, priority, host, app, ps, id, data, time, text: text.join('\t') } as Entry;
        }),
    async start() {
      const modules = libraries.map((each) => join(each, 'rsyslog')).filter((each) => existsSync(each));
      child = spawn(PROGRAM, ['-n', '-f', config, '-i', join(dir, 'pid'), '-M', modules.join(':')], {
        env,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let said = '';
      child.stderr?.on('data', (chunk) => (said += String(chunk)));
      await untilSo('rsyslog listens', async () => {
        if (child?.exitCode !== null) throw new Error(`rsyslog has ended: ${said}`);
        return (
          existsSync(join(dir, 'pid')) &&
          readFileSync('/proc/net/tcp', 'utf8').includes(`:${port.toString(16).toUpperCase()} 00000000:0000 0A`)
        );
      });
    },
    async stop() {
      const ended = child && once(child, 'exit');
      child?.kill('SIGTERM');
      await ended;
      child = null;
      rmSync(join(dir, 'pid'), { force: true });
    },
    async remove() {
      if (child) await self.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
  await self.start();
  return self;
}
