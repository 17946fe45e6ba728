using System.Runtime.Loader;
using Xunit.Abstractions;

namespace MutationTrials;

/// <summary>Tries one change after another in this process, until all are tried or the process is of no more use.</summary>
internal sealed class Worker
{
    /// <summary>The process is to be replaced: something in it hangs, or is left changed.</summary>
    public const int Replace = 3;

    private static readonly TimeSpan Surplus = TimeSpan.FromSeconds(3);

    private readonly Settings _settings;
    private readonly TestRunner _runner;
    private readonly MutantSwitch _control;
    private readonly Journal _journal;
    private readonly List<Mutant> _mutants;
    private Dictionary<string, ITestCase> _tests = [];
    private Coverage _coverage = null!;
    private bool _isFirst = true;

    public Worker(Settings settings)
    {
        _settings = settings;
        _control = new MutantSwitch(AssemblyLoadContext.Default.LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, settings.Mutated + ".dll")));
        _runner = new TestRunner(AssemblyLoadContext.Default.LoadFromAssemblyPath(Path.GetFullPath(settings.Tests)), settings.With, settings.Without);
        _journal = new Journal(settings.JournalFile);
        _mutants = MutationReport.Read(settings.Report, settings.Folder, settings.Sample);
    }

    /// <returns>The exit code: 0 when every change has its verdict, or <see cref="Replace"/>.</returns>
    public int Run()
    {
        if (!File.Exists(_settings.CoverageFile))
        {
            Coverage.Measure(_runner, _control, _settings.CoverageFile);
        }

        _coverage = Coverage.Load(_settings.CoverageFile);
        _tests = _runner.Cases.ToDictionary(static test => test.UniqueID);
        Dictionary<int, Verdict> done = _journal.ReadVerdicts();
        // Those that need a process of their own come last: until then one process serves them all.
        foreach (Mutant mutant in _mutants.Where(mutant => !done.ContainsKey(mutant.Id)).OrderBy(IsOncePerProcess))
        {
            if (IsOncePerProcess(mutant) && !_isFirst)
            {
                return Replace;
            }

            if (!Try(mutant))
            {
                return Replace;
            }
        }

        return 0;
    }

    private bool IsOncePerProcess(Mutant mutant) => mutant.IsStatic || _coverage.OncePerProcess.Contains(mutant.Id);

    /// <returns>False if this process cannot try another one.</returns>
    private bool Try(Mutant mutant)
    {
        IReadOnlyList<string> tests = IsOncePerProcess(mutant)
            ? _coverage.TestsOfAny(_mutants.Where(other => other.File == mutant.File).Select(static other => other.Id))
            : _coverage.TestsOf(mutant.Id);
        if (tests.Count == 0)
        {
            _journal.End(mutant.Id, Verdict.Unreached);
            return true;
        }

        bool isFirst = _isFirst;
        _isFirst = false;
        _journal.Begin(mutant, isFirst);
        _control.TurnOn(mutant.Id);
        RunResult result = Run(tests);
        _control.TurnOff();
        if (result.Failure is { } failure)
        {
            bool isClean = result.Ended && (result.Failed is null || _runner.Run([result.Failed], Limit).Passed);
            // What fails without the change as well may be the doing of an earlier one: only the first of a process is judged by it.
            if (isClean || isFirst)
            {
                _journal.End(mutant.Id, Verdict.Killed, failure);
            }

            return isClean;
        }

        _journal.End(mutant.Id, result.Ended ? Verdict.Survived : Verdict.Hung);
        return result.Ended;
    }

    // xunit runs what it is given in an order of its own: the quick ones are given to it first.
    private RunResult Run(IReadOnlyList<string> tests)
    {
        int next = 0;
        RunResult result;
        TimeSpan batch = TimeSpan.FromSeconds(0.2);
        do
        {
            List<ITestCase> some = [];
            for (TimeSpan sum = TimeSpan.Zero; next < tests.Count && (some.Count == 0 || sum < batch); next++)
            {
                some.Add(_tests[tests[next]]);
                sum += _coverage.TimeOf(tests[next]);
            }

            result = _runner.Run(some, Limit);
            batch *= 5;
        }
        while (result.Passed && next < tests.Count);

        return result;
    }

    // Three times what it took, with the noting of what it comes by, and some more.
    private TimeSpan Limit(ITestCase test) => Surplus + (3 * _coverage.TimeOf(test.UniqueID));
}
