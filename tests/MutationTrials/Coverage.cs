using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace MutationTrials;

/// <summary>Which test comes by which change, and how long each test takes: measured once for all processes.</summary>
internal sealed class Coverage
{
    // Nothing hangs without a change: this is for a test that waits for another machine, say.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Dictionary<string, TimeSpan> _times = [];
    private readonly Dictionary<int, List<string>> _tests = [];

    private Coverage(string path)
    {
        foreach (string[] parts in File.ReadLines(path).Select(static line => line.Split('\t')))
        {
            int[] mutants = [.. parts[2].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(static id => int.Parse(id, CultureInfo.InvariantCulture))];
            if (parts[0].Length == 0)
            {
                OncePerProcess = [.. mutants];
                continue;
            }

            _times[parts[0]] = TimeSpan.FromSeconds(double.Parse(parts[1], CultureInfo.InvariantCulture));
            foreach (int mutant in mutants)
            {
                if (!_tests.TryGetValue(mutant, out List<string>? tests))
                {
                    _tests[mutant] = tests = [];
                }

                tests.Add(parts[0]);
            }
        }
    }

    /// <summary>Changes of what a process does once: in it, only the first test could notice.</summary>
    public HashSet<int> OncePerProcess { get; } = [];

    public static Coverage Load(string path) => new(path);

    public static void Measure(TestRunner runner, MutantSwitch control, string path)
    {
        // All of them first: what is set up once a process must not count for the test that happens to be the first.
        control.BeginCapture();
        if (!runner.RunAll(static _ => Patience).Ended)
        {
            throw new InvalidOperationException("A test does not end without any change.");
        }

        (IReadOnlyList<int> all, IReadOnlyList<int> initialising) = control.EndCapture();
        HashSet<int> reachedAgain = [];
        List<string> lines = [];
        foreach (ITestCase test in runner.Cases)
        {
            control.BeginCapture();
            Stopwatch clock = Stopwatch.StartNew();
            RunResult result = runner.Run([test], static _ => Patience);
            TimeSpan took = clock.Elapsed;
            (IReadOnlyList<int> covered, _) = control.EndCapture();
            if (!result.Passed)
            {
                Console.Error.WriteLine($"fails without any change, and is left out: {test.DisplayName}");
                continue;
            }

            reachedAgain.UnionWith(covered);
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{test.UniqueID}\t{took.TotalSeconds:F3}\t{string.Join(',', covered)}"));
        }

        lines.Add($"\t0\t{string.Join(',', initialising.Union(all.Where(mutant => !reachedAgain.Contains(mutant))))}");
        File.WriteAllLines(path, lines);
    }

    /// <summary>The tests that come by a change, the quickest first.</summary>
    public IReadOnlyList<string> TestsOf(int mutant) => _tests.TryGetValue(mutant, out List<string>? tests) ? [.. tests.OrderBy(test => _times[test])] : [];

    /// <summary>The tests that come by any change of these, and all if none does, the quickest first.</summary>
    public IReadOnlyList<string> TestsOfAny(IEnumerable<int> mutants)
    {
        HashSet<string> tests = [.. mutants.SelectMany(TestsOf)];
        return [.. (tests.Count > 0 ? tests : _times.Keys.AsEnumerable()).OrderBy(test => _times[test])];
    }

    public TimeSpan TimeOf(string test) => _times.GetValueOrDefault(test);
}
