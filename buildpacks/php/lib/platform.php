<?php
// PHP and its extensions: what the app and its packages ask for, against what the stack has.

use Composer\Semver\Semver;
use Composer\Semver\VersionParser;

require '/usr/share/php/Composer/Semver/autoload.php';

const TOO_NEW = 'Run "composer update" with the PHP that this stack has, or choose a stack with another one (paas stack).';

/** Whether a requirement is of the machine, not of the registry. */
function isPlatform(string $package): bool
{
    return (bool) preg_match('~^(php(-(64bit|ipv6|zts|debug))?|hhvm|(ext|lib)-[a-z0-9](?:[_.-]?[a-z0-9]+)*|composer(-(plugin|runtime)-api)?)$~i', $package);
}

/** PHP and its extensions, as the app and each of its packages ask for them. Throws Problem. */
function checkPlatform(array $root, string $name, array $packages, string $lockName): void
{
    $given = [];
    foreach ($packages as $package) {
        $given += array_change_key_case(($package['provide'] ?? []) + ($package['replace'] ?? []));
    }
    $asking = [[$name, '', $root['require'] ?? []]];
    foreach ($packages as $package) {
        $asking[] = [$package['name'] ?? 'A package', ' (' . $lockName . ')', $package['require'] ?? []];
    }
    $extensions = extensions();
    foreach ($asking as [$who, $where, $requires]) {
        foreach ($requires as $what => $constraint) {
            $what = strtolower((string) $what);
            if ($what === 'php' || $what === 'php-64bit') {
                checkPhp("$who$where", (string) $constraint);
            } elseif (str_starts_with($what, 'ext-') && !isset($given[$what])) {
                checkExtension("$who$where", $what, (string) $constraint, $extensions);
            }
        }
    }
}

function checkPhp(string $who, string $constraint): void
{
    if (!satisfies(PHP_VERSION, $constraint, "PHP", $who)) {
        throw new Problem('php-version', ["$who requires PHP $constraint, but this stack has PHP " . PHP_VERSION . '.', TOO_NEW]);
    }
}

function checkExtension(string $who, string $what, string $constraint, array $extensions): void
{
    $version = $extensions[$what] ?? null;
    if ($version === null) {
        $lines = ["$who requires $what, which this stack does not have. It has:"];
        array_push($lines, ...explode("\n", wordwrap(implode(' ', array_map(fn ($each) => substr($each, 4), array_keys($extensions))), 100)));
        throw new Problem('extension-missing', $lines);
    }
    if (!satisfies($version, $constraint, $what, $who)) {
        throw new Problem('extension-version', ["$who requires $what $constraint, but this stack has $what $version.", TOO_NEW]);
    }
}

function satisfies(string $version, string $constraint, string $what, string $who): bool
{
    try {
        return Semver::satisfies($version, $constraint);
    } catch (UnexpectedValueException) {
        throw new Problem('constraint', ["$who requires $what \"$constraint\", which is not a version constraint.", 'Write for example "^8.1".']);
    }
}

/** @return array<string, string> extensions as Composer names them → version */
function extensions(): array
{
    $found = [];
    $parser = new VersionParser();
    foreach (get_loaded_extensions() as $extension) {
        try {
            $version = phpversion($extension) ?: '0';
            $parser->normalize($version);
        } catch (UnexpectedValueException) {
            $version = preg_match('~^\d+(\.\d+)*~', $version, $match) ? $match[0] : '0';
        }
        $found['ext-' . strtolower(str_replace(' ', '-', $extension))] = $version;
    }
    ksort($found);
    return $found;
}
