/** Which keys are a release's own: by the prefix that the application itself puts before them, and by nothing else. */
export const prefixesPhp = String.raw`
/** The caches that the application itself keeps apart: the store that the isolation is about, as CacheRecord has it. */
function isolatedBy(array $app, $isolation, $release) {
    if ($isolation === 'off') return array();
    $named = $isolation === 'stache' ? at($app, 'config/statamic/stache/cache_store') : null;
    $name = $named === null ? at($app, 'config/cache/default') : $named;
    $store = at($app, "config/cache/stores/$name");
    $driver = is_array($store) ? pick('driver', $store) : null;
    if ($driver !== 'redis' && $driver !== 'database') return array();
    $connection = connectionOf($store);
    $before = $driver === 'redis' ? connectionPrefix($app, $connection) : '';
    $prefix = isOwn($before, $release) && !isBare($before, $release) ? $before : $before . storePrefix($app, $store);
    if (!isOwn($prefix, $release)) return array();
    if ($driver === 'redis') return array(array('kind' => 'redis', 'name' => $name, 'connection' => array('kind' => 'application', 'name' => $connection), 'prefix' => $prefix));
    return array(array('kind' => 'database', 'name' => $name, 'connection' => $connection, 'table' => pick('table', $store, array('table' => 'cache')), 'prefix' => $prefix));
}

function connectionOf(array $store) {
    $named = pick('connection', $store);
    return $named === null && pick('driver', $store) === 'redis' ? 'default' : $named;
}

/** What the client puts before every key of a connection; which option wins changed in Laravel 9. */
function connectionPrefix(array $app, $connection) {
    $redis = (array) at($app, 'config/database/redis', array());
    $general = (string) at($redis, 'options/prefix', '');
    $clustered = at($redis, "clusters/$connection") !== null && at($redis, $connection) === null;
    if ($clustered) return (string) at($redis, "clusters/$connection/options/prefix", at($redis, 'clusters/options/prefix', $general));
    $own = at($redis, "$connection/options/prefix");
    $plain = at($redis, "$connection/prefix");
    $isOld = at($redis, 'client', 'phpredis') === 'phpredis' && version_compare($app['version'], '9.15', '<');
    if ($plain !== null && !($isOld && ($own !== null || $general !== ''))) return (string) $plain;
    return (string) ($own !== null ? $own : $general);
}

/** What the cache store puts before every key; up to Laravel 10 a colon follows it. */
function storePrefix(array $app, array $store) {
    $prefix = pick('prefix', $store, array('prefix' => at($app, 'config/cache/prefix', '')));
    if ($prefix === null || $prefix === '') return '';
    return $prefix . (version_compare($app['version'], '11.0', '<') ? ':' : '');
}

/** Whether the name of the release stands in it as a word of its own. */
function isOwn($prefix, $release) {
    return preg_match('/(?<![A-Za-z0-9])' . preg_quote($release, '/') . '(?![A-Za-z0-9])/', $prefix) === 1;
}

/** Whether nothing but the release is named: another project may have a release of the same second. */
function isBare($prefix, $release) {
    return preg_match('/[A-Za-z0-9]/', str_replace($release, '', $prefix)) !== 1;
}

/** Why keys that begin so must not be removed; null when they are this release's alone. */
function objection($prefix, $release, array $others) {
    if ($prefix === '') return 'nothing stands before its keys';
    if (!isOwn($prefix, $release)) return 'what stands before its keys, "' . $prefix . '", does not name the release: all releases share them';
    if (preg_match('/[A-Za-z0-9]$/', $prefix)) return 'what stands before its keys, "' . $prefix . '", does not end with a separator: it would hit the keys of other releases too';
    foreach ($others as $name => $other) {
        if ($other !== '' && strncmp($other, $prefix, strlen($prefix)) === 0) return 'the keys of the release ' . $name . ', which is kept, begin with "' . $prefix . '" too';
    }
    return null;
}
`;
