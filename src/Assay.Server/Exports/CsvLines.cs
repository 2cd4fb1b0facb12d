using System.Buffers;
using System.Globalization;
using System.Text;
using Assay.Server.Api;

namespace Assay.Server.Exports;

/// <summary>
/// Rows as CSV, as <see cref="Csv"/> has it, written into bytes at once: a file has hundreds of millions of cells, and a text for
/// each of them took longer than reading them from the store.
/// </summary>
internal sealed class CsvLines
{
    private const int UnquotedCharactersMax = 4096;

    private static readonly SearchValues<char> s_special = SearchValues.Create(",\"\r\n");

    private readonly ArrayBufferWriter<byte> _bytes = new(128 << 10);

    /// <summary>What was written since it was emptied.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.WrittenMemory;

    public void Empty() => _bytes.ResetWrittenCount();

    public void Add(IReadOnlyList<object?> cells)
    {
        for (var i = 0; i < cells.Count; i++)
        {
            if (i > 0)
            {
                _bytes.Write(","u8);
            }

            Add(cells[i]);
        }

        _bytes.Write("\r\n"u8);
    }

    private void Add(object? cell)
    {
        switch (cell)
        {
            case null:
                break;
            case long or int:
                // Numbers need no quotes, in no culture of ours.
                var number = (IUtf8SpanFormattable)cell;
                number.TryFormat(_bytes.GetSpan(24), out var written, default, CultureInfo.InvariantCulture);
                _bytes.Advance(written);
                break;
            case string { Length: <= UnquotedCharactersMax } text when !Csv.IsFormula(text) && text.AsSpan().IndexOfAny(s_special) < 0:
                Encoding.UTF8.GetBytes(text, _bytes);
                break;
            default:
                Encoding.UTF8.GetBytes(Csv.Cell(Csv.Text(cell)), _bytes);
                break;
        }
    }
}
