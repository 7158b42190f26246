/*
 * The host's side of a purge, in PHP: it needs nothing but the `php` that runs the application (7.3 or newer), no extension.
 * It speaks to Redis itself, so a password goes from the application's config straight into the connection and nowhere else.
 */

/** A connection to one Redis server: RESP over TCP, TLS or a socket file. */
export const wirePhp = String.raw`
final class Away extends Exception {}
final class Denied extends Exception {}

final class Wire {
    private $stream;
    public $at;

    public function __construct(array $node) {
        $this->at = $node['at'];
        $context = stream_context_create(array('ssl' => $node['ssl']));
        set_error_handler(function () { return true; });
        $stream = stream_socket_client($node['address'], $code, $why, 5, STREAM_CLIENT_CONNECT, $context);
        restore_error_handler();
        if (!$stream) throw new Away('Redis at ' . $this->at . ' cannot be reached' . ($why ? ": $why" : ': no secure connection came about') . '.');
        stream_set_timeout($stream, 30);
        $this->stream = $stream;
        if ($node['password'] !== null) {
            $this->call($node['user'] === null ? array('AUTH', $node['password']) : array('AUTH', $node['user'], $node['password']));
        }
        if ($node['database'] !== 0) $this->call(array('SELECT', (string) $node['database']));
    }

    public function call(array $words) {
        $reply = $this->calls(array($words))[0];
        if ($reply instanceof Denied) throw $reply;
        return $reply;
    }

    /** Sends all at once and reads all answers; what was refused is among them as a value. */
    public function calls(array $commands) {
        $text = '';
        foreach ($commands as $words) {
            $text .= '*' . count($words) . "\r\n";
            foreach ($words as $word) $text .= '$' . strlen($word) . "\r\n" . $word . "\r\n";
        }
        for ($sent = 0; $sent < strlen($text); $sent += $n) {
            $n = @fwrite($this->stream, $sent === 0 ? $text : substr($text, $sent));
            if (!$n) throw $this->lost();
        }
        $replies = array();
        foreach ($commands as $_) $replies[] = $this->read();
        return $replies;
    }

    private function read() {
        $line = fgets($this->stream);
        if ($line === false) throw $this->lost();
        $rest = substr($line, 1, -2);
        switch ($line[0]) {
            case '+': return $rest;
            case ':': return (int) $rest;
            case '-': return new Denied('Redis at ' . $this->at . ' refused: ' . $rest . '.');
            case '$': return $rest === '-1' ? null : $this->bulk((int) $rest);
            case '*':
                $items = array();
                for ($i = 0; $i < (int) $rest; $i++) $items[] = $this->read();
                return $items;
        }
        throw new Away($this->at . ' does not answer as Redis does.');
    }

    private function bulk($size) {
        $data = '';
        while (strlen($data) < $size + 2) {
            $part = fread($this->stream, $size + 2 - strlen($data));
            if ($part === false || $part === '') throw $this->lost();
            $data .= $part;
        }
        return substr($data, 0, -2);
    }

    private function lost() {
        return new Away('The connection to Redis at ' . $this->at . ' was lost.');
    }
}
`;
