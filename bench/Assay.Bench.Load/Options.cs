using System.Globalization;

namespace Assay.Bench.Load;

/// <summary>The command line of bench/run.</summary>
internal sealed class Options
{
    internal const string Help = """
        usage: bench/run [--save] [--rounds N] [--seconds N] [--servers nginx,pipe,turns,assay,budgets] [--answers json,stream,…] [--clients N]
                         [--variant NAME=VALUE[,…]] [--no-pin]

          --save       also write bench/results/DATE-CPU.md
          --rounds     how often each cell is measured; medians are reported (default 5)
          --seconds    length of one measured window (default 5)
          --servers    what to measure besides direct (default nginx,pipe,turns,assay,budgets)
          --answers    which cells: json, stream, hidden, translated, paced (default all)
          --clients    only cells with so many connections
          --variant    measure Assay once more with NAME=VALUE[,…] in its environment, to try a setting of the runtime; may be repeated
          --no-pin     do not give the proxy a core of its own
        """;

    internal bool Save { get; private set; }

    internal int Rounds { get; private set; } = 5;

    internal TimeSpan Window { get; private set; } = TimeSpan.FromSeconds(5);

    internal int? ProxyCore { get; private set; } = 0;

    internal int? LoadCore { get; private set; } = 1;

    internal HashSet<string> Answers { get; private set; } = ["json", "stream", "hidden", "translated", "paced"];

    internal int? Clients { get; private set; }

    internal List<(string Name, string Value)[]> Variants { get; } = [];

    internal string Root { get; private set; } = "";

    private HashSet<string> Servers { get; set; } = ["nginx", "pipe", "turns", "assay", "budgets"];

    internal static Options? Parse(string[] arguments)
    {
        var options = new Options { Root = arguments[0] };
        for (var i = 1; i < arguments.Length; i++)
        {
            string Value() => ++i < arguments.Length ? arguments[i] : "";
            switch (arguments[i])
            {
                case "--save": options.Save = true; break;
                case "--rounds": options.Rounds = int.Parse(Value(), CultureInfo.InvariantCulture); break;
                case "--seconds": options.Window = TimeSpan.FromSeconds(int.Parse(Value(), CultureInfo.InvariantCulture)); break;
                case "--servers": options.Servers = [.. Value().Split(',')]; break;
                case "--answers": options.Answers = [.. Value().Split(',')]; break;
                case "--clients": options.Clients = int.Parse(Value(), CultureInfo.InvariantCulture); break;
                case "--variant": options.Variants.Add([.. Value().Split(',').Select(each => each.Split('=', 2)).Select(each => (each[0], each[^1]))]); break;
                case "--no-pin": options.ProxyCore = options.LoadCore = null; break;
                default: return null;
            }
        }

        return options;
    }

    internal bool Wants(string server) => Servers.Contains(server);

    internal string Built(string project, string? file = null) =>
        Path.Combine(Root, "artifacts", "bin", project, "release", (file ?? project) + ".dll");
}
