import type { Layout, SharedPath } from '../model/settings.ts';
import { lines, type Shell, sh, tight } from '../shell/text.ts';

/** What a look at a host needs to know of it. */
export interface ProbeInput {
  /** Absolute. */
  readonly deployPath: string;
  readonly layout: Layout;
  readonly shared: readonly SharedPath[];
}

/** `put WHAT VALUE` tells a fact. A value may hold newlines; printf and read are builtins, a here-document costs at most one process where there are any. */
export const put: Shell = lines(
  tight`export LC_ALL=C`,
  sh`newline=${'\n'}`,
  tight`
    put() {
      case \${2-} in
        *"$newline"*)
          mark="!$1 "
          while IFS= read -r line; do
            printf "%s%s\n" "$mark" "$line"
            mark=!+
          done <<end_of_value
    $2
    end_of_value
          ;;
        *) printf "!%s %s\n" "$1" "\${2-}" ;;
      esac
    }`,
);
