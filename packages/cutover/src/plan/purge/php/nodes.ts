/** From a connection of the application's config to the servers behind it. */
export const nodesPhp = String.raw`
/** What connects to one server. */
function nodeOf(array $config, array $more = array()) {
    $config = withUrl($config);
    $host = (string) pick('host', $config, array('host' => pick('path', $config, array('path' => '127.0.0.1'))));
    $port = (int) pick('port', $config, array('port' => 6379));
    $scheme = strtolower((string) pick('scheme', $config, $more));
    if (preg_match('#^(\w+)://(.*)$#', $host, $found)) list(, $scheme, $host) = $found;
    $isSecure = in_array($scheme, array('tls', 'ssl', 'rediss'), true);
    $isFile = $scheme === 'unix' || ($host !== '' && $host[0] === '/');
    $isV6 = strpos($host, ':') !== false && $host[0] !== '[';
    $place = $isFile ? $host : ($isV6 ? "[$host]" : $host) . ":$port";
    $password = pick('password', $config, $more);
    $user = pick('username', $config, $more);
    $database = (int) pick('database', $config, $more);
    $context = (array) pick('context', $config, $more);
    $ssl = array_merge((array) pick('ssl', $config, $more), (array) at($context, 'stream'), (array) at($context, 'ssl'));
    return array(
        'address' => ($isFile ? 'unix://' : ($isSecure ? 'tls://' : 'tcp://')) . $place,
        'at' => $place . ($database === 0 ? '' : " database $database"),
        'host' => $host, 'scheme' => $isSecure ? 'tls' : 'tcp',
        'password' => $password === null || $password === '' ? null : (string) $password,
        'user' => $user === null || $user === '' ? null : (string) $user,
        'database' => $database, 'ssl' => $ssl,
    );
}

/** A connection that is written as one address. */
function withUrl(array $config) {
    if (empty($config['url'])) return $config;
    $parts = parse_url(preg_replace('#^(\w+):///#', '$1://null/', $config['url']));
    if (!$parts) return $config;
    $said = array('scheme' => pick('scheme', $parts), 'host' => pick('host', $parts), 'port' => pick('port', $parts));
    if (isset($parts['user'])) $said['username'] = rawurldecode($parts['user']);
    if (isset($parts['pass'])) $said['password'] = rawurldecode($parts['pass']);
    if (isset($parts['path']) && ltrim($parts['path'], '/') !== '') $said['database'] = (int) ltrim($parts['path'], '/');
    return array_merge($config, array_filter($said, function ($value) { return $value !== null && $value !== ''; }));
}

/** The masters behind a connection, asked anew at each call: they move. */
function mastersOf(array $redis, $name) {
    $cluster = at($redis, "clusters/$name");
    if (is_array($cluster) && at($redis, $name) === null) return clusterMasters($redis, $cluster);
    $config = at($redis, $name);
    if (is_string($config)) $config = array('url' => $config);
    if (!is_array($config)) throw new Denied("The application has no Redis connection \"$name\".");
    if (isset($config['sentinel_host'])) return array(sentinelMaster($config));
    if (at($config, 'options/replication', at($redis, 'options/replication')) === 'sentinel') return array(predisSentinelMaster($redis, $config));
    return array(array('node' => nodeOf($config, (array) at($redis, 'options/parameters', array())), 'clustered' => false));
}

function clusterMasters(array $redis, array $seeds) {
    $options = array_merge((array) at($redis, 'options', array()), (array) at($redis, 'clusters/options', array()), (array) at($seeds, 'options', array()));
    unset($seeds['options'], $options['prefix']);
    $problem = null;
    foreach ($seeds as $seed) {
        $node = nodeOf(array_merge((array) $seed, array('database' => 0)), array_merge($options, (array) at($options, 'parameters', array())));
        try {
            $slots = (new Wire($node))->call(array('CLUSTER', 'SLOTS'));
            return clusterNodes($node, $slots);
        } catch (Away $e) {
            $problem = $e;
        } catch (Denied $e) {
            if (strpos($e->getMessage(), 'cluster support disabled') === false) throw $e;
            return shards($seeds, $options);
        }
    }
    throw $problem ?: new Denied('The cluster has no seed.');
}

function clusterNodes(array $seed, array $slots) {
    $masters = array();
    foreach ($slots as $range) {
        $host = $range[2][0] === '' || $range[2][0] === null ? $seed['host'] : $range[2][0];
        $place = (strpos($host, ':') !== false ? "[$host]" : $host) . ':' . $range[2][1];
        $node = array_merge($seed, array('address' => $seed['scheme'] . "://$place", 'at' => $place, 'host' => $host));
        $masters[$place] = array('node' => $node, 'clustered' => true);
    }
    return array_values($masters);
}

/** Servers over which the client itself spreads the keys. */
function shards(array $seeds, array $options) {
    return array_map(function ($seed) use ($options) {
        return array('node' => nodeOf((array) $seed, $options), 'clustered' => false);
    }, array_values($seeds));
}

/** A connection with "sentinel_host", "sentinel_service", … */
function sentinelMaster(array $config) {
    $hosts = array_map('trim', explode(',', (string) $config['sentinel_host']));
    $sentinels = array_map(function ($host) use ($config) {
        return array('host' => $host, 'port' => pick('sentinel_port', $config, array('port' => 26379)) ?: 26379,
            'username' => pick('sentinel_username', $config), 'password' => pick('sentinel_password', $config));
    }, $hosts);
    return askSentinels($sentinels, (string) pick('sentinel_service', $config, array('sentinel_service' => 'mymaster')), $config);
}

/** A list of sentinels with "replication: sentinel" and "service" among its options. */
function predisSentinelMaster(array $redis, array $config) {
    $options = array_merge((array) at($redis, 'options', array()), (array) at($config, 'options', array()));
    unset($config['options']);
    $sentinels = array_map(function ($one) { return is_string($one) ? array('url' => $one) : $one; }, array_filter(array_values($config), 'isAddress'));
    return askSentinels($sentinels, (string) pick('service', $options, array('service' => 'mymaster')), (array) pick('parameters', $options));
}

function isAddress($value) { return is_array($value) || (is_string($value) && strpos($value, '://') !== false); }

function askSentinels(array $sentinels, $service, array $config) {
    $problem = null;
    foreach ($sentinels as $sentinel) {
        try {
            $found = (new Wire(nodeOf(array_merge($sentinel, array('database' => 0)))))->call(array('SENTINEL', 'get-master-addr-by-name', $service));
            if (!is_array($found)) throw new Denied("The sentinels know no \"$service\".");
            unset($config['url']);
            return array('node' => nodeOf(array_merge($config, array('host' => $found[0], 'port' => $found[1]))), 'clustered' => false);
        } catch (Away $e) { $problem = $e; }
    }
    throw $problem ?: new Denied('The connection names no sentinel.');
}
`;
