using System.Data.Common;

namespace Assay.Server.Store;

/// <summary>The little in which the two databases differ for whoever only reads, or writes without hurry.</summary>
internal interface ISqlDialect
{
    /// <summary>A connection for questions.</summary>
    ValueTask<DbConnection> OpenReaderAsync(CancellationToken ct);

    /// <summary>A transaction in which every question sees the same moment.</summary>
    ValueTask<DbTransaction> BeginSnapshotAsync(DbConnection reader, CancellationToken ct);

    /// <summary>Runs work in a transaction, which is committed when the work returns.</summary>
    ValueTask<T> WriteAsync<T>(Func<DbTransaction, ValueTask<T>> work, CancellationToken ct);

    /// <summary>What ends a question for rows to be claimed, so that two claimants do not wait for each other.</summary>
    string SkipLocked { get; }

    /// <summary>A column's text with the letters of ASCII in lower case, as an index has it.</summary>
    string Lower(string column);

    /// <summary>
    /// Whether a text is, in lower case, one of a parameter's list in JSON; true also of every text that is not plain ASCII, whose
    /// lower case the two databases do not agree on.
    /// </summary>
    string IsAmongOrNotAscii(string column, string parameter);

    /// <summary>Whether a column is one of the values of a question that stands alone; asked so that an index on the column is used.</summary>
    string IsIn(string column, string question);

    object ToParameter(Guid id);

    Guid ReadGuid(DbDataReader reader, int column);
}
