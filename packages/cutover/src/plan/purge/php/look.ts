/** What can only be learnt from a server itself: how it makes room, and whose keys it holds beside ours. Nothing is changed, and no key or value is told. */
export const lookPhp = String.raw`
function look(array $ask) {
    foreach ($ask['releases'] as $release) foreach (cachesOf($release, $ask) as $cache) {
        if ($cache['kind'] !== 'redis') continue;
        $line = array('look' => $cache['name'], 'form' => str_replace($release, '<release>', $cache['prefix']), 'limit' => null, 'policy' => null, 'strangers' => array(), 'problem' => null);
        try { $line = array_merge($line, lookAt(mastersFor($cache, $release, $ask), explode($release, $cache['prefix'], 2), $ask)); }
        catch (Exception $e) { $line['problem'] = $e->getMessage(); }
        answer($line);
    }
}

function lookAt(array $masters, array $around, array $ask) {
    $found = array('limit' => null, 'policy' => null, 'strangers' => array());
    foreach ($masters as $master) {
        $wire = new Wire($master['node']);
        try { $said = (string) $wire->call(array('INFO', 'memory')); } catch (Denied $e) { $said = ''; }
        if (preg_match('/^maxmemory:(\d+)/m', $said, $limit)) $found['limit'] = (int) $limit[1];
        if (preg_match('/^maxmemory_policy:(\S+)/m', $said, $policy)) $found['policy'] = $policy[1];
        if (count($around) === 2) $found['strangers'] += strangersAt($wire, $around, $ask);
    }
    ksort($found['strangers']);
    $found['strangers'] = array_map('strval', array_keys($found['strangers']));
    return $found;
}

/** Releases that keys of our form name and that nobody here knows. At most 50,000 keys are walked over: this is a look, not a count. */
function strangersAt(Wire $wire, array $around, array $ask) {
    $strangers = array();
    $known = array_merge($ask['kept'], array_map('basename', array_merge(glob('releases/*') ?: array(), glob('.cutover/owed/*') ?: array())));
    $pattern = escaped($around[0]) . str_repeat('[0-9]', 14) . escaped($around[1]) . '*';
    for ($cursor = '0', $n = 0; $n < 50 && ($n === 0 || $cursor !== '0'); $n++) {
        $began = microtime(true);
        list($cursor, $keys) = $wire->call(array('SCAN', $cursor, 'MATCH', $pattern, 'COUNT', '1000'));
        foreach ($keys as $key) $strangers[substr($key, strlen($around[0]), 14)] = true;
        rest($began);
    }
    return array_diff_key($strangers, array_flip($known));
}
`;
