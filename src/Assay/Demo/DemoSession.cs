namespace Assay.Demo;

/// <summary>One conversation of an agent or a person: it grows with every call until it is done.</summary>
internal sealed class DemoSession(Random random, int turnsMax)
{
    /// <summary>What was said, oldest first; who said it alternates, the client begins.</summary>
    public List<string> Said { get; } = [];

    public string Id { get; } = DemoText.Uuid(random);

    /// <summary>The ticket that the conversation is about; empty if nobody said.</summary>
    public string WorkRef { get; } = random.Next(3) == 0 ? "" : $"LIN-{random.Next(1000, 4000)}";

    public bool IsDone => Said.Count >= turnsMax * 2;

    /// <summary>Adds what the client says next.</summary>
    public void Ask(int characters) => Said.Add(DemoText.Draw(random, characters));

    /// <summary>Adds what was answered. The demo does not read answers; only their place in the next prompt matters.</summary>
    public void Answered(int characters) => Said.Add(DemoText.Draw(random, characters));
}
