namespace Assay.Server.Console.Frame;

/// <summary>Which theme the page is drawn in; <see cref="System"/> follows the reader's device.</summary>
public enum Theme
{
    System,
    Light,
    Dark,
}

/// <summary>The signed-in reader, as far as pages need to know.</summary>
/// <param name="Role">The role as a word.</param>
/// <param name="Oversight">The name of the page with others' spend, or null if the reader has none.</param>
/// <param name="Unread">How many notices are unread; null if that is not known.</param>
public sealed record SignedIn(
    string Name, string Email, string Role, string Team, string KeyHint, OversightLink? Oversight, int? Unread);

/// <summary>The page with others' spend: Company for those who see all, Team for managers.</summary>
public sealed record OversightLink(string Word, string Href);

/// <summary>What every page needs besides its own data.</summary>
/// <param name="Path">The page's own path and query, for links back to it.</param>
/// <param name="FormField">The name of the form field for the antiforgery token.</param>
/// <param name="FormToken">The antiforgery token.</param>
public sealed record PageFrame(
    SignedIn? Viewer,
    Theme Theme,
    string Path,
    string FormField,
    string FormToken,
    string StyleUrl,
    string ScriptUrl,
    string MarkUrl,
    string FontUrl,
    string AsOf,
    string ZoneName);
