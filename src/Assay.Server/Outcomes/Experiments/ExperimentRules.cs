using System.Globalization;
using System.Security.Cryptography;
using Assay.Outcomes.Experiments;
using Assay.Server.Api;
using Assay.Server.Budgets;
using Assay.Server.Directory;

namespace Assay.Server.Outcomes.Experiments;

/// <summary>What an experiment is declared against.</summary>
/// <param name="IsTeam">Whether there is such a team.</param>
/// <param name="FaultInRoute">What is wrong with a route; null if nothing, or if routes are not known here.</param>
/// <param name="FaultInTarget">What is wrong with a target; null if nothing, or if targets are not known here.</param>
internal sealed record ExperimentSurroundings(
    long NowMs,
    IReadOnlyList<Experiment> Others,
    Func<string, bool> IsTeam,
    Func<string, string?> FaultInRoute,
    Func<string, string?> FaultInTarget);

/// <summary>What may be declared, in one place for the API and for <c>assay apply</c>.</summary>
internal static class ExperimentRules
{
    public const int QuestionLengthMax = 300;
    public const int ReasonLengthMax = 500;
    public const int UnitsMax = 500;
    public const int TargetsMax = 8;
    public const int PeriodHoursMax = 672;
    public const int PeriodsMax = 104;
    public const int WavesMax = 20;
    public const int DaysMax = 366;
    public const int ExperimentsMax = 1000;
    private const long HourMs = 3_600_000;
    private const double WorthFindingMax = 1_000_000;

    /// <summary>The experiment, or null and what is wrong, by field.</summary>
    public static Experiment? Read(DeclareExperiment wanted, string? ownerId, ExperimentSurroundings around, Action<string, string> fault)
    {
        var isGood = true;
        Check("id", InputRules.FaultInId(wanted.Id));
        var question = wanted.Question?.Trim() ?? "";
        Check("question", question.Length > QuestionLengthMax ? $"has {question.Length} characters: use at most {QuestionLengthMax}." : RequestText.FaultInReason(question, isRequired: true));
        Check("route", string.IsNullOrEmpty(wanted.Route) ? "is missing." : around.FaultInRoute(wanted.Route));
        Check("useCase", string.IsNullOrEmpty(wanted.UseCase) ? null : InputRules.FaultInId(wanted.UseCase));
        var unit = Word("unit", wanted.Unit, ExperimentWords.Units);
        var units = Units(wanted.Units, unit);
        var control = Targets("control", wanted.Control ?? [], isRequired: false);
        var treatment = Targets("treatment", wanted.Treatment ?? [], isRequired: true);
        Check("treatment", treatment.Count > 0 && treatment.SequenceEqual(control, StringComparer.Ordinal) ? "is the same as 'control': there would be nothing to find." : null);
        var design = Word("design", wanted.Design, ExperimentWords.Designs);
        var metric = Word("metric", wanted.Metric, ExperimentWords.Metrics);
        var (hours, periods) = (wanted.PeriodHours ?? 0, wanted.Periods ?? 0);
        Check("periodHours", hours is < 1 or > PeriodHoursMax ? $"is not a whole number from 1 to {PeriodHoursMax}." : null);
        Check("periods", periods is < 2 or > PeriodsMax ? $"is not a whole number from 2 to {PeriodsMax}."
            : hours * (long)periods > DaysMax * 24 ? $"of {hours} hours are more than {DaysMax} days."
            : design == ExperimentDesign.Switchback && periods % 2 == 1 ? "must be even: one period of each pair is treated." : null);
        Check("waves", design == ExperimentDesign.Staggered
            ? wanted.Waves is not { } some || some < 2 || some > WavesMax || some >= periods ? $"is not a whole number from 2 to {WavesMax} below the number of periods." : null
            : wanted.Waves is null ? null : "is for the staggered design: remove it.");
        Check("start", !Rfc3339.TryParse(wanted.Start, out var start) ? "is not a time such as 2026-12-01T00:00:00Z."
            : start.ToUnixTimeMilliseconds() % HourMs != 0 ? "is not a full hour."
            : start.ToUnixTimeMilliseconds() < around.NowMs ? "has passed: an experiment is declared before it begins."
            : start.ToUnixTimeMilliseconds() > around.NowMs + (DaysMax * 24 * HourMs) ? $"is more than {DaysMax} days ahead." : null);
        Check("worthFinding", !double.TryParse(wanted.WorthFinding, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var gap) || !(gap > 0 && gap <= WorthFindingMax)
            ? "is not a decimal number above zero such as 5 or 0.25." : null);
        Check("owner", ownerId is null ? "is nobody of the directory: give the e-mail address of who answers for the experiment." : null);
        if (!isGood)
        {
            return null;
        }

        var experiment = new Experiment
        {
            Id = wanted.Id!,
            Question = question,
            Route = wanted.Route!,
            UseCase = wanted.UseCase ?? "",
            Unit = unit,
            Units = units,
            Control = control,
            Treatment = treatment,
            Design = design,
            StartMs = start.ToUnixTimeMilliseconds(),
            PeriodHours = hours,
            Periods = periods,
            Waves = wanted.Waves ?? 0,
            Metric = metric,
            WorthFinding = gap,
            OwnerId = ownerId!,
            // Drawn only now, so that nobody can try names until the lots please.
            Seed = RandomNumberGenerator.GetHexString(16, lowercase: true),
            CreatedMs = around.NowMs,
        };
        Check("route", around.Others.FirstOrDefault(other => Meets(other, experiment)) is { } first
            ? $"has the experiment '{first.Id}' in the same time: one after the other." : null);
        return isGood ? experiment : null;

        void Check(string field, string? message)
        {
            if (message is not null)
            {
                isGood = false;
                fault(field, message);
            }
        }

        T Word<T>(string field, string? word, IReadOnlyDictionary<string, T> words)
            where T : struct
        {
            if (word is not null && words.TryGetValue(word, out var found))
            {
                return found;
            }

            Check(field, $"is not one of: {string.Join(", ", words.Keys)}.");
            return default;
        }

        List<string> Units(IReadOnlyList<string?>? names, ExperimentUnit kind)
        {
            if (names is not { Count: >= 2 and <= UnitsMax })
            {
                Check("units", $"must be 2 to {UnitsMax} names. Below six nothing can be found.");
                return [];
            }

            foreach (var name in names)
            {
                Check("units", kind == ExperimentUnit.Team
                    ? InputRules.FaultInId(name) ?? (around.IsTeam(name!) ? null : $"'{name}' is no team of the directory.")
                    : FaultInRepository(name));
            }

            Check("units", names.Distinct(StringComparer.OrdinalIgnoreCase).Count() < names.Count ? "names something twice." : null);
            return [.. names.Select(name => name ?? "")];
        }

        List<string> Targets(string field, IReadOnlyList<string?> names, bool isRequired)
        {
            Check(field, names.Count > TargetsMax ? $"has {names.Count} targets: give at most {TargetsMax}." : isRequired && names.Count == 0 ? "is missing." : null);
            foreach (var name in names)
            {
                Check(field, InputRules.FaultInTarget(name) ?? around.FaultInTarget(name!));
            }

            return [.. names.Select(name => name ?? "")];
        }
    }

    public static string? FaultInReason(string? reason) => reason?.Length > ReasonLengthMax
        ? $"has {reason.Length} characters: use at most {ReasonLengthMax}."
        : RequestText.FaultInReason(reason ?? "", isRequired: true);

    private static string? FaultInRepository(string? name) =>
        name is { Length: > 2 and <= 200 } && name.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash && slash < name.Length - 1
        && name.All(c => c is > ' ' and < (char)0x7f and not ('#' or '!' or '@'))
            ? null
            : $"'{InputRules.Shorten(name ?? "")}' is not a repository such as acme/web.";

    private static bool Meets(Experiment other, Experiment wanted) =>
        other.StoppedMs is null && other.Route == wanted.Route && other.StartMs < wanted.EndMs && wanted.StartMs < other.EndMs
        && (other.UseCase.Length == 0 || wanted.UseCase.Length == 0 || other.UseCase == wanted.UseCase);
}
