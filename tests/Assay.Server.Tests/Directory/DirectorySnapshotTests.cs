using Assay.Server.Directory;

namespace Assay.Server.Tests.Directory;

public sealed class DirectorySnapshotTests
{
    [Fact]
    public void A_key_leads_to_its_person_team_path_and_policy()
    {
        var data = SampleOrg.Data();
        var snapshot = new DirectorySnapshot(data with
        {
            Keys =
            [
                SampleOrg.KeyOf("eve") with
                {
                    UseCase = "coding",
                    Models = ["gpt-*", "code"],
                    UseCases = ["code-review"],
                    ExpiresAtMs = SampleOrg.NowMs,
                },
            ],
        });

        var identity = snapshot.FindKey(KeySecrets.Hash(SampleOrg.SecretOf("eve"))).ShouldNotBeNull();

        identity.KeyId.ShouldBe("k_eve");
        identity.PersonId.ShouldBe("p_eve");
        identity.AgentId.ShouldBe("");
        identity.TeamPath.ShouldBe(["infra", "platform", "eng", "org"]);
        identity.AllowsModel("gpt-5").ShouldBeTrue();
        identity.AllowsModel("claude-sonnet-5").ShouldBeFalse();
        identity.AllowsUseCase("coding").ShouldBeTrue();
        identity.AllowsUseCase("code-review").ShouldBeTrue();
        identity.AllowsUseCase("support").ShouldBeFalse();
        identity.IsUsableAt(SampleOrg.NowMs - 1).ShouldBeTrue();
        identity.IsUsableAt(SampleOrg.NowMs).ShouldBeFalse();
    }

    [Fact]
    public void An_agents_key_is_its_owners_account_but_never_more_than_an_employee()
    {
        var snapshot = new DirectorySnapshot(SampleOrg.Data());

        var identity = snapshot.FindKey(KeySecrets.Hash(SampleOrg.SecretOf("ci"))).ShouldNotBeNull();

        identity.AgentId.ShouldBe("ci");
        identity.PersonId.ShouldBe("p_root");
        identity.TeamId.ShouldBe("infra");
        identity.Role.ShouldBe(Role.Employee);
    }

    [Fact]
    public void A_revoked_key_has_no_identity_but_keeps_its_record()
    {
        var data = SampleOrg.Data();
        var snapshot = new DirectorySnapshot(data with
        {
            Keys = [SampleOrg.KeyOf("ada") with { RevokedAtMs = SampleOrg.NowMs }],
        });

        snapshot.FindKey(KeySecrets.Hash(SampleOrg.SecretOf("ada"))).ShouldBeNull();
        snapshot.FindIdentity("k_ada").ShouldBeNull();
        snapshot.FindKeyById("k_ada").ShouldNotBeNull();
    }

    [Fact]
    public void The_keys_of_a_disabled_person_and_of_their_agents_end_with_them()
    {
        var data = SampleOrg.Data();
        var snapshot = new DirectorySnapshot(data with
        {
            People = [.. data.People.Select(p => p.Id == "p_root" ? p with { DisabledAtMs = SampleOrg.NowMs } : p)],
        });

        foreach (var name in new[] { "root", "ci" })
        {
            var identity = snapshot.FindKey(KeySecrets.Hash(SampleOrg.SecretOf(name))).ShouldNotBeNull();
            identity.IsUsableAt(SampleOrg.NowMs - 1).ShouldBeTrue();
            identity.IsUsableAt(SampleOrg.NowMs).ShouldBeFalse();
        }
    }

    [Fact]
    public void A_key_carries_the_budgets_of_itself_its_person_its_teams_and_the_org()
    {
        var snapshot = new DirectorySnapshot(SampleOrg.Data() with
        {
            Budgets =
            [
                SampleOrg.Budget("b1", "org"),
                SampleOrg.Budget("b2", "team:eng"),
                SampleOrg.Budget("b3", "team:infra"),
                SampleOrg.Budget("b4", "team:sales"),
                SampleOrg.Budget("b5", "person:p_eve"),
                SampleOrg.Budget("b6", "key:k_eve"),
                SampleOrg.Budget("b7", "use:coding"),
                SampleOrg.Budget("b8", "person:p_ada"),
            ],
        });

        snapshot.FindIdentity("k_eve")!.Budgets.Select(b => b.Id).ShouldBe(["b6", "b5", "b3", "b2", "b1"]);
        snapshot.BudgetsOfUseCase("coding").Select(b => b.Id).ShouldBe(["b7"]);
        snapshot.BudgetsOfUseCase("other").ShouldBeEmpty();
    }

    [Fact]
    public void A_look_up_allocates_nothing()
    {
        var snapshot = new DirectorySnapshot(SampleOrg.Data());
        var known = KeySecrets.Hash(SampleOrg.SecretOf("ada"));
        var unknown = KeySecrets.Hash("ask_unknown");
        LookUp(1000);

        var before = GC.GetAllocatedBytesForCurrentThread();
        LookUp(1000);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);

        void LookUp(int times)
        {
            for (var i = 0; i < times; i++)
            {
                if (snapshot.FindKey(known) is null || snapshot.FindKey(unknown) is not null)
                {
                    throw new InvalidOperationException("wrong answer");
                }
            }
        }
    }

    [Fact]
    public void The_tree_knows_what_is_within_a_team_parents_first()
    {
        var teams = new DirectorySnapshot(SampleOrg.Data()).Teams;

        teams.Within("eng").ShouldBe(["eng", "docs", "ml", "platform", "infra"]);
        teams.IsWithin("infra", "eng").ShouldBeTrue();
        teams.IsWithin("eng", "infra").ShouldBeFalse();
        teams.PathOf("unknown").ShouldBe(["unknown"]);
    }

    [Fact]
    public void A_cycle_in_a_damaged_database_does_not_hang_a_node()
    {
        var teams = new TeamTree([new("a", "b", "A"), new("b", "a", "B")]);

        teams.PathOf("a").ShouldBe(["a", "b"]);
    }
}
