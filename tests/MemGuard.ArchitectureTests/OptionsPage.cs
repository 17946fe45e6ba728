using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace MemGuard.ArchitectureTests;

/// <summary>Writes the page of all options from their XML documentation, which is where their ranges and defaults are said once.</summary>
internal sealed partial class OptionsPage
{
    private readonly Dictionary<string, XElement> _members;

    /// <param name="documentation">The XML documentation files of the products.</param>
    /// <remarks>Linked files are documented in each product that has them.</remarks>
    public OptionsPage(IEnumerable<XDocument> documentation) =>
        _members = documentation.SelectMany(static file => file.Descendants("member")).DistinctBy(static member => member.Attribute("name")!.Value).ToDictionary(static member => member.Attribute("name")!.Value);

    public string Write(IEnumerable<(string Heading, Type Type)> options)
    {
        StringBuilder page = new(
            """
            # Options

            Every option with its default and range. This page is made from the XML documentation of the code, and a test holds it against it: `MEMGUARD_APPROVE=1 dotnet test tests/MemGuard.ArchitectureTests --filter OptionsPage` writes it anew.

            A value out of its range stops the host at its start with a message that names the option and the range. A name in the section that is no option is said once at start (event 2007).

            Bytes and counts are whole numbers (`536870912`), times are `hh:mm:ss` or `d.hh:mm:ss` (`00:00:30`, `1.00:00:00`), shares have a point (`0.85`). A number alone is a time in days: `"WarmUp": "1"` waits a day. `512MB` and `30s` are understood by the [variables of an attached process](attach.md#options) alone.

            ```json
            { "MemGuard": { "Sensitivity": "High", "Thresholds": { "NearLimitRatio": 0.85 }, "HeapSnapshots": { "MaxPerDay": 5 } } }
            ```

            As environment variables: `MemGuard__Sensitivity=High`, `MemGuard__Thresholds__NearLimitRatio=0.85`.

            """);
        foreach ((string heading, Type type) in options)
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {heading}\n\n");
            if (TextOf(type.FullName!, "T:", "summary") is { Length: > 0 } summary)
            {
                page.Append(summary).Append("\n\n");
            }

            page.Append("| Option | What it does | Default and range |\n|---|---|---|\n");
            foreach (PropertyInfo property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).OrderBy(static property => property.MetadataToken))
            {
                string name = $"{type.FullName}.{property.Name}";
                page.Append(CultureInfo.InvariantCulture, $"| `{property.Name}` | {TextOf(name, "P:", "summary")} | {TextOf(name, "P:", "value")} |\n");
            }
        }

        return page.ToString();
    }

    private string TextOf(string name, string kind, string part) =>
        _members.TryGetValue(kind + name, out XElement? member) && member.Element(part) is { } element
            ? Space().Replace(string.Concat(element.Nodes().Select(Write)), " ").Trim().Replace("|", "\\|", StringComparison.Ordinal)
            : "";

    private static string Write(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" } see => $"`{see.Attribute("langword")?.Value ?? NameOf(see.Attribute("cref")!.Value)}`",
        XElement { Name.LocalName: "paramref" or "typeparamref" } reference => $"`{reference.Attribute("name")!.Value}`",
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement element => string.Concat(element.Nodes().Select(Write)),
        _ => "",
    };

    // Of a member its type as well, unless that is an options type: those names are in this page.
    private static string NameOf(string reference)
    {
        string[] parts = Arguments().Replace(Arity().Replace(reference[2..], ""), "").Split('.');
        bool isMember = reference[0] is 'P' or 'M' or 'F' or 'E' && !parts[^2].Contains("Options", StringComparison.Ordinal);
        return isMember ? $"{parts[^2]}.{parts[^1]}" : parts[^1];
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    [GeneratedRegex(@"`+\d+")]
    private static partial Regex Arity();

    [GeneratedRegex(@"\(.*\)")]
    private static partial Regex Arguments();
}
