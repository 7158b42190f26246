import type { Fix } from '../../model/fix.ts';
import { lines, type Shell, sh } from '../../shell/text.ts';

/** What is run for a fix, and shown before it. */
export function fixCommand(fix: Fix): Shell {
  switch (fix.kind) {
    case 'make-directory':
      return sh`mkdir -p ${fix.path}`;
    case 'change-mode':
      return sh`chmod ${fix.change} ${fix.path}`;
  }
}

/** All of them on one host, the first that fails ends it. What became a link since the look is left alone: its mode is that of another place. */
export function fixScript(fixes: readonly Fix[]): Shell {
  return lines(
    ...fixes.map((fix) =>
      fix.kind === 'change-mode'
        ? sh`
            if [ -L ${fix.path} ] || [ ! -d ${fix.path} ]; then printf '%s is no directory.\n' ${fix.path}; exit 1; fi
            ${fixCommand(fix)}`
        : fixCommand(fix),
    ),
  );
}
