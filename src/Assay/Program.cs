using Assay.Judge;
using Assay.Start;

// Git hooks run on every commit and have a tenth of a second: they start without the command line's parser, and `assay judge`
// without what a gateway needs. Even naming a type of the gateway here would load it.
return args switch
{
    ["judge", "hook", var hook, .. var rest] when HookCommand.Names.Contains(hook) => await HookCommand.RunAsync(JudgeSite.Real(), hook, rest, default),
    ["judge", ..] => await CommandLine.JudgeAsync(args),
    _ => await CommandLine.WholeAsync(args),
};
