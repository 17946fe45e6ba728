using AnalyzerScan;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

// Usage: AnalyzerScan FOLDER. Runs MemGuard's analyzers over the sources of every project below the folder, without building it, and prints what they report.
if (args is not [string folder])
{
    await Console.Error.WriteLineAsync("usage: AnalyzerScan FOLDER").ConfigureAwait(false);
    return 2;
}

string root = Path.GetFullPath(folder);
SourceTree sources = new(root);
int files = 0, bound = 0, projects = 0;
SortedSet<string> reports = new(StringComparer.Ordinal);
Dictionary<string, int> counts = [];
foreach (string project in sources.Projects)
{
    CSharpCompilation compilation = sources.Compile(project);
    (int all, int known) = Scan.CountFiles(compilation);
    projects++;
    files += all;
    bound += known;
    foreach (Diagnostic report in await Scan.ReportsAsync(compilation).ConfigureAwait(false))
    {
        FileLinePositionSpan place = report.Location.GetLineSpan();
        string line = $"{report.Id} {Path.GetRelativePath(root, place.Path)}:{place.StartLinePosition.Line + 1}: {report.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}";
        if (reports.Add(line))
        {
            counts[report.Id] = counts.GetValueOrDefault(report.Id) + 1;
        }
    }
}

foreach (string report in reports)
{
    Console.WriteLine(report);
}

Console.WriteLine($"{projects} projects, {files:N0} files, {bound:N0} of them without an unresolved name; reports: {string.Join(", ", counts.OrderBy(static pair => pair.Key).Select(static pair => $"{pair.Key} {pair.Value}"))}");
return 0;
