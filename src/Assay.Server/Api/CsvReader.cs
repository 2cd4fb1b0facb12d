using System.Text;

namespace Assay.Server.Api;

/// <summary>Reads tables as RFC 4180 writes them, with commas or semicolons, as spreadsheets save them.</summary>
internal static class CsvReader
{
    /// <summary>The rows with the line that each begins in; empty lines are left out. Null if a quote is never closed.</summary>
    public static List<(int Line, List<string> Cells)>? Read(string text)
    {
        // A spreadsheet marks UTF-8 so.
        text = text.TrimStart('\uFEFF');
        var end = text.IndexOfAny(['\r', '\n']);
        var head = end < 0 ? text : text[..end];
        var comma = head.Count(c => c == ';') > head.Count(c => c == ',') ? ';' : ',';
        var rows = new List<(int, List<string>)>();
        var cells = new List<string>();
        var cell = new StringBuilder();
        var (line, begun, isQuoted) = (1, 1, false);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            line += c == '\n' ? 1 : 0;
            if (isQuoted)
            {
                if (c != '"')
                {
                    cell.Append(c);
                }
                else if (i + 1 < text.Length && text[i + 1] == '"')
                {
                    cell.Append('"');
                    i++;
                }
                else
                {
                    isQuoted = false;
                }
            }
            else if (c == '"' && cell.Length == 0)
            {
                isQuoted = true;
            }
            else if (c == comma)
            {
                EndCell();
            }
            else if (c == '\n')
            {
                EndRow();
            }
            else if (c != '\r')
            {
                cell.Append(c);
            }
        }

        if (isQuoted)
        {
            return null;
        }

        EndRow();
        return rows;

        void EndCell()
        {
            cells.Add(cell.ToString());
            cell.Clear();
        }

        void EndRow()
        {
            EndCell();
            if (cells.Count > 1 || cells[0].Length > 0)
            {
                rows.Add((begun, cells));
            }

            cells = [];
            begun = line;
        }
    }
}
