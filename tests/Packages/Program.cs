using Packages;

// Usage: Packages FOLDER README REPOSITORY COMMIT. Looks into every package of the folder and says what is missing; exit code 1 when something is.
if (args is not [string folder, string readme, string repository, string commit])
{
    Console.Error.WriteLine("usage: Packages FOLDER README REPOSITORY COMMIT");
    return 2;
}

IReadOnlyDictionary<string, IReadOnlySet<string>> table = DependencyTable.Read(File.ReadLines(readme));
string[] files = [.. Directory.EnumerateFiles(folder, "*.nupkg").Order(StringComparer.Ordinal)];
HashSet<string> unpacked = [.. table.Keys];
int problems = 0;
foreach (string file in files)
{
    using PackedPackage package = PackedPackage.Open(file);
    unpacked.Remove(package.Id);
    string[] found = [.. PackageRules.Check(package, repository, commit, File.ReadAllText(readme), table.GetValueOrDefault(package.Id))];
    Console.WriteLine($"{package.Id} {package.Version}: {(found.Length == 0 ? "ok" : string.Join("; ", found))}");
    problems += found.Length;
}

foreach (string missing in unpacked)
{
    Console.WriteLine($"{missing}: the README lists it and no package of that name was made");
    problems++;
}

return problems == 0 && files.Length > 0 ? 0 : 1;
