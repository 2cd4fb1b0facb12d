using System.Text.Json;
using Assay.Translation.Json;

namespace Assay.Translation.Canonical;

/// <summary>Answers with a status of success that are errors nevertheless.</summary>
internal static class AnswerErrors
{
    public static void ThrowIfError(JsonElement root)
    {
        var error = root.Member("error"u8);
        if (!error.IsNull())
        {
            var read = ErrorBodies.Read(root, 200);
            throw new TranslationException(RefusalKind.Malformed, $"The provider answered with an error: {read.Message.Decode()}");
        }
    }
}
