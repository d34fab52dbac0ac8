# Makes of a PEM bundle what Java trusts: a key store of the kind JKS. Arguments: the bundle, the key store.
# keytool would start a JVM for each of its hundred and fifty certificates.
use strict;
use warnings;
use Digest::SHA 'sha1';
use MIME::Base64 'decode_base64';

my ($bundle, $store) = @ARGV;
open my $in, '<', $bundle or die "$bundle: $!\n";
my $pem = do { local $/; <$in> };
my @certificates = map { decode_base64($_) } $pem =~ /-----BEGIN CERTIFICATE-----(.*?)-----END/gs;

my $number = 0;
my $data = pack 'NNN', 0xFEEDFEED, 2, scalar @certificates;
$data .= pack('N n/a* Q> n/a* N/a*', 2, 'ca-' . $number++, 0, 'X.509', $_) for @certificates;
# The password that key stores of this kind have everywhere; it hides nothing.
my $password = join '', map { "\0$_" } split //, 'changeit';

open my $out, '>:raw', "$store.$$" or die "$store: $!\n";
print $out $data, sha1($password . 'Mighty Aphrodite' . $data);
close $out or die "$store: $!\n";
rename "$store.$$", $store or die "$store: $!\n";
