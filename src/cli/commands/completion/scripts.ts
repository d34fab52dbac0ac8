// What each shell is told. None of them evaluates what paas answers: words are passed on as they are, and answers taken as they are.

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type ShellName = (typeof SHELLS)[number];

/** To be read by a shell as it starts. */
export const SCRIPTS: Record<ShellName, string> = {
  bash: String.raw`# paas completion bash. Put this into ~/.bashrc:  source <(paas completion bash)
_paas() {
  local line=${'$'}{COMP_LINE:0:COMP_POINT} cur prefix candidate
  local -a words
  # Blanks part words. Bash itself parts them at : and =, too, so it is given what stands behind the last of these.
  read -r -a words <<<"$line"
  [[ $line == *[[:blank:]] ]] && words+=("")
  cur=${'$'}{words[${'$'}{#words[@]}-1]}
  prefix=
  [[ $cur == *[:=]* ]] && prefix=${'$'}{cur%"${'$'}{cur##*[:=]}"}
  COMPREPLY=()
  while IFS= read -r candidate; do
    COMPREPLY+=("${'$'}{candidate#"$prefix"}")
  done < <(command paas --complete -- "${'$'}{words[@]:1}" 2>/dev/null </dev/null)
  [[ ${'$'}{#COMPREPLY[@]} -eq 1 && ${'$'}{COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null
  return 0
}
complete -F _paas paas`,
  zsh: String.raw`#compdef paas
# paas completion zsh. Put this into ~/.zshrc, after compinit:  source <(paas completion zsh)
_paas() {
  local -a found open closed
  found=("${'$'}{(@f)$(command paas --complete -- "${'$'}{(@)words[2,CURRENT]}" 2>/dev/null </dev/null)}")
  open=("${'$'}{(@M)found:#*=}")
  closed=("${'$'}{(@)found:#*=}")
  [[ -n ${'$'}{open[1]} ]] && compadd -S '' -- "${'$'}{open[@]}"
  [[ -n ${'$'}{closed[1]} ]] && compadd -- "${'$'}{closed[@]}"
  return 0
}
compdef _paas paas`,
  fish: String.raw`# paas completion fish. To have it:  paas completion fish > ~/.config/fish/completions/paas.fish
function __paas_complete
  set -l words (commandline -opc) (commandline -ct)
  command paas --complete -- $words[2..-1] 2>/dev/null </dev/null
end
complete -c paas -f -a '(__paas_complete)'`,
};
