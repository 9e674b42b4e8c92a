_clap_complete_stageline() {
    # Readline breaks words at COMP_WORDBREAKS, so that `--to=prod`, `web@9d3e7aa` and `config:41c09b2` are several words to it.
    # stageline is told what stands between blanks, up to the cursor.
    local line=${COMP_LINE:0:COMP_POINT} words=() rest word i
    for ((i = 0; i <= COMP_CWORD; i++)); do
        rest=${line#"${line%%[![:space:]]*}"}
        word=${COMP_WORDS[i]}
        # A quote that is open is none of the word's; an answer comes without it, too.
        if ((i == COMP_CWORD)); then word=${rest#[\"\']}; fi
        if ((i > 0)) && [[ $rest == "$line" ]]; then
            words[${#words[@]} - 1]+=$word
        else
            words+=("$word")
        fi
        line=${rest#"$word"}
    done
    # Readline puts an answer in place of what it takes for the word: what stands before that is there already.
    word=${words[${#words[@]} - 1]}
    local before=${word%"$2"}
    COMPREPLY=()
    while IFS= read -r word; do
        COMPREPLY+=("${word#"$before"}")
    done < <(
        _CLAP_IFS=$'\n' \
        _CLAP_COMPLETE_INDEX=$((${#words[@]} - 1)) \
        _CLAP_COMPLETE_COMP_TYPE=${COMP_TYPE} \
        STAGELINE_COMPLETE=bash \
        stageline -- "${words[@]}" 2> /dev/null
        # The last line would have no end, and `read` would not count it.
        echo
    )
    if ((${#COMPREPLY[@]} == 1)) && [[ -z ${COMPREPLY[0]} ]]; then COMPREPLY=(); fi
    # What stands behind `@` is no host, which bash would look for where there is nothing to offer.
    if [[ ${words[${#words[@]} - 1]} == *@* ]]; then compopt +o bashdefault 2> /dev/null; fi
    # No blank after what more is to follow.
    if compopt +o nospace 2> /dev/null && [[ ${COMPREPLY-} =~ [=/:@]$ ]]; then compopt -o nospace; fi
}
if [[ "${BASH_VERSINFO[0]}" -eq 4 && "${BASH_VERSINFO[1]}" -ge 4 || "${BASH_VERSINFO[0]}" -gt 4 ]]; then
    complete -o nospace -o bashdefault -o nosort -F _clap_complete_stageline stageline
else
    complete -o nospace -o bashdefault -F _clap_complete_stageline stageline
fi
