<?php
// What decides whether packages have to be installed, and the autoloader made anew.

/** Events that run commands of the app whenever packages are installed, or the autoloader is made. */
const INSTALL_EVENTS = ['pre-install-cmd', 'post-install-cmd', 'pre-autoload-dump', 'post-autoload-dump', 'pre-operations-exec',
    'pre-package-install', 'post-package-install', 'pre-command-run', 'command', 'init', 'pre-file-download', 'post-file-download'];
/** Keys of composer.json that decide about packages, and those that decide about the autoloader only. */
const DECIDING = ['config', 'repositories', 'require', 'replace', 'provide', 'conflict', 'extra', 'minimum-stability', 'prefer-stable'];
const LOADING = ['name', 'version', 'type', 'autoload', 'config', 'extra'];

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
