using Assay.Ledger.Book;
using Assay.Ledger.Usage;

namespace Assay.Ledger.Tests.Book;

public sealed class ResolvedIdsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(1000)]
    public void It_remembers_exactly_the_last_ones(int idsMax)
    {
        var random = new Random(idsMax);
        var ids = new ResolvedIds(idsMax);
        var all = new List<(Guid Id, Resolution Resolution)>();
        for (var i = 0; i < 5 * idsMax + 10; i++)
        {
            var one = (NewId(random), (Resolution)random.Next(3));
            all.Add(one);
            ids.Add(one.Item1, one.Item2);

            var (known, resolution) = all[^random.Next(1, Math.Min(all.Count, idsMax) + 1)];
            ids.TryGet(known, out var found).ShouldBeTrue();
            found.ShouldBe(resolution);
            ids.Contains(NewId(random)).ShouldBeFalse();
            if (all.Count > idsMax)
            {
                ids.Contains(all[^(idsMax + 1)].Id).ShouldBeFalse();
            }
        }

        foreach (var (id, resolution) in all.TakeLast(idsMax))
        {
            ids.TryGet(id, out var found).ShouldBeTrue();
            found.ShouldBe(resolution);
        }

        all.SkipLast(idsMax).ShouldAllBe(one => !ids.Contains(one.Id));
    }

    [Fact]
    public void Ids_that_share_a_hash_are_told_apart()
    {
        // The hash mixes the halves by an exclusive or, the second one turned: equal halves of this kind all give 0.
        var alike = Enumerable.Range(1, 9)
            .Select(i => new Guid(i, 0, 0, 0, 0, 0, 0, (byte)i, 0, 0, 0))
            .ToArray();
        var ids = new ResolvedIds(idsMax: 4);
        for (var i = 0; i < alike.Length; i++)
        {
            ids.Add(alike[i], Resolution.Posted);
            for (var j = 0; j < alike.Length; j++)
            {
                ids.Contains(alike[j]).ShouldBe(j <= i && j > i - 4);
            }
        }
    }

    [Fact]
    public void An_id_is_added_once()
    {
        var ids = new ResolvedIds(idsMax: 4);
        var id = NewId(new Random(1));
        ids.Add(id, Resolution.Voided);
        Should.Throw<InvariantException>(() => ids.Add(id, Resolution.Voided));
    }

    private static Guid NewId(Random random)
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }
}
