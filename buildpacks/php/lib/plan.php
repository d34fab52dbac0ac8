<?php
// Reads an app's composer.json and composer.lock and prints what compile has to do, as assignments for bash.
// Arguments: the app's directory, the name of its composer.json. What is wrong is said on stderr, in lines for the person
// who pushes, and named on stdout; the exit status is 1 then.

require __DIR__ . '/platform.php';
require __DIR__ . '/reuse.php';
require __DIR__ . '/places.php';

final class Problem extends Exception
{
    /** @param string[] $lines */
    public function __construct(public readonly string $id, public readonly array $lines)
    {
        parent::__construct($lines[0]);
    }
}

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
    } catch (TypeError) {
        fwrite(STDERR, "\n !     $name or " . lockName($name) . " is not as Composer writes it: a value in it is of another kind.\n !     \"composer validate\" says more.\n");
        echo "failure=invalid-json\n";
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
    $lockName = lockName($name);
    $hasComposer = is_file($name);
    if (!$hasComposer && getenv('COMPOSER')) {
        throw new Problem('composer-name', ["The config var COMPOSER names \"$name\", which is not there."]);
    }
    $hasLock = is_file($lockName);
    $root = $hasComposer ? readJson($name) : [];
    $lock = $hasLock ? readJson($lockName) : null;
    checkSections($root ?? [], $name);
    $empty = ['EMPTY_COMPOSER' => $root === null ? $name : '', 'EMPTY_LOCK' => $hasLock && $lock === null ? $lockName : ''];
    $root ??= [];
    $needed = array_filter(array_keys($root['require'] ?? []), fn ($package) => !isPlatform((string) $package));
    if ($lock === null && $needed) {
        $lacks = $hasLock ? "$lockName is empty" : "there is no $lockName that says which versions";
        throw new Problem('no-lock', ["$name requires packages, but $lacks.", 'Run "composer update", commit ' . $lockName . ', and push again.']);
    }
    $packages = array_map(fn (array $package) => $package, $lock['packages'] ?? []);
    checkPlatform($root, $name, $packages, $lockName);
    $vendor = directory($root, $name, 'vendor-dir', 'COMPOSER_VENDOR_DIR', 'vendor');
    $bin = directory($root, $name, 'bin-dir', 'COMPOSER_BIN_DIR', "$vendor/bin");
    return $empty + [
        'PHP_VERSION' => PHP_VERSION,
        'PHP_WANTED' => (string) ($root['require']['php'] ?? ''),
        'COMPOSER_FILE' => $hasComposer ? $name : '',
        'COMPOSER_LOCK' => $lock === null ? '' : $lockName,
        'VENDOR_DIR' => $vendor,
        'BIN_DIR' => $bin,
        'RUNS_SCRIPTS' => runsScripts($root, $packages) ? '1' : '',
        'COMPILE_SCRIPT' => isset($root['scripts']['compile']) ? 'compile' : '',
        'PACKAGES_KEY' => packagesKey($root, $packages),
        'PLACES' => places($packages),
        'AUTOLOAD_KEY' => autoloadKey($root, $vendor),
        'DOCUMENT_ROOT' => documentRoot(),
        'WARNINGS' => warnings($root, $name, $lock, $empty),
    ];
}

function lockName(string $name): string
{
    return substr($name, 0, -5) . '.lock';
}

/** Null if nothing is in the file. */
function readJson(string $name): ?array
{
    $text = (string) file_get_contents($name);
    if (trim($text) === '') {
        return null;
    }
    $read = json_decode($text, true);
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

/** A directory that composer.json or a config var may place elsewhere; it stays below the app's top. */
function directory(array $root, string $name, string $key, string $variable, string $default): string
{
    $who = getenv($variable) ? "The config var $variable" : "config.$key in $name";
    $set = getenv($variable) ?: ($root['config'][$key] ?? $default);
    $path = rtrim(preg_replace('~^(\./)+~', '', str_replace('{$vendor-dir}', $root['config']['vendor-dir'] ?? 'vendor', (string) $set)), '/');
    if (!preg_match('~^[\w@.+-]+(/[\w@.+-]+)*$~', $path) || preg_match('~(^|/)\.\.?(/|$)~', $path)) {
        throw new Problem('directory', ["$who is \"$set\": it must be a directory below the app's top, in plain letters."]);
    }
    return $path;
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

/**
 * @param array<string, string> $empty
 * @return string[]
 */
function warnings(array $root, string $name, ?array $lock, array $empty): array
{
    $list = [];
    if ($empty['EMPTY_COMPOSER'] !== '') {
        $list[] = "$name is empty: it is taken for {}.";
    }
    if ($empty['EMPTY_LOCK'] !== '') {
        $list[] = "{$empty['EMPTY_LOCK']} is empty: it is taken for none.";
    }
    foreach (['.htaccess', 'public/.htaccess', 'web/.htaccess'] as $file) {
        $rules = is_file($file) ? (string) file_get_contents($file) : '';
        if (preg_match('~^[^#]*%\{HTTPS\}~m', $rules) && stripos($rules, 'X-Forwarded-Proto') === false) {
            $list[] = "$file asks for %{HTTPS}, which is off for all visitors: TLS ends at the router. Ask for %{HTTP:X-Forwarded-Proto}.";
        }
    }
    if ($lock !== null && $root === []) {
        $list[] = "There is a lockfile, but $name asks for nothing.";
    }
    $pretended = (string) ($root['config']['platform']['php'] ?? PHP_VERSION);
    if (!preg_match('~^' . PHP_MAJOR_VERSION . '\\.' . PHP_MINOR_VERSION . '(\\.|$)~', $pretended)) {
        $list[] = "config.platform.php in $name says $pretended, but the app runs on PHP " . PHP_VERSION . '.';
    }
    return $list;
}
