using Assay.Server.Formats;
using Microsoft.AspNetCore.Http;

namespace Assay.Server.Tests.Formats;

public sealed class PathTableTests
{
    [Theory]
    [InlineData("POST", "/v1/chat/completions", "openai/chat.completions")]
    [InlineData("POST", "/v1/responses", "openai/responses")]
    [InlineData("POST", "/v1/responses/compact", "openai/responses.compact")]
    [InlineData("POST", "/v1/completions", "openai/completions")]
    [InlineData("POST", "/v1/embeddings", "openai/embeddings")]
    [InlineData("GET", "/v1/models", "openai/models")]
    [InlineData("POST", "/v1/messages", "anthropic/messages")]
    [InlineData("POST", "/v1/messages/count_tokens", "anthropic/count_tokens")]
    [InlineData("GET", "/v1beta/models", "gemini/models")]
    public void The_fixed_paths_are_matched_without_allocation(string method, string path, string name)
    {
        PathTable.TryMatch(method, path, out var match).ShouldBeTrue();
        match.Name().ShouldBe(name);
        match.PathModel.ShouldBeNull();

        var typed = new PathString(path);
        var before = GC.GetAllocatedBytesForCurrentThread();
        PathTable.TryMatch(method, typed, out _);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Theory]
    [InlineData("POST", "/v1beta/models/gemini-2.5-pro:generateContent", "gemini/generateContent", "gemini-2.5-pro", "v1beta")]
    [InlineData("POST", "/v1/models/gemini-2.5-pro:generateContent", "gemini/generateContent", "gemini-2.5-pro", "v1")]
    [InlineData("POST", "/v1beta/models/g:streamGenerateContent", "gemini/streamGenerateContent", "g", "v1beta")]
    [InlineData("POST", "/v1beta/models/g:countTokens", "gemini/countTokens", "g", "v1beta")]
    [InlineData("POST", "/v1beta/models/e:embedContent", "gemini/embedContent", "e", "v1beta")]
    [InlineData("POST", "/v1beta/models/e:batchEmbedContents", "gemini/batchEmbedContents", "e", "v1beta")]
    [InlineData("POST", "/v1beta/models/qwen/qwen3.5:coder:generateContent", "gemini/generateContent", "qwen/qwen3.5:coder", "v1beta")]
    [InlineData("POST", "/v1beta/models/a%2Fb:generateContent", "gemini/generateContent", "a/b", "v1beta")]
    [InlineData("GET", "/v1beta/models/gemini-2.5-pro", "gemini/model", "gemini-2.5-pro", "v1beta")]
    [InlineData("GET", "/v1/models/ft:gpt-5:acme::x1", "openai/model", "ft:gpt-5:acme::x1", null)]
    [InlineData("GET", "/v1/models/meta/llama-4", "openai/model", "meta/llama-4", null)]
    public void A_model_in_the_path_is_found(string method, string path, string name, string model, string? version)
    {
        PathTable.TryMatch(method, path, out var match).ShouldBeTrue();

        match.Name().ShouldBe(name);
        match.PathModel.ShouldBe(model);
        match.Version.ShouldBe(version);
    }

    [Theory]
    [InlineData("/model/us.amazon.nova-pro-v1:0/converse", "bedrock/converse", "us.amazon.nova-pro-v1:0", "bedrock", false)]
    [InlineData("/model/us.amazon.nova-pro-v1:0/converse-stream", "bedrock/converse", "us.amazon.nova-pro-v1:0", "bedrock", true)]
    [InlineData("/model/arn:aws:bedrock:eu-west-1:1:inference-profile%2Feu.meta.x/converse", "bedrock/converse", "arn:aws:bedrock:eu-west-1:1:inference-profile/eu.meta.x", "bedrock", false)]
    [InlineData("/model/eu.anthropic.claude-sonnet-5-v1:0/invoke", "anthropic/messages", "eu.anthropic.claude-sonnet-5-v1:0", "bedrock", false)]
    [InlineData("/model/eu.anthropic.claude-sonnet-5-v1:0/invoke-with-response-stream", "anthropic/messages", "eu.anthropic.claude-sonnet-5-v1:0", "bedrock", true)]
    [InlineData("/model/meta.llama3-70b-instruct-v1:0/invoke", "bedrock/invoke", "meta.llama3-70b-instruct-v1:0", "bedrock", false)]
    [InlineData("/openai/deployments/team-gpt/chat/completions", "openai/chat.completions", "team-gpt", "azure", false)]
    [InlineData("/v1/projects/p/locations/l/publishers/google/models/gemini-2.5-pro:streamGenerateContent", "gemini/streamGenerateContent", "gemini-2.5-pro", "vertex", false)]
    [InlineData("/v1beta1/projects/p/locations/l/publishers/anthropic/models/claude-opus-5@20260701:rawPredict", "anthropic/messages", "claude-opus-5@20260701", "vertex", false)]
    [InlineData("/v1/projects/p/locations/l/publishers/anthropic/models/claude-opus-5:streamRawPredict", "anthropic/messages", "claude-opus-5", "vertex", true)]
    [InlineData("/v1/projects/p/locations/l/publishers/anthropic/models/count-tokens:rawPredict", "anthropic/count_tokens", null, "vertex", false)]
    [InlineData("/model/x/apply", "passthrough", null, null, false)]
    [InlineData("/v1/projects/p/locations/l/publishers/mistralai/models/m:rawPredict", "passthrough", null, null, false)]
    public void A_clouds_own_client_is_known_by_its_path(string rest, string name, string? model, string? cloud, bool streams)
    {
        PathTable.TryMatch("POST", "/providers/cloud" + rest, out var match).ShouldBeTrue();

        (match.Name(), match.PathModel, match.Cloud, match.Streams).ShouldBe((name, model, cloud, streams));
        var elsewhere = match.For(WireFormat.OpenAI, "");
        elsewhere.Cloud.ShouldBeNull("a provider that is not this cloud does not understand its paths");
    }

    [Theory]
    [InlineData("POST", "/v1/batches", "openai/batches", nameof(WireFormat.OpenAI))]
    [InlineData("GET", "/v1/batches", "batches.work", nameof(WireFormat.OpenAI))]
    [InlineData("POST", "/v1/batches/batch_1/cancel", "batches.work", nameof(WireFormat.OpenAI))]
    [InlineData("POST", "/v1/files", "batches.work", nameof(WireFormat.OpenAI))]
    [InlineData("DELETE", "/v1/files/file-1", "batches.work", nameof(WireFormat.OpenAI))]
    [InlineData("POST", "/v1/messages/batches", "anthropic/messages.batches", nameof(WireFormat.Anthropic))]
    [InlineData("GET", "/v1/messages/batches/b/results", "batches.work", nameof(WireFormat.Anthropic))]
    [InlineData("POST", "/providers/x/v1/batches", "openai/batches", nameof(WireFormat.OpenAI))]
    [InlineData("POST", "/providers/x/v1/messages/batches", "anthropic/messages.batches", nameof(WireFormat.Anthropic))]
    [InlineData("POST", "/providers/x/v1/messages/batches/b/cancel", "batches.work", nameof(WireFormat.Anthropic))]
    public void Batch_jobs_are_handed_in_or_looked_at(string method, string path, string name, string format)
    {
        PathTable.TryMatch(method, path, out var match).ShouldBeTrue();

        match.Name().ShouldBe(name);
        match.Format.ToString().ShouldBe(format);
    }

    [Theory]
    [InlineData("POST", "/v1/metrics", nameof(WireFormat.OpenAI))]
    [InlineData("POST", "/v1/messages/batchwork", nameof(WireFormat.Anthropic))]
    [InlineData("POST", "/v1/chat/completions/", nameof(WireFormat.OpenAI))]
    [InlineData("POST", "/v1beta/models/:generateContent", nameof(WireFormat.Gemini))]
    [InlineData("POST", "/v1beta/models/g:predict", nameof(WireFormat.Gemini))]
    [InlineData("POST", "/v1beta/cachedContents", nameof(WireFormat.Gemini))]
    [InlineData("GET", "/v1/models/", nameof(WireFormat.OpenAI))]
    [InlineData("GET", "/", nameof(WireFormat.None))]
    [InlineData("GET", "/providers/x", nameof(WireFormat.None))]
    [InlineData("GET", "/providers//x", nameof(WireFormat.None))]
    [InlineData("GET", "/v1", nameof(WireFormat.None))]
    public void Other_paths_are_not_matched_but_have_a_format_for_the_error(string method, string path, string format)
    {
        PathTable.TryMatch(method, path, out var match).ShouldBeFalse();

        match.Operation.ShouldBe(Operation.None);
        match.Format.ToString().ShouldBe(format);
    }

    [Theory]
    [InlineData("GET", "/v1/chat/completions")]
    [InlineData("DELETE", "/v1/models")]
    [InlineData("GET", "/v1beta/models/g:generateContent")]
    public void A_wrong_method_is_told_from_an_unknown_path(string method, string path)
    {
        PathTable.TryMatch(method, path, out var match).ShouldBeFalse();

        match.Operation.ShouldNotBe(Operation.None);
    }

    [Theory]
    [InlineData("POST", "/providers/openai/v1/chat/completions", nameof(WireFormat.OpenAI), nameof(Operation.ChatCompletions), null)]
    [InlineData("POST", "/providers/azure/openai/deployments/d/chat/completions", nameof(WireFormat.OpenAI), nameof(Operation.ChatCompletions), "d")]
    [InlineData("POST", "/providers/x/v1/completions", nameof(WireFormat.OpenAI), nameof(Operation.Completions), null)]
    [InlineData("POST", "/providers/claude/v1/messages", nameof(WireFormat.Anthropic), nameof(Operation.Messages), null)]
    [InlineData("POST", "/providers/claude/v1/messages/count_tokens", nameof(WireFormat.Anthropic), nameof(Operation.CountTokens), null)]
    [InlineData("POST", "/providers/g/v1beta/models/m:streamGenerateContent", nameof(WireFormat.Gemini), nameof(Operation.StreamGenerateContent), "m")]
    [InlineData("POST", "/providers/g/v1/projects/p/publishers/google/models/m:generateContent", nameof(WireFormat.Gemini), nameof(Operation.GenerateContent), "m")]
    [InlineData("GET", "/providers/openai/v1/chat/completions", nameof(WireFormat.None), nameof(Operation.Passthrough), null)]
    [InlineData("POST", "/providers/openai/v1/images/generations", nameof(WireFormat.None), nameof(Operation.Passthrough), null)]
    [InlineData("POST", "/providers/g/v1beta/models/m:predict", nameof(WireFormat.None), nameof(Operation.Passthrough), null)]
    [InlineData("DELETE", "/providers/openai/v1/files/f:1", nameof(WireFormat.None), nameof(Operation.Passthrough), null)]
    public void A_pass_through_is_recognised_by_how_its_path_ends(
        string method, string path, string format, string operation, string? model)
    {
        PathTable.TryMatch(method, path, out var match).ShouldBeTrue();

        match.Format.ToString().ShouldBe(format);
        match.Operation.ToString().ShouldBe(operation);
        match.PathModel.ShouldBe(model);
        $"/providers/{match.Provider}{match.ProviderPath}".ShouldBe(path);
    }

    [Fact]
    public void A_known_path_at_a_provider_of_another_format_is_an_unknown_pass_through()
    {
        PathTable.TryMatch("POST", "/providers/claude/v1/chat/completions", out var match).ShouldBeTrue();

        var there = match.For(WireFormat.Anthropic, "");

        there.Operation.ShouldBe(Operation.Passthrough);
        there.Format.ShouldBe(WireFormat.Anthropic);
        match.For(WireFormat.OpenAI, "").ShouldBe(match);
    }

    [Theory]
    [InlineData("/v1beta/models/a:streamGenerateContent", "b/c d", "/v1beta/models/b/c%20d:streamGenerateContent")]
    [InlineData("/v1/models/a:embedContent", "gemini-embedding-001", "/v1/models/gemini-embedding-001:embedContent")]
    public void A_gemini_path_is_written_with_the_providers_name_of_the_model(string path, string model, string expected)
    {
        PathTable.TryMatch("POST", path, out var match).ShouldBeTrue();

        PathTable.GeminiPath(match, model).ShouldBe(expected);
    }
}
