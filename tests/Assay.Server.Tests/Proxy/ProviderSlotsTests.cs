using Assay.Server.Proxy.Waiting;

namespace Assay.Server.Tests.Proxy;

public sealed class ProviderSlotsTests
{
    [Fact]
    public void Keys_take_turns_and_each_key_s_calls_keep_their_order()
    {
        var slots = new ProviderSlots(1);
        slots.TryTake().ShouldBeTrue();
        slots.TryTake().ShouldBeFalse();
        var waiters = "a a a b a c".Split(' ').Select((key, i) => (Name: $"{key}{i}", Waiter: slots.Join(key, 100)!)).ToList();

        var order = new List<string>();
        while (slots.Waiting > 0)
        {
            slots.Return();
            order.Add(waiters.Single(each => each.Waiter.Called.Task.IsCompleted && !order.Contains(each.Name)).Name);
        }

        order.ShouldBe(["a0", "b3", "c5", "a1", "a2", "a4"]);
    }

    [Fact]
    public void The_line_has_an_end_and_who_leaves_it_makes_room()
    {
        var slots = new ProviderSlots(1);
        slots.TryTake();
        var first = slots.Join("a", 2)!;
        slots.Join("b", 2).ShouldNotBeNull();
        slots.Join("c", 2).ShouldBeNull();

        slots.Leave(first).ShouldBeFalse();
        slots.Waiting.ShouldBe(1);
        slots.Join("c", 2).ShouldNotBeNull();
    }

    [Fact]
    public void Who_leaves_in_the_moment_of_being_called_has_a_place_to_give_back()
    {
        var slots = new ProviderSlots(1);
        slots.TryTake();
        var waiter = slots.Join("a", 2)!;
        slots.Return();

        waiter.Called.Task.IsCompleted.ShouldBeTrue();
        slots.Leave(waiter).ShouldBeTrue();
        slots.Return();
        slots.TryTake().ShouldBeTrue();
    }

    [Fact]
    public void Random_comings_and_goings_never_give_out_more_places_than_there_are_and_forget_nobody()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            var slots = new ProviderSlots(3);
            var taken = 0;
            var waiting = new List<ProviderSlots.Waiter>();
            for (var step = 0; step < 400; step++)
            {
                switch (random.Next(4))
                {
                    case 0:
                        taken += slots.TryTake() ? 1 : 0;
                        break;
                    case 1 when slots.Join($"k{random.Next(4)}", 20) is { } joined:
                        waiting.Add(joined);
                        break;
                    case 2 when taken > 0:
                        taken--;
                        slots.Return();
                        break;
                    case 3 when waiting.Count > 0:
                        var one = waiting[random.Next(waiting.Count)];
                        waiting.Remove(one);
                        taken += slots.Leave(one) ? 1 : 0;
                        break;
                }

                taken += waiting.RemoveAll(each => each.Called.Task.IsCompleted);
                taken.ShouldBeLessThanOrEqualTo(3, $"seed {seed}, step {step}");
                slots.Waiting.ShouldBe(waiting.Count, $"seed {seed}, step {step}");
                (waiting.Count > 0 && taken < 3).ShouldBeFalse($"seed {seed}, step {step}: a place is free and somebody waits");
            }
        }
    }
}
