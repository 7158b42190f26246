/**
 * A PHP program that boots a Laravel application in the release it is run in and prints what its config comes to, as one line of
 * JSON behind a mark: which store caches where, with which final prefix. It opens no connection, writes nothing, and tells no password.
 * Arguments: the release's name. What PHP itself says of an application that cannot boot goes to the error output.
 */
export const probeProgram = String.raw`
error_reporting(E_ALL & ~E_DEPRECATED & ~E_USER_DEPRECATED);
ini_set('display_errors', 'stderr');
ini_set('log_errors', '0');
$release = $argv[1];
$base = getcwd();
try {
    if (is_file('vendor/autoload.php')) require 'vendor/autoload.php';
    $app = require 'bootstrap/app.php';
    $app->make('Illuminate\Contracts\Console\Kernel')->bootstrap();
} catch (Throwable $e) {
    fwrite(STDERR, 'The application does not boot in this release. PHP says: '.get_class($e).': '.$e->getMessage().' in '.$e->getFile().':'.$e->getLine()."\n");
    exit(1);
}
$c = fn ($key, $default = null) => $app['config']->get($key, $default);
$text = fn ($value) => is_scalar($value) ? (string) $value : null;
$real = function ($path) {
    if (!is_string($path) || $path === '') return null;
    $rest = '';
    while (!file_exists($path) && dirname($path) !== $path) { $rest = '/'.basename($path).$rest; $path = dirname($path); }
    return (realpath($path) ?: $path).$rest;
};
$inside = fn ($path) => $path !== null && str_starts_with($real($path).'/', $base.'/');
$version = $app->version();
$client = $c('database.redis.client', 'phpredis');
$global = $text($c('database.redis.options.prefix', '')) ?? '';
$redis = [];
foreach ((array) $c('database.redis', []) as $name => $one) {
    if (in_array($name, ['client', 'options', 'clusters'], true) || !is_array($one)) continue;
    $own = $one['options']['prefix'] ?? null;
    if ($own === null && isset($one['prefix']) && ($client === 'predis' || version_compare($version, '9.14', '>='))) $own = $one['prefix'];
    $where = isset($one['url']) ? preg_replace('#//[^@/]*@#', '//', $one['url']) : ($one['host'] ?? '127.0.0.1').':'.($one['port'] ?? 6379);
    $redis[$name] = ['prefix' => $text($own ?? $global), 'ownPrefix' => $own !== null, 'server' => $where, 'database' => (int) ($one['database'] ?? 0), 'cluster' => false];
}
foreach ((array) $c('database.redis.clusters', []) as $name => $nodes) {
    if ($name === 'options' || !is_array($nodes)) continue;
    $own = $nodes['options']['prefix'] ?? $c('database.redis.clusters.options.prefix');
    $first = current(array_filter($nodes, fn ($node, $key) => is_array($node) && $key !== 'options', ARRAY_FILTER_USE_BOTH)) ?: [];
    $redis[$name] = ['prefix' => $text($own ?? $global), 'ownPrefix' => $own !== null, 'server' => ($first['host'] ?? '').':'.($first['port'] ?? 6379), 'database' => 0, 'cluster' => true];
}
$stores = [];
foreach ((array) $c('cache.stores', []) as $name => $one) {
    if (!is_array($one)) continue;
    $driver = $text($one['driver'] ?? null);
    $path = $driver === 'file' ? $text($one['path'] ?? null) : null;
    $lock = $text($one['lock_path'] ?? null);
    $stores[$name] = [
        'driver' => $driver,
        'path' => $path, 'inside' => $path === null ? null : $inside($path),
        'lockPath' => $lock, 'lockInside' => $lock === null ? null : $inside($lock),
        'connection' => $driver === 'redis' ? $text($one['connection'] ?? 'default') : $text($one['connection'] ?? null),
        'lockConnection' => $text($one['lock_connection'] ?? null),
        'table' => $text($one['table'] ?? null),
        'prefix' => $text($one['prefix'] ?? $c('cache.prefix', '')),
    ];
}
$foreign = [];
foreach (glob('bootstrap/cache/*.php') ?: [] as $file) {
    if (preg_match_all('#releases/(\d{14})(?=[/\x27"\\\\])#', (string) file_get_contents($file), $found))
        foreach (array_unique($found[1]) as $other) if ($other !== $release) $foreign[] = ['file' => $file, 'release' => $other];
}
$queue = $c('queue.default', 'sync');
$database = $c('database.connections.'.$c('database.default'), []);
$sqlite = ($database['driver'] ?? null) === 'sqlite' && ($database['database'] ?? '') !== ':memory:' ? $database['database'] ?? null : null;
$statamic = null;
if (class_exists('Statamic\Statamic')) {
    $locks = storage_path('statamic/stache-locks');
    $search = storage_path('statamic/search');
    $paths = [];
    foreach ((array) $c('statamic.git.paths', []) as $path) if (is_string($path) && $path !== '') $paths[] = ['path' => $path, 'linked' => $real($path) !== (str_starts_with($path, '/') ? $path : $base.'/'.$path), 'inside' => $inside(str_starts_with($path, '/') ? $path : $base.'/'.$path)];
    $strategy = $c('statamic.static_caching.strategies.'.$c('statamic.static_caching.strategy'), []);
    $glide = $c('statamic.assets.image_manipulation.cache', false);
    $statamic = [
        'version' => method_exists('Statamic\Statamic', 'version') ? $text(Statamic\Statamic::version()) : null,
        'stacheStore' => $text($c('statamic.stache.cache_store')),
        'locksInside' => $inside($locks), 'searchInside' => $inside($search),
        'git' => ['enabled' => (bool) $c('statamic.git.enabled', false), 'paths' => $paths],
        'static' => ['driver' => $text($strategy['driver'] ?? null), 'inside' => isset($strategy['path']) && is_string($strategy['path']) ? $inside($strategy['path']) : null],
        'glide' => ['cache' => (bool) $glide, 'imagesInside' => $glide ? $inside($text($c('statamic.assets.image_manipulation.cache_path', public_path('img')))) : null,
            'pathsInside' => $inside($text($c('cache.stores.glide.path', storage_path('framework/cache/glide'))))],
        'urlsInside' => isset($stores['static_cache']['path']) ? $inside($stores['static_cache']['path']) : null,
    ];
}
$in = [];
foreach (['content', 'users', 'resources/blueprints', 'resources/fieldsets', 'resources/forms', 'public/assets'] as $path) if (is_dir($path) && $inside($base.'/'.$path)) $in[] = $path;
$scripts = [];
$composer = is_file('composer.json') ? json_decode((string) file_get_contents('composer.json'), true) : null;
foreach ((array) ($composer['scripts'] ?? []) as $event => $commands)
    foreach ((array) $commands as $command) if (is_string($command) && preg_match('/(cache|view|optimize|queue|horizon):(clear|flush)|statamic:install|redis-cli|flush(all|db)/i', $command)) $scripts[] = ['event' => $event, 'command' => $command];
$resets = [];
foreach ((array) $c('auth.passwords', []) as $broker) if (($broker['driver'] ?? null) === 'cache') $resets[] = $text($broker['store'] ?? $c('cache.default'));
$compiled = $text($c('view.compiled'));
if (($argv[2] ?? '') !== '') {
    $notes = is_file($argv[2]) ? json_decode((string) file_get_contents($argv[2]), true) : null;
    $notes ??= ['format' => 1, 'release' => $release, 'caches' => []];
    $known = array_column($notes['caches'], 'name');
    foreach ($stores as $name => $store) {
        $prefix = ($store['driver'] === 'redis' ? ($redis[$store['connection']]['prefix'] ?? '') : '').$store['prefix'];
        $end = strpos($prefix, $release);
        if (in_array($name, $known, true)) continue;
        if ($store['driver'] === 'file' && $store['inside']) $notes['caches'][] = ['kind' => 'file', 'name' => $name, 'path' => $real($store['path'])];
        if ($end === false || !preg_match('#[:_./|-]#', $prefix[$end + strlen($release)] ?? '')) continue;
        $prefix = substr($prefix, 0, $end + strlen($release) + 1);
        if ($store['driver'] === 'redis') $notes['caches'][] = ['kind' => 'redis', 'name' => $name, 'connection' => ['kind' => 'application', 'name' => $store['connection']], 'prefix' => $prefix];
        if ($store['driver'] === 'database') $notes['caches'][] = ['kind' => 'database', 'name' => $name, 'connection' => $store['connection'], 'table' => $store['table'] ?? 'cache', 'prefix' => $prefix];
    }
    if ($notes['caches'] !== []) { file_put_contents($argv[2].'.new', json_encode($notes, JSON_UNESCAPED_SLASHES)."\n"); rename($argv[2].'.new', $argv[2]); }
}
echo 'cutover-audit:'.json_encode([
    'format' => 1, 'release' => $release, 'base' => $base, 'laravel' => $version, 'php' => PHP_VERSION,
    'appName' => $text($c('app.name')), 'environment' => $text($app->environment()),
    'configCached' => $app->configurationIsCached(), 'foreign' => $foreign,
    'bootstrapLinked' => is_link('bootstrap/cache') || is_link('bootstrap'),
    'missing' => array_values(array_filter(['storage/framework', 'storage/framework/sessions', 'storage/framework/cache', 'storage/logs', 'bootstrap/cache'], fn ($d) => !is_dir($d))),
    'views' => ['path' => $compiled, 'exists' => $compiled !== null && is_dir($compiled), 'inside' => $compiled !== null && $inside($compiled), 'relativeHash' => (bool) $c('view.relative_hash', false)],
    'cache' => ['default' => $text($c('cache.default')), 'prefix' => $text($c('cache.prefix', '')), 'limiter' => $text($c('cache.limiter')), 'stores' => (object) $stores],
    'redis' => ['client' => $text($client), 'globalPrefix' => $global, 'connections' => (object) $redis],
    'session' => ['driver' => $text($c('session.driver')), 'connection' => $text($c('session.connection')), 'store' => $text($c('session.store')),
        'inside' => $c('session.driver') === 'file' ? $inside($text($c('session.files'))) : null],
    'queue' => ['name' => $text($queue), 'driver' => $text($c("queue.connections.$queue.driver")), 'connection' => $text($c("queue.connections.$queue.connection")),
        'overflowStore' => $text($c("queue.connections.$queue.overflow.store"))],
    'resetStores' => $resets,
    'maintenance' => ['driver' => $text($c('app.maintenance.driver', 'file')), 'store' => $text($c('app.maintenance.store'))],
    'horizonPrefix' => class_exists('Laravel\Horizon\Horizon') ? $text($c('horizon.prefix')) : null,
    'sqlite' => $sqlite === null ? null : ['path' => $sqlite, 'inside' => $inside($sqlite)],
    'statamic' => $statamic, 'contentInside' => $in, 'clearingScripts' => $scripts,
], JSON_UNESCAPED_SLASHES)."\n";
`.trim();
