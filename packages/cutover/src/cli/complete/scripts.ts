/** A shell that can be helped. */
export type CompletedShell = 'bash' | 'zsh' | 'fish';

/*
 * Each script asks `cutover __complete -- <words>` what the last word can become: lines of a word, a tab and a hint, or
 * `:files` where the shell shall complete names of files.
 */

// bash 3.2, which macOS has, knows neither mapfile nor compopt.
const bash = `# Completion of cutover for bash: source <(cutover completion bash)
_cutover() {
  local line file
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == :files ]]; then
      compopt -o filenames 2>/dev/null
      while IFS= read -r file; do COMPREPLY+=("$file"); done < <(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}")
    else
      COMPREPLY+=("\${line%%$'\\t'*}")
    fi
  done < <("$1" __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _cutover cutover
`;

const zsh = `#compdef cutover
# Completion of cutover for zsh: source <(cutover completion zsh), or a file called _cutover in your fpath.
_cutover() {
  local line
  local -a found
  for line in "\${(@f)$("$words[1]" __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n $line ]] || continue
    if [[ $line == :files ]]; then _files; return; fi
    found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  _describe cutover found
}
if [[ "\${funcstack[1]}" == _cutover ]]; then _cutover "$@"; else compdef _cutover cutover; fi
`;

const fish = `# Completion of cutover for fish: cutover completion fish | source
function __cutover_complete
    set -l line (commandline -opc)
    set -l program $line[1]
    set -e line[1]
    for found in ($program __complete -- $line (commandline -ct) 2>/dev/null)
        if test "$found" = ':files'
            __fish_complete_path (commandline -ct)
        else
            printf '%s\\n' $found
        end
    end
end
complete -c cutover -f -a '(__cutover_complete)'
`;

/** The scripts, by the shell that reads them. */
export const completionScripts: Readonly<Record<CompletedShell, string>> = { bash, zsh, fish };
