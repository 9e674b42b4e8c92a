
set edit:completion:arg-completer[stageline] = { |@words|
    var index = (count $words)
    set index = (- $index 1)

    put (env _CLAP_IFS="\n" _CLAP_COMPLETE_INDEX=(to-string $index) STAGELINE_COMPLETE="elvish" stageline -- $@words) | to-lines
}

