# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_stageline_global_optspecs
    string join \n C= repo= config= remote= branch= o/output= q/quiet v/verbose color= absolute y/yes offline h/help V/version
end

function __fish_stageline_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_stageline_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_stageline_using_subcommand
    set -l cmd (__fish_stageline_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c stageline -n "__fish_stageline_needs_command" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_needs_command" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_needs_command" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_needs_command" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_needs_command" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_needs_command" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_needs_command" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_needs_command" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_needs_command" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_needs_command" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_needs_command" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_needs_command" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_needs_command" -s V -l version -d 'Print version'
complete -c stageline -n "__fish_stageline_needs_command" -f -a "promote" -d 'Pin applications in an environment to what another one runs, or to a commit'
complete -c stageline -n "__fish_stageline_needs_command" -f -a "rollback" -d 'Go back to the last good version by a new commit, and keep it there'
complete -c stageline -n "__fish_stageline_needs_command" -f -a "undo" -d 'Take exactly one landing back: each of its pins and holds to what it was before'
complete -c stageline -n "__fish_stageline_needs_command" -f -a "diff" -d 'Compare the pins of two environments, or of one at two moments'
complete -c stageline -n "__fish_stageline_needs_command" -f -a "history" -d 'Show every landed pin change, newest first; what ran at a time; where a commit is'
complete -c stageline -n "__fish_stageline_needs_command" -f -a "locate" -d 'Tell in which environments an application commit is and was, and which landings brought it and took it out'
complete -c stageline -n "__fish_stageline_needs_command" -f -a "show" -d 'Show one landing: what moved and why, who landed it and how, and what else it changed'
complete -c stageline -n "__fish_stageline_needs_command" -f -a "approve" -d 'Agree to a change that waits, or override a gate for it, by a signed statement'
complete -c stageline -n "__fish_stageline_needs_command" -f -a "status" -d 'Show what runs where'
complete -c stageline -n "__fish_stageline_needs_command" -f -a "verify" -d 'Judge a request or a push that anybody made with any tool, by the rules that stand on the branch'
complete -c stageline -n "__fish_stageline_needs_command" -f -a "why" -d 'Tell what every gate says of a promotion, who or what can open it, and when'
complete -c stageline -n "__fish_stageline_needs_command" -f -a "hold" -d 'Say that a pin stays where it is, and why; or that it may move again'
complete -c stageline -n "__fish_stageline_needs_command" -f -a "preview" -d 'Environments that are born with a merge request and die with it'
complete -c stageline -n "__fish_stageline_needs_command" -f -a "attest" -d 'Say as a signed statement how a check of a commit ended; list, show and take back what was said'
complete -c stageline -n "__fish_stageline_needs_command" -f -a "baseline" -d 'Known-good states of an environment, to go back to: mark, list, show'
complete -c stageline -n "__fish_stageline_needs_command" -f -a "report" -d 'Write a folder for an auditor: what landed, with the statements, signatures, keys and rules of then'
complete -c stageline -n "__fish_stageline_needs_command" -f -a "init" -d 'Write stageline.yaml from the repository\'s layout, or tell what one that exists lacks'
complete -c stageline -n "__fish_stageline_needs_command" -f -a "config" -d 'Check or show the configuration, or bring it to an environment\'s own branch'
complete -c stageline -n "__fish_stageline_needs_command" -f -a "doctor" -d 'Look at protections, hook, keys, signers, sources and this clone, and say what is open'
complete -c stageline -n "__fish_stageline_needs_command" -f -a "tend" -d 'Keep open requests and their commit statuses up to date: for cron, and for the forge\'s events'
complete -c stageline -n "__fish_stageline_needs_command" -f -a "feedback" -d 'Tell people where they look anyway: on their request, in chats, by e-mail'
complete -c stageline -n "__fish_stageline_needs_command" -f -a "schema" -d 'Print the JSON Schema of stageline.yaml, or of what a verb writes with `-o json`'
complete -c stageline -n "__fish_stageline_needs_command" -f -a "completions" -d 'Print the completion script of a shell'
complete -c stageline -n "__fish_stageline_needs_command" -f -a "man" -d 'Print a manual page, or write those of all verbs into a folder'
complete -c stageline -n "__fish_stageline_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c stageline -n "__fish_stageline_using_subcommand promote" -l to -d 'The environment that changes; of several, one landing after the other, up to the first that does not go' -r
complete -c stageline -n "__fish_stageline_using_subcommand promote" -l from -d 'Copy what ENV runs, or ran at TIME, at a config commit, with its change `rN` or by a release baseline [default: the environment before]; with `same: tree`, where the target\'s branches lack that commit, their newest one with the same content' -r
complete -c stageline -n "__fish_stageline_using_subcommand promote" -l commit -d 'An application commit: full or abbreviated id, branch, tag, or the version of a tag (`tag:` in stageline.yaml)' -r
complete -c stageline -n "__fish_stageline_using_subcommand promote" -l version -d 'This very text, as it is written at the pin (at pins of another form: its commit)' -r
complete -c stageline -n "__fish_stageline_using_subcommand promote" -l exclude -d 'With --all: but not these; may be given several times' -r
complete -c stageline -n "__fish_stageline_using_subcommand promote" -l by -d 'A request for each group of the same owners (`owners:` of applications)' -r -f -a "owners\t''"
complete -c stageline -n "__fish_stageline_using_subcommand promote" -l digest -d 'The digest that belongs to the new tag, of one application with one image' -r
complete -c stageline -n "__fish_stageline_using_subcommand promote" -l landing -d 'On the environment\'s branch, or on one from which a merge request is opened' -r -f -a "direct\t''
merge-request\t''"
complete -c stageline -n "__fish_stageline_using_subcommand promote" -l wait-for-forge -d 'How long a forge that does not answer is asked again: 60s, 5m; 0: once' -r
complete -c stageline -n "__fish_stageline_using_subcommand promote" -l override -d 'Have it pass this gate though it does not: by yourself where `override:` lets you (`alone: true`), else the request asks for it' -r
complete -c stageline -n "__fish_stageline_using_subcommand promote" -s m -l reason -d 'Why; written into the commit' -r
complete -c stageline -n "__fish_stageline_using_subcommand promote" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand promote" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand promote" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand promote" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand promote" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand promote" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand promote" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand promote" -l latest -d 'The tip of the branch that the environment deploys; with `path:`, the newest commit (along first parents) that concerns the application'
complete -c stageline -n "__fish_stageline_using_subcommand promote" -l all -d 'Every application of the environment'
complete -c stageline -n "__fish_stageline_using_subcommand promote" -l eligible -d 'Of each application the newest version that every gate lets pass; what has none is left as it is'
complete -c stageline -n "__fish_stageline_using_subcommand promote" -l unbuilt -d 'With --eligible: in the first environment take commits of which nothing says that there is an image'
complete -c stageline -n "__fish_stageline_using_subcommand promote" -l each -d 'A request for each application, in place of one for all that is named'
complete -c stageline -n "__fish_stageline_using_subcommand promote" -l allow-older -d 'Promote even if application commits are lost'
complete -c stageline -n "__fish_stageline_using_subcommand promote" -l refresh -d 'Bring the open requests of all verbs (of ENV with --to) to the tip of today: rebuilt where what they change has moved, closed where nothing is left of them'
complete -c stageline -n "__fish_stageline_using_subcommand promote" -l withdraw -d 'Take the applications out of the open requests that move them in ENV, and close those that are left without any'
complete -c stageline -n "__fish_stageline_using_subcommand promote" -l lift-hold -d 'Take the holds that stop it away in the same signed commit: those of the pins in ENV, and of commits that come with them'
complete -c stageline -n "__fish_stageline_using_subcommand promote" -l hotfix -d 'Land this commit as a hotfix, by `hotfix:` of ENV: past the gates that it is exempt from, and recorded, so that no promotion loses it'
complete -c stageline -n "__fish_stageline_using_subcommand promote" -l dry-run -d 'Show the plan, with every check, and write nothing'
complete -c stageline -n "__fish_stageline_using_subcommand promote" -l no-push -d 'Commit here and push nothing'
complete -c stageline -n "__fish_stageline_using_subcommand promote" -l no-request -d 'Push the branch of a merge request and open no request: its page is printed'
complete -c stageline -n "__fish_stageline_using_subcommand promote" -l request-by-git -d 'Let the push itself ask for the request, with git\'s own credentials: at GitLab by push options, at Gitea and Forgejo by AGit'
complete -c stageline -n "__fish_stageline_using_subcommand promote" -l reopen -d 'Ask once more, by a new request, for what was closed without a merge'
complete -c stageline -n "__fish_stageline_using_subcommand promote" -l replace -d 'Take pins also from another open request that somebody has approved or worked on, in place of waiting behind it'
complete -c stageline -n "__fish_stageline_using_subcommand promote" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand promote" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand promote" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand promote" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand promote" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand promote" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand rollback" -l env -d 'The environment that changes' -r
complete -c stageline -n "__fish_stageline_using_subcommand rollback" -l to -d 'Where to: `rN`, an application commit, `config:REV`, `@TIME`, `baseline` (the newest), `baseline/NAME` [default: the last stable version that differs]' -r
complete -c stageline -n "__fish_stageline_using_subcommand rollback" -l exclude -d 'With --all: but not these; may be given several times' -r
complete -c stageline -n "__fish_stageline_using_subcommand rollback" -l until -d 'When the hold ends: a time, a date, or a span such as `2d` [default: when it is lifted]' -r
complete -c stageline -n "__fish_stageline_using_subcommand rollback" -l landing -d 'On the environment\'s branch, or on one from which a merge request is opened' -r -f -a "direct\t''
merge-request\t''"
complete -c stageline -n "__fish_stageline_using_subcommand rollback" -l wait-for-forge -d 'How long a forge that does not answer is asked again: 60s, 5m; 0: once' -r
complete -c stageline -n "__fish_stageline_using_subcommand rollback" -l override -d 'Have it pass this gate though it does not: by yourself where `override:` lets you (`alone: true`), else the request asks for it' -r
complete -c stageline -n "__fish_stageline_using_subcommand rollback" -s m -l reason -d 'Why; written into the commit' -r
complete -c stageline -n "__fish_stageline_using_subcommand rollback" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand rollback" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand rollback" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand rollback" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand rollback" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand rollback" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand rollback" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand rollback" -l all -d 'Every application of the environment; needs --to'
complete -c stageline -n "__fish_stageline_using_subcommand rollback" -l last -d 'The same as `stageline undo --env ENV`'
complete -c stageline -n "__fish_stageline_using_subcommand rollback" -l no-hold -d 'Leave no hold: the next promotion may bring the version back'
complete -c stageline -n "__fish_stageline_using_subcommand rollback" -l dry-run -d 'Show the plan, with every check, and write nothing'
complete -c stageline -n "__fish_stageline_using_subcommand rollback" -l no-push -d 'Commit here and push nothing'
complete -c stageline -n "__fish_stageline_using_subcommand rollback" -l no-request -d 'Push the branch of a merge request and open no request: its page is printed'
complete -c stageline -n "__fish_stageline_using_subcommand rollback" -l request-by-git -d 'Let the push itself ask for the request, with git\'s own credentials: at GitLab by push options, at Gitea and Forgejo by AGit'
complete -c stageline -n "__fish_stageline_using_subcommand rollback" -l reopen -d 'Ask once more, by a new request, for what was closed without a merge'
complete -c stageline -n "__fish_stageline_using_subcommand rollback" -l replace -d 'Take pins also from another open request that somebody has approved or worked on, in place of waiting behind it'
complete -c stageline -n "__fish_stageline_using_subcommand rollback" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand rollback" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand rollback" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand rollback" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand rollback" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand rollback" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand undo" -l env -d 'Only what it did in this environment' -r
complete -c stageline -n "__fish_stageline_using_subcommand undo" -l landing -d 'On the environment\'s branch, or on one from which a merge request is opened' -r -f -a "direct\t''
merge-request\t''"
complete -c stageline -n "__fish_stageline_using_subcommand undo" -l wait-for-forge -d 'How long a forge that does not answer is asked again: 60s, 5m; 0: once' -r
complete -c stageline -n "__fish_stageline_using_subcommand undo" -l override -d 'Have it pass this gate though it does not: by yourself where `override:` lets you (`alone: true`), else the request asks for it' -r
complete -c stageline -n "__fish_stageline_using_subcommand undo" -s m -l reason -d 'Why; written into the commit' -r
complete -c stageline -n "__fish_stageline_using_subcommand undo" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand undo" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand undo" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand undo" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand undo" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand undo" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand undo" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand undo" -l dry-run -d 'Show the plan, with every check, and write nothing'
complete -c stageline -n "__fish_stageline_using_subcommand undo" -l no-push -d 'Commit here and push nothing'
complete -c stageline -n "__fish_stageline_using_subcommand undo" -l no-request -d 'Push the branch of a merge request and open no request: its page is printed'
complete -c stageline -n "__fish_stageline_using_subcommand undo" -l request-by-git -d 'Let the push itself ask for the request, with git\'s own credentials: at GitLab by push options, at Gitea and Forgejo by AGit'
complete -c stageline -n "__fish_stageline_using_subcommand undo" -l reopen -d 'Ask once more, by a new request, for what was closed without a merge'
complete -c stageline -n "__fish_stageline_using_subcommand undo" -l replace -d 'Take pins also from another open request that somebody has approved or worked on, in place of waiting behind it'
complete -c stageline -n "__fish_stageline_using_subcommand undo" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand undo" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand undo" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand undo" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand undo" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand undo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand diff" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand diff" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand diff" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand diff" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand diff" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand diff" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand diff" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand diff" -l rendered -d 'Build both sides with kustomize or kubectl and compare the manifests'
complete -c stageline -n "__fish_stageline_using_subcommand diff" -l landings -d 'What landed between a good state (left) and a bad one (right) of one environment, with the commands to search on'
complete -c stageline -n "__fish_stageline_using_subcommand diff" -l fetch -d 'Ask the remote first, as `git fetch` does; with `--repo` it always is'
complete -c stageline -n "__fish_stageline_using_subcommand diff" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand diff" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand diff" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand diff" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand diff" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand history" -l env -d 'Only these environments' -r
complete -c stageline -n "__fish_stageline_using_subcommand history" -l at -d 'What ran at TIME' -r
complete -c stageline -n "__fish_stageline_using_subcommand history" -l contains -d 'Where this application commit is and was: `stageline locate COMMIT`' -r
complete -c stageline -n "__fish_stageline_using_subcommand history" -l since -d 'Only changes since TIME: a time, a date, or a span such as `7d`' -r
complete -c stageline -n "__fish_stageline_using_subcommand history" -l until -d 'Only changes until TIME' -r
complete -c stageline -n "__fish_stageline_using_subcommand history" -l by -d 'Only what this person made, or asked a job for; several: of any of them' -r
complete -c stageline -n "__fish_stageline_using_subcommand history" -l verb -d 'Only what was made by these verbs' -r -f -a "promote\t''
rollback\t''
undo\t''
hotfix\t'A promotion that brought a hotfix: `promote --hotfix`'
by-hand\t'No verb: somebody\'s edit'
preview\t'What came to or moved in an instance: `preview create`'
destroy\t'An instance that went: `preview destroy`, `preview prune`'"
complete -c stageline -n "__fish_stageline_using_subcommand history" -l request -d 'Only what came by this request: its number, its page, or its branch' -r
complete -c stageline -n "__fish_stageline_using_subcommand history" -l max -d 'At most this many of them' -r
complete -c stageline -n "__fish_stageline_using_subcommand history" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand history" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand history" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand history" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand history" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand history" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand history" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand history" -l by-hand -d 'Only what no verb made: `--verb by-hand`'
complete -c stageline -n "__fish_stageline_using_subcommand history" -l unsigned -d 'Only what has no good signature'
complete -c stageline -n "__fish_stageline_using_subcommand history" -l fetch -d 'Ask the remote first, as `git fetch` does; with `--repo` it always is'
complete -c stageline -n "__fish_stageline_using_subcommand history" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand history" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand history" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand history" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand history" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand history" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand locate" -l env -d 'Only these environments' -r
complete -c stageline -n "__fish_stageline_using_subcommand locate" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand locate" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand locate" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand locate" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand locate" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand locate" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand locate" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand locate" -l fetch -d 'Ask the remote first, as `git fetch` does; with `--repo` it always is'
complete -c stageline -n "__fish_stageline_using_subcommand locate" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand locate" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand locate" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand locate" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand locate" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand locate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand show" -l env -d 'The environment whose landings are meant: whose numbers `rN` are, on whose branch it is looked for' -r
complete -c stageline -n "__fish_stageline_using_subcommand show" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand show" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand show" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand show" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand show" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand show" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand show" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand show" -l fetch -d 'Ask the remote first, as `git fetch` does; with `--repo` it always is'
complete -c stageline -n "__fish_stageline_using_subcommand show" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand show" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand show" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand show" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand show" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand approve" -l request -d 'The merge request of the source whose head that is, by its number or page: with APP@COMMIT' -r
complete -c stageline -n "__fish_stageline_using_subcommand approve" -l onto -d 'The branch that it is to be merged into [default: the request\'s, else the one with the rules]' -r
complete -c stageline -n "__fish_stageline_using_subcommand approve" -l override -d 'Let it pass this gate though it does not, where `override:` lets you' -r
complete -c stageline -n "__fish_stageline_using_subcommand approve" -l expires -d 'Until when the override counts: a time, or a span such as `4h`' -r
complete -c stageline -n "__fish_stageline_using_subcommand approve" -s m -l reason -l message -d 'Why; an override needs it' -r
complete -c stageline -n "__fish_stageline_using_subcommand approve" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand approve" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand approve" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand approve" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand approve" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand approve" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand approve" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand approve" -l withdraw -d 'Take back what you agreed to'
complete -c stageline -n "__fish_stageline_using_subcommand approve" -l dry-run -d 'Show what would be said, and write nothing'
complete -c stageline -n "__fish_stageline_using_subcommand approve" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand approve" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand approve" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand approve" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand approve" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand approve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand status" -l env -d 'Only this environment; may be given several times' -r
complete -c stageline -n "__fish_stageline_using_subcommand status" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand status" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand status" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand status" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand status" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand status" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand status" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand status" -l ready -d 'Tell whether what waits in the environment before could come now, as `why` does; so do `-o wide` and APP'
complete -c stageline -n "__fish_stageline_using_subcommand status" -l short -d 'One line for a prompt: how many applications differ from the environment before, and are held; nothing where none is'
complete -c stageline -n "__fish_stageline_using_subcommand status" -l fetch -d 'Ask the remote first, as `git fetch` does; with `--repo` it always is'
complete -c stageline -n "__fish_stageline_using_subcommand status" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand status" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand status" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand status" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand status" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand verify" -l onto -d 'The branch that it is to be merged into [default: the one with the rules]' -r
complete -c stageline -n "__fish_stageline_using_subcommand verify" -l evidence -d 'Check a folder that `report --evidence` wrote; no repository is needed' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand verify" -l signers -d 'The allowed-signers file of those whose word for a folder is taken' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand verify" -l wait-for-forge -d 'How long a forge that does not answer is asked again: 60s, 5m; 0: once' -r
complete -c stageline -n "__fish_stageline_using_subcommand verify" -l source -d 'A checkout that stands for the source of an application' -r
complete -c stageline -n "__fish_stageline_using_subcommand verify" -l cache -d 'Where mirrors of sources are kept from run to run: a folder of this user alone [default: nowhere]' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand verify" -l bootstrap -d 'The allowed-signers file by which a repository without rules gets its first' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand verify" -l settings -d 'The settings of the hook, which `--install-hook` writes' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand verify" -l install-hook -d 'Install the hook in a repository on a server, or in a folder of hooks' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand verify" -l receipts -d 'The private SSH key, without a passphrase, by which the server records what it accepted and when (`clock: receipt`)' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand verify" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand verify" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand verify" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand verify" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand verify" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand verify" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand verify" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand verify" -l status -d 'Tell the forge: write the commit status `stageline/verify` of the head, which protection of the branch may require'
complete -c stageline -n "__fish_stageline_using_subcommand verify" -l record -d 'Keep the verdicts of landings that others made, each judged on the tip before it, as signed statements [default: of the branch\'s landings since the first that is recorded, wherever one has none]'
complete -c stageline -n "__fish_stageline_using_subcommand verify" -l pre-receive -d 'Judge a push: a pre-receive hook\'s standard input'
complete -c stageline -n "__fish_stageline_using_subcommand verify" -l post-receive -d 'Record a push that was accepted, and when: a post-receive hook\'s standard input'
complete -c stageline -n "__fish_stageline_using_subcommand verify" -l check -d 'Only look whether the hook is installed and judges'
complete -c stageline -n "__fish_stageline_using_subcommand verify" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand verify" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand verify" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand verify" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand verify" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand why" -l to -d 'The environment that would change' -r
complete -c stageline -n "__fish_stageline_using_subcommand why" -l from -d 'What would go there [default: what the environment before runs]' -r
complete -c stageline -n "__fish_stageline_using_subcommand why" -l commit -d 'An application commit' -r
complete -c stageline -n "__fish_stageline_using_subcommand why" -l at -d 'As if it were then: `2026-11-30 08:00`, `2d`' -r
complete -c stageline -n "__fish_stageline_using_subcommand why" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand why" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand why" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand why" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand why" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand why" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand why" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand why" -l all -d 'Every application of the environment'
complete -c stageline -n "__fish_stageline_using_subcommand why" -l hotfix -d 'As a hotfix, as `promote --hotfix` would land it'
complete -c stageline -n "__fish_stageline_using_subcommand why" -l fetch -d 'Ask the remote first, as `git fetch` does; with `--repo` it always is'
complete -c stageline -n "__fish_stageline_using_subcommand why" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand why" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand why" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand why" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand why" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand why" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and not __fish_seen_subcommand_from set lift fixed list help" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand hold; and not __fish_seen_subcommand_from set lift fixed list help" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand hold; and not __fish_seen_subcommand_from set lift fixed list help" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand hold; and not __fish_seen_subcommand_from set lift fixed list help" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand hold; and not __fish_seen_subcommand_from set lift fixed list help" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand hold; and not __fish_seen_subcommand_from set lift fixed list help" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand hold; and not __fish_seen_subcommand_from set lift fixed list help" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand hold; and not __fish_seen_subcommand_from set lift fixed list help" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and not __fish_seen_subcommand_from set lift fixed list help" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and not __fish_seen_subcommand_from set lift fixed list help" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and not __fish_seen_subcommand_from set lift fixed list help" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and not __fish_seen_subcommand_from set lift fixed list help" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and not __fish_seen_subcommand_from set lift fixed list help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and not __fish_seen_subcommand_from set lift fixed list help" -f -a "set" -d 'Hold applications of an environment, all of it, or everything'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and not __fish_seen_subcommand_from set lift fixed list help" -f -a "lift" -d 'Lift holds'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and not __fish_seen_subcommand_from set lift fixed list help" -f -a "fixed" -d 'Say which commit mends a held one: what contains it is free'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and not __fish_seen_subcommand_from set lift fixed list help" -f -a "list" -d 'List holds'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and not __fish_seen_subcommand_from set lift fixed list help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from set" -l env -d 'The environment' -r
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from set" -l until -d 'When it ends: a time, a date, or a span such as `2d` [default: when it is lifted]' -r
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from set" -l landing -d 'On the environment\'s branch, or on one from which a merge request is opened' -r -f -a "direct\t''
merge-request\t''"
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from set" -l wait-for-forge -d 'How long a forge that does not answer is asked again: 60s, 5m; 0: once' -r
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from set" -l override -d 'Have it pass this gate though it does not: by yourself where `override:` lets you (`alone: true`), else the request asks for it' -r
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from set" -s m -l reason -d 'Why; written into the commit' -r
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from set" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from set" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from set" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from set" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from set" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from set" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from set" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from set" -l all -d 'The one hold on all environments together, of APP or of everything; not those on single environments'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from set" -l dry-run -d 'Show the plan, with every check, and write nothing'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from set" -l no-push -d 'Commit here and push nothing'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from set" -l no-request -d 'Push the branch of a merge request and open no request: its page is printed'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from set" -l request-by-git -d 'Let the push itself ask for the request, with git\'s own credentials: at GitLab by push options, at Gitea and Forgejo by AGit'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from set" -l reopen -d 'Ask once more, by a new request, for what was closed without a merge'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from set" -l replace -d 'Take pins also from another open request that somebody has approved or worked on, in place of waiting behind it'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from set" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from set" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from set" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from set" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from set" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from lift" -l env -d 'The environment' -r
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from lift" -l landing -d 'On the environment\'s branch, or on one from which a merge request is opened' -r -f -a "direct\t''
merge-request\t''"
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from lift" -l wait-for-forge -d 'How long a forge that does not answer is asked again: 60s, 5m; 0: once' -r
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from lift" -l override -d 'Have it pass this gate though it does not: by yourself where `override:` lets you (`alone: true`), else the request asks for it' -r
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from lift" -s m -l reason -d 'Why; written into the commit' -r
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from lift" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from lift" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from lift" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from lift" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from lift" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from lift" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from lift" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from lift" -l all -d 'The one hold on all environments together, of APP or of everything; not those on single environments'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from lift" -l dry-run -d 'Show the plan, with every check, and write nothing'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from lift" -l no-push -d 'Commit here and push nothing'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from lift" -l no-request -d 'Push the branch of a merge request and open no request: its page is printed'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from lift" -l request-by-git -d 'Let the push itself ask for the request, with git\'s own credentials: at GitLab by push options, at Gitea and Forgejo by AGit'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from lift" -l reopen -d 'Ask once more, by a new request, for what was closed without a merge'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from lift" -l replace -d 'Take pins also from another open request that somebody has approved or worked on, in place of waiting behind it'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from lift" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from lift" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from lift" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from lift" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from lift" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from lift" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from fixed" -l env -d 'The environment' -r
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from fixed" -l by -d 'The commit that mends it, and contains it' -r
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from fixed" -l landing -d 'On the environment\'s branch, or on one from which a merge request is opened' -r -f -a "direct\t''
merge-request\t''"
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from fixed" -l wait-for-forge -d 'How long a forge that does not answer is asked again: 60s, 5m; 0: once' -r
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from fixed" -l override -d 'Have it pass this gate though it does not: by yourself where `override:` lets you (`alone: true`), else the request asks for it' -r
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from fixed" -s m -l reason -d 'Why; written into the commit' -r
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from fixed" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from fixed" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from fixed" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from fixed" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from fixed" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from fixed" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from fixed" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from fixed" -l all -d 'The one hold on all environments together, of APP or of everything; not those on single environments'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from fixed" -l dry-run -d 'Show the plan, with every check, and write nothing'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from fixed" -l no-push -d 'Commit here and push nothing'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from fixed" -l no-request -d 'Push the branch of a merge request and open no request: its page is printed'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from fixed" -l request-by-git -d 'Let the push itself ask for the request, with git\'s own credentials: at GitLab by push options, at Gitea and Forgejo by AGit'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from fixed" -l reopen -d 'Ask once more, by a new request, for what was closed without a merge'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from fixed" -l replace -d 'Take pins also from another open request that somebody has approved or worked on, in place of waiting behind it'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from fixed" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from fixed" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from fixed" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from fixed" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from fixed" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from fixed" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from list" -l env -d 'Only this environment' -r
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from list" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from list" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from list" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from list" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from list" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from list" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from list" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from list" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from list" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from list" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from list" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from help" -f -a "set" -d 'Hold applications of an environment, all of it, or everything'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from help" -f -a "lift" -d 'Lift holds'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from help" -f -a "fixed" -d 'Say which commit mends a held one: what contains it is free'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from help" -f -a "list" -d 'List holds'
complete -c stageline -n "__fish_stageline_using_subcommand hold; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and not __fish_seen_subcommand_from create destroy list prune help" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand preview; and not __fish_seen_subcommand_from create destroy list prune help" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand preview; and not __fish_seen_subcommand_from create destroy list prune help" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand preview; and not __fish_seen_subcommand_from create destroy list prune help" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand preview; and not __fish_seen_subcommand_from create destroy list prune help" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand preview; and not __fish_seen_subcommand_from create destroy list prune help" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand preview; and not __fish_seen_subcommand_from create destroy list prune help" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand preview; and not __fish_seen_subcommand_from create destroy list prune help" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and not __fish_seen_subcommand_from create destroy list prune help" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and not __fish_seen_subcommand_from create destroy list prune help" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and not __fish_seen_subcommand_from create destroy list prune help" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and not __fish_seen_subcommand_from create destroy list prune help" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and not __fish_seen_subcommand_from create destroy list prune help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and not __fish_seen_subcommand_from create destroy list prune help" -f -a "create" -d 'Make an instance from the template, or move the one that is there'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and not __fish_seen_subcommand_from create destroy list prune help" -f -a "destroy" -d 'Take instances away: folder, entry and record'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and not __fish_seen_subcommand_from create destroy list prune help" -f -a "list" -d 'List instances: what they run, of which request, until when'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and not __fish_seen_subcommand_from create destroy list prune help" -f -a "prune" -d 'Take away what nobody needs any more'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and not __fish_seen_subcommand_from create destroy list prune help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from create" -l env -d 'The environment that has instances [default: the only one]' -r
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from create" -l request -d 'The merge request of the source that it is of: its number or its address; names the instance pr-NUMBER' -r
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from create" -l slug -d 'The name of the instance: small letters, digits and `-`' -r
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from create" -l from -d 'Take from this environment what is named without a commit, as it is or as it was at a time, rN, landing or release baseline' -r
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from create" -l landing -d 'On the environment\'s branch, or on one from which a merge request is opened' -r -f -a "direct\t''
merge-request\t''"
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from create" -l wait-for-forge -d 'How long a forge that does not answer is asked again: 60s, 5m; 0: once' -r
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from create" -l override -d 'Have it pass this gate though it does not: by yourself where `override:` lets you (`alone: true`), else the request asks for it' -r
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from create" -s m -l reason -d 'Why; written into the commit' -r
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from create" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from create" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from create" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from create" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from create" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from create" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from create" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from create" -l allow-older -d 'Go back also where the instance already runs something newer'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from create" -l dry-run -d 'Show the plan, with every check, and write nothing'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from create" -l no-push -d 'Commit here and push nothing'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from create" -l no-request -d 'Push the branch of a merge request and open no request: its page is printed'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from create" -l request-by-git -d 'Let the push itself ask for the request, with git\'s own credentials: at GitLab by push options, at Gitea and Forgejo by AGit'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from create" -l reopen -d 'Ask once more, by a new request, for what was closed without a merge'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from create" -l replace -d 'Take pins also from another open request that somebody has approved or worked on, in place of waiting behind it'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from create" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from create" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from create" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from create" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from create" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from destroy" -l env -d 'The environment that has them [default: the only one]' -r
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from destroy" -l landing -d 'On the environment\'s branch, or on one from which a merge request is opened' -r -f -a "direct\t''
merge-request\t''"
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from destroy" -l wait-for-forge -d 'How long a forge that does not answer is asked again: 60s, 5m; 0: once' -r
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from destroy" -l override -d 'Have it pass this gate though it does not: by yourself where `override:` lets you (`alone: true`), else the request asks for it' -r
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from destroy" -s m -l reason -d 'Why; written into the commit' -r
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from destroy" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from destroy" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from destroy" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from destroy" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from destroy" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from destroy" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from destroy" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from destroy" -l dry-run -d 'Show the plan, with every check, and write nothing'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from destroy" -l no-push -d 'Commit here and push nothing'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from destroy" -l no-request -d 'Push the branch of a merge request and open no request: its page is printed'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from destroy" -l request-by-git -d 'Let the push itself ask for the request, with git\'s own credentials: at GitLab by push options, at Gitea and Forgejo by AGit'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from destroy" -l reopen -d 'Ask once more, by a new request, for what was closed without a merge'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from destroy" -l replace -d 'Take pins also from another open request that somebody has approved or worked on, in place of waiting behind it'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from destroy" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from destroy" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from destroy" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from destroy" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from destroy" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from destroy" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from list" -l env -d 'Only this environment' -r
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from list" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from list" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from list" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from list" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from list" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from list" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from list" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from list" -l fetch -d 'Ask the remote first, as `git fetch` does; with `--repo` it always is'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from list" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from list" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from list" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from list" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from prune" -l env -d 'Only this environment' -r
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from prune" -l landing -d 'On the environment\'s branch, or on one from which a merge request is opened' -r -f -a "direct\t''
merge-request\t''"
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from prune" -l wait-for-forge -d 'How long a forge that does not answer is asked again: 60s, 5m; 0: once' -r
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from prune" -l override -d 'Have it pass this gate though it does not: by yourself where `override:` lets you (`alone: true`), else the request asks for it' -r
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from prune" -s m -l reason -d 'Why; written into the commit' -r
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from prune" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from prune" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from prune" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from prune" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from prune" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from prune" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from prune" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from prune" -l check -d 'Write nothing; name what should not be there, and end with 1 where something is'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from prune" -l dry-run -d 'Show the plan, with every check, and write nothing'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from prune" -l no-push -d 'Commit here and push nothing'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from prune" -l no-request -d 'Push the branch of a merge request and open no request: its page is printed'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from prune" -l request-by-git -d 'Let the push itself ask for the request, with git\'s own credentials: at GitLab by push options, at Gitea and Forgejo by AGit'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from prune" -l reopen -d 'Ask once more, by a new request, for what was closed without a merge'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from prune" -l replace -d 'Take pins also from another open request that somebody has approved or worked on, in place of waiting behind it'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from prune" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from prune" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from prune" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from prune" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from prune" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from prune" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from help" -f -a "create" -d 'Make an instance from the template, or move the one that is there'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from help" -f -a "destroy" -d 'Take instances away: folder, entry and record'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from help" -f -a "list" -d 'List instances: what they run, of which request, until when'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from help" -f -a "prune" -d 'Take away what nobody needs any more'
complete -c stageline -n "__fish_stageline_using_subcommand preview; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c stageline -n "__fish_stageline_using_subcommand attest; and not __fish_seen_subcommand_from withdraw list export help" -l commit -d 'The application commit: full or abbreviated id, branch, tag, or the version of a tag (`tag:` in stageline.yaml)' -r
complete -c stageline -n "__fish_stageline_using_subcommand attest; and not __fish_seen_subcommand_from withdraw list export help" -l env -d 'Where it ran: an environment in which the commit is or was live [default: nowhere, it is of the commit alone]' -r
complete -c stageline -n "__fish_stageline_using_subcommand attest; and not __fish_seen_subcommand_from withdraw list export help" -l check -d 'The name of the check, as `checks:` in stageline.yaml has it' -r
complete -c stageline -n "__fish_stageline_using_subcommand attest; and not __fish_seen_subcommand_from withdraw list export help" -l status -d 'How it ended [default: as the file of `--junit` says]' -r -f -a "passed\t''
warned\t''
failed\t''"
complete -c stageline -n "__fish_stageline_using_subcommand attest; and not __fish_seen_subcommand_from withdraw list export help" -l digest -d 'The digest of the image that it is of: sha256:...' -r
complete -c stageline -n "__fish_stageline_using_subcommand attest; and not __fish_seen_subcommand_from withdraw list export help" -l url -d 'The page of the run' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand attest; and not __fish_seen_subcommand_from withdraw list export help" -l junit -d 'The results of its tests as JUnit XML; `-`: from standard input' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand attest; and not __fish_seen_subcommand_from withdraw list export help" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand attest; and not __fish_seen_subcommand_from withdraw list export help" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand attest; and not __fish_seen_subcommand_from withdraw list export help" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand attest; and not __fish_seen_subcommand_from withdraw list export help" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand attest; and not __fish_seen_subcommand_from withdraw list export help" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand attest; and not __fish_seen_subcommand_from withdraw list export help" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand attest; and not __fish_seen_subcommand_from withdraw list export help" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand attest; and not __fish_seen_subcommand_from withdraw list export help" -l dry-run -d 'Sign it, show it, and write nothing'
complete -c stageline -n "__fish_stageline_using_subcommand attest; and not __fish_seen_subcommand_from withdraw list export help" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand attest; and not __fish_seen_subcommand_from withdraw list export help" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand attest; and not __fish_seen_subcommand_from withdraw list export help" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand attest; and not __fish_seen_subcommand_from withdraw list export help" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand attest; and not __fish_seen_subcommand_from withdraw list export help" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand attest; and not __fish_seen_subcommand_from withdraw list export help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand attest; and not __fish_seen_subcommand_from withdraw list export help" -a "withdraw" -d 'Take a statement of one\'s own back'
complete -c stageline -n "__fish_stageline_using_subcommand attest; and not __fish_seen_subcommand_from withdraw list export help" -a "list" -d 'List all statements, newest first, with whether each counts and why not'
complete -c stageline -n "__fish_stageline_using_subcommand attest; and not __fish_seen_subcommand_from withdraw list export help" -a "export" -d 'Print a statement'
complete -c stageline -n "__fish_stageline_using_subcommand attest; and not __fish_seen_subcommand_from withdraw list export help" -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from withdraw" -s m -l reason -d 'Why; written into the withdrawal' -r
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from withdraw" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from withdraw" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from withdraw" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from withdraw" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from withdraw" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from withdraw" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from withdraw" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from withdraw" -l dry-run -d 'Sign it, show it, and write nothing'
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from withdraw" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from withdraw" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from withdraw" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from withdraw" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from withdraw" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from withdraw" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from list" -l commit -d 'Only of this commit of it' -r
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from list" -l check -d 'Only checks of this name' -r
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from list" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from list" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from list" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from list" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from list" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from list" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from list" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from list" -l fetch -d 'Ask the remote first, as `git fetch` does; with `--repo` it always is'
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from list" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from list" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from list" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from list" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from export" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from export" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from export" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from export" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from export" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from export" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from export" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from export" -l envelope -d 'Print the DSSE envelope, as the branch has it'
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from export" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from export" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from export" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from export" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from export" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from help" -f -a "withdraw" -d 'Take a statement of one\'s own back'
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from help" -f -a "list" -d 'List all statements, newest first, with whether each counts and why not'
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from help" -f -a "export" -d 'Print a statement'
complete -c stageline -n "__fish_stageline_using_subcommand attest; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and not __fish_seen_subcommand_from mark list show help" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and not __fish_seen_subcommand_from mark list show help" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and not __fish_seen_subcommand_from mark list show help" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and not __fish_seen_subcommand_from mark list show help" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and not __fish_seen_subcommand_from mark list show help" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and not __fish_seen_subcommand_from mark list show help" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and not __fish_seen_subcommand_from mark list show help" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and not __fish_seen_subcommand_from mark list show help" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and not __fish_seen_subcommand_from mark list show help" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and not __fish_seen_subcommand_from mark list show help" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and not __fish_seen_subcommand_from mark list show help" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and not __fish_seen_subcommand_from mark list show help" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and not __fish_seen_subcommand_from mark list show help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and not __fish_seen_subcommand_from mark list show help" -f -a "mark" -d 'Mark what an environment runs, or ran, as known to be good'
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and not __fish_seen_subcommand_from mark list show help" -f -a "list" -d 'List them, with whether each counts and why not'
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and not __fish_seen_subcommand_from mark list show help" -f -a "show" -d 'Show what an environment runs by one, beside what it runs now'
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and not __fish_seen_subcommand_from mark list show help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from mark" -l name -d 'Its name [default: the date of today, in UTC]' -r
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from mark" -s m -l reason -d 'Why; written into the tag' -r
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from mark" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from mark" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from mark" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from mark" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from mark" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from mark" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from mark" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from mark" -l dry-run -d 'Show what would be marked, and write nothing'
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from mark" -l no-push -d 'Leave the tag in this clone'
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from mark" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from mark" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from mark" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from mark" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from mark" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from mark" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from list" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from list" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from list" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from list" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from list" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from list" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from list" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from list" -l fetch -d 'Ask the remote first, as `git fetch` does; with `--repo` it always is'
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from list" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from list" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from list" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from list" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from show" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from show" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from show" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from show" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from show" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from show" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from show" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from show" -l fetch -d 'Ask the remote first, as `git fetch` does; with `--repo` it always is'
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from show" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from show" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from show" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from show" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from help" -f -a "mark" -d 'Mark what an environment runs, or ran, as known to be good'
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from help" -f -a "list" -d 'List them, with whether each counts and why not'
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show what an environment runs by one, beside what it runs now'
complete -c stageline -n "__fish_stageline_using_subcommand baseline; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c stageline -n "__fish_stageline_using_subcommand report" -l evidence -d 'The folder to write' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand report" -l since -d 'Only what landed since TIME: a time, a date, or a span such as `90d`' -r
complete -c stageline -n "__fish_stageline_using_subcommand report" -l until -d 'Only what landed until TIME' -r
complete -c stageline -n "__fish_stageline_using_subcommand report" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand report" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand report" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand report" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand report" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand report" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand report" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand report" -l fetch -d 'Ask the remote first, as `git fetch` does; with `--repo` it always is'
complete -c stageline -n "__fish_stageline_using_subcommand report" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand report" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand report" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand report" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand report" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand report" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand init" -l source -d 'Where each application is built from; `{application}` is its name' -r
complete -c stageline -n "__fish_stageline_using_subcommand init" -l signing -d 'Whether a landing without a signature is refused' -r -f -a "required\t''
optional\t''"
complete -c stageline -n "__fish_stageline_using_subcommand init" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand init" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand init" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand init" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand init" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand init" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand init" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand init" -l dry-run -d 'Print the file and write nothing'
complete -c stageline -n "__fish_stageline_using_subcommand init" -l write -d 'Add to a file that exists the applications that no entry finds; nothing else in it changes'
complete -c stageline -n "__fish_stageline_using_subcommand init" -l check -d 'Write nothing; exit 1 where the file lacks an application or an entry finds nothing; overlays are read as committed'
complete -c stageline -n "__fish_stageline_using_subcommand init" -l commit -d 'Commit the file on the branch that is checked out, and nothing else'
complete -c stageline -n "__fish_stageline_using_subcommand init" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand init" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand init" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand init" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand init" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand config; and not __fish_seen_subcommand_from check show sync help" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand config; and not __fish_seen_subcommand_from check show sync help" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand config; and not __fish_seen_subcommand_from check show sync help" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand config; and not __fish_seen_subcommand_from check show sync help" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand config; and not __fish_seen_subcommand_from check show sync help" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand config; and not __fish_seen_subcommand_from check show sync help" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand config; and not __fish_seen_subcommand_from check show sync help" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand config; and not __fish_seen_subcommand_from check show sync help" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand config; and not __fish_seen_subcommand_from check show sync help" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand config; and not __fish_seen_subcommand_from check show sync help" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand config; and not __fish_seen_subcommand_from check show sync help" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand config; and not __fish_seen_subcommand_from check show sync help" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand config; and not __fish_seen_subcommand_from check show sync help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand config; and not __fish_seen_subcommand_from check show sync help" -f -a "check" -d 'Check stageline.yaml: every fault with its place, key and cure'
complete -c stageline -n "__fish_stageline_using_subcommand config; and not __fish_seen_subcommand_from check show sync help" -f -a "show" -d 'Show the settings in force, defaults filled in'
complete -c stageline -n "__fish_stageline_using_subcommand config; and not __fish_seen_subcommand_from check show sync help" -f -a "sync" -d 'Bring main\'s stageline.yaml, signers and keys to the branch of an environment that has one of its own'
complete -c stageline -n "__fish_stageline_using_subcommand config; and not __fish_seen_subcommand_from check show sync help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from check" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from check" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from check" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from check" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from check" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from check" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from check" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from check" -l online -d 'Ask the forge, too, whether the branches that are pushed to directly take pushes from you'
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from check" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from check" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from check" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from check" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from show" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from show" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from show" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from show" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from show" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from show" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from show" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from show" -l expand -d 'Show the entries that each family stands for, with the line of the family'
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from show" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from show" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from show" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from show" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from sync" -l to -d 'The environment, which lives on a branch of its own' -r
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from sync" -l landing -d 'On the environment\'s branch, or on one from which a merge request is opened' -r -f -a "direct\t''
merge-request\t''"
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from sync" -l wait-for-forge -d 'How long a forge that does not answer is asked again: 60s, 5m; 0: once' -r
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from sync" -l override -d 'Have it pass this gate though it does not: by yourself where `override:` lets you (`alone: true`), else the request asks for it' -r
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from sync" -s m -l reason -d 'Why; written into the commit' -r
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from sync" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from sync" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from sync" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from sync" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from sync" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from sync" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from sync" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from sync" -l dry-run -d 'Show the plan, with every check, and write nothing'
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from sync" -l no-push -d 'Commit here and push nothing'
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from sync" -l no-request -d 'Push the branch of a merge request and open no request: its page is printed'
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from sync" -l request-by-git -d 'Let the push itself ask for the request, with git\'s own credentials: at GitLab by push options, at Gitea and Forgejo by AGit'
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from sync" -l reopen -d 'Ask once more, by a new request, for what was closed without a merge'
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from sync" -l replace -d 'Take pins also from another open request that somebody has approved or worked on, in place of waiting behind it'
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from sync" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from sync" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from sync" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from sync" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from sync" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from sync" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "check" -d 'Check stageline.yaml: every fault with its place, key and cure'
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show the settings in force, defaults filled in'
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "sync" -d 'Bring main\'s stageline.yaml, signers and keys to the branch of an environment that has one of its own'
complete -c stageline -n "__fish_stageline_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c stageline -n "__fish_stageline_using_subcommand doctor" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand doctor" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand doctor" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand doctor" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand doctor" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand doctor" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand doctor" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand doctor" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand doctor" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand doctor" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand doctor" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand doctor" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand tend" -l only -d 'Only this part; may be given several times' -r -f -a "statuses\t'Commit statuses of all open requests'
requests\t'The tool\'s own requests, as `promote --refresh` keeps them'
holds\t'Holds without an end that are older than a week'
previews\t'Previews that nobody needs any more, as `preview prune` takes them away'
baselines\t'Release baselines of environments that ran the same for as long as `stable-after:` says'"
complete -c stageline -n "__fish_stageline_using_subcommand tend" -l wait-for-forge -d 'How long a forge that does not answer is asked again: 60s, 5m; 0: once' -r
complete -c stageline -n "__fish_stageline_using_subcommand tend" -l cache -d 'Where mirrors of sources are kept from run to run: a folder of this user alone [default: nowhere]' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand tend" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand tend" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand tend" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand tend" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand tend" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand tend" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand tend" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand tend" -l dry-run -d 'Show what would be written, and write nothing'
complete -c stageline -n "__fish_stageline_using_subcommand tend" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand tend" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand tend" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand tend" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand tend" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand tend" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and not __fish_seen_subcommand_from step send test help" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and not __fish_seen_subcommand_from step send test help" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and not __fish_seen_subcommand_from step send test help" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and not __fish_seen_subcommand_from step send test help" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and not __fish_seen_subcommand_from step send test help" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and not __fish_seen_subcommand_from step send test help" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and not __fish_seen_subcommand_from step send test help" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and not __fish_seen_subcommand_from step send test help" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and not __fish_seen_subcommand_from step send test help" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and not __fish_seen_subcommand_from step send test help" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and not __fish_seen_subcommand_from step send test help" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and not __fish_seen_subcommand_from step send test help" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and not __fish_seen_subcommand_from step send test help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and not __fish_seen_subcommand_from step send test help" -f -a "step" -d 'Tell a step of a source\'s pipeline on its merge request: one comment that shows them all'
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and not __fish_seen_subcommand_from step send test help" -f -a "send" -d 'Tell what landed to the sinks of `feedback:`, whoever landed it'
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and not __fish_seen_subcommand_from step send test help" -f -a "test" -d 'Send each sink a message that says nothing but that it came'
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and not __fish_seen_subcommand_from step send test help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from step" -l request -d 'The merge request: `auto` for the one that this job is of, its number, or the address of its page' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from step" -l step -d 'What the step is called: letters, digits, `.`, `_`, `-`' -r
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from step" -l status -d 'What became of it; a CI\'s own words are understood, too: success, failure, cancelled' -r -f -a "running\t''
passed\t''
failed\t''
skipped\t''"
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from step" -l junit -d 'Results of its tests as JUnit XML: a file, or a pattern with `*`, `?` and `**`; may be given several times' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from step" -l link -d 'A page that it leads to; may be given several times' -r
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from step" -s m -l message -d 'What there is to say of it' -r
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from step" -l commit -d 'The commit that it ran for, as a full id [default: as the job says, else the head of the request]' -r
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from step" -l wait-for-forge -d 'How long a forge that does not answer is asked again: 60s, 5m; 0: once' -r
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from step" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from step" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from step" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from step" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from step" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from step" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from step" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from step" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from step" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from step" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from step" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from step" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from step" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from send" -l onto -d 'The branch that it landed on [default: the one with the rules]' -r
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from send" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from send" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from send" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from send" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from send" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from send" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from send" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from send" -l again -d 'Tell also what was told, or may have been'
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from send" -l dry-run -d 'Show what would be told, and tell nobody'
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from send" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from send" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from send" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from send" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from send" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from send" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from test" -l only -d 'Only this sink: its place in `feedback:`, from 1, or its kind' -r
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from test" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from test" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from test" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from test" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from test" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from test" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from test" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from test" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from test" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from test" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from test" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from test" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from test" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from help" -f -a "step" -d 'Tell a step of a source\'s pipeline on its merge request: one comment that shows them all'
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from help" -f -a "send" -d 'Tell what landed to the sinks of `feedback:`, whoever landed it'
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from help" -f -a "test" -d 'Send each sink a message that says nothing but that it came'
complete -c stageline -n "__fish_stageline_using_subcommand feedback; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c stageline -n "__fish_stageline_using_subcommand schema" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand schema" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand schema" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand schema" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand schema" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand schema" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand schema" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand schema" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand schema" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand schema" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand schema" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand schema" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand schema" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand completions" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand completions" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand completions" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand completions" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand completions" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand completions" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand completions" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand completions" -l dynamic -d 'The script that asks stageline itself at each completion: environments, applications and commits too'
complete -c stageline -n "__fish_stageline_using_subcommand completions" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand completions" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand completions" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand completions" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand completions" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand man" -s C -d 'Run as if started in DIR' -r -f -a "(__fish_complete_directories)"
complete -c stageline -n "__fish_stageline_using_subcommand man" -l repo -d 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed' -r -f
complete -c stageline -n "__fish_stageline_using_subcommand man" -l config -d 'Read FILE (relative to DIR) in place of the branch\'s stageline.yaml; what lands takes it with --dry-run only' -r -F
complete -c stageline -n "__fish_stageline_using_subcommand man" -l remote -d 'The remote to read and to push to' -r
complete -c stageline -n "__fish_stageline_using_subcommand man" -l branch -d 'The protected branch of the config repository' -r
complete -c stageline -n "__fish_stageline_using_subcommand man" -s o -l output -d 'How the result is written: `wide` has every column, `name` one name a line' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
csv\t''
markdown\t''
name\t''
sarif\t'Only `verify`'"
complete -c stageline -n "__fish_stageline_using_subcommand man" -l color -d 'Colour: always, never, or where the terminal takes it' -r -f -a "auto\t''
always\t''
never\t''"
complete -c stageline -n "__fish_stageline_using_subcommand man" -s q -l quiet -d 'No progress and no warnings'
complete -c stageline -n "__fish_stageline_using_subcommand man" -s v -l verbose -d 'Keep every step on the screen'
complete -c stageline -n "__fish_stageline_using_subcommand man" -l absolute -d 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`'
complete -c stageline -n "__fish_stageline_using_subcommand man" -s y -l yes -d 'Do not ask'
complete -c stageline -n "__fish_stageline_using_subcommand man" -l offline -d 'Fetch nothing from source repositories'
complete -c stageline -n "__fish_stageline_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c stageline -n "__fish_stageline_using_subcommand help; and not __fish_seen_subcommand_from promote rollback undo diff history locate show approve status verify why hold preview attest baseline report init config doctor tend feedback schema completions man help" -f -a "promote" -d 'Pin applications in an environment to what another one runs, or to a commit'
complete -c stageline -n "__fish_stageline_using_subcommand help; and not __fish_seen_subcommand_from promote rollback undo diff history locate show approve status verify why hold preview attest baseline report init config doctor tend feedback schema completions man help" -f -a "rollback" -d 'Go back to the last good version by a new commit, and keep it there'
complete -c stageline -n "__fish_stageline_using_subcommand help; and not __fish_seen_subcommand_from promote rollback undo diff history locate show approve status verify why hold preview attest baseline report init config doctor tend feedback schema completions man help" -f -a "undo" -d 'Take exactly one landing back: each of its pins and holds to what it was before'
complete -c stageline -n "__fish_stageline_using_subcommand help; and not __fish_seen_subcommand_from promote rollback undo diff history locate show approve status verify why hold preview attest baseline report init config doctor tend feedback schema completions man help" -f -a "diff" -d 'Compare the pins of two environments, or of one at two moments'
complete -c stageline -n "__fish_stageline_using_subcommand help; and not __fish_seen_subcommand_from promote rollback undo diff history locate show approve status verify why hold preview attest baseline report init config doctor tend feedback schema completions man help" -f -a "history" -d 'Show every landed pin change, newest first; what ran at a time; where a commit is'
complete -c stageline -n "__fish_stageline_using_subcommand help; and not __fish_seen_subcommand_from promote rollback undo diff history locate show approve status verify why hold preview attest baseline report init config doctor tend feedback schema completions man help" -f -a "locate" -d 'Tell in which environments an application commit is and was, and which landings brought it and took it out'
complete -c stageline -n "__fish_stageline_using_subcommand help; and not __fish_seen_subcommand_from promote rollback undo diff history locate show approve status verify why hold preview attest baseline report init config doctor tend feedback schema completions man help" -f -a "show" -d 'Show one landing: what moved and why, who landed it and how, and what else it changed'
complete -c stageline -n "__fish_stageline_using_subcommand help; and not __fish_seen_subcommand_from promote rollback undo diff history locate show approve status verify why hold preview attest baseline report init config doctor tend feedback schema completions man help" -f -a "approve" -d 'Agree to a change that waits, or override a gate for it, by a signed statement'
complete -c stageline -n "__fish_stageline_using_subcommand help; and not __fish_seen_subcommand_from promote rollback undo diff history locate show approve status verify why hold preview attest baseline report init config doctor tend feedback schema completions man help" -f -a "status" -d 'Show what runs where'
complete -c stageline -n "__fish_stageline_using_subcommand help; and not __fish_seen_subcommand_from promote rollback undo diff history locate show approve status verify why hold preview attest baseline report init config doctor tend feedback schema completions man help" -f -a "verify" -d 'Judge a request or a push that anybody made with any tool, by the rules that stand on the branch'
complete -c stageline -n "__fish_stageline_using_subcommand help; and not __fish_seen_subcommand_from promote rollback undo diff history locate show approve status verify why hold preview attest baseline report init config doctor tend feedback schema completions man help" -f -a "why" -d 'Tell what every gate says of a promotion, who or what can open it, and when'
complete -c stageline -n "__fish_stageline_using_subcommand help; and not __fish_seen_subcommand_from promote rollback undo diff history locate show approve status verify why hold preview attest baseline report init config doctor tend feedback schema completions man help" -f -a "hold" -d 'Say that a pin stays where it is, and why; or that it may move again'
complete -c stageline -n "__fish_stageline_using_subcommand help; and not __fish_seen_subcommand_from promote rollback undo diff history locate show approve status verify why hold preview attest baseline report init config doctor tend feedback schema completions man help" -f -a "preview" -d 'Environments that are born with a merge request and die with it'
complete -c stageline -n "__fish_stageline_using_subcommand help; and not __fish_seen_subcommand_from promote rollback undo diff history locate show approve status verify why hold preview attest baseline report init config doctor tend feedback schema completions man help" -f -a "attest" -d 'Say as a signed statement how a check of a commit ended; list, show and take back what was said'
complete -c stageline -n "__fish_stageline_using_subcommand help; and not __fish_seen_subcommand_from promote rollback undo diff history locate show approve status verify why hold preview attest baseline report init config doctor tend feedback schema completions man help" -f -a "baseline" -d 'Known-good states of an environment, to go back to: mark, list, show'
complete -c stageline -n "__fish_stageline_using_subcommand help; and not __fish_seen_subcommand_from promote rollback undo diff history locate show approve status verify why hold preview attest baseline report init config doctor tend feedback schema completions man help" -f -a "report" -d 'Write a folder for an auditor: what landed, with the statements, signatures, keys and rules of then'
complete -c stageline -n "__fish_stageline_using_subcommand help; and not __fish_seen_subcommand_from promote rollback undo diff history locate show approve status verify why hold preview attest baseline report init config doctor tend feedback schema completions man help" -f -a "init" -d 'Write stageline.yaml from the repository\'s layout, or tell what one that exists lacks'
complete -c stageline -n "__fish_stageline_using_subcommand help; and not __fish_seen_subcommand_from promote rollback undo diff history locate show approve status verify why hold preview attest baseline report init config doctor tend feedback schema completions man help" -f -a "config" -d 'Check or show the configuration, or bring it to an environment\'s own branch'
complete -c stageline -n "__fish_stageline_using_subcommand help; and not __fish_seen_subcommand_from promote rollback undo diff history locate show approve status verify why hold preview attest baseline report init config doctor tend feedback schema completions man help" -f -a "doctor" -d 'Look at protections, hook, keys, signers, sources and this clone, and say what is open'
complete -c stageline -n "__fish_stageline_using_subcommand help; and not __fish_seen_subcommand_from promote rollback undo diff history locate show approve status verify why hold preview attest baseline report init config doctor tend feedback schema completions man help" -f -a "tend" -d 'Keep open requests and their commit statuses up to date: for cron, and for the forge\'s events'
complete -c stageline -n "__fish_stageline_using_subcommand help; and not __fish_seen_subcommand_from promote rollback undo diff history locate show approve status verify why hold preview attest baseline report init config doctor tend feedback schema completions man help" -f -a "feedback" -d 'Tell people where they look anyway: on their request, in chats, by e-mail'
complete -c stageline -n "__fish_stageline_using_subcommand help; and not __fish_seen_subcommand_from promote rollback undo diff history locate show approve status verify why hold preview attest baseline report init config doctor tend feedback schema completions man help" -f -a "schema" -d 'Print the JSON Schema of stageline.yaml, or of what a verb writes with `-o json`'
complete -c stageline -n "__fish_stageline_using_subcommand help; and not __fish_seen_subcommand_from promote rollback undo diff history locate show approve status verify why hold preview attest baseline report init config doctor tend feedback schema completions man help" -f -a "completions" -d 'Print the completion script of a shell'
complete -c stageline -n "__fish_stageline_using_subcommand help; and not __fish_seen_subcommand_from promote rollback undo diff history locate show approve status verify why hold preview attest baseline report init config doctor tend feedback schema completions man help" -f -a "man" -d 'Print a manual page, or write those of all verbs into a folder'
complete -c stageline -n "__fish_stageline_using_subcommand help; and not __fish_seen_subcommand_from promote rollback undo diff history locate show approve status verify why hold preview attest baseline report init config doctor tend feedback schema completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c stageline -n "__fish_stageline_using_subcommand help; and __fish_seen_subcommand_from hold" -f -a "set" -d 'Hold applications of an environment, all of it, or everything'
complete -c stageline -n "__fish_stageline_using_subcommand help; and __fish_seen_subcommand_from hold" -f -a "lift" -d 'Lift holds'
complete -c stageline -n "__fish_stageline_using_subcommand help; and __fish_seen_subcommand_from hold" -f -a "fixed" -d 'Say which commit mends a held one: what contains it is free'
complete -c stageline -n "__fish_stageline_using_subcommand help; and __fish_seen_subcommand_from hold" -f -a "list" -d 'List holds'
complete -c stageline -n "__fish_stageline_using_subcommand help; and __fish_seen_subcommand_from preview" -f -a "create" -d 'Make an instance from the template, or move the one that is there'
complete -c stageline -n "__fish_stageline_using_subcommand help; and __fish_seen_subcommand_from preview" -f -a "destroy" -d 'Take instances away: folder, entry and record'
complete -c stageline -n "__fish_stageline_using_subcommand help; and __fish_seen_subcommand_from preview" -f -a "list" -d 'List instances: what they run, of which request, until when'
complete -c stageline -n "__fish_stageline_using_subcommand help; and __fish_seen_subcommand_from preview" -f -a "prune" -d 'Take away what nobody needs any more'
complete -c stageline -n "__fish_stageline_using_subcommand help; and __fish_seen_subcommand_from attest" -f -a "withdraw" -d 'Take a statement of one\'s own back'
complete -c stageline -n "__fish_stageline_using_subcommand help; and __fish_seen_subcommand_from attest" -f -a "list" -d 'List all statements, newest first, with whether each counts and why not'
complete -c stageline -n "__fish_stageline_using_subcommand help; and __fish_seen_subcommand_from attest" -f -a "export" -d 'Print a statement'
complete -c stageline -n "__fish_stageline_using_subcommand help; and __fish_seen_subcommand_from baseline" -f -a "mark" -d 'Mark what an environment runs, or ran, as known to be good'
complete -c stageline -n "__fish_stageline_using_subcommand help; and __fish_seen_subcommand_from baseline" -f -a "list" -d 'List them, with whether each counts and why not'
complete -c stageline -n "__fish_stageline_using_subcommand help; and __fish_seen_subcommand_from baseline" -f -a "show" -d 'Show what an environment runs by one, beside what it runs now'
complete -c stageline -n "__fish_stageline_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "check" -d 'Check stageline.yaml: every fault with its place, key and cure'
complete -c stageline -n "__fish_stageline_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "show" -d 'Show the settings in force, defaults filled in'
complete -c stageline -n "__fish_stageline_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "sync" -d 'Bring main\'s stageline.yaml, signers and keys to the branch of an environment that has one of its own'
complete -c stageline -n "__fish_stageline_using_subcommand help; and __fish_seen_subcommand_from feedback" -f -a "step" -d 'Tell a step of a source\'s pipeline on its merge request: one comment that shows them all'
complete -c stageline -n "__fish_stageline_using_subcommand help; and __fish_seen_subcommand_from feedback" -f -a "send" -d 'Tell what landed to the sinks of `feedback:`, whoever landed it'
complete -c stageline -n "__fish_stageline_using_subcommand help; and __fish_seen_subcommand_from feedback" -f -a "test" -d 'Send each sink a message that says nothing but that it came'
