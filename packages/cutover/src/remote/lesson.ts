import { createHash } from 'node:crypto';
import { quote, type Shell, sh } from '../shell/text.ts';
import { beginning, ending } from './packed.ts';

/*
 * What the loop on a host must learn, and most lines of what it then runs, are the same for every deployment. The host keeps them as the beginning
 * of a compressed text, of which the next connection sends only the end. The file is named by the digest of its text, and the checksum at the
 * end of the whole shows whether it is sound.
 */

/** Finds out what the host keeps, in files that nobody else can have made: then `known` tells their names. Costs no process. */
export function askingText(directory: string | null): Shell {
  if (directory === null) return forgetting;
  return sh`
    ${forgetting}
    lessons=${directory}
    for lesson in "$lessons"/*; do
      if test -n "$gzip" && test -f "$lesson" && test ! -L "$lesson" && test -O "$lesson"; then known="$known \${lesson##*/}"; fi
    done`;
}

/** A login shell may have exported these. */
const forgetting = sh`unset lesson lessons known`;

/**
 * What the loop does with both parts, `new`, or with the end alone, `known`. What is damaged is removed, and the connection ends: the next one is
 * sent all of it. That nothing can be kept is no hindrance. The end may hold secrets, so it is written nowhere.
 */
export const learning: Shell = sh`
  known() { cat "$lessons/$bytes"; take $seq; }
  fresh() { take \${bytes#* } | { (umask 077; exec tee "$lessons/$$") 2>/dev/null || cat; }; take $seq; }
  learn() { text=$("$1" | gzip -dc) && eval "$text"; }
  keep() {
    set -- "$lessons"/*
    test $# -le 8 || rm -f "$@"
    if test "$(wc -c <"$lessons/$$")" -eq \${bytes#* }; then mv -f "$lessons/$$" "$lessons/\${bytes% *}"; else rm -f "$lessons/$$"; fi
  }`;

/** What the runner learns and runs at once, compressed: only the end of it where the host knows the rest. */
export function lessonFrame(lesson: string, script: string, { told, known }: Keeping): Buffer {
  const first = `${lesson}vocabulary=${quote(vocabularyOf(told))}\n`;
  const end = ending(first, `script=${quote(script)}`);
  const name = createHash('sha256').update(first).digest('hex').slice(0, 16);
  if (known.includes(name)) return Buffer.concat([Buffer.from(`known ${end.length} ${name}\n`), end]);
  const all = [beginning(first), end];
  return Buffer.concat([Buffer.from(`new ${end.length} ${name} ${all[0]?.length}\n`), ...all]);
}

/** What may be kept of a script, and what is. */
export interface Keeping {
  /** The script without its secrets. */
  readonly told: string;
  /** Names of what the host keeps. */
  readonly known: readonly string[];
}

/** The lines of a script that name nothing new: no time, id or number of this one deployment is in them, and no value such as a commit's message. Each once. */
export function vocabularyOf(script: string): string {
  const lines = script.split('\n').filter((line) => line.length >= 8 && !/\d{4}|[0-9a-f]{16}|export \w+=/.test(line));
  return [...new Set(lines)].join('\n');
}
