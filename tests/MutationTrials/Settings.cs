using System.Globalization;

namespace MutationTrials;

/// <summary>What the command line says.</summary>
/// <param name="Report">Stryker's report of the mutated assembly.</param>
/// <param name="Tests">The assembly of the tests, beside this program and the mutated assembly.</param>
/// <param name="Mutated">The mutated assembly's name.</param>
/// <param name="Folder">The room, as a path below <c>src</c>.</param>
/// <param name="Output">Where coverage and journal are kept.</param>
/// <param name="With">A test belongs to the room if its name contains one of these.</param>
/// <param name="Without">But not if it contains one of these.</param>
/// <param name="Sample">How many changes are tried; null for all.</param>
internal sealed record Settings(string Report, string Tests, string Mutated, string Folder, string Output, string[] With, string[] Without, int? Sample)
{
    public const string Usage = "usage: MutationTrials REPORT TESTS.dll MUTATED FOLDER OUTPUT WITH,… WITHOUT,… [SAMPLE]";

    public string CoverageFile => Path.Combine(Output, "coverage");

    public string JournalFile => Path.Combine(Output, "journal");

    /// <returns>Null if the command line is none.</returns>
    public static Settings? Parse(string[] args)
    {
        int? sample = args is [.., var last] && int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : null;
        return args[..^(sample is null ? 0 : 1)] is [string report, string tests, string mutated, string folder, string output, string with, string without]
            ? new Settings(report, tests, mutated, folder, output, Split(with), Split(without), sample)
            : null;
    }

    private static string[] Split(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries);
}
