import { createHash } from 'node:crypto';
import { lessonFile } from '../model/layout.ts';
import { lines, type Shell, sh } from '../shell/text.ts';
import { detachedText } from './detached.ts';

/*
 * What the loop on a host must learn is the same for every deployment of one version, so the host keeps it, compressed: the next connection asks
 * for it there and is sent nothing. The file's name is the digest of the text; `gzip` sees whether it is whole.
 */

const digest = createHash('sha256').update(String(detachedText)).digest('hex').slice(0, 16);

/** The file in which a host keeps the lesson. */
export function lessonPath(deployPath: string): string {
  return lessonFile(deployPath, digest);
}

/** Finds out whether the host keeps the lesson, in a file that nobody else can have made: then `knows` is set. Costs no process. */
export function askingText(path: string | null): Shell {
  if (path === null) return forgetting;
  return sh`
    ${forgetting}
    lesson=${path}
    if test -n "$gzip" && test -f "$lesson" && test ! -L "$lesson" && test -O "$lesson"; then knows=knows; fi`;
}

/** A login shell may have exported these. */
const forgetting = sh`unset knows lesson`;

/** Learns from what the host keeps. What is damaged is removed, and the connection ends: the next one is sent all of it. */
export const recallingText: Shell = sh`text=$(gzip -dc <"$lesson") && eval "$text" || { rm -f "$lesson"; exit 1; }`;

/** Learns what is sent, and has the host keep it in the place of what other versions left there, if it was ever deployed to. That it cannot is no hindrance. */
export const keepingText: Shell = lines(
  sh`text=${String(detachedText)}`,
  sh`
    eval "$text"
    {
      test -d "\${lesson%/*/*}" && mkdir -p "\${lesson%/*}" && rm -f "\${lesson%/*}"/* &&
        (umask 077; printf '%s\n' "$text" | gzip -c >"$lesson.$$") && mv -f "$lesson.$$" "$lesson"
    } </dev/null >/dev/null 2>&1 &`,
);
