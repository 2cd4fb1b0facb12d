using System.Text;

namespace Assay.Demo;

/// <summary>Text that people of the company might type, drawn from a seed. It means nothing, but it has the right length.</summary>
internal static class DemoText
{
    private static readonly string[] s_subjects =
        ["the route planner", "the depot import", "our driver app", "the toll calculation", "the night build", "this migration", "the pallet forecast", "the claims form"];

    private static readonly string[] s_verbs =
        ["fails on", "should also handle", "is slow for", "returns twice for", "ignores", "needs a test for", "must not change", "now covers"];

    private static readonly string[] s_objects =
        ["empty addresses", "tours across midnight", "two carriers at once", "returns without a label", "the new tariff", "stops outside the country", "cancelled orders", "names like Łódź or São Paulo"];

    private static readonly string[] s_ends =
        ["Please look at it.", "Keep it simple.", "What do you suggest?", "Show me the smallest change.", "Explain why first.", "Then run the tests.", "Ask if unsure."];

    /// <summary>Sentences of about so many characters, without anything that JSON would escape.</summary>
    public static string Draw(Random random, int characters)
    {
        var text = new StringBuilder(characters + 80);
        while (text.Length < characters)
        {
            text.Append("In case ").Append(random.Next(100, 9999)).Append(' ')
                .Append(Of(random, s_subjects)).Append(' ')
                .Append(Of(random, s_verbs)).Append(' ')
                .Append(Of(random, s_objects)).Append(". ")
                .Append(Of(random, s_ends)).Append(' ');
        }

        return text.ToString().TrimEnd();
    }

    public static string Hex(Random random, int length) =>
        string.Create(length, random, static (span, r) =>
        {
            foreach (ref var c in span)
            {
                c = "0123456789abcdef"[r.Next(16)];
            }
        });

    /// <summary>An id in the form of a UUID.</summary>
    public static string Uuid(Random random) =>
        $"{Hex(random, 8)}-{Hex(random, 4)}-4{Hex(random, 3)}-a{Hex(random, 3)}-{Hex(random, 12)}";

    private static string Of(Random random, string[] choices) => choices[random.Next(choices.Length)];
}
