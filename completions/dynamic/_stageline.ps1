
Register-ArgumentCompleter -Native -CommandName stageline -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $prev = $env:STAGELINE_COMPLETE;
    $env:STAGELINE_COMPLETE = "powershell";

    $args = $commandAst.Extent.Text
    $args = $args.Substring(0, [math]::Min($cursorPosition, $args.Length));
    if ($wordToComplete -eq "") {
        $args += " ''";
    }

    $results = Invoke-Expression @"
& stageline -- $args
"@;
    if ($null -eq $prev) {
        Remove-Item Env:\STAGELINE_COMPLETE;
    } else {
        $env:STAGELINE_COMPLETE = $prev;
    }
    $results | ForEach-Object {
        $split = $_.Split("`t");
        $cmd = $split[0];

        if ($split.Length -eq 2) {
            $help = $split[1];
        }
        else {
            $help = $split[0];
        }

        [System.Management.Automation.CompletionResult]::new($cmd, $cmd, 'ParameterValue', $help)
    }
};
        
