using System.Globalization;

namespace Assay.Sim.Workforce.Deliveries;

/// <summary>One person's sessions, one after the other, and the changes they lead to.</summary>
internal sealed partial class PersonWork(DeliveryOptions options, WorkPerson person, PersonHabits habits, DeliveryWriter book)
{
    private const long HourMs = 3_600_000;
    private const long DayMs = 24 * HourMs;

    private WorkRandom _random = WorkRandom.Of(options.Seed, person.Index, 42);
    private WorkChange? _current;
    private WorkChange? _before;
    private int _sessionsLeft;
    private int _tickets;
    private string _lastCommit = "";

    /// <summary>Says what one session was for, and what it left.</summary>
    public void Session(ReadOnlySpan<WorkCall> calls)
    {
        var first = calls[0];
        // Builds and evaluations run for their own sake: no change comes of one of them.
        if (first.IsGaming || first.IsAgent || first.UseCase >= 5 || _random.Chance(0.16))
        {
            Serve(calls, -1, first.Work != 0 && _random.Chance(0.6) ? _current?.Ticket : null);
            if (!first.IsGaming && _current is { Repo: { } repo } && habits.NamesHead)
            {
                See(first, repo);
            }

            return;
        }

        var change = Current(first.AtMs);
        See(first, change.Repo);
        // Some sessions end one change and begin the next.
        if (calls.Length > 24 && _random.Chance(0.2))
        {
            var cut = (int)(calls.Length * _random.Between(0.3, 0.8));
            Part(calls[..cut], change, first);
            Finish(calls[cut - 1].AtMs);
            change = Current(calls[cut].AtMs);
            Part(calls[cut..], change, first);
        }
        else
        {
            Part(calls, change, first);
        }

        if (--_sessionsLeft <= 0)
        {
            Finish(calls[^1].AtMs);
        }
    }

    /// <summary>What comes about without any session, and what is made for the count alone.</summary>
    public void Aside()
    {
        for (var day = 0; day < options.Days; day++)
        {
            var at = book.StartMs + (day * DayMs) + (long)(_random.Between(8, 18) * HourMs);
            for (var left = _random.Poisson(0.08); left > 0; left--)
            {
                Decide(Begin(false), at, 20 + _random.Below(80), 1);
            }

            for (var left = day >= habits.CountsFrom ? _random.Poisson(0.7) : 0; left > 0; left--)
            {
                // Nobody asked for these: they have no ticket.
                Decide(Begin(true, ""), at, 1 + _random.Below(9), 0.03);
            }
        }
    }

    private void Part(ReadOnlySpan<WorkCall> calls, WorkChange change, WorkCall first)
    {
        var isStale = _before is not null && _random.Chance(0.05);
        var declared = isStale ? _before! : change;
        var named = declared.Branch is not null && _random.Chance(0.15) ? declared.Branch : declared.Ticket;
        Serve(calls, change.Id, first.Work != 0 ? named : null);
        var lines = (int)Math.Min(2500, calls.Length * _random.LogNormal(2.2, 0.7)) + 1;
        change.Lines += lines;
        if (change.Repo is null)
        {
            return;
        }

        // Commits lie between calls; the last mostly at the end, at times somebody commits later by hand.
        var commits = 1 + (calls.Length / 45) + _random.Below(2);
        var end = _random.Chance(0.7) ? calls.Length : Math.Max(1, (int)(calls.Length * _random.Between(0.6, 1)));
        for (var i = 1; i <= commits; i++)
        {
            if (i == commits && _random.Chance(0.12))
            {
                break;
            }

            var call = calls[Math.Clamp((end * i / commits) - 1, 0, calls.Length - 1)];
            var name = Name();
            _lastCommit = name;
            if (_random.Chance(0.95))
            {
                change.Commits.Add(name);
            }

            if (habits.TracesCommits && _random.Chance(0.94))
            {
                book.Commits.Add(new WorkCommit(
                    call.Session, change.Repo, name, call.AtMs + call.DurationMs + 1500, habits.NotesLines ? lines / commits : 0, CommitTrace.Made));
            }
        }
    }

    private void See(WorkCall call, string? repo)
    {
        if (habits.NamesHead && repo is not null)
        {
            book.Commits.Add(new WorkCommit(call.Session, repo, _random.Chance(0.9) ? _lastCommit : "", call.AtMs, 0, CommitTrace.Seen));
        }
    }

    private void Serve(ReadOnlySpan<WorkCall> calls, int change, string? workRef)
    {
        foreach (var call in calls)
        {
            book.Calls.Add(new ServedCall(call, habits.HasSession, workRef, change));
        }
    }

    private WorkChange Current(long atMs)
    {
        if (_current is null)
        {
            _current = Begin(false);
            _sessionsLeft = 1 + _random.Poisson(1.8);
            // The first commit that a branch stands on is the trunk's.
            _lastCommit = _random.Chance(0.5) ? "" : Name();
        }

        return _current;
    }

    private WorkChange Begin(bool isForCount, string? ticket = null)
    {
        var repo = _random.Chance(0.04) ? "elsewhere/site" : habits.Repos[_random.Below(2)];
        // Now and then one ticket takes two changes.
        _tickets += ticket is null && (_tickets == 0 || _random.Chance(0.9)) ? 1 : 0;
        ticket ??= string.Create(CultureInfo.InvariantCulture, $"ACME-{person.Index}-{_tickets}");
        var change = new WorkChange
        {
            Id = book.Changes.Count,
            Person = person.Index,
            Repo = habits.Codes ? repo : null,
            Branch = habits.Codes ? string.Create(CultureInfo.InvariantCulture, $"p{person.Index}/c{book.Changes.Count}") : null,
            Ticket = ticket,
            IsForCount = isForCount,
        };
        book.Changes.Add(change);
        return change;
    }

    private string Name() => string.Create(CultureInfo.InvariantCulture, $"{_random.Next():x16}{_random.Next():x16}{(uint)_random.Next():x8}");
}
