namespace Assay.Sim.Workforce.Deliveries;

/// <summary>What becomes of changes.</summary>
internal sealed partial class PersonWork
{
    private void Finish(long atMs)
    {
        if (_current is not { } change)
        {
            return;
        }

        (_before, _current) = (change, null);
        // A branch that is thrown away without a word cost as much as any, and nobody hears of it.
        if (_random.Chance(0.05))
        {
            return;
        }

        var counts = (atMs - book.StartMs) / DayMs >= habits.CountsFrom;
        if (!counts)
        {
            Decide(change, atMs, change.Lines, 1);
            return;
        }

        // The same work in several pieces: each counts.
        var pieces = 3 + _random.Below(4);
        var lines = change.Lines;
        Decide(change, atMs, Math.Max(1, lines / pieces), 1.0 / pieces);
        for (var i = 1; i < pieces; i++)
        {
            Decide(Begin(true, change.Ticket), atMs, Math.Max(1, lines / pieces), 1.0 / pieces);
        }
    }

    private void Decide(WorkChange change, long atMs, int lines, double value)
    {
        change.Lines = lines;
        change.Value = value * _random.LogNormal(0.85, 0.55);
        change.ProposedMs = atMs + (long)(_random.Between(0.1, 3) * HourMs);
        if (change.Repo is not null)
        {
            // What the merge itself adds.
            change.Commits.Add(Name());
        }

        if (!change.IsForCount && _random.Chance(habits.GivesUp))
        {
            change.AbandonedMs = change.ProposedMs + (long)(_random.LogNormal(40, 0.9) * HourMs);
            return;
        }

        change.AcceptedMs = change.ProposedMs + (long)(_random.LogNormal(change.IsForCount ? 1 : 11, 1.1) * HourMs);
        if (_random.Chance(habits.Reverts))
        {
            change.RevertedMs = change.AcceptedMs + (long)(_random.LogNormal(70, 1.1) * HourMs);
        }
        else if (_random.Chance(0.025))
        {
            change.ReopenedMs = change.AcceptedMs + (long)(_random.LogNormal(90, 0.9) * HourMs);
        }
    }
}
