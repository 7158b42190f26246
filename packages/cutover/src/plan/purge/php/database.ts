/** Caches in a table of the application's database: the same by rows. */
export const databasePhp = String.raw`
function openDatabase(array $app, $name) {
    $name = $name === null ? at($app, 'config/database/default') : $name;
    $config = at($app, "config/database/connections/$name");
    if (!is_array($config)) throw new Denied("The application has no database connection \"$name\".");
    if (!class_exists('PDO')) throw new Denied('This PHP has no PDO.');
    $driver = (string) pick('driver', $config);
    try {
        $options = array(PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION, PDO::ATTR_TIMEOUT => 5) + (array) pick('options', $config);
        $pdo = new PDO(dsnOf($driver, $config), pick('username', $config), pick('password', $config), $options);
        if ($driver === 'pgsql') searchIn($pdo, pick('search_path', $config, array('search_path' => pick('schema', $config))));
    } catch (PDOException $e) { throw new Away("The database \"$name\" cannot be reached (" . $e->getCode() . ').'); }
    return array('pdo' => $pdo, 'quote' => $driver === 'mysql' || $driver === 'mariadb' ? chr(96) : '"', 'table' => pick('prefix', $config));
}

/** Where PostgreSQL looks for the table. */
function searchIn($pdo, $path) {
    $names = array_filter(is_array($path) ? $path : preg_split('/[\s,]+/', (string) $path));
    $quoted = array_map(function ($name) { return '"' . str_replace('"', '', trim($name, "'\"")) . '"'; }, $names);
    if ($quoted) $pdo->exec('set search_path to ' . implode(', ', $quoted));
}

function dsnOf($driver, array $config) {
    if ($driver === 'sqlite') return 'sqlite:' . $config['database'];
    if ($driver === 'mariadb') $driver = 'mysql';
    $host = pick('host', $config, array('host' => '127.0.0.1'));
    $port = pick('port', $config) ? ';port=' . pick('port', $config) : '';
    $place = empty($config['unix_socket']) ? 'host=' . (is_array($host) ? $host[0] : $host) . $port : 'unix_socket=' . $config['unix_socket'];
    $secure = $driver === 'pgsql' && pick('sslmode', $config) ? ';sslmode=' . $config['sslmode'] : '';
    return "$driver:$place;dbname=" . $config['database'] . $secure;
}

/** Hands over the keys that begin so, in order, a batch at a time. Compared byte by byte here, for collations differ. */
function walkRows(array $app, array $place, $each) {
    $base = openDatabase($app, $place['connection']);
    $q = $base['quote'];
    $table = $q . $base['table'] . $place['table'] . $q;
    $pattern = preg_replace('/[!%_]/', '!$0', $place['prefix']) . '%';
    $select = $base['pdo']->prepare("select {$q}key{$q} from $table where {$q}key{$q} like ? escape '!' and {$q}key{$q} > ? order by {$q}key{$q} limit 500");
    for ($last = ''; ; $last = end($keys)) {
        $began = microtime(true);
        $select->execute(array($pattern, $last));
        $keys = $select->fetchAll(PDO::FETCH_COLUMN);
        if (!$keys) return;
        $own = array_values(array_filter($keys, function ($key) use ($place) { return strncmp($key, $place['prefix'], strlen($place['prefix'])) === 0; }));
        if ($own) $each($own, $base['pdo'], $table, $q);
        rest($began);
    }
}

function countRows(array $app, array $place) {
    $found = array('keys' => 0, 'sample' => array());
    walkRows($app, $place, function ($keys) use (&$found) {
        $found['keys'] += count($keys);
        if (!$found['sample']) $found['sample'] = array_slice($keys, 0, 5);
    });
    return $found;
}

function removeRows(array $app, array $place, $tell) {
    for ($removed = 0, $before = -1; $removed !== $before;) {
        $before = $removed;
        walkRows($app, $place, function ($keys, $pdo, $table, $q) use (&$removed, $tell) {
            $delete = $pdo->prepare("delete from $table where {$q}key{$q} in (" . implode(',', array_fill(0, count($keys), '?')) . ')');
            $delete->execute($keys);
            $removed += $delete->rowCount();
            $tell($removed);
        });
    }
    return $removed;
}

function measureRows(array $app, array $place) {
    $found = array('entries' => 0, 'bytes' => 0);
    walkRows($app, $place, function ($keys, $pdo, $table, $q) use (&$found) {
        $sum = $pdo->prepare("select sum(length({$q}value{$q})) from $table where {$q}key{$q} in (" . implode(',', array_fill(0, count($keys), '?')) . ')');
        $sum->execute($keys);
        $found['entries'] += count($keys);
        $found['bytes'] += (int) $sum->fetchColumn();
    });
    return $found;
}
`;
