// What a dyno is: dyno → container options, as data.
import type Docker from 'dockerode';
import type { ConfigVars } from '../../model/config-vars.js';
import type { DynoSize } from '../../model/dyno-size.js';
import { deployText } from '../../model/build/slug.js';
import { caOptions } from '../ca-bundle.js';
import { DYNO_USER } from '../image/image-user.js';
import { APP_LABEL, APP_NAME_LABEL, DYNO_ID_LABEL, DYNO_LABEL, HOME_LABEL, RELEASE_LABEL } from '../labels.js';

/** What a dyno's container is, whatever runs in it. */
export interface DynoPlace {
  homeId: string;
  app: { id: string; name: string };
  dyno: { id: string; name: string };
  release: { version: number };
  size: DynoSize;
  image: string;
  seccomp: string;
  /** The host's CA bundle; null when it has none. */
  caBundle: string | null;
}

/** Id of the dynos' network, or `container:<id>` for a spare one on it. */
export interface OnNetwork {
  network: string;
}

export interface DynoSpec extends DynoPlace {
  app: { id: string; name: string; domain: string };
  dyno: { id: string; name: string; command: string; port: number };
  release: { version: number; createdAt: Date };
  slug: { commit: string | null };
  configVars: ConfigVars;
  /**
   * For an image that the app built itself: its user as `uid:gid`, and the command to run in it, if it isn't the image's. Null
   * on a stack of ours.
   */
  own: { command: string | null; user: string } | null;
  /** For one whose input and output somebody holds, over a terminal or pipes: what it prints is theirs alone. */
  attached?: { hasTty: boolean };
}

/** Uid and gid of `dyno` in the stack's images. */
const USER = DYNO_USER;

/** What a dyno on a stack of ours is told to stop by; perl calls it PWR. */
export const STOP_SIGNAL = 'SIGPWR';

/** Rows and columns of a client that also tells when they change, `24x80`: programs that know no better ask the terminal. */
export const WINDOW_VAR = 'SLIPWAY_WINDOW';

/** Deaf to what an app's config vars tell perl: PERL5OPT, PERL5LIB. */
const PERL = ['perl', '-X', '-t', '-e'];

// The dyno ends with this program. By itself that is when its command ends; once it is told to stop, when the last process
// has ended, whoever started it: npm, a script or a pipeline leaves first, and what it started has still work to do. The
// command is in a group of its own: what it signals to that isn't heard here. At a terminal it shares ours, which is the one
// in front; what keys signal to that is the command's alone, and it is not left standing by Ctrl-Z, since no shell would
// call it back. A terminal has the size (TIOCSWINSZ) of the client's from the beginning.
const KEEP = `my $tty = -t STDIN;
my ($lines, $columns) = split /x/, delete $ENV{${WINDOW_VAR}} // join "x", @ENV{qw(LINES COLUMNS)};
ioctl STDIN, 0x5414, pack "S4", $lines, $columns, 0, 0 if $tty && $lines && $columns;
my $pid = fork // exit 71;
if ($pid == 0) { setpgrp unless $tty; exec "bash", "-c", $ARGV[0], "bash", $ARGV[1]; exit 127 }
my $stops;
$SIG{TERM} = sub { };
$SIG{HUP} = sub { kill HUP => -1 };
$SIG{PWR} = sub { $stops = 1; kill TERM => -1 };
if ($tty) { $SIG{$_} = sub { } for qw(INT QUIT); $SIG{TSTP} = sub { kill -CONT => getpgrp } }
until (waitpid($pid, $tty ? 2 : 0) == $pid and (\${^CHILD_ERROR_NATIVE} & 255) != 127) {
  kill -CONT => getpgrp if (\${^CHILD_ERROR_NATIVE} & 255) == 127;
}
my $status = $? & 127 ? 128 + ($? & 127) : $? >> 8;
select undef, undef, undef, 0.05 while $stops && kill 0 => -1;
exit $status`;

// Scripts of buildpacks use unset variables and `return`: no `set -eu`. They keep no trace of the command in their
// environment or arguments; the command itself is bash's, untouched.
export const START = `cd /app
slipway_command=$1; shift
for slipway_file in .profile.d/*.sh; do [ -r "$slipway_file" ] && source "$slipway_file"; done; unset slipway_file
[ -r .profile ] && source ./.profile
exec bash -c "$slipway_command"`;

/** Status 70 is a fault of ours in sysexits.h: the message, or the files after it, did not all arrive, or could not be unpacked. */
export const NOT_TAKEN = 70;
/** Where one that waits says why, and nothing of the app has run; it is gone before anything of the app runs. */
export const NOT_TAKEN_NOTE = '/tmp/.slipway-not-taken';

const WAIT = `$SIG{PWR} = sub { exit 143 };
open my $stderr, ">&", \\*STDERR; open STDERR, ">", "${NOT_TAKEN_NOTE}";
sub take { my ($n, $b) = (shift, ""); while (length $b < $n) { sysread STDIN, $b, $n - length $b, length $b or fail() } $b }
sub fail { print STDERR shift // "it did not all arrive"; exit ${NOT_TAKEN} }
sub unpack_files {
  local $SIG{PIPE} = "IGNORE";
  open my $tar, "|-", qw(tar -xzpf - -C /) or fail("tar: $!");
  for (my $left = shift; $left > 0; $left -= length $b) { sysread STDIN, $b, $left < 65536 ? $left : 65536 or fail(); syswrite $tar, $b }
  close $tar or fail("tar ends with $?");
}
my ($command, @env) = split /\\0/, take(hex take(8)), -1;
unpack_files(hex take(8)) for 1 .. hex take(8);
open STDERR, ">&", $stderr; unlink "${NOT_TAKEN_NOTE}";
open STDIN, "<", "/dev/null";
%ENV = (%ENV, map +(split /=/, $_, 2), @env);
push @ARGV, $command;
${KEEP}`;

const OURS = { User: USER, WorkingDir: '/app', StopSignal: STOP_SIGNAL };

/** The options of a dyno's container: not root, no capability, its own limits, nothing of the host. */
export function dynoContainer(o: DynoSpec & OnNetwork): NamedContainer {
  const runs = o.own ? runsOwn(o.own) : { Cmd: [...PERL, KEEP, START, o.dyno.command], ...OURS };
  return { ...withLine(container(o), o.attached), ...runs, Env: dynoEnv(o) };
}

/** Those of one on a stack of ours that waits at its stdin for `dynoMessage`, and then is what it says. */
export function waitingContainer(o: DynoPlace & OnNetwork): NamedContainer {
  const waits = { Cmd: [...PERL, WAIT, START], OpenStdin: true, StdinOnce: true, AttachStdin: true };
  return { ...container(o), ...waits, ...OURS };
}

/**
 * Tells a waiting container its command and environment, split by NUL, then how many archives to unpack, and those. Numbers
 * are 8 hexadecimal digits; before each part comes that of its bytes.
 */
export function dynoMessage(o: DynoSpec, files: readonly Buffer[]): Buffer[] {
  const about = Buffer.from([o.dyno.command, ...dynoEnv(o)].join('\0'));
  const digits = (count: number) => Buffer.from(count.toString(16).padStart(8, '0'));
  const withLength = (part: Buffer) => [digits(part.length), part];
  return [...withLength(about), digits(files.length), ...files.flatMap(withLength)];
}

/** One whose input and output somebody holds: what they don't read waits in the dyno, and nobody else keeps it. */
function withLine(options: NamedContainer, attached: DynoSpec['attached']): NamedContainer {
  if (!attached) return options;
  const streams = { OpenStdin: true, StdinOnce: true, AttachStdin: true, AttachStdout: true, AttachStderr: true, Tty: attached.hasTty };
  return { ...options, ...streams, HostConfig: { ...options.HostConfig, LogConfig: { Type: 'none', Config: {} } } };
}

/** Docker's own default is 1024: whatever runs beside dynos comes before them. */
const SHARES_OF_1X = 256;

type NamedContainer = Docker.ContainerCreateOptions & { name: string };

function container(o: DynoPlace & OnNetwork): NamedContainer {
  const memory = Math.round(o.size.memoryMb * o.size.burst) * 1024 * 1024;
  return {
    name: `slipway-${o.dyno.id}`,
    Image: o.image,
    Labels: dynoLabels(o),
    HostConfig: {
      Init: true,
      NetworkMode: o.network,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges', `seccomp=${o.seccomp}`],
      IpcMode: 'private',
      Memory: memory,
      MemorySwap: memory,
      CpuShares: Math.max(2, Math.round(o.size.cpu * SHARES_OF_1X)),
      PidsLimit: o.size.processes,
      Ulimits: [
        { Name: 'nofile', Soft: 10_000, Hard: 10_000 },
        { Name: 'core', Soft: 0, Hard: 0 },
      ],
      // When the machine runs out of memory, dynos go before the platform and its stores.
      OomScoreAdj: 500,
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '4' } },
      Binds: caOptions(o.caBundle).binds,
    },
  };
}

/** An image keeps the user it names, as numbers, unless that is root; a command of heroku.yml goes to its ENTRYPOINT, if it has one. */
function runsOwn(own: NonNullable<DynoSpec['own']>): Docker.ContainerCreateOptions {
  const isPlain = /^[1-9]\d*:[1-9]\d*$/.test(own.user);
  return { ...(own.command !== null && { Cmd: ['/bin/sh', '-c', own.command] }), User: isPlain ? own.user : USER, StopSignal: 'SIGTERM' };
}

/** The environment of a dyno. What an app may choose comes before its config vars, what it may not after them. */
export function dynoEnv(o: DynoSpec): string[] {
  const env: Record<string, string> = {
    ...caOptions(o.caBundle).env,
    ...(!o.own && { LANG: 'C.UTF-8' }),
    MEMORY_AVAILABLE: String(o.size.memoryMb),
    HEROKU_APP_ID: o.app.id,
    HEROKU_APP_NAME: o.app.name,
    HEROKU_APP_DEFAULT_DOMAIN_NAME: `${o.app.name}.${o.app.domain}`,
    HEROKU_DYNO_ID: o.dyno.id,
    HEROKU_RELEASE_VERSION: `v${o.release.version}`,
    HEROKU_RELEASE_CREATED_AT: o.release.createdAt.toISOString().replace(/\.\d+Z$/, 'Z'),
    ...(o.slug.commit && aboutCommit(o.slug.commit)),
    ...o.configVars,
    ...(!o.own && { HOME: '/app' }),
    PORT: String(o.dyno.port),
    DYNO: o.dyno.name,
  };
  return Object.entries(env).map(([key, value]) => `${key}=${value}`);
}

/** Under the names of today and those of before. */
function aboutCommit(commit: string): Record<string, string> {
  const names = ['HEROKU_BUILD', 'HEROKU_SLUG'];
  return Object.fromEntries(
    names.flatMap((name) => [
      [`${name}_COMMIT`, commit],
      [`${name}_DESCRIPTION`, deployText(commit)],
    ]),
  );
}

function dynoLabels(o: DynoPlace): Record<string, string> {
  return {
    [HOME_LABEL]: o.homeId,
    [APP_LABEL]: o.app.id,
    [APP_NAME_LABEL]: o.app.name,
    [DYNO_LABEL]: o.dyno.name,
    [DYNO_ID_LABEL]: o.dyno.id,
    [RELEASE_LABEL]: `v${o.release.version}`,
  };
}
