using System.Globalization;

namespace Assay.EndToEnd.Tests.Gateway;

/// <summary>How large a test is: small enough for every change by default, and as large as <c>./test --full</c> asks for.</summary>
internal static class Size
{
    public static int Of(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } asked ? int.Parse(asked, CultureInfo.InvariantCulture) : otherwise;
}
