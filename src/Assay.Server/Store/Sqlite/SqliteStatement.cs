using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Assay.Server.Store.Sqlite;

/// <summary>
/// A statement prepared once and run for each row. Goes below ADO.NET, whose parameters cost more than the insert
/// itself (docs/store.md has the measurement). SQLite keeps what is bound from run to run, so a value that the row before
/// had is not bound again: most columns of most rows are such. Not thread-safe.
/// </summary>
internal sealed class SqliteStatement : IRowWriter, IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private readonly Value[] _values;
    private int _bound;

    public SqliteStatement(sqlite3 database, string sql)
    {
        _database = database;
        Check(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
        _values = new Value[raw.sqlite3_bind_parameter_count(_statement)];
    }

    /// <summary>How many rows the last run changed.</summary>
    public int Changes => raw.sqlite3_changes(_database);

    public void Add(long value)
    {
        ref var last = ref _values[_bound++];
        if (last.Kind != Kind.Number || last.Number != value)
        {
            last = default;
            Check(raw.sqlite3_bind_int64(_statement, _bound, value));
            last = new Value { Kind = Kind.Number, Number = value };
        }
    }

    public void AddNull()
    {
        ref var last = ref _values[_bound++];
        if (last.Kind != Kind.Null)
        {
            last = default;
            Check(raw.sqlite3_bind_null(_statement, _bound));
            last = new Value { Kind = Kind.Null };
        }
    }

    public void Add(Guid value)
    {
        _values[_bound++] = default;
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        Check(raw.sqlite3_bind_blob(_statement, _bound, bytes));
    }

    public void Add(string value)
    {
        ref var last = ref _values[_bound++];
        if (last.Kind == Kind.Text && string.Equals(last.Text, value, StringComparison.Ordinal))
        {
            return;
        }

        last = default;
        Span<byte> buffer = stackalloc byte[StorableText.CharsMax * 3];
        var bytes = buffer.Length >= Encoding.UTF8.GetMaxByteCount(value.Length)
            ? buffer[..Encoding.UTF8.GetBytes(value, buffer)]
            : Encoding.UTF8.GetBytes(value);
        Check(raw.sqlite3_bind_text(_statement, _bound, bytes));
        last = new Value { Kind = Kind.Text, Text = value };
    }

    /// <summary>Runs the statement to its end and makes it ready for the next row.</summary>
    public void Run()
    {
        var result = raw.sqlite3_step(_statement);
        while (result == raw.SQLITE_ROW)
        {
            result = raw.sqlite3_step(_statement);
        }

        // The reset repeats the step's error, and the error's text must be read before it.
        if (result != raw.SQLITE_DONE)
        {
            try
            {
                SqliteException.ThrowExceptionForRC(result, _database);
            }
            finally
            {
                Reset();
            }
        }

        Reset();
    }

    /// <summary>Runs the statement and returns the first column of its first row as a number; null if there is none.</summary>
    public long? RunForNumber()
    {
        var result = raw.sqlite3_step(_statement);
        long? number = result == raw.SQLITE_ROW ? raw.sqlite3_column_int64(_statement, 0) : null;
        if (result == raw.SQLITE_ROW || result == raw.SQLITE_DONE)
        {
            Reset();
            return number;
        }

        try
        {
            SqliteException.ThrowExceptionForRC(result, _database);
            return null;
        }
        finally
        {
            Reset();
        }
    }

    public void Dispose() => _statement.Dispose();

    private void Reset()
    {
        _ = raw.sqlite3_reset(_statement);
        _bound = 0;
    }

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK)
        {
            _bound = 0;
            SqliteException.ThrowExceptionForRC(result, _database);
        }
    }

    /// <summary>What is bound to a parameter, as far as it is worth comparing.</summary>
    private enum Kind : byte
    {
        Unknown,
        Null,
        Number,
        Text,
    }

    [StructLayout(LayoutKind.Auto)]
    private struct Value
    {
        public Kind Kind;
        public long Number;
        public string? Text;
    }
}
