using System.Diagnostics;
using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace MutationTrials;

/// <summary>Runs tests of one assembly in this process, again and again.</summary>
internal sealed class TestRunner
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private readonly XunitTestFramework _framework = new(new RunSink());
    private readonly ITestFrameworkExecutor _executor;

    public TestRunner(Assembly assembly, IReadOnlyList<string> with, IReadOnlyList<string> without)
    {
        _executor = _framework.GetExecutor(assembly.GetName());
        DiscoverySink sink = new();
        using ITestFrameworkDiscoverer discoverer = _framework.GetDiscoverer(Reflector.Wrap(assembly));
        discoverer.Find(includeSourceInformation: false, sink, new ExecutionOptions());
        Cases =
        [
            .. from test in sink.Found
               let name = $"{test.TestMethod.TestClass.Class.Name}.{test.TestMethod.Method.Name}"
               where test.SkipReason is null && with.Any(part => name.Contains(part, StringComparison.Ordinal)) && !without.Any(part => name.Contains(part, StringComparison.Ordinal))
               group test by test.UniqueID into same
               select same.First(),
        ];
    }

    /// <summary>The tests that belong to the room.</summary>
    public IReadOnlyList<ITestCase> Cases { get; }

    /// <summary>Runs tests one after another up to the first that fails, or hangs.</summary>
    /// <param name="limit">
    /// What the test may take. The processor time of this process counts, so that a busy machine makes no test hang; time by the clock, five times as much of it,
    /// is for those that wait for what never comes.
    /// </param>
    public RunResult Run(IEnumerable<ITestCase> tests, Func<ITestCase, TimeSpan> limit) => Run(tests, limit, new RunSink { EndsAtFailure = true });

    /// <summary>Runs all tests, also if some fail.</summary>
    public RunResult RunAll(Func<ITestCase, TimeSpan> limit) => Run(Cases, limit, new RunSink());

    private RunResult Run(IEnumerable<ITestCase> tests, Func<ITestCase, TimeSpan> limit, RunSink sink)
    {
        // A thread of its own: if the run hangs, so does it.
        new Thread(() => _executor.RunTests(tests, sink, new ExecutionOptions())) { IsBackground = true }.Start();
        using Process self = Process.GetCurrentProcess();
        int messages = -1;
        TimeSpan spent = TimeSpan.Zero;
        Stopwatch clock = new();
        while (!sink.WaitForEnd(Poll))
        {
            self.Refresh();
            if (sink.Messages != messages)
            {
                messages = sink.Messages;
                spent = self.TotalProcessorTime;
                clock.Restart();
                continue;
            }

            TimeSpan allowed = sink.Current is { } test ? limit(test) : TimeSpan.FromMinutes(1);
            if (self.TotalProcessorTime - spent > allowed || clock.Elapsed > 5 * allowed)
            {
                return new RunResult(sink.Failure, sink.Failed, Ended: false);
            }
        }

        return new RunResult(sink.Failure, sink.Failed, Ended: true);
    }
}
