#!/usr/bin/perl
# Tells what builds have on disk. Runs as root in a container of its own, which runs nothing of an app: what a build hides from
# its own user, or from whoever shares its limits of processes and memory, is seen from here.
#
#   measure.pl build <limit MB>   looks at the build whose processes this container shares, now and then, for as long as it runs:
#                                 a line "<MB used> <MB free on the disk>" each time
#   measure.pl volumes            a line "<name> <MB>" for each directory of /volumes
use strict;
use warnings;
use List::Util qw(max);
use Time::HiRes qw(sleep time);

my $PAUSE_S = 1.5;
# Looking may take a tenth of the time: large trees are counted less often, unless the disk has become so much fuller.
my $PAUSE_FACTOR = 10;
# What a build can write: all else is read-only, or memory.
my @PLACES = map "/proc/1/root$_", qw(/tmp /app);

$| = 1;
my ($does, $limit) = @ARGV;
if ($does eq 'build') { watch($limit) } else { volumes() }

sub watch {
  my ($limit) = @_;
  while (-d $PLACES[0]) {
    my $begun = time;
    my $used = int((counted(@PLACES) + nameless() / 1024) / 1024);
    my $free = free();
    print "$used $free\n";
    my $until = time + max($PAUSE_S, (time - $begun) * $PAUSE_FACTOR);
    do { sleep $PAUSE_S } while (time < $until && $free - free() <= $limit - $used);
  }
}

# Kilobytes below directories.
sub counted {
  open my $du, '-|', 'sh', '-c', 'exec du -skxc "$@" 2>/dev/null', 'du', @_ or return 0;
  my ($total) = map { /^(\d+)/ } reverse <$du>;
  return $total // 0;
}

# Bytes of files that have no name any more, but are open or mapped.
sub nameless {
  my %on = map { $_ => 1 } grep defined, map { (stat)[0] } @PLACES;
  my (%open, %mapped);
  for my $process (glob '/proc/[0-9]*') {
    for my $file (glob "$process/fd/*") {
      my ($device, $inode, $links, $blocks) = (stat $file)[0, 1, 3, 12];
      $open{"$device $inode"} = $blocks * 512 if defined $blocks && $on{$device} && $links == 0;
    }
    open my $maps, '<', "$process/maps" or next;
    while (<$maps>) {
      my ($from, $to, $major, $minor, $inode) = /^([0-9a-f]+)-([0-9a-f]+) \S+ \S+ ([0-9a-f]+):([0-9a-f]+) (\d+) .*\(deleted\)$/ or next;
      my $device = number(hex $major, hex $minor);
      $mapped{"$device $inode"} = max($mapped{"$device $inode"} // 0, hex($to) - hex($from)) if $on{$device};
    }
  }
  my $bytes = 0;
  $bytes += $_ for values %{{%mapped, %open}};
  return $bytes;
}

# A device as stat tells it.
sub number {
  my ($major, $minor) = @_;
  return ($minor & 0xff) | (($major & 0xfff) << 8) | (($minor & ~0xff) << 12);
}

# Megabytes that the disk has left.
sub free {
  my ($blocks, $size) = split ' ', `stat -f -c '%a %S' $PLACES[0] 2>/dev/null` || '0 0';
  return int($blocks * $size / 1048576);
}

sub volumes {
  for my $place (glob '/volumes/*') {
    my ($name) = $place =~ m{([^/]+)$};
    print "$name ", int(counted($place) / 1024), "\n";
  }
}
