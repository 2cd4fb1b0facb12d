using Npgsql;
using NpgsqlTypes;

namespace Assay.Server.Store.Postgres;

/// <summary>
/// Rows as one array for each column, which PostgreSQL takes with <c>unnest</c>: one statement for any number of rows,
/// prepared once.
/// </summary>
internal sealed class ColumnArrays : IRowWriter
{
    private readonly List<long?>?[] _numbers;
    private readonly List<Guid>?[] _ids;
    private readonly List<string>?[] _texts;
    private readonly NpgsqlDbType[] _types;
    private int _column;

    /// <param name="typeOf">The type of a column: bigint, uuid or text. Narrower numbers are cast by the insert.</param>
    public ColumnArrays(string[] columns, Func<string, NpgsqlDbType> typeOf)
    {
        _types = [.. columns.Select(typeOf)];
        _numbers = [.. _types.Select(type => type == NpgsqlDbType.Bigint ? new List<long?>() : null)];
        _ids = [.. _types.Select(type => type == NpgsqlDbType.Uuid ? new List<Guid>() : null)];
        _texts = [.. _types.Select(type => type == NpgsqlDbType.Text ? new List<string>() : null)];
    }

    public int Rows { get; private set; }

    /// <summary>What goes into an insert: the rows behind the parameters $1, $2 and so on.</summary>
    public string Source => $"select * from unnest({string.Join(", ", _types.Select((type, i) =>
        $"${i + 1}::{(type == NpgsqlDbType.Bigint ? "bigint" : type == NpgsqlDbType.Uuid ? "uuid" : "text")}[]"))})";

    public void Add(long value) => Added(_numbers[_column]!, value);

    public void AddNull() => Added(_numbers[_column]!, null);

    public void Add(Guid value) => Added(_ids[_column]!, value);

    public void Add(string value) => Added(_texts[_column]!, value);

    public void AddTo(NpgsqlParameterCollection parameters)
    {
        for (var i = 0; i < _types.Length; i++)
        {
            parameters.Add(new NpgsqlParameter
            {
                NpgsqlDbType = NpgsqlDbType.Array | _types[i],
                Value = (object?)_numbers[i] ?? (object?)_ids[i] ?? _texts[i]!,
            });
        }
    }

    public void Clear()
    {
        for (var i = 0; i < _types.Length; i++)
        {
            _numbers[i]?.Clear();
            _ids[i]?.Clear();
            _texts[i]?.Clear();
        }

        (_column, Rows) = (0, 0);
    }

    private void Added<T>(List<T> column, T value)
    {
        column.Add(value);
        _column++;
        if (_column == _types.Length)
        {
            _column = 0;
            Rows++;
        }
    }
}
