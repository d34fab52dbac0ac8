<?php
// Reads an app's composer.json and composer.lock and prints what compile has to do, as assignments for bash.
// Arguments: the app's directory, the name of its composer.json. What is wrong is said on stderr, in lines for the person
// who pushes, and named on stdout; the exit status is 1 then.

use Composer\Semver\Semver;
use Composer\Semver\VersionParser;

require '/usr/share/php/Composer/Semver/autoload.php';

final class Problem extends Exception
{
    /** @param string[] $lines */
    public function __construct(public readonly string $id, public readonly array $lines)
    {
        parent::__construct($lines[0]);
    }
}

/** Events that run commands of the app whenever packages are installed, or the autoloader is made. */
const INSTALL_EVENTS = ['pre-install-cmd', 'post-install-cmd', 'pre-autoload-dump', 'post-autoload-dump', 'pre-operations-exec',
    'pre-package-install', 'post-package-install', 'pre-command-run', 'command', 'init', 'pre-file-download', 'post-file-download'];
/** Keys of composer.json that decide about packages, and those that decide about the autoloader only. */
const DECIDING = ['config', 'repositories', 'require', 'replace', 'provide', 'conflict', 'extra', 'minimum-stability', 'prefer-stable'];
const LOADING = ['name', 'version', 'type', 'autoload', 'config', 'extra'];
const TOO_NEW = 'Run "composer update" with the PHP that this stack has, or choose a stack with another one (paas stack).';

main($argv[1], $argv[2]);

function main(string $dir, string $name): void
{
    try {
        foreach (makePlan($dir, $name) as $key => $value) {
            echo $key, '=', is_array($value) ? '(' . implode(' ', array_map('quote', $value)) . ')' : quote($value), "\n";
        }
    } catch (Problem $problem) {
        fwrite(STDERR, "\n" . implode('', array_map(fn ($line) => " !     $line\n", $problem->lines)));
        echo "failure=$problem->id\n";
        exit(1);
    }
}

function quote(string $text): string
{
    return "'" . str_replace("'", "'\\''", $text) . "'";
}

/** @return array<string, string|string[]> */
function makePlan(string $dir, string $name): array
{
    chdir($dir);
    if (!preg_match('~^[\w.-]+\.json$~', $name)) {
        throw new Problem('composer-name', ["The config var COMPOSER names \"$name\", which is not a .json file at the top of the app."]);
    }
    $lockName = substr($name, 0, -5) . '.lock';
    $hasComposer = is_file($name);
    $root = $hasComposer ? readJson($name) : [];
    $lock = is_file($lockName) ? readJson($lockName) : null;
    checkSections($root, $name);
    $needed = array_filter(array_keys($root['require'] ?? []), fn ($package) => !isPlatform((string) $package));
    if ($lock === null && $needed) {
        throw new Problem('no-lock', ["$name requires packages, but there is no $lockName that says which versions.", 'Run "composer update", commit ' . $lockName . ', and push again.']);
    }
    $packages = $lock['packages'] ?? [];
    checkPlatform($root, $name, $packages, $lockName);
    $vendor = directory($root, 'vendor-dir', 'COMPOSER_VENDOR_DIR', 'vendor');
    $bin = directory($root, 'bin-dir', 'COMPOSER_BIN_DIR', "$vendor/bin");
    return [
        'PHP_VERSION' => PHP_VERSION,
        'PHP_WANTED' => (string) ($root['require']['php'] ?? ''),
        'COMPOSER_FILE' => $hasComposer ? $name : '',
        'COMPOSER_LOCK' => $lock === null ? '' : $lockName,
        'VENDOR_DIR' => $vendor,
        'BIN_DIR' => $bin,
        'RUNS_SCRIPTS' => runsScripts($root, $packages) ? '1' : '',
        'COMPILE_SCRIPT' => isset($root['scripts']['compile']) ? 'compile' : '',
        'PACKAGES_KEY' => packagesKey($root, $packages),
        'AUTOLOAD_KEY' => autoloadKey($root, $vendor),
        'DOCUMENT_ROOT' => documentRoot(),
        'WARNINGS' => warnings($root, $name, $lock),
    ];
}

function readJson(string $name): array
{
    $read = json_decode((string) file_get_contents($name), true);
    if (!is_array($read) || ($read !== [] && array_is_list($read))) {
        $why = json_last_error() === JSON_ERROR_NONE ? 'it is not an object' : lcfirst(json_last_error_msg());
        throw new Problem('invalid-json', ["$name can't be read as JSON: $why.", '"composer validate" says where.']);
    }
    return $read;
}

function checkSections(array $root, string $name): void
{
    foreach (['require', 'config', 'scripts', 'autoload', 'extra'] as $section) {
        if (isset($root[$section]) && !is_array($root[$section])) {
            throw new Problem('invalid-json', ["\"$section\" in $name is not an object.", '"composer validate" says more.']);
        }
    }
}

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

/** A directory that composer.json or a config var may place elsewhere; it stays below the app's top. */
function directory(array $root, string $key, string $variable, string $default): string
{
    $set = getenv($variable) ?: ($root['config'][$key] ?? $default);
    $path = rtrim(preg_replace('~^(\./)+~', '', str_replace('{$vendor-dir}', $root['config']['vendor-dir'] ?? 'vendor', (string) $set)), '/');
    if (!preg_match('~^[\w@.+-]+(/[\w@.+-]+)*$~', $path) || preg_match('~(^|/)\.\.?(/|$)~', $path)) {
        throw new Problem('directory', ["config.$key in composer.json is \"$set\": it must be a directory below the app's top, in plain letters."]);
    }
    return $path;
}

/** Whether Composer runs code of the app or of plugins, so that it has to be called in each build. */
function runsScripts(array $root, array $packages): bool
{
    foreach (INSTALL_EVENTS as $event) {
        if (!empty($root['scripts'][$event])) {
            return true;
        }
    }
    $types = array_map(fn ($package) => $package['type'] ?? 'library', $packages);
    return (bool) array_intersect($types, ['composer-plugin', 'composer-installer']);
}

/** Equal as long as the same packages would be installed. */
function packagesKey(array $root, array $packages): string
{
    preg_match("~const VERSION = '([^']+)'~", (string) @file_get_contents('/usr/share/php/Composer/Composer.php'), $composer);
    $parts = ['1', PHP_VERSION, $composer[1] ?? '', $packages, array_intersect_key($root, array_flip(DECIDING))];
    foreach (getenv() as $variable => $value) {
        if (str_starts_with($variable, 'COMPOSER') && !preg_match('~AUTH|TOKEN|HOME|CACHE~', $variable)) {
            $parts[] = "$variable=$value";
        }
    }
    foreach ($packages as $package) {
        if (($package['dist']['type'] ?? '') === 'path') {
            $parts[] = listing((string) $package['dist']['url'], true, '');
        }
    }
    return substr(hash('sha256', serialize($parts)), 0, 20);
}

/** Equal as long as the autoloader of the app's own classes would be the same: it knows classes by the paths of files. */
function autoloadKey(array $root, string $vendor): string
{
    $parts = [array_intersect_key($root, array_flip(LOADING))];
    foreach (['psr-4', 'psr-0', 'classmap'] as $kind) {
        foreach ($root['autoload'][$kind] ?? [] as $directories) {
            foreach ((array) $directories as $directory) {
                $parts[] = listing((string) $directory, $kind === 'classmap', $vendor);
            }
        }
    }
    return substr(hash('sha256', serialize($parts)), 0, 20);
}

/** The PHP files below a directory of the app; with what is in them if that matters. @return string[] */
function listing(string $directory, bool $withContent, string $vendor): array
{
    $top = realpath('.') . '/';
    $start = realpath($directory === '' ? '.' : $directory);
    if ($start === false || !str_starts_with("$start/", $top)) {
        return [$directory];
    }
    if (is_file($start)) {
        return [$directory, $withContent ? (string) md5_file($start) : ''];
    }
    $skipped = array_filter([$top . '.slipway', $vendor === '' ? '' : $top . $vendor]);
    $below = new RecursiveDirectoryIterator($start, FilesystemIterator::SKIP_DOTS | FilesystemIterator::CURRENT_AS_PATHNAME);
    $files = new RecursiveCallbackFilterIterator($below, fn ($path) => !in_array($path, $skipped, true));
    $found = [];
    foreach (new RecursiveIteratorIterator($files) as $path) {
        if (preg_match('~\.(php|inc|json)$~', $path)) {
            $found[] = substr($path, strlen($top)) . ($withContent ? ' ' . md5_file($path) : '');
        }
    }
    sort($found);
    return $found;
}

/** Where the front controller is: the app's top as on Heroku, else the directory that frameworks have for it. */
function documentRoot(): string
{
    if (is_file('index.php') || is_file('index.html')) {
        return '';
    }
    foreach (['public', 'web'] as $directory) {
        if (is_file("$directory/index.php")) {
            return "$directory/";
        }
    }
    return '';
}

/** @return string[] */
function warnings(array $root, string $name, ?array $lock): array
{
    $list = [];
    if ($lock !== null && $root === []) {
        $list[] = "There is a lockfile, but nothing in $name: no packages are installed.";
    }
    $pretended = (string) ($root['config']['platform']['php'] ?? PHP_VERSION);
    if (!preg_match('~^' . PHP_MAJOR_VERSION . '\\.' . PHP_MINOR_VERSION . '(\\.|$)~', $pretended)) {
        $list[] = "config.platform.php in $name says $pretended, but the app runs on PHP " . PHP_VERSION . '.';
    }
    return $list;
}
