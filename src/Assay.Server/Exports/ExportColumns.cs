using System.Linq.Expressions;
using System.Text.Json;

namespace Assay.Server.Exports;

/// <summary>
/// A view of the API as a row: its properties, in their order and under their names there. What is neither text nor a
/// number nor a list of words becomes JSON in its cell.
/// </summary>
internal static class ExportColumns<T>
    where T : class
{
    private static readonly Func<T, object?>[] s_cells = [.. typeof(T).GetProperties().Select(Reader)];

    public static IReadOnlyList<string> Names { get; } =
        [.. typeof(T).GetProperties().Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name))];

    public static IReadOnlyList<object?> Cells(T view)
    {
        var cells = new object?[s_cells.Length];
        for (var i = 0; i < cells.Length; i++)
        {
            cells[i] = s_cells[i](view);
        }

        return cells;
    }

    // Compiled once: a file has millions of cells.
    private static Func<T, object?> Reader(System.Reflection.PropertyInfo property)
    {
        var view = Expression.Parameter(typeof(T));
        var read = Expression.Lambda<Func<T, object?>>(Expression.Convert(Expression.Property(view, property), typeof(object)), view).Compile();
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        return type == typeof(string) || type == typeof(bool) || type == typeof(long) || type == typeof(int) || type == typeof(double)
            || typeof(IReadOnlyList<string>).IsAssignableFrom(type)
                ? read
                : row => read(row) is { } value ? JsonSerializer.Serialize(value, value.GetType(), JsonSerializerOptions.Web) : null;
    }
}
