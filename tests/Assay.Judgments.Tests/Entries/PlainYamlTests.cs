using Assay.Judgments.Entries;
using Assay.Judgments.Yaml;

namespace Assay.Judgments.Tests.Entries;

/// <summary>The quick reader answers only where it says exactly what the YAML parser says.</summary>
public sealed class PlainYamlTests
{
    [Fact]
    public void What_it_reads_of_random_and_bent_front_matter_is_what_the_parser_reads()
    {
        var random = new Random(11);
        const string Bend = "\n :-[]{}\"'&*!|>#%@`\\ux0,?~";
        var (read, same) = (0, 0);
        for (var i = 0; i < 6000; i++)
        {
            var entry = i % 2 == 0
                ? RoundTripTests.Random(new Random(i))
                : EntrySample.Entry(i) with { Affects = ["src/a/**", "lib"], Tags = ["x"], Ai = new AiPart(AiRole.Drafted, AiRelation.None, "t", null, ["s"]) };
            var front = EntrySample.Text(entry).Split("\n---\n")[0][4..] + "\n";
            for (var j = random.Next(4); j > 0; j--)
            {
                var at = random.Next(front.Length);
                front = random.Next(3) switch
                {
                    0 => front.Remove(at, 1),
                    1 => front.Insert(at, Bend[random.Next(Bend.Length)].ToString()),
                    _ => string.Concat(front.AsSpan(0, at), Bend[random.Next(Bend.Length)].ToString(), front.AsSpan(at + 1)),
                };
            }

            if (PlainYamlReader.Read(front, 2) is { } quick)
            {
                read++;
                var parser = YamlTreeReader.Read(front, 2, YamlLimits.Default, out var fault);
                parser.ShouldNotBeNull($"{fault}\n{front}");
                Told(quick).ShouldBe(Told(parser), front);
                same++;
            }
        }

        read.ShouldBeGreaterThan(1000);
        same.ShouldBe(read);
    }

    private static string Told(YamlNode node) => node switch
    {
        YamlScalar s => $"{s.Line}:{s.Column} {s.IsPlain} '{s.Text}'",
        YamlList l => $"{l.Line}:{l.Column} [{string.Join(", ", l.Items.Select(Told))}]",
        YamlMap m => $"{m.Line}:{m.Column} {{{string.Join(", ", m.Fields.Select(f => $"{f.Line}:{f.Column} {f.Name}: {Told(f.Value)}"))}}}",
        _ => "",
    };
}
