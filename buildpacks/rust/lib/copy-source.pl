# Copies an app's source to where cargo compiles it, and gives each file and directory the time at which its content was first
# seen: cargo compiles what is younger than the last build, but source arrives with the times of commits.
# copy-source.pl <from> <to> <list> <name>...: the names are entries of <from>; the list, "<digest> <time> <path>" on each
# line, is kept between builds. It is written before cargo runs: whatever becomes of that, a change is never older than it is.
use strict;
use warnings;
use Digest::SHA;
use File::Copy qw(copy);
use Time::HiRes qw(time utime);

my ($from, $to, $list, @names) = @ARGV;
my (%known, @seen);
my $now = time;

if (open my $in, '<', $list) {
  while (<$in>) { chomp; my ($digest, $time, $path) = split / /, $_, 3; $known{$path} = [$digest, $time] }
}
place($_) for @names;
open my $out, '>', "$list.new" or die "$list.new: $!\n";
print $out join(' ', @$_), "\n" for @seen;
close $out or die "$list.new: $!\n";
rename "$list.new", $list or die "$list: $!\n";
# Directories last: what is put into them makes them younger.
utime $_->[1], $_->[1], "$to/$_->[2]" for reverse @seen;

sub place {
  my ($path) = @_;
  my $source = "$from/$path";
  if (-l $source) { symlink readlink($source), "$to/$path" or die "$path: $!\n"; return }
  if (-d _) {
    opendir my $dir, $source or die "$path: $!\n";
    my @entries = sort grep { !/^\.\.?$/ } readdir $dir;
    mkdir "$to/$path" or die "$path: $!\n";
    remember($path, Digest::SHA::sha256_hex(join "\n", @entries));
    place("$path/$_") for @entries;
    return;
  }
  return unless -f _;
  copy($source, "$to/$path") or die "$path: $!\n";
  chmod((stat $source)[2] & 07777, "$to/$path");
  remember($path, Digest::SHA->new(256)->addfile($source)->hexdigest);
}

# A path with a line break in it would spoil the list: it counts as new each time.
sub remember {
  my ($path, $digest) = @_;
  return if $path =~ /\n/;
  my $last = $known{$path};
  push @seen, [$digest, $last && $last->[0] eq $digest ? $last->[1] : $now, $path];
}
