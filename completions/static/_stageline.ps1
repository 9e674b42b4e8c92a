
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'stageline' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'stageline'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'stageline' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('promote', 'promote', [CompletionResultType]::ParameterValue, 'Pin applications in an environment to what another one runs, or to a commit')
            [CompletionResult]::new('rollback', 'rollback', [CompletionResultType]::ParameterValue, 'Go back to the last good version by a new commit, and keep it there')
            [CompletionResult]::new('undo', 'undo', [CompletionResultType]::ParameterValue, 'Take exactly one landing back: each of its pins and holds to what it was before')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Compare the pins of two environments, or of one at two moments')
            [CompletionResult]::new('history', 'history', [CompletionResultType]::ParameterValue, 'Show every landed pin change, newest first; what ran at a time; where a commit is')
            [CompletionResult]::new('locate', 'locate', [CompletionResultType]::ParameterValue, 'Tell in which environments an application commit is and was, and which landings brought it and took it out')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show one landing: what moved and why, who landed it and how, and what else it changed')
            [CompletionResult]::new('approve', 'approve', [CompletionResultType]::ParameterValue, 'Agree to a change that waits, or override a gate for it, by a signed statement')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show what runs where')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Judge a request or a push that anybody made with any tool, by the rules that stand on the branch')
            [CompletionResult]::new('why', 'why', [CompletionResultType]::ParameterValue, 'Tell what every gate says of a promotion, who or what can open it, and when')
            [CompletionResult]::new('hold', 'hold', [CompletionResultType]::ParameterValue, 'Say that a pin stays where it is, and why; or that it may move again')
            [CompletionResult]::new('preview', 'preview', [CompletionResultType]::ParameterValue, 'Environments that are born with a merge request and die with it')
            [CompletionResult]::new('attest', 'attest', [CompletionResultType]::ParameterValue, 'Say as a signed statement how a check of a commit ended; list, show and take back what was said')
            [CompletionResult]::new('baseline', 'baseline', [CompletionResultType]::ParameterValue, 'Known-good states of an environment, to go back to: mark, list, show')
            [CompletionResult]::new('report', 'report', [CompletionResultType]::ParameterValue, 'Write a folder for an auditor: what landed, with the statements, signatures, keys and rules of then')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write stageline.yaml from the repository''s layout, or tell what one that exists lacks')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Check or show the configuration, or bring it to an environment''s own branch')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Look at protections, hook, keys, signers, sources and this clone, and say what is open')
            [CompletionResult]::new('tend', 'tend', [CompletionResultType]::ParameterValue, 'Keep open requests and their commit statuses up to date: for cron, and for the forge''s events')
            [CompletionResult]::new('feedback', 'feedback', [CompletionResultType]::ParameterValue, 'Tell people where they look anyway: on their request, in chats, by e-mail')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema of stageline.yaml, or of what a verb writes with `-o json`')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completion script of a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print a manual page, or write those of all verbs into a folder')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'stageline;promote' {
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'The environment that changes; of several, one landing after the other, up to the first that does not go')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Copy what ENV runs, or ran at TIME, at a config commit, with its change `rN` or by a release baseline [default: the environment before]; with `same: tree`, where the target''s branches lack that commit, their newest one with the same content')
            [CompletionResult]::new('--commit', '--commit', [CompletionResultType]::ParameterName, 'An application commit: full or abbreviated id, branch, tag, or the version of a tag (`tag:` in stageline.yaml)')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'This very text, as it is written at the pin (at pins of another form: its commit)')
            [CompletionResult]::new('--exclude', '--exclude', [CompletionResultType]::ParameterName, 'With --all: but not these; may be given several times')
            [CompletionResult]::new('--by', '--by', [CompletionResultType]::ParameterName, 'A request for each group of the same owners (`owners:` of applications)')
            [CompletionResult]::new('--digest', '--digest', [CompletionResultType]::ParameterName, 'The digest that belongs to the new tag, of one application with one image')
            [CompletionResult]::new('--landing', '--landing', [CompletionResultType]::ParameterName, 'On the environment''s branch, or on one from which a merge request is opened')
            [CompletionResult]::new('--wait-for-forge', '--wait-for-forge', [CompletionResultType]::ParameterName, 'How long a forge that does not answer is asked again: 60s, 5m; 0: once')
            [CompletionResult]::new('--override', '--override', [CompletionResultType]::ParameterName, 'Have it pass this gate though it does not: by yourself where `override:` lets you (`alone: true`), else the request asks for it')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Why; written into the commit')
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Why; written into the commit')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('--latest', '--latest', [CompletionResultType]::ParameterName, 'The tip of the branch that the environment deploys; with `path:`, the newest commit (along first parents) that concerns the application')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Every application of the environment')
            [CompletionResult]::new('--eligible', '--eligible', [CompletionResultType]::ParameterName, 'Of each application the newest version that every gate lets pass; what has none is left as it is')
            [CompletionResult]::new('--unbuilt', '--unbuilt', [CompletionResultType]::ParameterName, 'With --eligible: in the first environment take commits of which nothing says that there is an image')
            [CompletionResult]::new('--each', '--each', [CompletionResultType]::ParameterName, 'A request for each application, in place of one for all that is named')
            [CompletionResult]::new('--allow-older', '--allow-older', [CompletionResultType]::ParameterName, 'Promote even if application commits are lost')
            [CompletionResult]::new('--refresh', '--refresh', [CompletionResultType]::ParameterName, 'Bring the open requests of all verbs (of ENV with --to) to the tip of today: rebuilt where what they change has moved, closed where nothing is left of them')
            [CompletionResult]::new('--withdraw', '--withdraw', [CompletionResultType]::ParameterName, 'Take the applications out of the open requests that move them in ENV, and close those that are left without any')
            [CompletionResult]::new('--lift-hold', '--lift-hold', [CompletionResultType]::ParameterName, 'Take the holds that stop it away in the same signed commit: those of the pins in ENV, and of commits that come with them')
            [CompletionResult]::new('--hotfix', '--hotfix', [CompletionResultType]::ParameterName, 'Land this commit as a hotfix, by `hotfix:` of ENV: past the gates that it is exempt from, and recorded, so that no promotion loses it')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show the plan, with every check, and write nothing')
            [CompletionResult]::new('--no-push', '--no-push', [CompletionResultType]::ParameterName, 'Commit here and push nothing')
            [CompletionResult]::new('--no-request', '--no-request', [CompletionResultType]::ParameterName, 'Push the branch of a merge request and open no request: its page is printed')
            [CompletionResult]::new('--request-by-git', '--request-by-git', [CompletionResultType]::ParameterName, 'Let the push itself ask for the request, with git''s own credentials: at GitLab by push options, at Gitea and Forgejo by AGit')
            [CompletionResult]::new('--reopen', '--reopen', [CompletionResultType]::ParameterName, 'Ask once more, by a new request, for what was closed without a merge')
            [CompletionResult]::new('--replace', '--replace', [CompletionResultType]::ParameterName, 'Take pins also from another open request that somebody has approved or worked on, in place of waiting behind it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'stageline;rollback' {
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'The environment that changes')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Where to: `rN`, an application commit, `config:REV`, `@TIME`, `baseline` (the newest), `baseline/NAME` [default: the last stable version that differs]')
            [CompletionResult]::new('--exclude', '--exclude', [CompletionResultType]::ParameterName, 'With --all: but not these; may be given several times')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'When the hold ends: a time, a date, or a span such as `2d` [default: when it is lifted]')
            [CompletionResult]::new('--landing', '--landing', [CompletionResultType]::ParameterName, 'On the environment''s branch, or on one from which a merge request is opened')
            [CompletionResult]::new('--wait-for-forge', '--wait-for-forge', [CompletionResultType]::ParameterName, 'How long a forge that does not answer is asked again: 60s, 5m; 0: once')
            [CompletionResult]::new('--override', '--override', [CompletionResultType]::ParameterName, 'Have it pass this gate though it does not: by yourself where `override:` lets you (`alone: true`), else the request asks for it')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Why; written into the commit')
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Why; written into the commit')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Every application of the environment; needs --to')
            [CompletionResult]::new('--last', '--last', [CompletionResultType]::ParameterName, 'The same as `stageline undo --env ENV`')
            [CompletionResult]::new('--no-hold', '--no-hold', [CompletionResultType]::ParameterName, 'Leave no hold: the next promotion may bring the version back')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show the plan, with every check, and write nothing')
            [CompletionResult]::new('--no-push', '--no-push', [CompletionResultType]::ParameterName, 'Commit here and push nothing')
            [CompletionResult]::new('--no-request', '--no-request', [CompletionResultType]::ParameterName, 'Push the branch of a merge request and open no request: its page is printed')
            [CompletionResult]::new('--request-by-git', '--request-by-git', [CompletionResultType]::ParameterName, 'Let the push itself ask for the request, with git''s own credentials: at GitLab by push options, at Gitea and Forgejo by AGit')
            [CompletionResult]::new('--reopen', '--reopen', [CompletionResultType]::ParameterName, 'Ask once more, by a new request, for what was closed without a merge')
            [CompletionResult]::new('--replace', '--replace', [CompletionResultType]::ParameterName, 'Take pins also from another open request that somebody has approved or worked on, in place of waiting behind it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'stageline;undo' {
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Only what it did in this environment')
            [CompletionResult]::new('--landing', '--landing', [CompletionResultType]::ParameterName, 'On the environment''s branch, or on one from which a merge request is opened')
            [CompletionResult]::new('--wait-for-forge', '--wait-for-forge', [CompletionResultType]::ParameterName, 'How long a forge that does not answer is asked again: 60s, 5m; 0: once')
            [CompletionResult]::new('--override', '--override', [CompletionResultType]::ParameterName, 'Have it pass this gate though it does not: by yourself where `override:` lets you (`alone: true`), else the request asks for it')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Why; written into the commit')
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Why; written into the commit')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show the plan, with every check, and write nothing')
            [CompletionResult]::new('--no-push', '--no-push', [CompletionResultType]::ParameterName, 'Commit here and push nothing')
            [CompletionResult]::new('--no-request', '--no-request', [CompletionResultType]::ParameterName, 'Push the branch of a merge request and open no request: its page is printed')
            [CompletionResult]::new('--request-by-git', '--request-by-git', [CompletionResultType]::ParameterName, 'Let the push itself ask for the request, with git''s own credentials: at GitLab by push options, at Gitea and Forgejo by AGit')
            [CompletionResult]::new('--reopen', '--reopen', [CompletionResultType]::ParameterName, 'Ask once more, by a new request, for what was closed without a merge')
            [CompletionResult]::new('--replace', '--replace', [CompletionResultType]::ParameterName, 'Take pins also from another open request that somebody has approved or worked on, in place of waiting behind it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'stageline;diff' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('--rendered', '--rendered', [CompletionResultType]::ParameterName, 'Build both sides with kustomize or kubectl and compare the manifests')
            [CompletionResult]::new('--landings', '--landings', [CompletionResultType]::ParameterName, 'What landed between a good state (left) and a bad one (right) of one environment, with the commands to search on')
            [CompletionResult]::new('--fetch', '--fetch', [CompletionResultType]::ParameterName, 'Ask the remote first, as `git fetch` does; with `--repo` it always is')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'stageline;history' {
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Only these environments')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'What ran at TIME')
            [CompletionResult]::new('--contains', '--contains', [CompletionResultType]::ParameterName, 'Where this application commit is and was: `stageline locate COMMIT`')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Only changes since TIME: a time, a date, or a span such as `7d`')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Only changes until TIME')
            [CompletionResult]::new('--by', '--by', [CompletionResultType]::ParameterName, 'Only what this person made, or asked a job for; several: of any of them')
            [CompletionResult]::new('--verb', '--verb', [CompletionResultType]::ParameterName, 'Only what was made by these verbs')
            [CompletionResult]::new('--request', '--request', [CompletionResultType]::ParameterName, 'Only what came by this request: its number, its page, or its branch')
            [CompletionResult]::new('--max', '--max', [CompletionResultType]::ParameterName, 'At most this many of them')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('--by-hand', '--by-hand', [CompletionResultType]::ParameterName, 'Only what no verb made: `--verb by-hand`')
            [CompletionResult]::new('--unsigned', '--unsigned', [CompletionResultType]::ParameterName, 'Only what has no good signature')
            [CompletionResult]::new('--fetch', '--fetch', [CompletionResultType]::ParameterName, 'Ask the remote first, as `git fetch` does; with `--repo` it always is')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'stageline;locate' {
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Only these environments')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('--fetch', '--fetch', [CompletionResultType]::ParameterName, 'Ask the remote first, as `git fetch` does; with `--repo` it always is')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'stageline;show' {
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'The environment whose landings are meant: whose numbers `rN` are, on whose branch it is looked for')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('--fetch', '--fetch', [CompletionResultType]::ParameterName, 'Ask the remote first, as `git fetch` does; with `--repo` it always is')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'stageline;approve' {
            [CompletionResult]::new('--request', '--request', [CompletionResultType]::ParameterName, 'The merge request of the source whose head that is, by its number or page: with APP@COMMIT')
            [CompletionResult]::new('--onto', '--onto', [CompletionResultType]::ParameterName, 'The branch that it is to be merged into [default: the request''s, else the one with the rules]')
            [CompletionResult]::new('--override', '--override', [CompletionResultType]::ParameterName, 'Let it pass this gate though it does not, where `override:` lets you')
            [CompletionResult]::new('--expires', '--expires', [CompletionResultType]::ParameterName, 'Until when the override counts: a time, or a span such as `4h`')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Why; an override needs it')
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Why; an override needs it')
            [CompletionResult]::new('--message', '--message', [CompletionResultType]::ParameterName, 'Why; an override needs it')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('--withdraw', '--withdraw', [CompletionResultType]::ParameterName, 'Take back what you agreed to')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would be said, and write nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'stageline;status' {
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Only this environment; may be given several times')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('--ready', '--ready', [CompletionResultType]::ParameterName, 'Tell whether what waits in the environment before could come now, as `why` does; so do `-o wide` and APP')
            [CompletionResult]::new('--short', '--short', [CompletionResultType]::ParameterName, 'One line for a prompt: how many applications differ from the environment before, and are held; nothing where none is')
            [CompletionResult]::new('--fetch', '--fetch', [CompletionResultType]::ParameterName, 'Ask the remote first, as `git fetch` does; with `--repo` it always is')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'stageline;verify' {
            [CompletionResult]::new('--onto', '--onto', [CompletionResultType]::ParameterName, 'The branch that it is to be merged into [default: the one with the rules]')
            [CompletionResult]::new('--evidence', '--evidence', [CompletionResultType]::ParameterName, 'Check a folder that `report --evidence` wrote; no repository is needed')
            [CompletionResult]::new('--signers', '--signers', [CompletionResultType]::ParameterName, 'The allowed-signers file of those whose word for a folder is taken')
            [CompletionResult]::new('--wait-for-forge', '--wait-for-forge', [CompletionResultType]::ParameterName, 'How long a forge that does not answer is asked again: 60s, 5m; 0: once')
            [CompletionResult]::new('--source', '--source', [CompletionResultType]::ParameterName, 'A checkout that stands for the source of an application')
            [CompletionResult]::new('--cache', '--cache', [CompletionResultType]::ParameterName, 'Where mirrors of sources are kept from run to run: a folder of this user alone [default: nowhere]')
            [CompletionResult]::new('--bootstrap', '--bootstrap', [CompletionResultType]::ParameterName, 'The allowed-signers file by which a repository without rules gets its first')
            [CompletionResult]::new('--settings', '--settings', [CompletionResultType]::ParameterName, 'The settings of the hook, which `--install-hook` writes')
            [CompletionResult]::new('--install-hook', '--install-hook', [CompletionResultType]::ParameterName, 'Install the hook in a repository on a server, or in a folder of hooks')
            [CompletionResult]::new('--receipts', '--receipts', [CompletionResultType]::ParameterName, 'The private SSH key, without a passphrase, by which the server records what it accepted and when (`clock: receipt`)')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('--status', '--status', [CompletionResultType]::ParameterName, 'Tell the forge: write the commit status `stageline/verify` of the head, which protection of the branch may require')
            [CompletionResult]::new('--record', '--record', [CompletionResultType]::ParameterName, 'Keep the verdicts of landings that others made, each judged on the tip before it, as signed statements [default: of the branch''s landings since the first that is recorded, wherever one has none]')
            [CompletionResult]::new('--pre-receive', '--pre-receive', [CompletionResultType]::ParameterName, 'Judge a push: a pre-receive hook''s standard input')
            [CompletionResult]::new('--post-receive', '--post-receive', [CompletionResultType]::ParameterName, 'Record a push that was accepted, and when: a post-receive hook''s standard input')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Only look whether the hook is installed and judges')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'stageline;why' {
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'The environment that would change')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'What would go there [default: what the environment before runs]')
            [CompletionResult]::new('--commit', '--commit', [CompletionResultType]::ParameterName, 'An application commit')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'As if it were then: `2026-11-30 08:00`, `2d`')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Every application of the environment')
            [CompletionResult]::new('--hotfix', '--hotfix', [CompletionResultType]::ParameterName, 'As a hotfix, as `promote --hotfix` would land it')
            [CompletionResult]::new('--fetch', '--fetch', [CompletionResultType]::ParameterName, 'Ask the remote first, as `git fetch` does; with `--repo` it always is')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'stageline;hold' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('set', 'set', [CompletionResultType]::ParameterValue, 'Hold applications of an environment, all of it, or everything')
            [CompletionResult]::new('lift', 'lift', [CompletionResultType]::ParameterValue, 'Lift holds')
            [CompletionResult]::new('fixed', 'fixed', [CompletionResultType]::ParameterValue, 'Say which commit mends a held one: what contains it is free')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List holds')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'stageline;hold;set' {
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'The environment')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'When it ends: a time, a date, or a span such as `2d` [default: when it is lifted]')
            [CompletionResult]::new('--landing', '--landing', [CompletionResultType]::ParameterName, 'On the environment''s branch, or on one from which a merge request is opened')
            [CompletionResult]::new('--wait-for-forge', '--wait-for-forge', [CompletionResultType]::ParameterName, 'How long a forge that does not answer is asked again: 60s, 5m; 0: once')
            [CompletionResult]::new('--override', '--override', [CompletionResultType]::ParameterName, 'Have it pass this gate though it does not: by yourself where `override:` lets you (`alone: true`), else the request asks for it')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Why; written into the commit')
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Why; written into the commit')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'The one hold on all environments together, of APP or of everything; not those on single environments')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show the plan, with every check, and write nothing')
            [CompletionResult]::new('--no-push', '--no-push', [CompletionResultType]::ParameterName, 'Commit here and push nothing')
            [CompletionResult]::new('--no-request', '--no-request', [CompletionResultType]::ParameterName, 'Push the branch of a merge request and open no request: its page is printed')
            [CompletionResult]::new('--request-by-git', '--request-by-git', [CompletionResultType]::ParameterName, 'Let the push itself ask for the request, with git''s own credentials: at GitLab by push options, at Gitea and Forgejo by AGit')
            [CompletionResult]::new('--reopen', '--reopen', [CompletionResultType]::ParameterName, 'Ask once more, by a new request, for what was closed without a merge')
            [CompletionResult]::new('--replace', '--replace', [CompletionResultType]::ParameterName, 'Take pins also from another open request that somebody has approved or worked on, in place of waiting behind it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'stageline;hold;lift' {
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'The environment')
            [CompletionResult]::new('--landing', '--landing', [CompletionResultType]::ParameterName, 'On the environment''s branch, or on one from which a merge request is opened')
            [CompletionResult]::new('--wait-for-forge', '--wait-for-forge', [CompletionResultType]::ParameterName, 'How long a forge that does not answer is asked again: 60s, 5m; 0: once')
            [CompletionResult]::new('--override', '--override', [CompletionResultType]::ParameterName, 'Have it pass this gate though it does not: by yourself where `override:` lets you (`alone: true`), else the request asks for it')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Why; written into the commit')
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Why; written into the commit')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'The one hold on all environments together, of APP or of everything; not those on single environments')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show the plan, with every check, and write nothing')
            [CompletionResult]::new('--no-push', '--no-push', [CompletionResultType]::ParameterName, 'Commit here and push nothing')
            [CompletionResult]::new('--no-request', '--no-request', [CompletionResultType]::ParameterName, 'Push the branch of a merge request and open no request: its page is printed')
            [CompletionResult]::new('--request-by-git', '--request-by-git', [CompletionResultType]::ParameterName, 'Let the push itself ask for the request, with git''s own credentials: at GitLab by push options, at Gitea and Forgejo by AGit')
            [CompletionResult]::new('--reopen', '--reopen', [CompletionResultType]::ParameterName, 'Ask once more, by a new request, for what was closed without a merge')
            [CompletionResult]::new('--replace', '--replace', [CompletionResultType]::ParameterName, 'Take pins also from another open request that somebody has approved or worked on, in place of waiting behind it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'stageline;hold;fixed' {
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'The environment')
            [CompletionResult]::new('--by', '--by', [CompletionResultType]::ParameterName, 'The commit that mends it, and contains it')
            [CompletionResult]::new('--landing', '--landing', [CompletionResultType]::ParameterName, 'On the environment''s branch, or on one from which a merge request is opened')
            [CompletionResult]::new('--wait-for-forge', '--wait-for-forge', [CompletionResultType]::ParameterName, 'How long a forge that does not answer is asked again: 60s, 5m; 0: once')
            [CompletionResult]::new('--override', '--override', [CompletionResultType]::ParameterName, 'Have it pass this gate though it does not: by yourself where `override:` lets you (`alone: true`), else the request asks for it')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Why; written into the commit')
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Why; written into the commit')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'The one hold on all environments together, of APP or of everything; not those on single environments')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show the plan, with every check, and write nothing')
            [CompletionResult]::new('--no-push', '--no-push', [CompletionResultType]::ParameterName, 'Commit here and push nothing')
            [CompletionResult]::new('--no-request', '--no-request', [CompletionResultType]::ParameterName, 'Push the branch of a merge request and open no request: its page is printed')
            [CompletionResult]::new('--request-by-git', '--request-by-git', [CompletionResultType]::ParameterName, 'Let the push itself ask for the request, with git''s own credentials: at GitLab by push options, at Gitea and Forgejo by AGit')
            [CompletionResult]::new('--reopen', '--reopen', [CompletionResultType]::ParameterName, 'Ask once more, by a new request, for what was closed without a merge')
            [CompletionResult]::new('--replace', '--replace', [CompletionResultType]::ParameterName, 'Take pins also from another open request that somebody has approved or worked on, in place of waiting behind it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'stageline;hold;list' {
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Only this environment')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'stageline;hold;help' {
            [CompletionResult]::new('set', 'set', [CompletionResultType]::ParameterValue, 'Hold applications of an environment, all of it, or everything')
            [CompletionResult]::new('lift', 'lift', [CompletionResultType]::ParameterValue, 'Lift holds')
            [CompletionResult]::new('fixed', 'fixed', [CompletionResultType]::ParameterValue, 'Say which commit mends a held one: what contains it is free')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List holds')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'stageline;hold;help;set' {
            break
        }
        'stageline;hold;help;lift' {
            break
        }
        'stageline;hold;help;fixed' {
            break
        }
        'stageline;hold;help;list' {
            break
        }
        'stageline;hold;help;help' {
            break
        }
        'stageline;preview' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('create', 'create', [CompletionResultType]::ParameterValue, 'Make an instance from the template, or move the one that is there')
            [CompletionResult]::new('destroy', 'destroy', [CompletionResultType]::ParameterValue, 'Take instances away: folder, entry and record')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List instances: what they run, of which request, until when')
            [CompletionResult]::new('prune', 'prune', [CompletionResultType]::ParameterValue, 'Take away what nobody needs any more')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'stageline;preview;create' {
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'The environment that has instances [default: the only one]')
            [CompletionResult]::new('--request', '--request', [CompletionResultType]::ParameterName, 'The merge request of the source that it is of: its number or its address; names the instance pr-NUMBER')
            [CompletionResult]::new('--slug', '--slug', [CompletionResultType]::ParameterName, 'The name of the instance: small letters, digits and `-`')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Take from this environment what is named without a commit, as it is or as it was at a time, rN, landing or release baseline')
            [CompletionResult]::new('--landing', '--landing', [CompletionResultType]::ParameterName, 'On the environment''s branch, or on one from which a merge request is opened')
            [CompletionResult]::new('--wait-for-forge', '--wait-for-forge', [CompletionResultType]::ParameterName, 'How long a forge that does not answer is asked again: 60s, 5m; 0: once')
            [CompletionResult]::new('--override', '--override', [CompletionResultType]::ParameterName, 'Have it pass this gate though it does not: by yourself where `override:` lets you (`alone: true`), else the request asks for it')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Why; written into the commit')
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Why; written into the commit')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('--allow-older', '--allow-older', [CompletionResultType]::ParameterName, 'Go back also where the instance already runs something newer')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show the plan, with every check, and write nothing')
            [CompletionResult]::new('--no-push', '--no-push', [CompletionResultType]::ParameterName, 'Commit here and push nothing')
            [CompletionResult]::new('--no-request', '--no-request', [CompletionResultType]::ParameterName, 'Push the branch of a merge request and open no request: its page is printed')
            [CompletionResult]::new('--request-by-git', '--request-by-git', [CompletionResultType]::ParameterName, 'Let the push itself ask for the request, with git''s own credentials: at GitLab by push options, at Gitea and Forgejo by AGit')
            [CompletionResult]::new('--reopen', '--reopen', [CompletionResultType]::ParameterName, 'Ask once more, by a new request, for what was closed without a merge')
            [CompletionResult]::new('--replace', '--replace', [CompletionResultType]::ParameterName, 'Take pins also from another open request that somebody has approved or worked on, in place of waiting behind it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'stageline;preview;destroy' {
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'The environment that has them [default: the only one]')
            [CompletionResult]::new('--landing', '--landing', [CompletionResultType]::ParameterName, 'On the environment''s branch, or on one from which a merge request is opened')
            [CompletionResult]::new('--wait-for-forge', '--wait-for-forge', [CompletionResultType]::ParameterName, 'How long a forge that does not answer is asked again: 60s, 5m; 0: once')
            [CompletionResult]::new('--override', '--override', [CompletionResultType]::ParameterName, 'Have it pass this gate though it does not: by yourself where `override:` lets you (`alone: true`), else the request asks for it')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Why; written into the commit')
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Why; written into the commit')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show the plan, with every check, and write nothing')
            [CompletionResult]::new('--no-push', '--no-push', [CompletionResultType]::ParameterName, 'Commit here and push nothing')
            [CompletionResult]::new('--no-request', '--no-request', [CompletionResultType]::ParameterName, 'Push the branch of a merge request and open no request: its page is printed')
            [CompletionResult]::new('--request-by-git', '--request-by-git', [CompletionResultType]::ParameterName, 'Let the push itself ask for the request, with git''s own credentials: at GitLab by push options, at Gitea and Forgejo by AGit')
            [CompletionResult]::new('--reopen', '--reopen', [CompletionResultType]::ParameterName, 'Ask once more, by a new request, for what was closed without a merge')
            [CompletionResult]::new('--replace', '--replace', [CompletionResultType]::ParameterName, 'Take pins also from another open request that somebody has approved or worked on, in place of waiting behind it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'stageline;preview;list' {
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Only this environment')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('--fetch', '--fetch', [CompletionResultType]::ParameterName, 'Ask the remote first, as `git fetch` does; with `--repo` it always is')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'stageline;preview;prune' {
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Only this environment')
            [CompletionResult]::new('--landing', '--landing', [CompletionResultType]::ParameterName, 'On the environment''s branch, or on one from which a merge request is opened')
            [CompletionResult]::new('--wait-for-forge', '--wait-for-forge', [CompletionResultType]::ParameterName, 'How long a forge that does not answer is asked again: 60s, 5m; 0: once')
            [CompletionResult]::new('--override', '--override', [CompletionResultType]::ParameterName, 'Have it pass this gate though it does not: by yourself where `override:` lets you (`alone: true`), else the request asks for it')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Why; written into the commit')
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Why; written into the commit')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Write nothing; name what should not be there, and end with 1 where something is')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show the plan, with every check, and write nothing')
            [CompletionResult]::new('--no-push', '--no-push', [CompletionResultType]::ParameterName, 'Commit here and push nothing')
            [CompletionResult]::new('--no-request', '--no-request', [CompletionResultType]::ParameterName, 'Push the branch of a merge request and open no request: its page is printed')
            [CompletionResult]::new('--request-by-git', '--request-by-git', [CompletionResultType]::ParameterName, 'Let the push itself ask for the request, with git''s own credentials: at GitLab by push options, at Gitea and Forgejo by AGit')
            [CompletionResult]::new('--reopen', '--reopen', [CompletionResultType]::ParameterName, 'Ask once more, by a new request, for what was closed without a merge')
            [CompletionResult]::new('--replace', '--replace', [CompletionResultType]::ParameterName, 'Take pins also from another open request that somebody has approved or worked on, in place of waiting behind it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'stageline;preview;help' {
            [CompletionResult]::new('create', 'create', [CompletionResultType]::ParameterValue, 'Make an instance from the template, or move the one that is there')
            [CompletionResult]::new('destroy', 'destroy', [CompletionResultType]::ParameterValue, 'Take instances away: folder, entry and record')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List instances: what they run, of which request, until when')
            [CompletionResult]::new('prune', 'prune', [CompletionResultType]::ParameterValue, 'Take away what nobody needs any more')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'stageline;preview;help;create' {
            break
        }
        'stageline;preview;help;destroy' {
            break
        }
        'stageline;preview;help;list' {
            break
        }
        'stageline;preview;help;prune' {
            break
        }
        'stageline;preview;help;help' {
            break
        }
        'stageline;attest' {
            [CompletionResult]::new('--commit', '--commit', [CompletionResultType]::ParameterName, 'The application commit: full or abbreviated id, branch, tag, or the version of a tag (`tag:` in stageline.yaml)')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Where it ran: an environment in which the commit is or was live [default: nowhere, it is of the commit alone]')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'The name of the check, as `checks:` in stageline.yaml has it')
            [CompletionResult]::new('--status', '--status', [CompletionResultType]::ParameterName, 'How it ended [default: as the file of `--junit` says]')
            [CompletionResult]::new('--digest', '--digest', [CompletionResultType]::ParameterName, 'The digest of the image that it is of: sha256:...')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'The page of the run')
            [CompletionResult]::new('--junit', '--junit', [CompletionResultType]::ParameterName, 'The results of its tests as JUnit XML; `-`: from standard input')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Sign it, show it, and write nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('withdraw', 'withdraw', [CompletionResultType]::ParameterValue, 'Take a statement of one''s own back')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List all statements, newest first, with whether each counts and why not')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Print a statement')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'stageline;attest;withdraw' {
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Why; written into the withdrawal')
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Why; written into the withdrawal')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Sign it, show it, and write nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'stageline;attest;list' {
            [CompletionResult]::new('--commit', '--commit', [CompletionResultType]::ParameterName, 'Only of this commit of it')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Only checks of this name')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('--fetch', '--fetch', [CompletionResultType]::ParameterName, 'Ask the remote first, as `git fetch` does; with `--repo` it always is')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'stageline;attest;export' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('--envelope', '--envelope', [CompletionResultType]::ParameterName, 'Print the DSSE envelope, as the branch has it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'stageline;attest;help' {
            [CompletionResult]::new('withdraw', 'withdraw', [CompletionResultType]::ParameterValue, 'Take a statement of one''s own back')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List all statements, newest first, with whether each counts and why not')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Print a statement')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'stageline;attest;help;withdraw' {
            break
        }
        'stageline;attest;help;list' {
            break
        }
        'stageline;attest;help;export' {
            break
        }
        'stageline;attest;help;help' {
            break
        }
        'stageline;baseline' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('mark', 'mark', [CompletionResultType]::ParameterValue, 'Mark what an environment runs, or ran, as known to be good')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List them, with whether each counts and why not')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show what an environment runs by one, beside what it runs now')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'stageline;baseline;mark' {
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'Its name [default: the date of today, in UTC]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Why; written into the tag')
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Why; written into the tag')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would be marked, and write nothing')
            [CompletionResult]::new('--no-push', '--no-push', [CompletionResultType]::ParameterName, 'Leave the tag in this clone')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'stageline;baseline;list' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('--fetch', '--fetch', [CompletionResultType]::ParameterName, 'Ask the remote first, as `git fetch` does; with `--repo` it always is')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'stageline;baseline;show' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('--fetch', '--fetch', [CompletionResultType]::ParameterName, 'Ask the remote first, as `git fetch` does; with `--repo` it always is')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'stageline;baseline;help' {
            [CompletionResult]::new('mark', 'mark', [CompletionResultType]::ParameterValue, 'Mark what an environment runs, or ran, as known to be good')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List them, with whether each counts and why not')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show what an environment runs by one, beside what it runs now')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'stageline;baseline;help;mark' {
            break
        }
        'stageline;baseline;help;list' {
            break
        }
        'stageline;baseline;help;show' {
            break
        }
        'stageline;baseline;help;help' {
            break
        }
        'stageline;report' {
            [CompletionResult]::new('--evidence', '--evidence', [CompletionResultType]::ParameterName, 'The folder to write')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Only what landed since TIME: a time, a date, or a span such as `90d`')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Only what landed until TIME')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('--fetch', '--fetch', [CompletionResultType]::ParameterName, 'Ask the remote first, as `git fetch` does; with `--repo` it always is')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'stageline;init' {
            [CompletionResult]::new('--source', '--source', [CompletionResultType]::ParameterName, 'Where each application is built from; `{application}` is its name')
            [CompletionResult]::new('--signing', '--signing', [CompletionResultType]::ParameterName, 'Whether a landing without a signature is refused')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Print the file and write nothing')
            [CompletionResult]::new('--write', '--write', [CompletionResultType]::ParameterName, 'Add to a file that exists the applications that no entry finds; nothing else in it changes')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Write nothing; exit 1 where the file lacks an application or an entry finds nothing; overlays are read as committed')
            [CompletionResult]::new('--commit', '--commit', [CompletionResultType]::ParameterName, 'Commit the file on the branch that is checked out, and nothing else')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'stageline;config' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check stageline.yaml: every fault with its place, key and cure')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show the settings in force, defaults filled in')
            [CompletionResult]::new('sync', 'sync', [CompletionResultType]::ParameterValue, 'Bring main''s stageline.yaml, signers and keys to the branch of an environment that has one of its own')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'stageline;config;check' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('--online', '--online', [CompletionResultType]::ParameterName, 'Ask the forge, too, whether the branches that are pushed to directly take pushes from you')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'stageline;config;show' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('--expand', '--expand', [CompletionResultType]::ParameterName, 'Show the entries that each family stands for, with the line of the family')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'stageline;config;sync' {
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'The environment, which lives on a branch of its own')
            [CompletionResult]::new('--landing', '--landing', [CompletionResultType]::ParameterName, 'On the environment''s branch, or on one from which a merge request is opened')
            [CompletionResult]::new('--wait-for-forge', '--wait-for-forge', [CompletionResultType]::ParameterName, 'How long a forge that does not answer is asked again: 60s, 5m; 0: once')
            [CompletionResult]::new('--override', '--override', [CompletionResultType]::ParameterName, 'Have it pass this gate though it does not: by yourself where `override:` lets you (`alone: true`), else the request asks for it')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Why; written into the commit')
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Why; written into the commit')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show the plan, with every check, and write nothing')
            [CompletionResult]::new('--no-push', '--no-push', [CompletionResultType]::ParameterName, 'Commit here and push nothing')
            [CompletionResult]::new('--no-request', '--no-request', [CompletionResultType]::ParameterName, 'Push the branch of a merge request and open no request: its page is printed')
            [CompletionResult]::new('--request-by-git', '--request-by-git', [CompletionResultType]::ParameterName, 'Let the push itself ask for the request, with git''s own credentials: at GitLab by push options, at Gitea and Forgejo by AGit')
            [CompletionResult]::new('--reopen', '--reopen', [CompletionResultType]::ParameterName, 'Ask once more, by a new request, for what was closed without a merge')
            [CompletionResult]::new('--replace', '--replace', [CompletionResultType]::ParameterName, 'Take pins also from another open request that somebody has approved or worked on, in place of waiting behind it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'stageline;config;help' {
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check stageline.yaml: every fault with its place, key and cure')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show the settings in force, defaults filled in')
            [CompletionResult]::new('sync', 'sync', [CompletionResultType]::ParameterValue, 'Bring main''s stageline.yaml, signers and keys to the branch of an environment that has one of its own')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'stageline;config;help;check' {
            break
        }
        'stageline;config;help;show' {
            break
        }
        'stageline;config;help;sync' {
            break
        }
        'stageline;config;help;help' {
            break
        }
        'stageline;doctor' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'stageline;tend' {
            [CompletionResult]::new('--only', '--only', [CompletionResultType]::ParameterName, 'Only this part; may be given several times')
            [CompletionResult]::new('--wait-for-forge', '--wait-for-forge', [CompletionResultType]::ParameterName, 'How long a forge that does not answer is asked again: 60s, 5m; 0: once')
            [CompletionResult]::new('--cache', '--cache', [CompletionResultType]::ParameterName, 'Where mirrors of sources are kept from run to run: a folder of this user alone [default: nowhere]')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would be written, and write nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'stageline;feedback' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('step', 'step', [CompletionResultType]::ParameterValue, 'Tell a step of a source''s pipeline on its merge request: one comment that shows them all')
            [CompletionResult]::new('send', 'send', [CompletionResultType]::ParameterValue, 'Tell what landed to the sinks of `feedback:`, whoever landed it')
            [CompletionResult]::new('test', 'test', [CompletionResultType]::ParameterValue, 'Send each sink a message that says nothing but that it came')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'stageline;feedback;step' {
            [CompletionResult]::new('--request', '--request', [CompletionResultType]::ParameterName, 'The merge request: `auto` for the one that this job is of, its number, or the address of its page')
            [CompletionResult]::new('--step', '--step', [CompletionResultType]::ParameterName, 'What the step is called: letters, digits, `.`, `_`, `-`')
            [CompletionResult]::new('--status', '--status', [CompletionResultType]::ParameterName, 'What became of it; a CI''s own words are understood, too: success, failure, cancelled')
            [CompletionResult]::new('--junit', '--junit', [CompletionResultType]::ParameterName, 'Results of its tests as JUnit XML: a file, or a pattern with `*`, `?` and `**`; may be given several times')
            [CompletionResult]::new('--link', '--link', [CompletionResultType]::ParameterName, 'A page that it leads to; may be given several times')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'What there is to say of it')
            [CompletionResult]::new('--message', '--message', [CompletionResultType]::ParameterName, 'What there is to say of it')
            [CompletionResult]::new('--commit', '--commit', [CompletionResultType]::ParameterName, 'The commit that it ran for, as a full id [default: as the job says, else the head of the request]')
            [CompletionResult]::new('--wait-for-forge', '--wait-for-forge', [CompletionResultType]::ParameterName, 'How long a forge that does not answer is asked again: 60s, 5m; 0: once')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'stageline;feedback;send' {
            [CompletionResult]::new('--onto', '--onto', [CompletionResultType]::ParameterName, 'The branch that it landed on [default: the one with the rules]')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('--again', '--again', [CompletionResultType]::ParameterName, 'Tell also what was told, or may have been')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would be told, and tell nobody')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'stageline;feedback;test' {
            [CompletionResult]::new('--only', '--only', [CompletionResultType]::ParameterName, 'Only this sink: its place in `feedback:`, from 1, or its kind')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'stageline;feedback;help' {
            [CompletionResult]::new('step', 'step', [CompletionResultType]::ParameterValue, 'Tell a step of a source''s pipeline on its merge request: one comment that shows them all')
            [CompletionResult]::new('send', 'send', [CompletionResultType]::ParameterValue, 'Tell what landed to the sinks of `feedback:`, whoever landed it')
            [CompletionResult]::new('test', 'test', [CompletionResultType]::ParameterValue, 'Send each sink a message that says nothing but that it came')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'stageline;feedback;help;step' {
            break
        }
        'stageline;feedback;help;send' {
            break
        }
        'stageline;feedback;help;test' {
            break
        }
        'stageline;feedback;help;help' {
            break
        }
        'stageline;schema' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'stageline;completions' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('--dynamic', '--dynamic', [CompletionResultType]::ParameterName, 'The script that asks stageline itself at each completion: environments, applications and commits too')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'stageline;man' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR')
            [CompletionResult]::new('--repo', '--repo', [CompletionResultType]::ParameterName, 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'The remote to read and to push to')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'The protected branch of the config repository')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the result is written: `wide` has every column, `name` one name a line')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour: always, never, or where the terminal takes it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Keep every step on the screen')
            [CompletionResult]::new('--absolute', '--absolute', [CompletionResultType]::ParameterName, 'Exact times (in UTC) on a terminal, too, in the place of `2 h ago`')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Fetch nothing from source repositories')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'stageline;help' {
            [CompletionResult]::new('promote', 'promote', [CompletionResultType]::ParameterValue, 'Pin applications in an environment to what another one runs, or to a commit')
            [CompletionResult]::new('rollback', 'rollback', [CompletionResultType]::ParameterValue, 'Go back to the last good version by a new commit, and keep it there')
            [CompletionResult]::new('undo', 'undo', [CompletionResultType]::ParameterValue, 'Take exactly one landing back: each of its pins and holds to what it was before')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Compare the pins of two environments, or of one at two moments')
            [CompletionResult]::new('history', 'history', [CompletionResultType]::ParameterValue, 'Show every landed pin change, newest first; what ran at a time; where a commit is')
            [CompletionResult]::new('locate', 'locate', [CompletionResultType]::ParameterValue, 'Tell in which environments an application commit is and was, and which landings brought it and took it out')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show one landing: what moved and why, who landed it and how, and what else it changed')
            [CompletionResult]::new('approve', 'approve', [CompletionResultType]::ParameterValue, 'Agree to a change that waits, or override a gate for it, by a signed statement')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show what runs where')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Judge a request or a push that anybody made with any tool, by the rules that stand on the branch')
            [CompletionResult]::new('why', 'why', [CompletionResultType]::ParameterValue, 'Tell what every gate says of a promotion, who or what can open it, and when')
            [CompletionResult]::new('hold', 'hold', [CompletionResultType]::ParameterValue, 'Say that a pin stays where it is, and why; or that it may move again')
            [CompletionResult]::new('preview', 'preview', [CompletionResultType]::ParameterValue, 'Environments that are born with a merge request and die with it')
            [CompletionResult]::new('attest', 'attest', [CompletionResultType]::ParameterValue, 'Say as a signed statement how a check of a commit ended; list, show and take back what was said')
            [CompletionResult]::new('baseline', 'baseline', [CompletionResultType]::ParameterValue, 'Known-good states of an environment, to go back to: mark, list, show')
            [CompletionResult]::new('report', 'report', [CompletionResultType]::ParameterValue, 'Write a folder for an auditor: what landed, with the statements, signatures, keys and rules of then')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write stageline.yaml from the repository''s layout, or tell what one that exists lacks')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Check or show the configuration, or bring it to an environment''s own branch')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Look at protections, hook, keys, signers, sources and this clone, and say what is open')
            [CompletionResult]::new('tend', 'tend', [CompletionResultType]::ParameterValue, 'Keep open requests and their commit statuses up to date: for cron, and for the forge''s events')
            [CompletionResult]::new('feedback', 'feedback', [CompletionResultType]::ParameterValue, 'Tell people where they look anyway: on their request, in chats, by e-mail')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema of stageline.yaml, or of what a verb writes with `-o json`')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completion script of a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print a manual page, or write those of all verbs into a folder')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'stageline;help;promote' {
            break
        }
        'stageline;help;rollback' {
            break
        }
        'stageline;help;undo' {
            break
        }
        'stageline;help;diff' {
            break
        }
        'stageline;help;history' {
            break
        }
        'stageline;help;locate' {
            break
        }
        'stageline;help;show' {
            break
        }
        'stageline;help;approve' {
            break
        }
        'stageline;help;status' {
            break
        }
        'stageline;help;verify' {
            break
        }
        'stageline;help;why' {
            break
        }
        'stageline;help;hold' {
            [CompletionResult]::new('set', 'set', [CompletionResultType]::ParameterValue, 'Hold applications of an environment, all of it, or everything')
            [CompletionResult]::new('lift', 'lift', [CompletionResultType]::ParameterValue, 'Lift holds')
            [CompletionResult]::new('fixed', 'fixed', [CompletionResultType]::ParameterValue, 'Say which commit mends a held one: what contains it is free')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List holds')
            break
        }
        'stageline;help;hold;set' {
            break
        }
        'stageline;help;hold;lift' {
            break
        }
        'stageline;help;hold;fixed' {
            break
        }
        'stageline;help;hold;list' {
            break
        }
        'stageline;help;preview' {
            [CompletionResult]::new('create', 'create', [CompletionResultType]::ParameterValue, 'Make an instance from the template, or move the one that is there')
            [CompletionResult]::new('destroy', 'destroy', [CompletionResultType]::ParameterValue, 'Take instances away: folder, entry and record')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List instances: what they run, of which request, until when')
            [CompletionResult]::new('prune', 'prune', [CompletionResultType]::ParameterValue, 'Take away what nobody needs any more')
            break
        }
        'stageline;help;preview;create' {
            break
        }
        'stageline;help;preview;destroy' {
            break
        }
        'stageline;help;preview;list' {
            break
        }
        'stageline;help;preview;prune' {
            break
        }
        'stageline;help;attest' {
            [CompletionResult]::new('withdraw', 'withdraw', [CompletionResultType]::ParameterValue, 'Take a statement of one''s own back')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List all statements, newest first, with whether each counts and why not')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Print a statement')
            break
        }
        'stageline;help;attest;withdraw' {
            break
        }
        'stageline;help;attest;list' {
            break
        }
        'stageline;help;attest;export' {
            break
        }
        'stageline;help;baseline' {
            [CompletionResult]::new('mark', 'mark', [CompletionResultType]::ParameterValue, 'Mark what an environment runs, or ran, as known to be good')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List them, with whether each counts and why not')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show what an environment runs by one, beside what it runs now')
            break
        }
        'stageline;help;baseline;mark' {
            break
        }
        'stageline;help;baseline;list' {
            break
        }
        'stageline;help;baseline;show' {
            break
        }
        'stageline;help;report' {
            break
        }
        'stageline;help;init' {
            break
        }
        'stageline;help;config' {
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check stageline.yaml: every fault with its place, key and cure')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show the settings in force, defaults filled in')
            [CompletionResult]::new('sync', 'sync', [CompletionResultType]::ParameterValue, 'Bring main''s stageline.yaml, signers and keys to the branch of an environment that has one of its own')
            break
        }
        'stageline;help;config;check' {
            break
        }
        'stageline;help;config;show' {
            break
        }
        'stageline;help;config;sync' {
            break
        }
        'stageline;help;doctor' {
            break
        }
        'stageline;help;tend' {
            break
        }
        'stageline;help;feedback' {
            [CompletionResult]::new('step', 'step', [CompletionResultType]::ParameterValue, 'Tell a step of a source''s pipeline on its merge request: one comment that shows them all')
            [CompletionResult]::new('send', 'send', [CompletionResultType]::ParameterValue, 'Tell what landed to the sinks of `feedback:`, whoever landed it')
            [CompletionResult]::new('test', 'test', [CompletionResultType]::ParameterValue, 'Send each sink a message that says nothing but that it came')
            break
        }
        'stageline;help;feedback;step' {
            break
        }
        'stageline;help;feedback;send' {
            break
        }
        'stageline;help;feedback;test' {
            break
        }
        'stageline;help;schema' {
            break
        }
        'stageline;help;completions' {
            break
        }
        'stageline;help;man' {
            break
        }
        'stageline;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
