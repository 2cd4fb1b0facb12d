using Assay.Server.Directory;
using Assay.Server.Store;

namespace Assay.Server.Outcomes;

/// <summary>Where outcomes are taken in, whatever told of them, and shown to those who may see them.</summary>
internal sealed class OutcomeDesk(IOutcomeStore store, DirectorySnapshots directory)
{
    /// <summary>Takes what a delivery tells, once. Authors that are people of the directory are found by their e-mail address.</summary>
    /// <returns>The ids of the outcomes told of; null if the delivery was taken before.</returns>
    public ValueTask<IReadOnlyList<string>?> TakeAsync(OutcomeBatch batch, CancellationToken ct) => store.ApplyAsync(
        batch with { Outcomes = [.. batch.Outcomes.Select(WithPerson)] }, ct);

    private OutcomeReport WithPerson(OutcomeReport report)
    {
        var known = directory.Current;
        var person = report.PersonId is { Length: > 0 } id ? known.FindPerson(id)
            : report.Author is { Length: > 0 } author ? known.FindPersonByEmail(author)
            : null;
        return person is null ? report : report with
        {
            PersonId = person.Id,
            TeamId = report.TeamId is { Length: > 0 } ? report.TeamId : person.TeamId,
        };
    }
}
