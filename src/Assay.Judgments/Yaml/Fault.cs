namespace Assay.Judgments.Yaml;

/// <summary>Something wrong with a text, at a line and a column that count from 1.</summary>
/// <param name="Field">The front matter field it is about, as <c>ai.relation</c>; empty if it is about none.</param>
public sealed record Fault(int Line, int Column, string Message, string Field = "");
