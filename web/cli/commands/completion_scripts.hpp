#pragma once

// What the completions of each shell do with the tables that completions.cpp writes before it.

#include <string_view>

namespace rogatory::cli {

// Uses __rogatory_verbs PLACE, __rogatory_options PLACE, __rogatory_value PLACE OPTION and __rogatory_argument PLACE.
inline constexpr std::string_view kBashScript = R"sh(
_rogatory() {
  local cur=${COMP_WORDS[COMP_CWORD]} path='' kind='' word at=1
  COMPREPLY=()
  # bash takes --out=x for three words.
  [ "$cur" = '=' ] && cur=''
  while [ "$at" -lt "$COMP_CWORD" ]; do
    word=${COMP_WORDS[at]} kind=''
    case $word in
      --) break ;;
      -*) kind=$(__rogatory_value "$path" "$word")
          if [ -n "$kind" ]; then
            [ "${COMP_WORDS[at + 1]-}" = '=' ] && at=$((at + 1))
            [ $((at + 1)) -lt "$COMP_CWORD" ] && kind=''
            at=$((at + 1))
          fi ;;
      *) case " $(__rogatory_verbs "$path") " in *" $word "*) path=${path:+$path }$word ;; esac ;;
    esac
    at=$((at + 1))
  done
  if [ -z "$kind" ]; then
    case $cur in
      -*) mapfile -t COMPREPLY < <(compgen -W "$(__rogatory_options "$path") $(__rogatory_options '')" -- "$cur"); return ;;
    esac
    kind="words $(__rogatory_verbs "$path")"
    [ "$kind" = 'words ' ] && kind=$(__rogatory_argument "$path")
  fi
  case $kind in
    words\ *) mapfile -t COMPREPLY < <(compgen -W "${kind#words }" -- "$cur") ;;
    file) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    folder) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
  esac
}
complete -F _rogatory rogatory
)sh";

// Uses the same but the options, and __rogatory_described PLACE, which sets `verbs` and `options`.
inline constexpr std::string_view kZshScript = R"sh(
_rogatory() {
  local place='' kind='' word at=2
  local -a verbs options own
  while (( at < CURRENT )); do
    word=${words[at]} kind=''
    case $word in
      --) break ;;
      -*=*) ;;
      -*) kind=$(__rogatory_value "$place" "$word")
          if [[ -n $kind ]]; then
            (( at + 1 < CURRENT )) && kind=''
            (( at++ ))
          fi ;;
      *) case " $(__rogatory_verbs "$place") " in *" $word "*) place=${place:+$place }$word ;; esac ;;
    esac
    (( at++ ))
  done
  if [[ -z $kind ]]; then
    __rogatory_described "$place"
    if [[ ${words[CURRENT]} == -* ]]; then
      own=($options)
      __rogatory_described ''
      [[ -n $place ]] && own+=($options)
      _describe -o option own
      return
    fi
    if (( $#verbs )); then
      _describe verb verbs
      return
    fi
    kind=$(__rogatory_argument "$place")
  fi
  case $kind in
    words\ *) compadd -- ${=kind#words } ;;
    file) _files ;;
    folder) _files -/ ;;
  esac
}
if [[ $funcstack[1] == _rogatory ]]; then _rogatory "$@"; else compdef _rogatory rogatory; fi
)sh";

// Uses the lists __rogatory_places and __rogatory_valued.
inline constexpr std::string_view kFishScript = R"sh(
function __rogatory_at
    set -l place ''
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip = 1
            set skip 0
            continue
        end
        if string match -q -- '-*' $word
            contains -- $word $__rogatory_valued; and set skip 1
            continue
        end
        set -l next (string trim -- "$place $word")
        contains -- $next $__rogatory_places; and set place $next
    end
    test "$place" = "$argv[1]"
end
complete -c rogatory -f
)sh";

}  // namespace rogatory::cli
