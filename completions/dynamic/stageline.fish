complete --keep-order --exclusive --command stageline --arguments "(STAGELINE_COMPLETE=fish stageline -- (commandline --current-process --tokenize --cut-at-cursor) (commandline --current-token))"
