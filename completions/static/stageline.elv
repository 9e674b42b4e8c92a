
use builtin;
use str;

set edit:completion:arg-completer[stageline] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'stageline'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'stageline'= {
            cand -C 'Run as if started in DIR'
            cand --repo 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed'
            cand --config 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only'
            cand --remote 'The remote to read and to push to'
            cand --branch 'The protected branch of the config repository'
            cand -o 'How the result is written: `wide` has every column, `name` one name a line'
            cand --output 'How the result is written: `wide` has every column, `name` one name a line'
            cand --color 'Colour: always, never, or where the terminal takes it'
            cand -q 'No progress and no warnings'
            cand --quiet 'No progress and no warnings'
            cand -v 'Keep every step on the screen'
            cand --verbose 'Keep every step on the screen'
            cand -y 'Do not ask'
            cand --yes 'Do not ask'
            cand --offline 'Fetch nothing from source repositories'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
            cand promote 'Pin applications in an environment to what another one runs, or to a commit'
            cand rollback 'Go back to the last good version by a new commit, and keep it there'
            cand undo 'Take exactly one landing back: each of its pins and holds to what it was before'
            cand diff 'Compare the pins of two environments, or of one at two moments'
            cand history 'Show every landed pin change, newest first; what ran at a time; where a commit is'
            cand show 'Show one landing: what moved and why, who landed it and how, and what else it changed'
            cand status 'Show what runs where'
            cand hold 'Say that a pin stays where it is, and why; or that it may move again'
            cand init 'Write stageline.yaml from the repository''s layout, or tell what one that exists lacks'
            cand config 'Check or show the configuration'
            cand schema 'Print the JSON Schema of stageline.yaml, or of what a verb writes with `-o json`'
            cand completions 'Print the completion script of a shell'
            cand man 'Print the manual page, or write the pages of all verbs into a folder'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'stageline;promote'= {
            cand --to 'The environment that changes'
            cand --from 'Copy what ENV runs, or ran at TIME, at a config commit or with its change `rN` [default: the environment before]'
            cand --commit 'An application commit: full or abbreviated id, branch, tag, or the version of a tag (`tag:` in stageline.yaml)'
            cand --version 'This very text, as it is written at the pin (at pins of another form: its commit)'
            cand --exclude 'With --all: but not this one; may be given several times'
            cand --by 'A request for each group of the same owners (`owners:` of applications)'
            cand --digest 'The digest that belongs to the new tag, of one application with one image'
            cand --landing 'On the environment''s branch, or on one from which a merge request is opened'
            cand --wait-for-forge 'How long a forge that does not answer is asked again: 60s, 5m; 0: once'
            cand -m 'Why; written into the commit'
            cand --reason 'Why; written into the commit'
            cand -C 'Run as if started in DIR'
            cand --repo 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed'
            cand --config 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only'
            cand --remote 'The remote to read and to push to'
            cand --branch 'The protected branch of the config repository'
            cand -o 'How the result is written: `wide` has every column, `name` one name a line'
            cand --output 'How the result is written: `wide` has every column, `name` one name a line'
            cand --color 'Colour: always, never, or where the terminal takes it'
            cand --latest 'The tip of the branch that the environment deploys; with `path:`, the newest commit (along first parents) that concerns the application'
            cand --all 'Every application of the environment'
            cand --each 'A request for each application, in place of one for all that is named'
            cand --allow-older 'Promote even if application commits are lost'
            cand --refresh 'Bring the open requests of all verbs (of ENV with --to) to the tip of today: rebuilt where what they change has moved, closed where nothing is left of them'
            cand --withdraw 'Take the applications out of the open requests that move them in ENV, and close those that are left without any'
            cand --dry-run 'Show the plan, with every check, and write nothing'
            cand --no-push 'Commit here and push nothing'
            cand --no-request 'Push the branch of a merge request and open no request: its page is printed'
            cand --reopen 'Ask once more, by a new request, for what was closed without a merge'
            cand --replace 'Take pins also from another open request that somebody has approved or worked on, in place of waiting behind it'
            cand -q 'No progress and no warnings'
            cand --quiet 'No progress and no warnings'
            cand -v 'Keep every step on the screen'
            cand --verbose 'Keep every step on the screen'
            cand -y 'Do not ask'
            cand --yes 'Do not ask'
            cand --offline 'Fetch nothing from source repositories'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'stageline;rollback'= {
            cand --env 'The environment that changes'
            cand --to 'Where to: `rN`, an application commit, `config:REV`, `@TIME` [default: the last stable version that differs]'
            cand --exclude 'With --all: but not this one; may be given several times'
            cand --until 'When the hold ends: a time, a date, or a span such as `2d` [default: when it is lifted]'
            cand --landing 'On the environment''s branch, or on one from which a merge request is opened'
            cand --wait-for-forge 'How long a forge that does not answer is asked again: 60s, 5m; 0: once'
            cand -m 'Why; written into the commit'
            cand --reason 'Why; written into the commit'
            cand -C 'Run as if started in DIR'
            cand --repo 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed'
            cand --config 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only'
            cand --remote 'The remote to read and to push to'
            cand --branch 'The protected branch of the config repository'
            cand -o 'How the result is written: `wide` has every column, `name` one name a line'
            cand --output 'How the result is written: `wide` has every column, `name` one name a line'
            cand --color 'Colour: always, never, or where the terminal takes it'
            cand --all 'Every application of the environment; needs --to'
            cand --last 'The same as `stageline undo --env ENV`'
            cand --no-hold 'Leave no hold: the next promotion may bring the version back'
            cand --dry-run 'Show the plan, with every check, and write nothing'
            cand --no-push 'Commit here and push nothing'
            cand --no-request 'Push the branch of a merge request and open no request: its page is printed'
            cand --reopen 'Ask once more, by a new request, for what was closed without a merge'
            cand --replace 'Take pins also from another open request that somebody has approved or worked on, in place of waiting behind it'
            cand -q 'No progress and no warnings'
            cand --quiet 'No progress and no warnings'
            cand -v 'Keep every step on the screen'
            cand --verbose 'Keep every step on the screen'
            cand -y 'Do not ask'
            cand --yes 'Do not ask'
            cand --offline 'Fetch nothing from source repositories'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'stageline;undo'= {
            cand --env 'Only what it did in this environment'
            cand --landing 'On the environment''s branch, or on one from which a merge request is opened'
            cand --wait-for-forge 'How long a forge that does not answer is asked again: 60s, 5m; 0: once'
            cand -m 'Why; written into the commit'
            cand --reason 'Why; written into the commit'
            cand -C 'Run as if started in DIR'
            cand --repo 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed'
            cand --config 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only'
            cand --remote 'The remote to read and to push to'
            cand --branch 'The protected branch of the config repository'
            cand -o 'How the result is written: `wide` has every column, `name` one name a line'
            cand --output 'How the result is written: `wide` has every column, `name` one name a line'
            cand --color 'Colour: always, never, or where the terminal takes it'
            cand --dry-run 'Show the plan, with every check, and write nothing'
            cand --no-push 'Commit here and push nothing'
            cand --no-request 'Push the branch of a merge request and open no request: its page is printed'
            cand --reopen 'Ask once more, by a new request, for what was closed without a merge'
            cand --replace 'Take pins also from another open request that somebody has approved or worked on, in place of waiting behind it'
            cand -q 'No progress and no warnings'
            cand --quiet 'No progress and no warnings'
            cand -v 'Keep every step on the screen'
            cand --verbose 'Keep every step on the screen'
            cand -y 'Do not ask'
            cand --yes 'Do not ask'
            cand --offline 'Fetch nothing from source repositories'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'stageline;diff'= {
            cand -C 'Run as if started in DIR'
            cand --repo 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed'
            cand --config 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only'
            cand --remote 'The remote to read and to push to'
            cand --branch 'The protected branch of the config repository'
            cand -o 'How the result is written: `wide` has every column, `name` one name a line'
            cand --output 'How the result is written: `wide` has every column, `name` one name a line'
            cand --color 'Colour: always, never, or where the terminal takes it'
            cand --rendered 'Build both sides with kustomize or kubectl and compare the manifests'
            cand --fetch 'Ask the remote first, as `git fetch` does; with `--repo` it always is'
            cand -q 'No progress and no warnings'
            cand --quiet 'No progress and no warnings'
            cand -v 'Keep every step on the screen'
            cand --verbose 'Keep every step on the screen'
            cand -y 'Do not ask'
            cand --yes 'Do not ask'
            cand --offline 'Fetch nothing from source repositories'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'stageline;history'= {
            cand --env 'Only this environment'
            cand --at 'What ran at TIME'
            cand --contains 'Since when this application commit is in each environment'
            cand --since 'Only changes since TIME: a time, a date, or a span such as `7d`'
            cand --until 'Only changes until TIME'
            cand --max 'At most this many'
            cand -C 'Run as if started in DIR'
            cand --repo 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed'
            cand --config 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only'
            cand --remote 'The remote to read and to push to'
            cand --branch 'The protected branch of the config repository'
            cand -o 'How the result is written: `wide` has every column, `name` one name a line'
            cand --output 'How the result is written: `wide` has every column, `name` one name a line'
            cand --color 'Colour: always, never, or where the terminal takes it'
            cand --fetch 'Ask the remote first, as `git fetch` does; with `--repo` it always is'
            cand -q 'No progress and no warnings'
            cand --quiet 'No progress and no warnings'
            cand -v 'Keep every step on the screen'
            cand --verbose 'Keep every step on the screen'
            cand -y 'Do not ask'
            cand --yes 'Do not ask'
            cand --offline 'Fetch nothing from source repositories'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'stageline;show'= {
            cand --env 'The environment whose landings are meant: whose numbers `rN` are, on whose branch it is looked for'
            cand -C 'Run as if started in DIR'
            cand --repo 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed'
            cand --config 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only'
            cand --remote 'The remote to read and to push to'
            cand --branch 'The protected branch of the config repository'
            cand -o 'How the result is written: `wide` has every column, `name` one name a line'
            cand --output 'How the result is written: `wide` has every column, `name` one name a line'
            cand --color 'Colour: always, never, or where the terminal takes it'
            cand --fetch 'Ask the remote first, as `git fetch` does; with `--repo` it always is'
            cand -q 'No progress and no warnings'
            cand --quiet 'No progress and no warnings'
            cand -v 'Keep every step on the screen'
            cand --verbose 'Keep every step on the screen'
            cand -y 'Do not ask'
            cand --yes 'Do not ask'
            cand --offline 'Fetch nothing from source repositories'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'stageline;status'= {
            cand --env 'Only this environment; may be given several times'
            cand -C 'Run as if started in DIR'
            cand --repo 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed'
            cand --config 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only'
            cand --remote 'The remote to read and to push to'
            cand --branch 'The protected branch of the config repository'
            cand -o 'How the result is written: `wide` has every column, `name` one name a line'
            cand --output 'How the result is written: `wide` has every column, `name` one name a line'
            cand --color 'Colour: always, never, or where the terminal takes it'
            cand --fetch 'Ask the remote first, as `git fetch` does; with `--repo` it always is'
            cand -q 'No progress and no warnings'
            cand --quiet 'No progress and no warnings'
            cand -v 'Keep every step on the screen'
            cand --verbose 'Keep every step on the screen'
            cand -y 'Do not ask'
            cand --yes 'Do not ask'
            cand --offline 'Fetch nothing from source repositories'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'stageline;hold'= {
            cand -C 'Run as if started in DIR'
            cand --repo 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed'
            cand --config 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only'
            cand --remote 'The remote to read and to push to'
            cand --branch 'The protected branch of the config repository'
            cand -o 'How the result is written: `wide` has every column, `name` one name a line'
            cand --output 'How the result is written: `wide` has every column, `name` one name a line'
            cand --color 'Colour: always, never, or where the terminal takes it'
            cand -q 'No progress and no warnings'
            cand --quiet 'No progress and no warnings'
            cand -v 'Keep every step on the screen'
            cand --verbose 'Keep every step on the screen'
            cand -y 'Do not ask'
            cand --yes 'Do not ask'
            cand --offline 'Fetch nothing from source repositories'
            cand -h 'Print help'
            cand --help 'Print help'
            cand set 'Hold applications of an environment, all of it, or everything'
            cand lift 'Lift holds'
            cand list 'List holds'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'stageline;hold;set'= {
            cand --env 'The environment'
            cand --until 'When it ends: a time, a date, or a span such as `2d` [default: when it is lifted]'
            cand --landing 'On the environment''s branch, or on one from which a merge request is opened'
            cand --wait-for-forge 'How long a forge that does not answer is asked again: 60s, 5m; 0: once'
            cand -m 'Why; written into the commit'
            cand --reason 'Why; written into the commit'
            cand -C 'Run as if started in DIR'
            cand --repo 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed'
            cand --config 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only'
            cand --remote 'The remote to read and to push to'
            cand --branch 'The protected branch of the config repository'
            cand -o 'How the result is written: `wide` has every column, `name` one name a line'
            cand --output 'How the result is written: `wide` has every column, `name` one name a line'
            cand --color 'Colour: always, never, or where the terminal takes it'
            cand --all 'The one hold on all environments together, of APP or of everything; not those on single environments'
            cand --dry-run 'Show the plan, with every check, and write nothing'
            cand --no-push 'Commit here and push nothing'
            cand --no-request 'Push the branch of a merge request and open no request: its page is printed'
            cand --reopen 'Ask once more, by a new request, for what was closed without a merge'
            cand --replace 'Take pins also from another open request that somebody has approved or worked on, in place of waiting behind it'
            cand -q 'No progress and no warnings'
            cand --quiet 'No progress and no warnings'
            cand -v 'Keep every step on the screen'
            cand --verbose 'Keep every step on the screen'
            cand -y 'Do not ask'
            cand --yes 'Do not ask'
            cand --offline 'Fetch nothing from source repositories'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'stageline;hold;lift'= {
            cand --env 'The environment'
            cand --landing 'On the environment''s branch, or on one from which a merge request is opened'
            cand --wait-for-forge 'How long a forge that does not answer is asked again: 60s, 5m; 0: once'
            cand -m 'Why; written into the commit'
            cand --reason 'Why; written into the commit'
            cand -C 'Run as if started in DIR'
            cand --repo 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed'
            cand --config 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only'
            cand --remote 'The remote to read and to push to'
            cand --branch 'The protected branch of the config repository'
            cand -o 'How the result is written: `wide` has every column, `name` one name a line'
            cand --output 'How the result is written: `wide` has every column, `name` one name a line'
            cand --color 'Colour: always, never, or where the terminal takes it'
            cand --all 'The one hold on all environments together, of APP or of everything; not those on single environments'
            cand --dry-run 'Show the plan, with every check, and write nothing'
            cand --no-push 'Commit here and push nothing'
            cand --no-request 'Push the branch of a merge request and open no request: its page is printed'
            cand --reopen 'Ask once more, by a new request, for what was closed without a merge'
            cand --replace 'Take pins also from another open request that somebody has approved or worked on, in place of waiting behind it'
            cand -q 'No progress and no warnings'
            cand --quiet 'No progress and no warnings'
            cand -v 'Keep every step on the screen'
            cand --verbose 'Keep every step on the screen'
            cand -y 'Do not ask'
            cand --yes 'Do not ask'
            cand --offline 'Fetch nothing from source repositories'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'stageline;hold;list'= {
            cand --env 'Only this environment'
            cand -C 'Run as if started in DIR'
            cand --repo 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed'
            cand --config 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only'
            cand --remote 'The remote to read and to push to'
            cand --branch 'The protected branch of the config repository'
            cand -o 'How the result is written: `wide` has every column, `name` one name a line'
            cand --output 'How the result is written: `wide` has every column, `name` one name a line'
            cand --color 'Colour: always, never, or where the terminal takes it'
            cand -q 'No progress and no warnings'
            cand --quiet 'No progress and no warnings'
            cand -v 'Keep every step on the screen'
            cand --verbose 'Keep every step on the screen'
            cand -y 'Do not ask'
            cand --yes 'Do not ask'
            cand --offline 'Fetch nothing from source repositories'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'stageline;hold;help'= {
            cand set 'Hold applications of an environment, all of it, or everything'
            cand lift 'Lift holds'
            cand list 'List holds'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'stageline;hold;help;set'= {
        }
        &'stageline;hold;help;lift'= {
        }
        &'stageline;hold;help;list'= {
        }
        &'stageline;hold;help;help'= {
        }
        &'stageline;init'= {
            cand --source 'Where each application is built from; `{application}` is its name'
            cand --signing 'Whether a landing without a signature is refused'
            cand -C 'Run as if started in DIR'
            cand --repo 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed'
            cand --config 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only'
            cand --remote 'The remote to read and to push to'
            cand --branch 'The protected branch of the config repository'
            cand -o 'How the result is written: `wide` has every column, `name` one name a line'
            cand --output 'How the result is written: `wide` has every column, `name` one name a line'
            cand --color 'Colour: always, never, or where the terminal takes it'
            cand --dry-run 'Print the file and write nothing'
            cand --write 'Add to a file that exists the applications that no entry finds; nothing else in it changes'
            cand --check 'Write nothing; exit 1 where the file lacks an application or an entry finds nothing; overlays are read as committed'
            cand --commit 'Commit the file on the branch that is checked out, and nothing else'
            cand -q 'No progress and no warnings'
            cand --quiet 'No progress and no warnings'
            cand -v 'Keep every step on the screen'
            cand --verbose 'Keep every step on the screen'
            cand -y 'Do not ask'
            cand --yes 'Do not ask'
            cand --offline 'Fetch nothing from source repositories'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'stageline;config'= {
            cand -C 'Run as if started in DIR'
            cand --repo 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed'
            cand --config 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only'
            cand --remote 'The remote to read and to push to'
            cand --branch 'The protected branch of the config repository'
            cand -o 'How the result is written: `wide` has every column, `name` one name a line'
            cand --output 'How the result is written: `wide` has every column, `name` one name a line'
            cand --color 'Colour: always, never, or where the terminal takes it'
            cand -q 'No progress and no warnings'
            cand --quiet 'No progress and no warnings'
            cand -v 'Keep every step on the screen'
            cand --verbose 'Keep every step on the screen'
            cand -y 'Do not ask'
            cand --yes 'Do not ask'
            cand --offline 'Fetch nothing from source repositories'
            cand -h 'Print help'
            cand --help 'Print help'
            cand check 'Check stageline.yaml: every fault with its place, key and cure'
            cand show 'Show the settings in force, defaults filled in'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'stageline;config;check'= {
            cand -C 'Run as if started in DIR'
            cand --repo 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed'
            cand --config 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only'
            cand --remote 'The remote to read and to push to'
            cand --branch 'The protected branch of the config repository'
            cand -o 'How the result is written: `wide` has every column, `name` one name a line'
            cand --output 'How the result is written: `wide` has every column, `name` one name a line'
            cand --color 'Colour: always, never, or where the terminal takes it'
            cand --online 'Ask the forge, too, whether the branches that are pushed to directly take pushes from you'
            cand -q 'No progress and no warnings'
            cand --quiet 'No progress and no warnings'
            cand -v 'Keep every step on the screen'
            cand --verbose 'Keep every step on the screen'
            cand -y 'Do not ask'
            cand --yes 'Do not ask'
            cand --offline 'Fetch nothing from source repositories'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'stageline;config;show'= {
            cand -C 'Run as if started in DIR'
            cand --repo 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed'
            cand --config 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only'
            cand --remote 'The remote to read and to push to'
            cand --branch 'The protected branch of the config repository'
            cand -o 'How the result is written: `wide` has every column, `name` one name a line'
            cand --output 'How the result is written: `wide` has every column, `name` one name a line'
            cand --color 'Colour: always, never, or where the terminal takes it'
            cand --expand 'Show the entries that each family stands for, with the line of the family'
            cand -q 'No progress and no warnings'
            cand --quiet 'No progress and no warnings'
            cand -v 'Keep every step on the screen'
            cand --verbose 'Keep every step on the screen'
            cand -y 'Do not ask'
            cand --yes 'Do not ask'
            cand --offline 'Fetch nothing from source repositories'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'stageline;config;help'= {
            cand check 'Check stageline.yaml: every fault with its place, key and cure'
            cand show 'Show the settings in force, defaults filled in'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'stageline;config;help;check'= {
        }
        &'stageline;config;help;show'= {
        }
        &'stageline;config;help;help'= {
        }
        &'stageline;schema'= {
            cand -C 'Run as if started in DIR'
            cand --repo 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed'
            cand --config 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only'
            cand --remote 'The remote to read and to push to'
            cand --branch 'The protected branch of the config repository'
            cand -o 'How the result is written: `wide` has every column, `name` one name a line'
            cand --output 'How the result is written: `wide` has every column, `name` one name a line'
            cand --color 'Colour: always, never, or where the terminal takes it'
            cand -q 'No progress and no warnings'
            cand --quiet 'No progress and no warnings'
            cand -v 'Keep every step on the screen'
            cand --verbose 'Keep every step on the screen'
            cand -y 'Do not ask'
            cand --yes 'Do not ask'
            cand --offline 'Fetch nothing from source repositories'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'stageline;completions'= {
            cand -C 'Run as if started in DIR'
            cand --repo 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed'
            cand --config 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only'
            cand --remote 'The remote to read and to push to'
            cand --branch 'The protected branch of the config repository'
            cand -o 'How the result is written: `wide` has every column, `name` one name a line'
            cand --output 'How the result is written: `wide` has every column, `name` one name a line'
            cand --color 'Colour: always, never, or where the terminal takes it'
            cand --dynamic 'The script that asks stageline itself at each completion: environments, applications and commits too'
            cand -q 'No progress and no warnings'
            cand --quiet 'No progress and no warnings'
            cand -v 'Keep every step on the screen'
            cand --verbose 'Keep every step on the screen'
            cand -y 'Do not ask'
            cand --yes 'Do not ask'
            cand --offline 'Fetch nothing from source repositories'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'stageline;man'= {
            cand --repo 'The config repository at URL (https, ssh, host:path or a folder): no clone is needed'
            cand --config 'Read FILE (relative to DIR) in place of the branch''s stageline.yaml; what lands takes it with --dry-run only'
            cand --remote 'The remote to read and to push to'
            cand --branch 'The protected branch of the config repository'
            cand -o 'How the result is written: `wide` has every column, `name` one name a line'
            cand --output 'How the result is written: `wide` has every column, `name` one name a line'
            cand --color 'Colour: always, never, or where the terminal takes it'
            cand -q 'No progress and no warnings'
            cand --quiet 'No progress and no warnings'
            cand -v 'Keep every step on the screen'
            cand --verbose 'Keep every step on the screen'
            cand -y 'Do not ask'
            cand --yes 'Do not ask'
            cand --offline 'Fetch nothing from source repositories'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'stageline;help'= {
            cand promote 'Pin applications in an environment to what another one runs, or to a commit'
            cand rollback 'Go back to the last good version by a new commit, and keep it there'
            cand undo 'Take exactly one landing back: each of its pins and holds to what it was before'
            cand diff 'Compare the pins of two environments, or of one at two moments'
            cand history 'Show every landed pin change, newest first; what ran at a time; where a commit is'
            cand show 'Show one landing: what moved and why, who landed it and how, and what else it changed'
            cand status 'Show what runs where'
            cand hold 'Say that a pin stays where it is, and why; or that it may move again'
            cand init 'Write stageline.yaml from the repository''s layout, or tell what one that exists lacks'
            cand config 'Check or show the configuration'
            cand schema 'Print the JSON Schema of stageline.yaml, or of what a verb writes with `-o json`'
            cand completions 'Print the completion script of a shell'
            cand man 'Print the manual page, or write the pages of all verbs into a folder'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'stageline;help;promote'= {
        }
        &'stageline;help;rollback'= {
        }
        &'stageline;help;undo'= {
        }
        &'stageline;help;diff'= {
        }
        &'stageline;help;history'= {
        }
        &'stageline;help;show'= {
        }
        &'stageline;help;status'= {
        }
        &'stageline;help;hold'= {
            cand set 'Hold applications of an environment, all of it, or everything'
            cand lift 'Lift holds'
            cand list 'List holds'
        }
        &'stageline;help;hold;set'= {
        }
        &'stageline;help;hold;lift'= {
        }
        &'stageline;help;hold;list'= {
        }
        &'stageline;help;init'= {
        }
        &'stageline;help;config'= {
            cand check 'Check stageline.yaml: every fault with its place, key and cure'
            cand show 'Show the settings in force, defaults filled in'
        }
        &'stageline;help;config;check'= {
        }
        &'stageline;help;config;show'= {
        }
        &'stageline;help;schema'= {
        }
        &'stageline;help;completions'= {
        }
        &'stageline;help;man'= {
        }
        &'stageline;help;help'= {
        }
    ]
    $completions[$command]
}
