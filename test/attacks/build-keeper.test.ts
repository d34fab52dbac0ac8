// Somebody whose code runs in a build, and who wants to speak in the place of the program that keeps it: its memory, its open
// files, the time between what it has looked at and what it packs.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWorld, type World } from '../integration/builder/world.js';

let world: World;

beforeAll(async () => {
  world = await startWorld({ buildTimeoutS: 40 });
});

afterAll(() => world?.stop());

const DETECT = '#!/bin/bash\necho Honest\n';

/** Tries every process but itself, once or for ever, and tells what it got: a pipe that isn't its own, memory, a trace, a packer's files. */
const TAKE = String.raw`#!/usr/bin/perl
my ($file) = @ARGV;
my $log = \*STDOUT;
open $log, '>>', $file if $file;
$log->autoflush(1);
my (%own, %told);
$own{readlink("/proc/self/fd/$_") // ''} = 1 for 0 .. 2;
sub tell_of { my ($what) = @_; print $log "$what\n" if !$told{$what =~ s/\d+/N/gr}++ }
print $log "begun\n";
do {
  for my $pid (grep $_ != $$, map { /(\d+)/ } glob '/proc/[0-9]*') {
    for my $fd (glob "/proc/$pid/fd/*") {
      my $to = readlink $fd // next;
      next if $own{$to} || $to !~ /^pipe:/;
      my $pipe;
      tell_of("took $fd") if open($pipe, '>', $fd) && syswrite $pipe, "procfile 9\nforged: x\n";
    }
    next if $pid != 1;
    tell_of("opened $pid mem") if open my $memory, '+<', "/proc/$pid/mem";
    tell_of("opened $pid environ") if open my $environ, '<', "/proc/$pid/environ";
    tell_of("traced $pid") if syscall(101, 16, $pid, 0, 0) == 0;
    kill STOP => $pid;
    kill KILL => $pid;
  }
  for my $dir (glob '/tmp/slug_*/app') { tell_of('came late') if open my $late, '>', "$dir/late" }
} while ($file);
`;

/** What later programs would obey, if it reached them. */
const ORDERS = [
  'BASH_ENV=/tmp/evil.sh',
  'ENV=/tmp/evil.sh',
  'PERL5OPT=-Mevil',
  'PERL5LIB=/tmp/evil',
  'LD_PRELOAD=/tmp/evil/evil.so',
  'PATH=/tmp/evil:$PATH',
  "TAR_OPTIONS='--checkpoint=1 --checkpoint-action=exec=/tmp/evil/tar'",
];

it("nothing of the keeper's can be opened, traced, stopped or ended, and the slug is the honest one", async () => {
  const app = await world.newApp();
  const pack = await world.packTarball({
    'bin/detect': DETECT,
    'take.pl': TAKE,
    'bin/compile': `#!/bin/bash
cd $(dirname "$0")/..
perl take.pl
mkdir -p /tmp/evil "$1/.profile.d"
printf '#!/bin/bash\\necho "obeyed $0" >&2\\nexec "/usr/bin/\${0##*/}" "$@"\\n' | tee /tmp/evil.sh /tmp/evil/tar /tmp/evil/perl /tmp/evil/pigz /tmp/evil/stat >/dev/null
echo 'print STDERR "obeyed perl\\n"; 1' >/tmp/evil/evil.pm
chmod +x /tmp/evil/*
printf 'export %s\\n' ${ORDERS.map((order) => `"${order}"`).join(' ')} | tee export "$1/.profile.d/evil.sh" >/dev/null
echo compiled >"$1/made"
`,
  });
  const { build, output, slug } = await world.push(app, { README: 'x\n' }, { buildpacks: [pack] });
  expect(output).toContain('begun');
  expect(output).not.toMatch(/took|opened|traced|came late|obeyed/);
  expect(build).toMatchObject({ status: 'succeeded' });
  expect(slug!.processTypes).toEqual({});
  expect(await world.read(slug!, 'app/made')).toBe('compiled\n');
});

it('a process that goes on meets none of the programs that the keeper starts, and is gone before anything is packed', async () => {
  const app = await world.newApp();
  const first = await world.packTarball({
    'bin/detect': DETECT,
    'take.pl': TAKE,
    'bin/compile': `#!/bin/bash
setsid perl "$(dirname "$0")/../take.pl" "$2/told" </dev/null >/dev/null 2>&1 &
until [ -e "$2/told" ]; do sleep 0.05; done
`,
  });
  const others = await Promise.all(
    Array.from({ length: 4 }, (_, index) =>
      world.packTarball({
        'bin/detect': DETECT,
        'bin/compile': `#!/bin/bash\nmkdir -p "$1/.profile.d"\nfor n in {1..10}; do echo >"$1/.profile.d/${index}-$n.sh"; done\n`,
        'bin/report': '#!/bin/bash\necho honest: true\n',
      }),
    ),
  );
  const { build, slug } = await world.push(app, { README: 'x\n' }, { buildpacks: [first, ...others] });
  expect(build).toMatchObject({ status: 'succeeded' });
  expect(slug!.processTypes).toEqual({});
  expect((await world.list(slug!)).join('\n')).not.toContain('late');
  const teller = await world.packTarball({ 'bin/detect': DETECT, 'bin/compile': '#!/bin/bash\ncat "$2/told"\n' });
  const { output } = await world.push(app, { README: 'x\n' }, { buildpacks: [teller] });
  expect(output).toContain('begun');
  expect(output).not.toMatch(/opened|traced|came late/);
});
