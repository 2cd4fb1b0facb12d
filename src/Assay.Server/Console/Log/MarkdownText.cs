using Markdig;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Microsoft.AspNetCore.Components;

namespace Assay.Server.Console.Log;

/// <summary>
/// Markdown of an entry as HTML. Tags in it are shown as the text they are, pictures as their description, and a link leads
/// only to the web or to mail: nothing that an author writes can run or load anything.
/// </summary>
internal static class MarkdownText
{
    private const int CharsMax = 256 * 1024;

    private static readonly MarkdownPipeline s_pipeline = new MarkdownPipelineBuilder().DisableHtml().UsePipeTables().Build();

    public static MarkupString Render(string text)
    {
        try
        {
            var document = Markdown.Parse(text.Length <= CharsMax ? text : text[..CharsMax], s_pipeline);
            foreach (var link in document.Descendants<LinkInline>().ToList())
            {
                Tame(link);
            }

            foreach (var link in document.Descendants<AutolinkInline>().Where(l => !l.IsEmail && !IsWeb(l.Url)).ToList())
            {
                link.ReplaceBy(new LiteralInline(link.Url));
            }

            // The page's own headings are above these.
            foreach (var heading in document.Descendants<HeadingBlock>())
            {
                heading.Level = Math.Min(6, heading.Level + 2);
            }

            return new MarkupString(document.ToHtml(s_pipeline));
        }
        catch (ArgumentException)
        {
            // Nested deeper than anybody writes: shown as it is.
            return new MarkupString("<pre>" + System.Net.WebUtility.HtmlEncode(text) + "</pre>");
        }
    }

    private static void Tame(LinkInline link)
    {
        if (!link.IsImage && IsWeb(link.Url))
        {
            link.GetAttributes().AddPropertyIfNotExist("rel", "noopener noreferrer nofollow");
            return;
        }

        // What it says stays, where it leads goes.
        var container = new ContainerInline();
        link.ReplaceBy(container, copyChildren: true);
    }

    private static bool IsWeb(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && (address.Scheme is "https" or "http" or "mailto");
}
