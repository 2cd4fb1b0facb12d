using Assay.Sim.Workforce;

namespace Assay.Demo.Past;

/// <summary>Whom somebody of the simulated company plays.</summary>
/// <param name="Truth">Who they are in the simulation.</param>
/// <param name="Key">The key that they call with.</param>
/// <param name="AgentKey">The key of their own agent, for what it does by itself; that of the person if they have none.</param>
/// <param name="Person">The accountable person.</param>
/// <param name="Team">The team of whoever calls.</param>
/// <param name="Tool">What they call with.</param>
/// <param name="Models">What each of the simulated models is to them.</param>
internal sealed record PastSeat(
    WorkPerson Truth, DemoKeyPlan Key, DemoKeyPlan AgentKey, DemoPerson Person, string Team, DemoHabit Tool, IReadOnlyList<string> Models);

/// <summary>
/// The simulated company as the demo's: a simulated team plays a team, so that what happens to a team happens to one. Who is left
/// over plays the agents, those first who only work: what is known of a person is then about one person.
/// </summary>
internal sealed class PastCast
{
    public const int People = 50;
    public const int TeamSize = 6;

    private readonly PastSeat?[] _seats;

    public PastCast(WorkCompany company)
    {
        _seats = new PastSeat?[company.People.Count];
        var keys = DemoCompany.Keys.DistinctBy(key => key.Owner).ToDictionary(key => key.Owner, StringComparer.Ordinal);
        var free = new List<WorkPerson>();
        foreach (var (team, group) in Groups().Index())
        {
            var players = company.People.Where(player => player.Team == team).ToList();
            GiveSomethingToSay(players, group);
            foreach (var (player, person) in players.Zip(group))
            {
                var agent = DemoCompany.Agents.FirstOrDefault(agent => agent.OwnerEmail == person.Email);
                var key = keys[person.Email];
                _seats[player.Index] = new PastSeat(
                    player, key, keys[agent?.Name ?? person.Email], person, person.Team, key.Habit, PastModels.Of(key.Habit, player.Model));
            }

            free.AddRange(players.Skip(group.Count));
        }

        free.AddRange(company.People.Where(player => player.Team >= Groups().Count));
        foreach (var (player, agent) in free.OrderBy(player => player.Kind != WorkKind.Ordinary).Zip(DemoCompany.Agents))
        {
            // An agent works with the tool of its owner, and asks for what its owner asks for.
            var owner = Seats.First(seat => seat.Person.Email == agent.OwnerEmail);
            var models = owner.Models.ToArray();
            models[player.Model] = owner.Models[owner.Truth.Model];
            _seats[player.Index] = new PastSeat(player, keys[agent.Name], keys[agent.Name], owner.Person, agent.Team, owner.Tool, models);
        }
    }

    /// <summary>Everybody who plays somebody.</summary>
    public IEnumerable<PastSeat> Seats => _seats.OfType<PastSeat>();

    /// <summary>Null for the few who find nobody to play: they do not call.</summary>
    public PastSeat? Of(int player) => _seats[player];

    /// <summary>Whose key the demo prints is played by the first who does not only work: they will be asked something.</summary>
    private static void GiveSomethingToSay(List<WorkPerson> players, IReadOnlyList<DemoPerson> group)
    {
        var engineer = group.Index().FirstOrDefault(each => each.Item.Email == DemoCompany.Engineer, (Index: -1, null!)).Index;
        var player = players.FindIndex(each => each.Kind != WorkKind.Ordinary);
        if (engineer >= 0 && player >= 0)
        {
            (players[engineer], players[player]) = (players[player], players[engineer]);
        }
    }

    /// <summary>The first of the simulated teams is the largest.</summary>
    private static IReadOnlyList<IReadOnlyList<DemoPerson>> Groups() =>
    [
        In("routing"), In("platform"), In("mobile"), In("data"), In("support"), In("finance"), In("operations", "engineering", "org"),
    ];

    private static List<DemoPerson> In(params string[] teams) => [.. DemoCompany.People.Where(person => teams.Contains(person.Team))];
}
