namespace Assay.Translation.Canonical;

/// <summary>
/// Puts turns into the order that every provider accepts: neighbours of the same role become one, and the results of
/// calls stand at the beginning of the very next user turn, in the order of the calls.
/// </summary>
internal static class TurnOrder
{
    /// <summary>Returns messages of alternating roles; system messages within the conversation are kept apart.</summary>
    public static List<Message> Arrange(List<Message> messages)
    {
        var turns = Merge(messages);
        var known = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < turns.Count; i++)
        {
            if (turns[i].Role == Role.Assistant)
            {
                PullResults(turns, i, known);
            }
        }

        foreach (var turn in turns)
        {
            foreach (var part in turn.Parts)
            {
                if (part is ToolResultPart result && !known.Contains(result.CallId))
                {
                    throw TranslationException.Malformed(part.At, "is the result of a call that does not stand before it");
                }
            }
        }

        // Taking results away may have emptied a turn and left neighbours of one role.
        turns.RemoveAll(turn => turn.Parts.Count == 0);
        return Merge(turns);
    }

    private static List<Message> Merge(List<Message> messages)
    {
        var merged = new List<Message>(messages.Count);
        foreach (var message in messages)
        {
            if (merged.Count > 0 && merged[^1].Role == message.Role && message.Role != Role.System)
            {
                merged[^1].Parts.AddRange(message.Parts);
            }
            else
            {
                merged.Add(message with { Parts = [.. message.Parts] });
            }
        }

        return merged;
    }

    private static void PullResults(List<Message> turns, int at, HashSet<string> known)
    {
        List<Part>? results = null;
        var parts = turns[at].Parts;
        for (var i = 0; i < parts.Count; i++)
        {
            if (parts[i] is not ToolCallPart call)
            {
                continue;
            }

            var result = Take(turns, at + 1, call)
                ?? throw TranslationException.Malformed(call.At, "is a call without a result, which no provider accepts");

            // Some servers number the calls of every answer from zero; others refuse an identifier that occurs twice.
            var id = call.Id;
            for (var n = 2; !known.Add(id); n++)
            {
                id = $"{call.Id}_{n}";
            }

            parts[i] = call with { Id = id };
            (results ??= []).Add(result with { CallId = id });
        }

        if (results is null)
        {
            return;
        }

        if (at + 1 < turns.Count && turns[at + 1].Role == Role.User)
        {
            turns[at + 1].Parts.InsertRange(0, results);
        }
        else
        {
            turns.Insert(at + 1, new Message(Role.User, results, turns[at].At));
        }
    }

    private static ToolResultPart? Take(List<Message> turns, int from, ToolCallPart call)
    {
        for (var i = from; i < turns.Count; i++)
        {
            var parts = turns[i].Parts;
            for (var j = 0; j < parts.Count; j++)
            {
                if (parts[j] is ToolResultPart result && string.Equals(result.CallId, call.Id, StringComparison.Ordinal))
                {
                    parts.RemoveAt(j);
                    return result.Name.Length > 0 ? result : result with { Name = call.Name };
                }
            }
        }

        return null;
    }
}
