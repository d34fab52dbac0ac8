<?php
// Where the packages come from that have to be downloaded.

/**
 * The place of each package, and the one of its source where Composer takes that instead: "https://a.example https://b.example".
 * Packages that an earlier build has downloaded need none, and what is not had by HTTP can't be asked.
 * @return string[]
 */
function places(array $packages): array
{
    $found = [];
    foreach ($packages as $package) {
        $name = (string) ($package['name'] ?? '');
        $dist = placeOf((string) ($package['dist']['url'] ?? ''));
        if ($dist === null || isset($package['dist']['mirrors']) || is_dir(getenv('COMPOSER_CACHE_DIR') . "/files/$name")) {
            continue;
        }
        $source = isset($package['source']['url']) ? placeOf((string) $package['source']['url']) : $dist;
        if ($source !== null) {
            $found[implode(' ', array_unique([$dist, $source]))] = true;
        }
    }
    return array_keys($found);
}

/** Scheme, host and port of a URL that is asked by HTTP. */
function placeOf(string $url): ?string
{
    $isAsked = preg_match('~^(https?://)(?:[^/@]*@)?((?:[\w.-]+|\[[\da-f:]+\])(?::\d+)?)(?=[/?#]|$)~i', $url, $match);
    return $isAsked ? $match[1] . $match[2] : null;
}
