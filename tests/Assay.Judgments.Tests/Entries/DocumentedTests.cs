using System.Text;
using Assay.Judgments.Entries;
using Assay.Judgments.Lint;
using Assay.Judgments.Reports;
using Assay.Judgments.Shapes;

namespace Assay.Judgments.Tests.Entries;

/// <summary>The specification and the schema say what the code does.</summary>
public sealed class DocumentedTests
{
    [Fact]
    public void The_schema_is_the_one_that_the_reader_checks() =>
        (Resource("judgment.schema.json") == JsonSchema.OfFrontMatter()).ShouldBeTrue("Run: assay judge schema > docs/judgment.schema.json");

    [Fact]
    public void Every_rule_is_documented_with_its_severity()
    {
        var page = Resource("judgment-format.md");

        foreach (var rule in RuleBook.All)
        {
            page.ShouldContain($"| {rule.Id} | {TextReport.Word(rule.Severity)} |");
        }
    }

    [Fact]
    public void Every_field_is_documented()
    {
        var page = Resource("judgment-format.md");

        foreach (var field in FrontMatter.Shape.Fields)
        {
            page.ShouldContain($"`{field.Name}`");
        }
    }

    [Fact]
    public void The_example_of_the_specification_is_an_entry()
    {
        var page = Resource("judgment-format.md");
        var start = page.IndexOf("```markdown\n", StringComparison.Ordinal) + "```markdown\n".Length;
        var example = page[start..page.IndexOf("```\n", start, StringComparison.Ordinal)];

        var read = EntrySample.Read(example);
        read.Faults.ShouldBeEmpty();
        EntrySample.Text(read.Entry!).ShouldBe(example);
    }

    private static string Resource(string name)
    {
        using var stream = typeof(DocumentedTests).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
